"""Characters as coarse scanners and felt pens give them: few pixels, thick strokes, stairs.

Networks that have only seen good scans take a thick 1 of 8 by 3 pixels for a blot.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from inkgrad.data.dataset import Images, Split
from inkgrad.ink.character import cropped, to_glyph

Rng = np.random.Generator
_HIGH = (7, 16)  # pixels of a coarse character
_ENLARGED = 4
_RESAMPLINGS = (None, Image.Resampling.BILINEAR, Image.Resampling.NEAREST)


def coarsened(split: Split, part: float, rng: Rng) -> Split:
    """So large a part of glyphs (n, 28, 28) as coarse scans, the others as they are."""
    images: Images = split.images.copy()
    for i in np.flatnonzero(rng.random(len(images)) < part):
        images[i] = coarse(images[i], rng)
    return Split(images, split.labels)


def coarse(image: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """A character (h, w), light ink on black, scanned with few pixels: its glyph (28, 28)."""
    ink = Image.fromarray(np.pad(cropped(image), 1))
    if rng.random() < 0.4:
        ink = ink.filter(ImageFilter.MaxFilter(3))
    scale = rng.uniform(*_HIGH) / max(ink.size)
    small = ink.resize(_size(ink, scale), Image.Resampling.BOX)
    if rng.random() < 0.25:
        values = np.asarray(small)
        small = Image.fromarray(np.where(values > 0.45 * values.max(), 255, 0).astype(np.uint8))
    resampling = _RESAMPLINGS[rng.integers(len(_RESAMPLINGS))]
    if resampling is not None:  # somebody has enlarged it since
        small = small.resize(_size(small, _ENLARGED), resampling)
    return to_glyph(np.asarray(small))


def _size(image: Image.Image, scale: float) -> tuple[int, int]:
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
