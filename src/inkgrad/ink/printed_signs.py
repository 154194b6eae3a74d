"""Signs that forms print before a field, as $ and No.: type, told by its likeness to type."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.imaging.filters import gaussian, resized
from inkgrad.ink.character import cropped

_SIGNS = ("$", "No.", "No", "Nr.", "#", "€", "£")
_SIGN = 0.88  # correlation from which on ink at the left is one; of 400 digits none had over 0.83
_ROOM = 2.5  # of its height: where so much is left for what it stands before
_TALL, _SOFT = 24, 1.0  # pixels of height at which it is compared, and of the blur of both
_WIDER = 1.18  # times as wide, or as narrow, as the type may it be


def is_sign(boxes: NDArray[np.integer], soft: NDArray[np.float32], beyond: float) -> bool:
    """Type that stands before a field: at its left, with nothing after it."""
    (left, top), (right, bottom) = boxes[:, :2].min(0).tolist(), boxes[:, 2:].max(0).tolist()
    tall, wide = bottom - top, right - left
    if wide > 2.6 * tall or soft.shape[1] + beyond - right < _ROOM * tall:
        return False
    return max(_likeness(soft[top:bottom, left:right], sign) for sign in _SIGNS) >= _SIGN


def _likeness(ink: NDArray[np.float32], sign: str) -> float:
    """The correlation of ink with a sign as wide as it is; 0 where that is too wide or narrow."""
    best, shape = 0.0, ink.shape[1] / ink.shape[0]
    for seen in _typed(sign):
        own = seen.shape[1] / seen.shape[0]
        if max(shape / own, own / shape) <= _WIDER:
            size = _TALL, max(4, round(_TALL * own))
            pair = [gaussian(np.pad(resized(one, size), 3), _SOFT).ravel() for one in (ink, seen)]
            best = max(best, float(np.asarray(np.corrcoef(np.stack(pair)))[0, 1]))
    return best


@cache
def _typed(sign: str) -> tuple[NDArray[np.float32], ...]:
    """A sign as Pillow's own font has it, at one size and thicknesses, 0..1."""
    font, seen = ImageFont.load_default(64), []
    for bold in (0, 2, 4):
        room = Image.new("L", (256, 128))
        ImageDraw.Draw(room).text((20, 100), sign, 255, font, "ls", stroke_width=bold)
        seen.append(np.asarray(cropped(np.asarray(room)) / 255, np.float32))
    return tuple(seen)
