"""Drawing characters from the path of the pen: at any size, in any thickness.

A stroke is an array of points (m, 2), x to the right and y down; a character a list of strokes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ShapeError
from inkgrad.kernels.drawing import draw_strokes
from inkgrad.preconditions import require

Stroke = NDArray[np.float32]
Character = Sequence[Stroke]


def fitted(character: Character, side: float) -> list[Stroke]:
    """The strokes moved and scaled alike, so that the longer side of their box is `side` long.

    Their box starts at (0, 0). A single dot stays a dot.
    """
    points = np.concatenate(character)
    low, high = points.min(0), points.max(0)
    longest = float((high - low).max())
    scale = side / longest if longest else 0.0
    return [((stroke - low) * scale).astype(np.float32) for stroke in character]


def draw(character: Character, thickness: float) -> NDArray[np.uint8]:
    """The strokes as light ink on black, `thickness` pixels wide, with soft edges.

    The image (h, w) is as large as the ink and a pixel around it: (0, 0) lies half a stroke and a
    pixel in. Raises ShapeError for strokes that are no such arrays of points.
    """
    for stroke in character:
        require("a stroke", stroke, (None, 2))
    points = np.concatenate(character)
    if not np.isfinite(points).all():
        raise ShapeError("a stroke has points that are not finite")
    margin = thickness / 2 + 1
    w, h = np.ceil(points.max(0) + 2 * margin + 1).astype(int)
    ends = np.cumsum([len(stroke) for stroke in character])
    image = np.zeros((h, w), np.float32)
    draw_strokes(points + np.float32(margin), ends, thickness / 2, image)
    return (255 * image).round().astype(np.uint8)


def simplified(character: Character, points: int) -> list[Stroke]:
    """Each stroke with at most so many points, evenly chosen: what a coarse tablet records."""
    return [
        stroke[np.unique(np.linspace(0, len(stroke) - 1, points).round().astype(int))]
        for stroke in character
    ]
