"""How well a page can be read the way it lies."""

from __future__ import annotations

from collections.abc import Sequence

from inkgrad.documents.page import Word
from inkgrad.recognition.language import Language

SURE = 0.55  # of a page whose words are as sure as this nobody asks whether it lies otherwise
BETTER = 1.5  # times as much has to be read for a page to be turned
_UNKNOWN = 0.4  # what a word counts that is in no list


def legible(words: Sequence[Word], language: Language | None) -> tuple[float, float]:
    """How many letters were read, each as sure as its word is; and that in parts of all letters.

    Numbers and words of the list count most: also upside down, most ink looks like some letters.
    """
    letters = [len(word.text) for word in words]
    known = [
        word.text.isdigit() or (language is not None and language.knows(word.text))
        for word in words
    ]
    counted = sum(
        n * word.confidence * (1.0 if k else _UNKNOWN)
        for word, n, k in zip(words, letters, known, strict=True)
    )
    return counted, counted / max(1, sum(letters))
