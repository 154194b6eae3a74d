"""Signs that forms print before a field, as $ and No.: type, told by its likeness to type."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.data.glyph import to_glyph

_SIGNS = ("$", "No.", "No", "Nr.", "#", "€", "£")
_SIGN = 0.9  # correlation from which on ink at the left is taken for one of them,
_ROOM = 2.5  # of its height: where so much is left for what it stands before


def is_sign(boxes: NDArray[np.integer], soft: NDArray[np.float32], beyond: float) -> bool:
    """Type that stands before a field: at its left, with nothing after it."""
    left, top, right, bottom = boxes.min(0)[0], boxes.min(0)[1], boxes.max(0)[2], boxes.max(0)[3]
    tall, wide = bottom - top, right - left
    if wide > 2.6 * tall or soft.shape[1] + beyond - right < _ROOM * tall:
        return False
    glyph = to_glyph(soft[top:bottom, left:right]).astype(np.float32)
    return max(_likeness(glyph, sign) for sign in _SIGNS) >= _SIGN


def _likeness(glyph: NDArray[np.float32], sign: str) -> float:
    return max(float(np.corrcoef(glyph.ravel(), seen)[0, 1]) for seen in _typed(sign))


@cache
def _typed(sign: str) -> tuple[NDArray[np.float32], ...]:
    """A sign as Pillow's own font has it, at one size and thicknesses."""
    font, seen = ImageFont.load_default(64), []
    for bold in (0, 2, 4):
        room = Image.new("L", (256, 128))
        ImageDraw.Draw(room).text((20, 100), sign, 255, font, "ls", stroke_width=bold)
        seen.append(to_glyph(np.asarray(room)).astype(np.float32).ravel())
    return tuple(seen)
