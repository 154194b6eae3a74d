"""How likely a text is: words by how often they are used, and everything else letter by letter.

A text is read from left to right as words, numbers, signs and spaces. A word is known, or it is
new and spelled by a model of three letters in a row; both are summed, so that the probability of
the beginning of a word is exact too, and a beam search may ask for it after every letter.
"""

from __future__ import annotations

import copy
import hashlib
import io
import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write
from inkgrad.data.fetching import cache_folder
from inkgrad.data.npz import read_npz
from inkgrad.data.vocabulary import list_of_words, vocabulary
from inkgrad.errors import DataError
from inkgrad.recognition.lexicon import Lexicon
from inkgrad.synthetic.wording import CAPITALS, DIGITS, SMALL

_LAST = "\x7f"  # comes after every letter
_NEW = 0.08  # part of words that no list holds
# Part of the words of the list that may be any of them, however seldom it is used, and the power of
# its count that each has of that: what people write by hand is not what the list was counted in.
_ANY, _POWER = 0.4, 0.2
_WORD, _NUMBER, _SIGN = 0.8, 0.12, 0.08  # what begins after a space
_GOES_ON = 0.75  # chance of another digit
_SPACE = 0.9  # what comes after a word: a space, else a sign; digits and words are joined rarely
_JOINED = 0.01
_REMEMBERED = 50_000  # parts of words, some 17 MB
_SHORTEST = 4  # letters of a word that others are looked for by
# After an apostrophe.
_ENDINGS = {"s": 0.5, "t": 0.2, "ll": 0.08, "re": 0.08, "m": 0.05, "ve": 0.05, "d": 0.04}
_CAPITAL_LATER, _SMALL_LATER = 1e-4, 1e-3
# The first letter of a word, and the second after a capital: usually, and in block capitals.
_CAPITAL_FIRST, _CAPITAL_SECOND = {False: 0.35, True: 0.99}, {False: 0.3, True: 0.99}


class State(NamedTuple):
    """Where a text stands: what it is in the middle of, and how likely that part is so far."""

    kind: str  # "start", "space", "word", "number", "sign"
    part: str = ""  # the letters of the word, small
    capitals: int = 0  # 0 none, 1 the first, 2 all of several, 3 as in McKay
    log_p: float = 0.0  # of the beginning of the word
    spelled: float = 0.0  # the same for a new word, letter by letter


START = State("start")


class Language:
    """English, by a list of words with counts.

    `block` is the same language where everything is written in capitals.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._learn(tables_of(words))

    @classmethod
    def of(cls, tables: WordTables) -> Language:
        """The language of words that were counted already."""
        made = cls.__new__(cls)
        made._learn(tables)
        return made

    def _learn(self, tables: WordTables) -> None:
        self._in_block = False
        self._sorted = tables.words
        self._sums, self._parts = tables.sums.tolist(), tables.parts.tolist()
        self._after_two = _by_ends(tables.letters)
        self._begun: dict[tuple[str, float, str], tuple[float, float]] = {}
        self._lexicon = Lexicon(tables.words)

    @property
    def block(self) -> Language:
        other = copy.copy(self)  # the words are shared
        other._in_block = True
        return other

    def knows(self, word: str) -> bool:
        """Whether a word is in the list, however it is written."""
        return self._place(word.lower()) is not None

    def near(self, word: str, count: int) -> list[str]:
        """Words of the list that are spelled much like this one, the nearest first, cased as it is.

        One of less than four letters, or with signs in it, has none.
        """
        if len(word) < _SHORTEST or not word.isalpha():
            return []
        cased = str.upper if word.isupper() else str.capitalize if word[0].isupper() else str.lower
        most = len(word) // 2 if len(word) < 8 else 4
        return [cased(other) for other in self._lexicon.near(word.lower(), most, count)]

    def step(self, state: State, c: str) -> tuple[State, float]:
        """The state after one more character, and the logarithm of its probability."""
        if c in SMALL or c in CAPITALS:
            return self._letter(state, c)
        cost = self.end(state)
        if c == " ":
            # A space after a space, or before anything, is no ink.
            return State("space"), cost + math.log(_SPACE if state.kind != "space" else 1e-6)
        if c in DIGITS:
            if state.kind == "number":
                return state, math.log(_GOES_ON / 10)
            fitting = _NUMBER if state.kind in ("start", "space", "sign") else _JOINED
            return State("number"), cost + math.log(fitting / 10)
        first = state.kind in ("start", "space")
        again = 0.3 if state.kind == "sign" else 1.0
        likely = _LIKELY.get(c, 0.02) * again
        kind = "apostrophe" if c == "'" and state.kind == "word" else "sign"
        return State(kind), cost + math.log((_SIGN if first else 1 - _SPACE) * likely)

    def end(self, state: State) -> float:
        """The logarithm of the probability that what is begun ends here."""
        if state.kind == "word":
            known = self._part(state.part)
            if state.part in _ENDINGS:
                known = max(known, 1e-4)
            over = self._after(state.part)[26]
            return _mixed(known, state.spelled + over) - state.log_p
        return math.log(1 - _GOES_ON) if state.kind == "number" else 0.0

    def log_p(self, text: str) -> float:
        """The logarithm of the probability of a whole text."""
        state, total = START, 0.0
        for c in text:
            state, more = self.step(state, c)
            total += more
        return total + self.end(state)

    def _letter(self, state: State, c: str) -> tuple[State, float]:
        small, capital = c.lower(), c in CAPITALS
        if state.kind == "apostrophe":
            likely = math.log(_ENDINGS.get(small, 0.002))
            return State("word", small, 2 * capital, likely, likely), likely
        if state.kind != "word":
            joined = 0.0 if state.kind in ("start", "space", "sign") else math.log(_JOINED)
            first = _CAPITAL_FIRST[self._in_block]
            case = math.log(first if capital else 1 - first)
            begun = self._begin("", 0.0, small)
            more = self.end(state) + joined + math.log(_WORD) + case + begun[0]
            return State("word", small, int(capital), *begun), more
        begun = self._begin(state.part, state.spelled, small)
        second = _CAPITAL_SECOND[self._in_block]
        capitals, case = _cased(state.capitals, len(state.part), capital, second)
        return State("word", state.part + small, capitals, *begun), begun[0] - state.log_p + case

    def _begin(self, part: str, spelled: float, c: str) -> tuple[float, float]:
        """log p of the beginning `part` + `c`, in all and as a new word.

        Many beginnings of a text end in the same part of a word: it is worked out once.
        """
        asked = part, spelled, c
        found = self._begun.get(asked)
        if found is None:
            if len(self._begun) >= _REMEMBERED:
                self._begun.clear()
            new = spelled + self._after(part)[ord(c) - 97]
            found = self._begun[asked] = _mixed(self._known(part + c), new), new
        return found

    def _after(self, part: str) -> list[float]:
        """log p of each letter, and of the end, after a new word's beginning."""
        return self._after_two[part[-2:]]

    def _part(self, word: str) -> float:
        """How often a word is used among all words; 0 where the list does not hold it."""
        place = self._place(word)
        return 0.0 if place is None else self._parts[place]

    def _place(self, word: str) -> int | None:
        """Where the list holds a word, if it does."""
        place = bisect_left(self._sorted, word)
        return place if self._sorted[place : place + 1] == [word] else None

    def _known(self, begin: str) -> float:
        """How likely the words of the list are together that begin so: they stand side by side."""
        first, last = bisect_left(self._sorted, begin), bisect_left(self._sorted, begin + _LAST)
        return self._sums[last] - self._sums[first]


def _mixed(known: float, spelled: float) -> float:
    """log of the sum of a word in the list, of probability `known`, and a new one."""
    new = math.log(_NEW) + spelled
    if known <= 0:
        return new
    old = math.log((1 - _NEW) * known)
    return max(old, new) + math.log1p(math.exp(-abs(old - new)))


_LIKELY = {".": 0.3, ",": 0.25, "-": 0.12, "'": 0.2, "!": 0.04, "?": 0.04, ":": 0.06, "$": 0.04}


def _cased(capitals: int, length: int, capital: bool, second: float) -> tuple[int, float]:
    """The case of a word after one more letter, and what that costs.

    `second` is the probability that a capital follows the first one.
    """
    if capitals == 0:  # small so far
        return (3, math.log(_CAPITAL_LATER)) if capital else (0, 0.0)
    if capitals == 1 and length == 1:
        return (2 if capital else 1), math.log(second if capital else 1 - second)
    if capitals == 2:
        return (2, 0.0) if capital else (3, math.log(_SMALL_LATER))
    return (3, math.log(_CAPITAL_LATER)) if capital else (capitals, 0.0)


def _by_ends(letters: NDArray[np.float64]) -> dict[str, list[float]]:
    """Rows of a table (27, 27, 27) by the one or two letters before, or none: 26 is a beginning."""
    rows = letters.tolist()
    places = {"": 26, **{c: place for place, c in enumerate(SMALL)}}
    return {
        second + last: rows[places[second]][places[last]]
        for second, last in itertools.product(places, places)
        if last or not second
    }


class WordTables(NamedTuple):
    """What is known of the n words of a list, in alphabetical order."""

    words: list[str]
    sums: NDArray[np.float64]  # (n + 1,), how likely all before each word are together
    parts: NDArray[np.float64]  # (n,), how likely each is
    letters: NDArray[np.float64]  # (27, 27, 27), see _trigrams


def tables_of(words: Mapping[str, int], any_of_them: float = _ANY) -> WordTables:
    """Words by their counts; those with letters that are not ASCII's only tell of the others.

    `any_of_them` is the part that is spread over all words nearly alike.
    """
    known = [word for word in words if word.isascii()]
    counts = np.fromiter(words.values(), np.int64, len(words))
    if len(known) < len(words):
        counts = counts[[word.isascii() for word in words]]
    order = sorted(range(len(known)), key=known.__getitem__)
    used, flat = counts[order].astype(float), counts[order] ** _POWER
    parts = (1 - any_of_them) * used / used.sum() + any_of_them * flat / flat.sum()
    sums = np.append(0.0, np.cumsum(parts))
    return WordTables([known[i] for i in order], sums / sums[-1], parts, _trigrams(words))


def _trigrams(words: Mapping[str, int]) -> NDArray[np.float64]:
    """log p of the next letter, 26 for the end, after each two; words count by their roots."""
    text = "{" + "{".join(words) + "{"  # place 26 before, between and after
    letters = np.frombuffer(text.encode("ascii", "replace"), np.uint8).astype(np.int32) - 97
    before, last = letters[:-1], letters[1:]
    two = np.where(before == 26, 26, np.append(26, letters[:-2]))
    ends = np.flatnonzero(last == 26)
    roots = np.sqrt(np.fromiter(words.values(), float, len(words)))
    weights = np.repeat(roots, np.diff(ends, prepend=-1))
    plain = (two >= 0) & (before >= 0) & (last >= 0)  # no apostrophe among them
    places = ((two * 27 + before) * 27 + last)[plain]
    shares = weights[plain] / weights.mean()
    counts = np.bincount(places, shares, 27**3).reshape(27, 27, 27) + 0.02
    return np.log(counts / counts.sum(axis=2, keepdims=True))


@cache
def english() -> Language:
    """The language of the list that comes with symspellpy; UsageError where it is missing."""
    source = list_of_words()
    return Language.of(kept_tables(source, lambda: tables_of(vocabulary())))


def kept_tables(source: bytes, make: Callable[[], WordTables]) -> WordTables:
    """What is known of a list, counted once and kept in the user's cache: 15 ms in place of 160.

    The tables are known by the list's bytes and by this module's own; where they cannot be read or
    written they are made anew, without a word.
    """
    known = hashlib.sha256(source + Path(__file__).read_bytes()).hexdigest()[:16]
    path = cache_folder() / f"language-{known}.npz"
    with suppress(DataError, KeyError, ValueError):
        return _unpacked(read_npz(path, ("words", "sums", "parts", "letters")))
    made, file = make(), io.BytesIO()
    words = np.frombuffer("\n".join(made.words).encode(), np.uint8)
    np.savez(file, words=words, sums=made.sums, parts=made.parts, letters=made.letters)
    with suppress(OSError):
        atomic_write(path, file.getvalue())
    return made


def _unpacked(kept: Mapping[str, NDArray[Any]]) -> WordTables:
    words = kept["words"].tobytes().decode().split("\n")
    tables = WordTables(words, kept["sums"], kept["parts"], kept["letters"])
    count = len(words)
    if [t.shape for t in tables[1:]] != [(count + 1,), (count,), (27, 27, 27)]:
        raise ValueError("not what was written")
    return tables
