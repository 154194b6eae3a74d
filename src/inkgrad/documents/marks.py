"""Pages as pictures with words boxed, for people to look at."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkgrad.documents.page import Box
from inkgrad.html_page import html_page, picture

_WIDE = 1000  # pixels: no picture is wider
_RED, _GAP = (200, 68, 47), 12
_STYLE = (
    "body{font:15px system-ui;margin:2rem;color:#1b2a41}section{border-top:1px solid #ccd;"
    "padding:.5rem 0}h2{font-size:1rem}img{max-width:100%;border:1px solid #ccd}"
)


def boxed(grey: NDArray[np.uint8], boxes: Iterable[Box]) -> Image.Image:
    """The page (h, w) with a red frame around each box, at most 1,000 pixels wide."""
    image = Image.fromarray(grey)
    scale = min(1.0, _WIDE / image.width)
    if scale < 1:
        image = image.resize((_WIDE, max(1, round(image.height * scale))), Image.Resampling.BOX)
    image = image.convert("RGB")
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in boxes:
        frame = [scale * left - 3, scale * top - 3, scale * right + 2, scale * bottom + 2]
        draw.rectangle(frame, outline=_RED, width=3)
    return image


def as_png(images: Sequence[Image.Image]) -> bytes:
    """The pictures under each other, as the content of a PNG file."""
    wide = max((image.width for image in images), default=1)
    high = sum(image.height + _GAP for image in images) or 1
    sheet, at = Image.new("RGB", (wide, high), "white"), 0
    for image in images:
        sheet.paste(image, (0, at))
        at += image.height + _GAP
    return _png(sheet)


def as_html(title: str, images: Sequence[tuple[str, str, Image.Image]]) -> str:
    """One HTML page of pictures, each with its heading and a line of text; nothing is loaded."""
    parts = []
    for heading, text, image in images:
        parts.append(
            f"<section><h2>{html.escape(heading)}</h2><p>{html.escape(text)}</p>"
            f"{picture(heading, _png(image))}</section>"
        )
    return html_page(title, parts, _STYLE)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
