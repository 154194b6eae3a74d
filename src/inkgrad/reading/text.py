"""A line of ink -> words: what the columns say, weighed with what is likely to be written.

A beam search over the columns (Graves 2012) keeps the beginnings that are most probable by ink and
language together. What wins is a text; beside each word of it stays what the ink alone says there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ModelError
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.ctc import greedy, log_probability, log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array
from inkgrad.recognition.alignment import places
from inkgrad.recognition.language import START, Language, State

_BEAM = 16
_SURE = 0.998  # a column as blank as this changes nothing
_UNLIKELY = 0.0005  # classes less probable than this in a column begin nothing there
_MOST = 8  # alternatives weighed for a word


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


@dataclass
class _Beginning:
    """A text begun: probabilities of its alignments that end in a blank, and in its last class."""

    state: State
    weighed: float  # logarithm of what the language says, weighted
    in_blank: float = 0.0
    in_class: float = 0.0

    @property
    def worth(self) -> float:
        both = self.in_blank + self.in_class
        return math.log(both) + self.weighed if both > 0 else -math.inf


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
        self.weight, self.length = about.get("language", (0.6, 1.8))
        self.thresholds = about.get("word_thresholds", [])

    @classmethod
    def load(cls, path: Path, language: Language | None) -> TextReader:
        """Raises ModelError, naming the file, for what is no reader of text."""
        networks, about = files.load_together(path)
        try:
            reader = cls(networks[0], about, language)
            files.only(networks)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None
        return reader

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part of the words is wrong.

        It was found on words of sources that the network was not trained on. Raises ModelError
        where that was not measured for these weights.
        """
        if not self.thresholds:
            raise ModelError(
                "was never measured for how far its confidences of words hold, "
                "expected word_thresholds in it"
            )
        return min((least for error, least in self.thresholds if error <= max_error), default=1.0)

    def read_line(self, line: NDArray[np.uint8]) -> list[ReadWord]:
        """The words in a line (32, w), as `to_line` makes it."""
        return self.words(self.columns(line), line.shape[1])

    def columns(self, line: NDArray[np.uint8]) -> Array:
        """Log probabilities (t, k) for the columns of a line (32, w)."""
        return log_softmax(self.network(line[None])[0].astype(np.float64) / self.temperature)

    def words(self, log_p: Array, width: int) -> list[ReadWord]:
        """The words in columns (t, k) of a line `width` pixels wide.

        Who writes most of a line in capitals writes all of it so: then it is read again as that.
        """
        words = self._words(log_p, width, self.language)
        if self.language and _mostly_capitals(words):
            return self._words(log_p, width, self.language.block)
        return words

    def _words(self, log_p: Array, width: int, language: Language | None) -> list[ReadWord]:
        texts = self._texts(log_p, language)
        best = texts[0] if texts else ()
        if not best:
            return []
        spans, space, pixels = places(log_p, best), self._class(" "), width / len(log_p)
        pieces: list[tuple[int, int]] = []
        begin = 0
        for end in [*(i for i, c in enumerate(best) if c == space), len(best)]:
            if end > begin:
                pieces.append((begin, end))
            begin = end + 1
        others = self._word_by_word(texts, len(pieces))
        words = []
        for place, (a, b) in enumerate(pieces):
            first = spans[a - 1][1] if a else 0
            last = spans[b][0] if b < len(best) else len(log_p)
            at_start = sum(spans[a - 1]) / 2 * pixels if a else 0.0
            at_end = sum(spans[b]) / 2 * pixels if b < len(best) else float(width)
            word = self._word(log_p[first:last], best[a:b], others[place], language)
            span = (round(at_start), max(round(at_start) + 1, round(at_end)))
            words.append(ReadWord(word[0], word[1], word[2], span, word[3]))
        return words

    def _class(self, c: str) -> int:
        return self.alphabet.index(c)

    def _text(self, labels: tuple[int, ...]) -> str:
        return "".join(self.alphabet[c] for c in labels)

    def _word_by_word(self, texts: list[tuple[int, ...]], count: int) -> list[set[tuple[int, ...]]]:
        """For each word of the best text, what other texts of as many words have in its place."""
        space = self._class(" ")
        found: list[set[tuple[int, ...]]] = [set() for _ in range(count)]
        for text in texts:
            words: list[list[int]] = [[]]
            for c in text:
                if c == space:
                    words.append([])
                else:
                    words[-1].append(c)
            full = [tuple(word) for word in words if word]
            if len(full) == count:
                for place, word in enumerate(full):
                    found[place].add(word)
        return found

    def _word(
        self,
        log_p: Array,
        best: tuple[int, ...],
        others: set[tuple[int, ...]],
        language: Language | None,
    ) -> tuple[str, str, float, tuple[tuple[str, float], ...]]:
        """A word's text, raw text, confidence and alternatives, from its own columns alone."""
        space = self._class(" ")
        log_p = log_p.copy()  # within a word a space is nothing: the edges of those around it
        log_p[:, -1] = np.logaddexp(log_p[:, -1], log_p[:, space])
        log_p[:, space] = -40.0
        raw = tuple(c for c in greedy(log_p[None])[0].tolist() if c >= 0) or best
        ink = {}
        for word in {best, raw, *others}:
            ink[word] = float(log_probability(log_p, np.array(word, np.int64)))
        kept = sorted(ink, key=lambda word: -ink[word])[:_MOST]
        kept += [] if best in kept else [best]
        worth = {word: ink[word] + self._likely(self._text(word), language) for word in kept}
        left = math.log(max(1e-6, 1.0 - sum(math.exp(ink[word]) for word in kept)))
        values = np.array([*worth.values(), left + self._likely(self._text(raw), language)])
        values = values / self.word_temperature
        parts = np.exp(values - values.max())
        parts /= parts.sum()
        p = dict(zip(worth, parts[:-1].tolist(), strict=True))
        rest = sorted((word for word in p if word != best), key=lambda word: -p[word])
        alternatives = tuple((self._text(word), p[word]) for word in rest if p[word] > 1e-3)
        return self._text(best), self._text(raw), p[best], alternatives

    def _likely(self, text: str, language: Language | None) -> float:
        if language is None:
            return 0.0
        return self.weight * language.log_p(text) + self.length * len(text)

    def _texts(self, log_p: Array, language: Language | None) -> list[tuple[int, ...]]:
        """Texts by ink and language, the best first."""
        p = np.exp(log_p)
        blank = p.shape[1] - 1
        beam: dict[tuple[int, ...], _Beginning] = {(): _Beginning(START, 0.0, 1.0)}
        for column in p:
            if column[blank] > _SURE:
                for text, begun in beam.items():
                    stays = begun.in_class * column[text[-1]] if text else 0.0
                    begun.in_blank = (begun.in_blank + begun.in_class) * column[blank]
                    begun.in_class = stays
                continue
            likely = np.flatnonzero(column > _UNLIKELY)
            beam = self._extended(beam, column.tolist(), likely, language)
        ended = {
            text: begun.worth + (self.weight * language.end(begun.state) if language else 0.0)
            for text, begun in beam.items()
        }
        return sorted(ended, key=lambda text: -ended[text])

    def _extended(
        self,
        beam: dict[tuple[int, ...], _Beginning],
        column: list[float],
        likely: NDArray[np.intp],
        language: Language | None,
    ) -> dict[tuple[int, ...], _Beginning]:
        """The beam after a column."""
        blank = len(column) - 1
        classes = [c for c in likely.tolist() if c != blank]
        ahead: dict[tuple[int, ...], _Beginning] = {}

        def at(text: tuple[int, ...], before: _Beginning, c: int | None) -> _Beginning:
            found = ahead.get(text)
            if found is None:
                state, weighed = before.state, before.weighed
                if c is not None and language is not None:
                    state, more = language.step(state, self.alphabet[c])
                    weighed += self.weight * more + self.length
                found = ahead[text] = _Beginning(state, weighed)
            return found

        for text, begun in beam.items():
            both = begun.in_blank + begun.in_class
            same = at(text, begun, None)
            same.in_blank += both * column[blank]
            if text:
                same.in_class += begun.in_class * column[text[-1]]
            for c in classes:
                before = begun.in_blank if text and text[-1] == c else both
                if before > 0:
                    at((*text, c), begun, c).in_class += before * column[c]
        kept = sorted(ahead.items(), key=lambda item: -item[1].worth)[:_BEAM]
        scale = max(begun.in_blank + begun.in_class for _, begun in kept) or 1.0
        for _, begun in kept:
            begun.in_blank /= scale
            begun.in_class /= scale
        return dict(kept)


def _mostly_capitals(words: list[ReadWord]) -> bool:
    """Whether some words are in capitals, and more than are not."""
    long = [word.text for word in words if sum(map(str.isalpha, word.text)) > 1]
    capital = sum(text.isupper() for text in long)
    return len(long) > capital > 0 and 2 * capital >= len(long)
