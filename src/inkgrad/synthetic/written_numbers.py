"""Numbers as people really wrote them: what is in words and lines of `unipen-words`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.data.unipen_words import Writing
from inkgrad.imaging.strokes import Stroke
from inkgrad.synthetic.wear import Rng, as_rows, stacked
from inkgrad.synthetic.wording import DIGITS
from inkgrad.synthetic.written import Written, plain

_MARKS = frozenset(" .,-/:$()")
"""What may stand in a number and means nothing."""

_WIDE = (2, 18)  # heights of a small letter that a line is wide


@dataclass(frozen=True)
class WrittenNumbers:
    """A source of lines of numbers that were written, drawn anew for every batch.

    Numbers of one writer stand side by side until a line is long enough. A batch is (n, 32, w)
    uint8 with labels (n, l), filled up with -1: those characters that `alphabet` has.
    """

    writing: Writing
    size: int
    alphabet: str = DIGITS

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        wide, lines, rows = rng.uniform(*_WIDE), list[Images](), list[NDArray[np.intp]]()
        for _ in places:
            text, line = self._written.phrase(wide, rng)
            lines.append(line)
            rows.append(classes_of(text, self.alphabet))
        return stacked(lines), as_rows(rows, max(map(len, rows)))

    def line(self, item: int, rng: Rng) -> tuple[NDArray[np.intp], Images]:
        """One number with its line (32, w)."""
        return classes_of(str(self.writing.texts[item]), self.alphabet), self._written.line(
            [item], rng
        )

    @cached_property
    def _written(self) -> Written:
        return Written(self.writing, 0)


def classes_of(text: str, alphabet: str = DIGITS) -> NDArray[np.intp]:
    """The places in an alphabet of those characters of a text that it has, in order."""
    return np.array([alphabet.index(c) for c in text if c in alphabet], np.intp)


def numbers_of(writing: Writing, least: int = 2) -> Writing:
    """The items that are numbers of so many digits at least, with marks but no words."""
    texts = [plain(str(text)) for text in writing.texts]
    return writing.only(
        np.array([set(t) <= set(DIGITS) | _MARKS and len(classes_of(t)) >= least for t in texts])
    )


def single_digits(writing: Writing) -> list[Sequence[Sequence[Sequence[Stroke]]]]:
    """For each writer of single digits: these, as strokes, digit by digit.

    Of writers alone who wrote six of the ten or more.
    """
    texts = np.array([plain(str(text)) for text in writing.texts])
    found: list[Sequence[Sequence[Sequence[Stroke]]]] = []
    for writer in np.unique(writing.writers):
        mine = np.flatnonzero(writing.writers == writer)
        by_digit = [[writing.strokes(int(i)) for i in mine[texts[mine] == d]] for d in DIGITS]
        if sum(map(bool, by_digit)) >= 6:
            found.append(by_digit)
    return found
