"""A line looked at more than once: smaller and leaning, larger and leaning the other way.

What a network takes for another letter it seldom takes so at every size and slant. The looks were
chosen by `benchmarks/accuracy/looks.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class Look(NamedTuple):
    """How much wider and higher a line is made, and how far it leans: columns for each row."""

    wide: float
    high: float
    slant: float


LOOKS = (Look(0.87, 0.87, 0.15), Look(1.12, 1.12, -0.15))


def changed(line: NDArray[np.uint8], look: Look) -> NDArray[np.uint8]:
    """A line (h, w) so, as high as it was; its middle stays, and its width is a multiple of 4."""
    height, width = line.shape
    wide = max(4, round(width * look.wide))
    wide += -wide % 4
    middle = height / 2
    across = (1 / look.wide, look.slant, -look.slant * middle)
    down = (0.0, 1 / look.high, middle - middle / look.high)
    image = Image.fromarray(line).transform(
        (wide, height), Image.Transform.AFFINE, (*across, *down), Image.Resampling.BILINEAR
    )
    return np.asarray(image)
