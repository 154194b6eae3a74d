"""English words and how often they are used: for composing lines, and for reading them."""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files

from inkgrad.errors import missing

_FILE = "frequency_dictionary_en_82_765.txt"
_HELD = 10  # every so many-th word is never used in training


def list_of_words() -> bytes:
    """The file of symspellpy's list (MIT): UTF-8, a word and its count a line.

    Raises UsageError where that is not installed.
    """
    try:
        return (files("symspellpy") / _FILE).read_bytes()
    except ModuleNotFoundError:
        raise missing("symspellpy", "notes", "the list of English words") from None


@cache
def vocabulary() -> dict[str, int]:
    """82,765 words in small letters with their counts in Google's books, from symspellpy (MIT).

    Raises UsageError where that is not installed.
    """
    words = list_of_words().decode("utf-8-sig").split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


def held_out(word: str) -> bool:
    """Whether a word is kept for measuring: lines to train on never hold it."""
    return zlib.crc32(word.lower().encode()) % _HELD == 0
