"""Holes in the paper and blots among the pieces of a page: filled as no letter is."""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.masks import Mask, opened
from inkgrad.layout.pieces import Integers, Pieces

_FILLED, _BLOT = 0.75, 0.8  # of its box that a blot fills, and of a letter's height, at least;
_LONGER = 1.5  # times as long as wide it is at most
_CORE = 0.6  # of its width: it holds a square so large, a disc one of 0.7, a bold stroke none


def blots(pieces: Pieces, labels: Integers, letter: float) -> Mask:
    """Which pieces (n,) of the image of labels (h, w) are blots, beside letters so high.

    Letters of a felt pen fill their boxes too, but with strokes, which are thinner.
    """
    shorter, longer = np.minimum(pieces.wide, pieces.tall), np.maximum(pieces.wide, pieces.tall)
    found: Mask = pieces.mass > _FILLED * pieces.wide * pieces.tall
    found &= (shorter > _BLOT * letter) & (longer < _LONGER * shorter)
    for i in np.flatnonzero(found):
        window = np.s_[pieces.top[i] : pieces.bottom[i], pieces.left[i] : pieces.right[i]]
        side = int(np.ceil(_CORE * shorter[i]))
        found[i] = opened(labels[window] == pieces.label[i], (side, side)).any()
    return found
