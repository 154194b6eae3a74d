"""Pages of HTML: whole in one file, nothing is loaded, every text in them escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape


def html_page(title: str, parts: Iterable[str], style: str, heading: str | None = None) -> str:
    """A page of pieces of HTML under its heading, which is the title if not said otherwise."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><h1>{escape(title if heading is None else heading)}</h1>\n"
        + "\n".join(parts)
        + "</body></html>\n"
    )


def picture(alt: str, png: bytes) -> str:
    """A PNG inside the page; `alt` is what stands for it."""
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
