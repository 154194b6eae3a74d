"""Fields of forms with known answers: a composed line on paper, as a scanner or camera gives it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.filters import rescaled

Rng = np.random.Generator
_SIZES = (0.35, 2.5)  # of a composed line, whose writing is 22 pixels high
_MARGINS = (2.0, 14.0)  # pixels of paper around it, at its own size
_PATTERNED = 0.4  # part of the fields that are printed under


def on_paper(line: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """A line (32, w) of light ink on black as a grey image (h, x) of dark ink on paper.

    Its writing is 8 to 55 pixels high; light is uneven, paper has grain and may have a pattern.
    """
    size = float(np.exp(rng.uniform(*np.log(_SIZES))))
    ink = rescaled(line, size, 6) / 255
    top, bottom, left, right = np.round(size * rng.uniform(*_MARGINS, 4)).astype(int)
    ink = np.pad(ink, ((top, bottom), (left, right)))
    y, x = np.mgrid[0 : 1 : ink.shape[0] * 1j, 0 : 1 : ink.shape[1] * 1j]
    paper = rng.uniform(190, 245) - rng.uniform(0, 40) * x - rng.uniform(0, 30) * y
    paper += rng.normal(0, rng.uniform(0.5, 7), ink.shape)
    if rng.random() < _PATTERNED:
        paper -= rng.uniform(8, 28) * _waves(ink.shape, size, rng)
    return (paper - rng.uniform(70, 190) * ink).clip(0, 255).astype(np.uint8)


def _waves(shape: tuple[int, ...], size: float, rng: Rng) -> NDArray[np.bool_]:
    """Fine bent lines, as cheques have them."""
    y, x = np.mgrid[: shape[0], : shape[1]] / size
    down, across = rng.uniform(0.2, 1.2, 2)
    height = np.sin(across * x + down * y + 4 * np.sin(0.05 * x))
    waves: NDArray[np.bool_] = height > rng.uniform(0.2, 0.8)
    return waves
