"""Pieces of connected ink on a page, and what their sizes tell: letters, drawings, rules, dirt."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.errors import ImageError
from inkgrad.imaging.masks import Mask, grown
from inkgrad.imaging.regions import connected, extents

Integers = NDArray[np.integer]

_DRAWN = 6.0  # of a letter's height: larger pieces are drawings
_SPECK = 0.25  # of the middle height of all ink: what is lower is no letter beside it
_FEW = 0.6  # part of the pieces that are higher: where it is more, the others are no specks
_LARGE = 20  # so many pieces may be larger than letters
_MOST = 20_000  # pieces of a page: beyond, the smaller ones are noise


@dataclass(frozen=True)
class Pieces:
    """n pieces: their labels in the image of labels, edges, and numbers of pixels, each (n,)."""

    label: Integers
    left: Integers
    top: Integers
    right: Integers
    bottom: Integers
    mass: Integers

    @classmethod
    def of(cls, ink: Mask) -> tuple[Pieces, Integers]:
        """The pieces of a page's ink (h, w), and the image of their labels.

        A hairline that is broken by a pixel or two is one piece.
        """
        labels, count = connected(grown(ink))
        labels *= ink
        boxes, mass = extents(labels, count)
        left, top, right, bottom = boxes.T
        pieces = cls(np.arange(1, count + 1), left, top, right, bottom, mass)
        if count > _MOST:
            pieces = pieces.take(np.sort(np.argpartition(mass, -_MOST)[-_MOST:]))
        return pieces, labels

    def __len__(self) -> int:
        return len(self.label)

    def take(self, wanted: Mask | Integers) -> Pieces:
        """Some of the pieces."""
        return Pieces(*(getattr(self, field.name)[wanted] for field in fields(self)))

    @property
    def tall(self) -> Integers:
        return self.bottom - self.top

    @property
    def wide(self) -> Integers:
        return self.right - self.left

    @property
    def x(self) -> NDArray[np.float64]:
        """The middles, across."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> NDArray[np.float64]:
        """The middles, down."""
        return (self.top + self.bottom) / 2

    @property
    def box(self) -> Box:
        """The box around all of them."""
        ends = self.left.min(), self.top.min(), self.right.max(), self.bottom.max()
        left, top, right, bottom = map(int, ends)
        return left, top, right, bottom

    @property
    def boxes(self) -> list[Box]:
        """The box of each."""
        edges = np.stack([self.left, self.top, self.right, self.bottom], 1)
        return [(a, b, c, d) for a, b, c, d in edges.tolist()]

    def like_letters(self) -> Mask:
        """Which are of a size that letters may have."""
        fitting: Mask = (self.tall >= 5) & (self.mass >= 10) & (self.wide < 25 * self.tall)
        return fitting

    def letter_height(self) -> float:
        """The usual height of a letter: the middle of the ink, dots, specks and rules left out.

        Specks are so many on a copy of a copy that the usual piece is one; most of the ink is in
        letters all the same, where a stamp counts for no more than one of them. Raises ImageError
        where there is nothing of the size of writing.
        """
        fitting = self.like_letters()
        if not fitting.any():
            raise ImageError("shows no line of writing, expected some")
        heights, mass = self.tall[fitting], self.mass[fitting]
        large = np.sort(mass)[-_LARGE:][0]
        written = heights > _SPECK * _middle(heights, np.minimum(mass, large))
        if np.mean(written) > _FEW:  # what is lower are dots and commas
            written[:] = True
        return max(6.0, _middle(heights[written], np.sqrt(mass[written])))

    def drawn(self, letter: float) -> Mask:
        """Which are drawings: far larger than letters, and than words."""
        tall: Mask = self.tall > _DRAWN * letter
        large: Mask = (self.tall > 0.6 * _DRAWN * letter) & (self.wide > _DRAWN * letter)
        return tall | large

    def ruled(self, letter: float) -> Mask:
        """Which are lines that somebody drew: long, thin, and nothing else."""
        longer, shorter = np.maximum(self.wide, self.tall), np.minimum(self.wide, self.tall)
        thin = (shorter < 0.5 * letter) & (self.mass < 0.25 * letter * longer)
        ruled: Mask = thin & (longer > 4 * letter)
        return ruled


def _middle(values: Integers, weights: NDArray[np.number]) -> float:
    """The median of values (n,) that count so much each."""
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])
