"""A line of ink -> words: what the columns say, weighed with what is likely to be written.

A beam search finds texts that are probable by ink and language together. Where the ink leaves a
doubt the line is looked at again, larger, smaller and leaning, and texts and words are weighed by
all looks. Beside each word stays what the ink alone says there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ModelError
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.ctc import greedy, log_probability, log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array
from inkgrad.reading.looks import LOOKS, changed
from inkgrad.recognition.alignment import places
from inkgrad.recognition.beam import BEAM, Text, Weighed, likely_texts
from inkgrad.recognition.language import Language

_MOST = 8  # alternatives weighed for a word, and texts of a look for a line
DOUBTFUL = 0.6  # of words less likely than this a person should look at the image
_CLEAR = 0.3  # a line as probable as this is looked at once
_SHORT, _NARROW = 128, 6  # columns of a line; of a longer one later looks have a narrower beam
_SETTLED, _NEAR = 0.9, 48  # a word less sure is compared with so many of the list
_DOUBTED, _MOST_JOINED = 0.5, 4  # two words, one of them less sure, may be one
_NO = -40.0  # logarithm of what cannot be


@dataclass(frozen=True)
class ReadWord:
    """A word and where it is: from which to which pixel of the line, up to the spaces around it.

    `raw` is what the ink alone says. `alternatives` are other words with their probabilities.
    """

    text: str
    raw: str
    confidence: float
    span: tuple[int, int]
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class _Read:
    """A text and where each of its classes stands in the columns of each look: from, to."""

    looks: Sequence[Array]
    text: Text
    spans: Sequence[Sequence[tuple[int, int]]]

    @classmethod
    def of(cls, looks: Sequence[Array], text: Text) -> _Read:
        """A text, looked for in the columns of each look."""
        return cls(looks, text, [places(log_p, text) for log_p in looks])

    def columns(self, a: int, b: int) -> list[Array]:
        """Those of the classes from a to b, up to the classes around them, by look."""
        return [
            log_p[spans[a - 1][1] if a else 0 : spans[b][0] if b < len(self.text) else None]
            for log_p, spans in zip(self.looks, self.spans, strict=True)
        ]

    def pixels(self, a: int, b: int, width: int) -> tuple[int, int]:
        """Where they stand in a line so wide, up to the middles of the spaces around them."""
        spans, wide = self.spans[0], width / len(self.looks[0])
        begin = sum(spans[a - 1]) / 2 * wide if a else 0.0
        end = sum(spans[b]) / 2 * wide if b < len(self.text) else float(width)
        return round(begin), max(round(begin) + 1, round(end))


class TextReader:
    """Reads lines with a line network and a language. Threads may share one."""

    def __init__(self, network: Network, about: About, language: Language | None) -> None:
        self.network, self.language = network.fold(), language
        self.alphabet = about.get("alphabet", "")
        if not network.any_width or network.output_shape[-1] != len(self.alphabet) + 1:
            raise ModelError("is no reader of lines, expected one with an alphabet")
        if " " not in self.alphabet:
            raise ModelError("reads no spaces, expected a reader of text")
        self.temperature = about.get("temperature", 1.0)
        self.word_temperature = about.get("word_temperature", 1.0)
        # Of the language against the ink, and the logarithm of what a character is given back of
        # that, lest short texts be preferred.
        self.weight, self.length = about.get("language", (0.67, 2.0))
        self.thresholds = about.get("word_thresholds", [])
        self.name = "the reader of text"
        self.looks = LOOKS  # beside the line as it is

    @classmethod
    def load(cls, path: Path, language: Language | None) -> TextReader:
        """Raises ModelError, naming the file, for what is no reader of text."""
        networks, about = files.load_together(path)
        try:
            reader = cls(networks[0], about, language)
            files.only(networks)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None
        reader.name = str(path)
        return reader

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part of the words is wrong.

        It was found on words of sources that the network was not trained on. Raises ModelError
        where that was not measured for these weights.
        """
        if not self.thresholds:
            raise ModelError(
                f"{self.name}: was never measured for how far its confidences of words hold, "
                "expected word_thresholds in it"
            )
        return min((least for error, least in self.thresholds if error <= max_error), default=1.0)

    def read_line(self, line: NDArray[np.uint8], first: Array | None = None) -> list[ReadWord]:
        """The words in a line (32, w), as `to_line` makes it; `first` are its columns if known."""
        first = self.columns(line) if first is None else first
        words = self.words([first], line.shape[1])
        if words and math.prod(word.confidence for word in words) >= _CLEAR:
            return words
        looks = [first, *(self.columns(changed(line, look)) for look in self.looks)]
        return self.words(looks, line.shape[1])

    def columns(self, line: NDArray[np.uint8]) -> Array:
        """Log probabilities (t, k) for the columns of a line (32, w)."""
        return log_softmax(self.network(line[None])[0].astype(np.float64) / self.temperature)

    def words(self, looks: Sequence[Array], width: int) -> list[ReadWord]:
        """The words in a line `width` pixels wide by its columns (t, k), as often as looked at.

        Places are by the first look. Who writes most of a line in capitals writes all of it so:
        then it is read again as that.
        """
        words = self._words(looks, width, self.language)
        if self.language and _mostly_capitals(words):
            return self._words(looks, width, self.language.block)
        return words

    def _words(
        self, looks: Sequence[Array], width: int, language: Language | None
    ) -> list[ReadWord]:
        weighed = Weighed(language, self.alphabet, self.weight, self.length)
        texts, best = _texts(looks, weighed)
        if not best:
            return []
        for _ in range(_MOST_JOINED):
            read = _Read.of(looks, best)
            words = self._by_word(read, texts, width, weighed)
            best = self._joined(read, words, weighed)
            if best == read.text:
                return words
        return self._by_word(_Read.of(looks, best), texts, width, weighed)

    def _by_word(
        self, read: _Read, texts: Sequence[Text], width: int, weighed: Weighed
    ) -> list[ReadWord]:
        """The words of a text, each by its own columns and what other texts have in its place."""
        pieces = _pieces(read.text, self._class(" "))
        others = _word_by_word(texts, len(pieces), self._class(" "))
        edges = [1.0, *(self._apart(read, *pair, weighed) for pair in pairwise(pieces)), 1.0]
        words = []
        for place, piece in enumerate(pieces):
            parts = [self._without_spaces(log_p) for log_p in read.columns(*piece)]
            word = self._word(parts, others[place] | {read.text[slice(*piece)]}, weighed)
            sure = word.confidence * edges[place] * edges[place + 1]
            words.append(replace(word, confidence=sure, span=read.pixels(*piece, width)))
        return words

    def _joined(self, read: _Read, words: Sequence[ReadWord], weighed: Weighed) -> Text:
        """The text with a word of the list where two that are in doubt stand, if that is better."""
        if not weighed.language:
            return read.text
        text = read.text
        pairs = zip(pairwise(_pieces(text, self._class(" "))), pairwise(words), strict=True)
        for ((a, b), (c, d)), (one, other) in pairs:
            if min(one.confidence, other.confidence) >= _DOUBTED:
                continue
            columns = read.columns(a, d)
            near = weighed.language.near(self._text(text[a:b] + text[c:d]), _NEAR)
            worth = {
                word: _by_ink(columns, word) + weighed.text(word)
                for word in (text[a:d], *map(self._classes, near))
            }
            best = max(worth, key=worth.__getitem__)
            if best != text[a:d]:
                return text[:a] + best + text[d:]
        return text

    def _apart(
        self, read: _Read, one: tuple[int, int], other: tuple[int, int], weighed: Weighed
    ) -> float:
        """How likely two words side by side are two, and not one."""
        columns, (a, b), (c, d) = read.columns(one[0], other[1]), one, other
        apart, joined = read.text[a:d], read.text[a:b] + read.text[c:d]
        more, less = (_by_ink(columns, text) + weighed.text(text) for text in (apart, joined))
        return 1 / (1 + math.exp(min(50.0, (less - more) / self.word_temperature)))

    def _class(self, c: str) -> int:
        return self.alphabet.index(c)

    def _classes(self, word: str) -> Text:
        return tuple(map(self._class, word))

    def _text(self, text: Text) -> str:
        return "".join(self.alphabet[c] for c in text)

    def _without_spaces(self, log_p: Array) -> Array:
        """A word's columns: within it a space is nothing, the edge of those around it."""
        space, log_p = self._class(" "), log_p.copy()
        log_p[:, -1] = np.logaddexp(log_p[:, -1], log_p[:, space])
        log_p[:, space] = _NO
        return log_p

    def _word(self, looks: Sequence[Array], known: set[Text], weighed: Weighed) -> ReadWord:
        """A word by its own columns; where that leaves a doubt, with words of the list near it."""
        word = self._best_of(looks, known, weighed)
        if word.confidence >= _SETTLED or not weighed.language:
            return word
        near = set[Text]()
        for text in dict.fromkeys((word.text, word.raw)):
            near.update(map(self._classes, weighed.language.near(text, _NEAR)))
        worth = {text: _by_ink(looks[:1], text) + weighed.text(text) for text in near - known}
        best = sorted(worth, key=lambda text: -worth[text])[:_MOST]
        return self._best_of(looks, known | set(best), weighed) if best else word

    def _best_of(self, looks: Sequence[Array], known: set[Text], weighed: Weighed) -> ReadWord:
        """The best of these words and of what the ink alone says, by their columns."""
        raws = [tuple(c for c in greedy(log_p[None])[0].tolist() if c >= 0) for log_p in looks]
        ink = {word: _by_ink(looks, word) for word in {*known, *filter(None, raws)}}
        kept = sorted(ink, key=lambda word: -(ink[word] + weighed.text(word)))[:_MOST]
        raw = raws[0] or kept[0]
        worth = {word: ink[word] + weighed.text(word) for word in kept}
        left = math.log(max(1e-6, 1.0 - sum(math.exp(ink[word]) for word in kept)))
        values = np.array([*worth.values(), left + weighed.text(raw)]) / self.word_temperature
        parts = np.exp(values - values.max())
        parts /= parts.sum()
        best, *rest = zip(kept, parts[:-1].tolist(), strict=True)
        alternatives = tuple((self._text(word), p) for word, p in rest if p > 1e-3)
        return ReadWord(self._text(best[0]), self._text(raw), best[1], (0, 0), alternatives)


def _texts(looks: Sequence[Array], weighed: Weighed) -> tuple[list[Text], Text]:
    """Texts that a look finds likely, and that which all together find likeliest."""
    found = [
        likely_texts(log_p, weighed, _NARROW if place and len(log_p) > _SHORT else BEAM)
        for place, log_p in enumerate(looks)
    ]
    if len(looks) == 1:
        return found[0], found[0][0] if found[0] else ()
    texts = list(dict.fromkeys(text for of_look in found for text in of_look[:_MOST]))
    return texts, max(texts, key=lambda text: _by_ink(looks, text) + weighed.text(text))


def _by_ink(looks: Sequence[Array], text: Text) -> float:
    """The mean over all looks of the logarithm of a text's probability."""
    string = np.array(text, np.int64)
    return float(np.mean([log_probability(log_p, string) for log_p in looks]))


def _pieces(text: Text, space: int) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends."""
    pieces, begin = [], 0
    for end in [*(i for i, c in enumerate(text) if c == space), len(text)]:
        if end > begin:
            pieces.append((begin, end))
        begin = end + 1
    return pieces


def _word_by_word(texts: Sequence[Text], count: int, space: int) -> list[set[Text]]:
    """For each of `count` words, what the texts of as many words have in its place."""
    found: list[set[Text]] = [set() for _ in range(count)]
    for text in texts:
        pieces = _pieces(text, space)
        if len(pieces) == count:
            for place, (a, b) in enumerate(pieces):
                found[place].add(text[a:b])
    return found


def _mostly_capitals(words: list[ReadWord]) -> bool:
    """Whether some words are in capitals, and more than are not."""
    long = [word.text for word in words if sum(map(str.isalpha, word.text)) > 1]
    capital = sum(text.isupper() for text in long)
    return len(long) > capital > 0 and 2 * capital >= len(long)
