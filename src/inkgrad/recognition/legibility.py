"""How well a page can be read the way it lies: by its words, and by its ink where it has none.

Upside down, most ink looks like some letters too, but less like them. The powers and parts here
were chosen by `benchmarks/accuracy/upright.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from inkgrad.documents.page import Word
from inkgrad.nn.vectors import Array
from inkgrad.recognition.language import Language

SURE = 0.55  # of a page of whose letters so many stand in sure words nobody asks how it lies
# The mean probability of the characters of a page that is looked for nowhere else; and of a sheet
# that was found in a photo, which may be a part of the page.
CLEAR, CLEARER = 0.75, 0.85
_MANY = 60  # characters so clear in the mean are nowhere read on a page that lies otherwise
BETTER = 1.1  # times as clear another side has to be for a page to be turned
_WORD = 3  # letters: fewer make a word of the list whichever side is up
_POWER = 4


def in_words(words: Sequence[Word], language: Language | None) -> float:
    """The part of all characters that stand in words of the list, each as sure as its word is."""
    known = sum(
        len(word.text) * word.confidence
        for word in words
        if len(word.text) >= _WORD and language is not None and language.knows(word.text)
    )
    return known / max(1, sum(len(word.text) for word in words))


class Legibility(NamedTuple):
    """How many characters the ink of lines says, and how probable they are in the mean."""

    characters: int
    probability: float

    @property
    def clearness(self) -> float:
        """The more characters the better, if they are clear."""
        return self.characters * self.probability**_POWER

    @property
    def upright(self) -> bool:
        """Whether so much is so clear that the page lies as it was written."""
        return self.characters >= _MANY and self.probability >= CLEARER


def legibility(lines: Iterable[Array]) -> Legibility:
    """That of lines, by log probabilities (t, k) of their columns, the last class the blank.

    A character has the probability of the column where it begins.
    """
    begun = list[Array]()
    for log_p in lines:
        best = log_p.argmax(1)
        new = (best != log_p.shape[1] - 1) & (best != np.append(-1, best[:-1]))
        begun.append(np.exp(log_p.max(1)[new]))
    p = np.concatenate(begun) if begun else np.zeros(0)
    return Legibility(len(p), float(p.mean()) if len(p) else 0.0)
