"""Lines of words as people wrote them, of which some are crossed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.synthetic.strikes import CROSSED_OUT, SIGNS, UNDERLINED
from inkgrad.synthetic.wear import Rng, as_rows, stacked
from inkgrad.synthetic.written import Written, some_width

_OUT, _UNDER = 0.3, 0.08  # part of the words


@dataclass(frozen=True)
class WordsCrossedOut:
    """A source of such lines: (n, 32, w) uint8 with labels (n, words), places in `SIGNS`.

    `size` is how many lines count as an epoch.
    """

    written: Written
    size: int

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        wide = some_width(0.4, rng)
        rows, lines = zip(*(self.line(wide, rng) for _ in places), strict=True)
        return stacked(list(lines)), as_rows(list(rows), max(map(len, rows)))

    def line(self, wide: float, rng: Rng) -> tuple[NDArray[np.intp], Images]:
        """One line about so many small letters wide, and its labels."""
        items = self.written.chosen(wide, rng)
        drawn = rng.random(len(items))
        said = ["" if p > _OUT + _UNDER else CROSSED_OUT if p < _OUT else UNDERLINED for p in drawn]
        labels = [
            SIGNS.index("-" if sign == CROSSED_OUT else "_")
            for item, sign in zip(items, said, strict=True)
            for _ in range(self.written.words_of(item))
        ]
        return np.array(labels, np.intp), self.written.line(items, rng, said)
