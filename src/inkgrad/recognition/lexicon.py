"""Words of a list that are spelled much like a given one: by insertions, deletions, exchanges.

A beam search keeps what is likely letter by letter, and loses a word of which some letter looks
unlikely. What it found instead is seldom far from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inkgrad.kernels.compiled import compiled

_MOST = 2  # letters by which lengths may differ


class Lexicon:
    """A list of words in small letters a to z, to be looked up by their likeness.

    What that needs is made when it is asked for first (90 ms for 82,000 words).
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    @cached_property
    def _letters(self) -> NDArray[np.uint8]:
        """Those of all words, side by side."""
        return np.frombuffer("".join(self._words).encode("ascii"), np.uint8)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """Where each word ends among them (n,)."""
        return np.cumsum(np.fromiter(map(len, self._words), np.int64, len(self._words)))

    def near(self, word: str, distance: int, count: int) -> list[str]:
        """The words nearest to a given one, at most so far from it by Levenshtein's distance.

        Of words as near as each other those come first that come first in the list.
        """
        letters = np.frombuffer(word.encode("ascii", "replace"), np.uint8)
        if not len(letters) or not len(self._words):
            return []
        found = _distances(letters, self._letters, self._ends, min(distance, 127))
        places = np.flatnonzero(found <= distance)
        nearest = places[np.argsort(found[places], kind="stable")][:count]
        return [self._words[place] for place in nearest]


@compiled
def _distances(
    word: NDArray[np.uint8], letters: NDArray[np.uint8], ends: NDArray[np.int64], most: int
) -> NDArray[np.int8]:
    """Levenshtein's distances (n,) of a word to n others, side by side in `letters`.

    Those that are farther than `most` are said to be `most` + 1 away. (Wagner and Fischer 1974)
    """
    length = len(word)
    found = np.full(len(ends), most + 1, np.int8)
    row = np.empty(length + 1, np.int64)
    begin = 0
    for place in range(len(ends)):
        end = ends[place]
        if abs(end - begin - length) <= min(most, _MOST):
            for i in range(length + 1):
                row[i] = i
            for j in range(begin, end):
                before, row[0] = row[0], row[0] + 1
                least = row[0]
                for i in range(1, length + 1):
                    cost = before + (word[i - 1] != letters[j])
                    before = row[i]
                    row[i] = min(cost, before + 1, row[i - 1] + 1)
                    least = min(least, row[i])
                if least > most:
                    break
            found[place] = min(row[length], most + 1) if least <= most else most + 1
        begin = end
    return found
