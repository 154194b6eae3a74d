"""What notebooks show of our objects: small pieces of HTML, every text in them escaped.

They have no style of their own but their layout, so they fit a notebook's light and its dark.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.html_page import picture

_MOST = 512  # pixels that a picture is wide or high
_CELL = "text-align:right;padding:2px 10px"


def shown(title: str, *parts: str) -> str:
    """A piece under its title."""
    return f"<div><p><b>{escape(title)}</b></p>{''.join(parts)}</div>"


def table_of(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; the first column is aligned to the left."""
    first = _CELL.replace("right", "left")

    def line(cells: Sequence[Any], tag: str) -> str:
        styles = [first, *[_CELL] * (len(cells) - 1)]
        return "".join(
            f'<{tag} style="{style}">{escape(str(cell))}</{tag}>'
            for cell, style in zip(cells, styles, strict=True)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{line(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def text_of(text: str) -> str:
    """A text as it stands, line by line."""
    return f'<pre style="white-space:pre-wrap">{escape(text)}</pre>'


def grey_picture(alt: str, grey: NDArray[np.uint8]) -> str:
    """A grey image (h, w) as a picture, made smaller where it is large."""
    image = Image.fromarray(grey)
    image.thumbnail((_MOST, _MOST))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return f"<p>{picture(alt, buffer.getvalue())}</p>"


def mosaic(images: NDArray[np.uint8], across: int = 10) -> NDArray[np.uint8]:
    """Images (n, h, w) side by side in rows of so many, dark ink on white: one image."""
    n, h, w = images.shape
    rows = -(-n // across)
    room = np.zeros((rows * across, h, w), np.uint8)
    room[:n] = images
    laid = room.reshape(rows, across, h, w).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(255 - laid.reshape(rows * h, across * w))
