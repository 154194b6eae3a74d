"""The image of a whole envelope -> the ZIP code of its destination.

The reader of text reads every line well enough to tell a street from a ZIP code, and the place on
the envelope tells the destination from the sender. What stands at the end of the line found is then
read twice, by the reader of numbers and by the reader of text, and their probabilities averaged:
two that were trained apart are not often wrong together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.errors import ImageError
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.layout.found_line import FoundLine
from inkgrad.layout.lines import find_lines
from inkgrad.layout.spacing import closer
from inkgrad.nn.ctc import greedy
from inkgrad.nn.vectors import Array
from inkgrad.reading.number import FieldReading, NumberReader, spans_of
from inkgrad.reading.passed_over import columns_of
from inkgrad.reading.text import TextReader
from inkgrad.recognition import calibration
from inkgrad.recognition.decoding import decode, log_total
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import STATES, state_of

_DIGITS = "0123456789"
# What looks like a digit is one with this probability: people mean digits where digits belong.
_MEANT = 0.15
_ALIKE = {
    "0": "OoQD",
    "1": "Iil|!/",
    "2": "Zz",
    "5": "Ss",
    "6": "bG",
    "8": "B",
    "9": "gq",
    "4": "A",
}
_MIDDLE, _SPREAD = (0.56, 0.6), (0.24, 0.2)  # where destinations are, in parts of the envelope
_STATE, _LAST = 2.0, 1.0  # logarithm of what a state before it, and the end of a block, speak for
_INSIDE, _MOST_INSIDE = 4.0, 3  # and what each digit right before it speaks against, so many
_LEAST = -12.0  # no reading is less likely than this, in logarithms
_RIVALS = 4  # beginnings on the best line that both readers judge
_CODES = tuple(set(STATES.values()))
_DISAGREED = 0.5  # no reading is surer than this where readers differ, or no state confirms it
_LONGEST = 14  # characters at the end of a line that may be one ZIP code
_FAR = -7.0  # lines that lie as far off as this are not read
_UPRIGHT = -2.0  # where a candidate is worth this, nobody asks whether the envelope lies otherwise


@dataclass(frozen=True)
class _Candidate:
    """What may be a ZIP code: what a line shows from `first` on."""

    line: FoundLine
    form: View
    first: int  # pixel of the form
    state: str  # the two letters before it, where they are a state's
    worth: float  # logarithm of how likely this is what was looked for

    def alone(self) -> View:
        """It alone, in the form of a line. It is cut out a little before: characters lean."""
        begin = max(0, self.first - 2)
        return line_form(self.form.cropped((begin, 0, self.form.width, self.form.height)))


@dataclass(frozen=True)
class _Seen:
    """An envelope turned by so many quarters: its candidates, and the best of them cut out anew.

    `by_numbers` are the best one's columns as the reader of numbers sees them.
    """

    quarters: int
    found: Sequence[_Candidate]
    best: _Candidate
    form: View
    by_numbers: Array


class EnvelopeReader:
    """Finds and reads ZIP codes on envelopes. Threads may share one."""

    refuse_below = 0.0  # confidence, where nothing else is asked for

    def __init__(self, numbers: NumberReader, texts: TextReader) -> None:
        self.numbers, self.texts = numbers, texts
        self.alphabet = numbers.alphabet
        self.thresholds: calibration.Thresholds = ()
        self.name = "envelopes"

    @classmethod
    def load(cls, numbers: Path, texts: Path) -> EnvelopeReader:
        """From two model files, with what was measured of the two together.

        Raises ModelError for what is no reader.
        """
        reader = cls(NumberReader.load(numbers), TextReader.load(texts, None))
        reader.thresholds, reader.name = calibration.load([numbers, texts]), str(numbers)
        return reader

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part of the readings is wrong.

        Raises ModelError where that was not measured for the two models together: it is found on
        composed envelopes, by `inkgrad models calibrate`.
        """
        return calibration.threshold(self.thresholds, max_error, self.name, "envelope")

    def read(
        self,
        grey: NDArray[np.uint8] | View,
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The ZIP code on a grey image (h, w) of an envelope, whichever side is up.

        Boxes are in the image that was opened, also where a View of a part of it is given.
        Raises ImageError where there is no writing, or no line that ends in a number.
        """
        seen = self._upright(find_ink(grey), patterns)
        best, by_text = seen.best, self._digits(self.texts.columns(seen.form.pixels))
        strings = decode([seen.by_numbers, by_text], patterns, count, unlikely)
        if not strings or not strings[0][0]:
            raise ImageError("shows no ZIP code, expected an address")
        texts = [(self.numbers.text_of(string, pattern), p) for string, p, pattern in strings]
        confidence = texts[0][1] * _surety(best, seen.found)
        alone = decode(by_text, patterns, 1, unlikely)
        agreed = bool(alone) and alone[0][0] == strings[0][0]
        if not agreed or state_of(texts[0][0]) != best.state:
            confidence = min(confidence, _DISAGREED)
        spans = spans_of(seen.by_numbers, strings[0][0])
        columns = columns_of(seen.form.since(best.line.view), spans)
        return FieldReading(
            texts[0][0],
            confidence,
            tuple(texts[1:]),
            spans,
            seen.form.pixels,
            boxes=tuple(_box(best.line, ends) for ends in columns),
            turned=seen.quarters,
            state=best.state,
        )

    def alone(
        self,
        line: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        unlikely: Unlikely | None = None,
    ) -> tuple[str, ...]:
        """What the reader of numbers and that of text read, each by itself, in a line (32, w)."""
        by_text = decode(self._digits(self.texts.columns(line)), patterns, 1, unlikely)
        by_numbers = decode(self.numbers.columns(line), patterns, 1, unlikely)
        return tuple(
            self.numbers.text_of(one[0][0], one[0][2]) if one else ""
            for one in (by_numbers, by_text)
        )

    def _upright(self, page: PageInk, patterns: Sequence[Pattern]) -> _Seen:
        """An envelope as it lies, or turned where that shows no address: wider than it is high."""
        tried: list[_Seen] = []
        missing: ImageError | None = None
        for quarters in (0, 2) if page.ink.shape[1] >= page.ink.shape[0] else (1, 3, 0, 2):
            try:
                found = self._find(page.turned(quarters), patterns)
            except ImageError as error:
                missing = missing or error
                continue
            tried.append(_Seen(quarters, found, *self._best(found, patterns)))
            if tried[-1].best.worth >= _UPRIGHT:
                break
        if missing and not tried:
            raise missing
        return max(tried, key=lambda seen: seen.best.worth)

    def _find(self, page: PageInk, patterns: Sequence[Pattern]) -> list[_Candidate]:
        layout = find_lines(page)
        h, w = page.ink.shape
        found: list[_Candidate] = []
        for line in layout.lines:
            left, top, right, bottom = line.box
            x, y = (left + right) / 2 / w, (top + bottom) / 2 / h
            place = -sum(
                ((value - middle) / spread) ** 2
                for value, middle, spread in zip((x, y), _MIDDLE, _SPREAD, strict=True)
            )
            if place < _FAR:
                continue
            below = any(
                0 < other.box[1] - top < 3.5 * layout.letter
                and min(right, other.box[2]) - max(left, other.box[0]) > 0.3 * (right - left)
                for other in layout.lines
                if other is not line and other.box[1] > (top + bottom) / 2
            )
            found += self._candidates(line, place + (0.0 if below else _LAST), patterns)
        if not found:
            raise ImageError("shows no line that ends in a number, expected an address")
        return found

    def _best(
        self, found: Sequence[_Candidate], patterns: Sequence[Pattern]
    ) -> tuple[_Candidate, View, Array]:
        """The best candidate, its part of the line anew, and that as the reader of numbers sees it.

        The reader of text finds the line; where on it the code begins, both have to tell.
        """
        line = max(found, key=lambda candidate: candidate.worth).line
        rivals = [candidate for candidate in found if candidate.line is line]
        judged = []
        for candidate in sorted(rivals, key=lambda rival: -rival.worth)[:_RIVALS]:
            form = candidate.alone()
            log_p = self.numbers.columns(form.pixels)
            judged.append((candidate.worth + _likely(log_p, patterns), candidate, form, log_p))
        _, best, form, log_p = max(judged, key=lambda one: one[0])
        return best, form, log_p

    def _candidates(
        self, line: FoundLine, worth: float, patterns: Sequence[Pattern]
    ) -> list[_Candidate]:
        """What a line ends in as a ZIP code, from each of its last characters on."""
        form = line_form(closer(line.view))
        log_p = self.texts.columns(form.pixels)
        path = log_p.argmax(axis=1)
        nothing = (self.texts.alphabet.index(" "), log_p.shape[1] - 1)
        digits = self._digits(log_p)
        pixels = form.width / len(log_p)
        found = []
        for start in _starts(path, nothing)[-_LONGEST:]:
            likely = _likely(np.ascontiguousarray(digits[start:]), patterns)
            before = greedy(log_p[None, :start])[0] if start else np.array([], int)
            text = "".join(self.texts.alphabet[c] for c in before if c >= 0).strip(" ,.-").upper()
            state = text[-2:] if text[-2:] in _CODES else ""
            inside = len(text) - len(text.rstrip(_DIGITS + "-"))
            total = worth + likely + (_STATE if state else 0.0)
            total -= _INSIDE * min(inside, _MOST_INSIDE)
            found.append(_Candidate(line, form, round(start * pixels), state, total))
        return found

    def _digits(self, log_p: Array) -> Array:
        """The reader of text's columns as those of a reader of digits, the blank last."""
        p = np.exp(log_p)
        alphabet, found = self.texts.alphabet, np.empty((len(p), len(_DIGITS) + 1))
        for place, digit in enumerate(_DIGITS):
            alike = [alphabet.index(c) for c in _ALIKE.get(digit, "") if c in alphabet]
            found[:, place] = p[:, alphabet.index(digit)] + _MEANT * p[:, alike].sum(axis=1)
        nothing = [alphabet.index(c) for c in " -.,'" if c in alphabet]
        found[:, -1] = p[:, -1] + p[:, nothing].sum(axis=1)
        logs: Array = np.log(found + 1e-9)
        return logs


def _box(line: FoundLine, ends: tuple[int, int]) -> Box:
    """Where a digit in these columns of a line is, in the image that was opened."""
    first = min(max(ends[0], 0), line.view.width - 1)
    return line.place(first, max(first + 1, ends[1])) or line.whole


def _likely(log_p: Array, patterns: Sequence[Pattern]) -> float:
    """The logarithm of how likely these columns are one of the patterns."""
    return max(log_total(log_p, patterns), _LEAST) if patterns else _LEAST


def _surety(best: _Candidate, found: Sequence[_Candidate]) -> float:
    """How likely the line of the best candidate is the one, and not the best of another line."""
    others: dict[int, float] = {}
    for candidate in found:
        if candidate.line is not best.line:
            line = id(candidate.line)
            others[line] = max(others.get(line, -math.inf), candidate.worth)
    return 1 / (1 + sum(math.exp(worth - best.worth) for worth in others.values()))


def _starts(path: NDArray[np.intp], nothing: tuple[int, int]) -> list[int]:
    """The columns at which characters begin on the likeliest path, halfway after the one before."""
    starts, end, before = [0], 0, nothing[1]
    for t, c in enumerate(path.tolist()):
        if c in nothing:
            end = end if before in nothing else t
        elif c != before:
            starts.append((end + t) // 2)
        before = c
    return starts
