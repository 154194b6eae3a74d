"""The image of a whole envelope -> the ZIP code of its destination.

The reader of text reads every line well enough to tell a street from a ZIP code, and the place on
the envelope tells the destination from the sender. What stands at the end of the line found is then
read twice, by the reader of numbers and by the reader of text, and their probabilities averaged:
two that were trained apart are not often wrong together. The state before it weighs them.
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
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.layout.found_line import FoundLine
from inkgrad.nn.vectors import Array
from inkgrad.reading.classes_of_text import digits_of
from inkgrad.reading.number import FieldReading, NumberReader, spans_of
from inkgrad.reading.passed_over import columns_of
from inkgrad.reading.state_before import states_before
from inkgrad.reading.text import TextReader
from inkgrad.reading.zip_candidates import Candidate, find_candidates, likely, surety
from inkgrad.recognition import calibration
from inkgrad.recognition.decoding import decode
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import state_of

_RIVALS = 4  # beginnings on the best line that both readers judge
_CLOSE, _STRINGS = 3.0, 8  # those nearly as likely as the best are read, as so many texts each
_UNREAD = 0.01  # how likely the letters before a code are its state's, whatever they look like
_CONFIRMED = 0.01  # from here on they are read as it
_DISAGREED = 0.5  # no reading is surer than this where readers differ, or no state confirms it
_TINY = 1e-12  # no text is less likely than this
_UPRIGHT = -2.0  # where a candidate is worth this, nobody asks whether the envelope lies otherwise


@dataclass(frozen=True)
class _Judged:
    """A candidate cut out anew, its columns as the reader of numbers sees them, and its worth."""

    candidate: Candidate
    form: View
    by_numbers: Array
    worth: float


@dataclass(frozen=True)
class _Seen:
    """An envelope turned by so many quarters: its candidates, and those of the best line judged."""

    quarters: int
    found: Sequence[Candidate]
    judged: Sequence[_Judged]  # the best first

    @property
    def worth(self) -> float:
        return self.judged[0].candidate.worth


@dataclass(frozen=True)
class _Text:
    """What a candidate may say: `worth` is a logarithm; `agreed` is what both readers say first.

    One without text stands for all that is left.
    """

    text: str
    string: tuple[int, ...]
    worth: float
    of: _Judged
    state: str  # that is read before it
    agreed: bool


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
        texts = [
            text
            for judged in seen.judged
            if judged.worth > seen.judged[0].worth - _CLOSE
            for text in self._texts(judged, patterns, max(count, _STRINGS), unlikely)
        ]
        shares = _shares(texts)
        if not shares:
            raise ImageError("shows no ZIP code, expected an address")
        best = max((text for text in texts if text.text == shares[0][0]), key=lambda x: x.worth)
        confidence = shares[0][1] * surety(best.of.candidate, seen.found)
        if not best.agreed or state_of(best.text) != best.state:
            confidence = min(confidence, _DISAGREED)
        line, spans = best.of.candidate.line, spans_of(best.of.by_numbers, best.string)
        columns = columns_of(best.of.form.since(line.view), spans)
        return FieldReading(
            best.text,
            confidence,
            tuple(shares[1:count]),
            spans,
            best.of.form.pixels,
            boxes=tuple(_box(line, ends) for ends in columns),
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
        by_text = decode(
            digits_of(self.texts.columns(line), self.texts.alphabet), patterns, 1, unlikely
        )
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
                found = find_candidates(page.turned(quarters), self.texts, patterns)
            except ImageError as error:
                missing = missing or error
                continue
            tried.append(_Seen(quarters, found, self._judged(found, patterns)))
            if tried[-1].worth >= _UPRIGHT:
                break
        if missing and not tried:
            raise missing
        return max(tried, key=lambda seen: seen.worth)

    def _judged(self, found: Sequence[Candidate], patterns: Sequence[Pattern]) -> list[_Judged]:
        """The likeliest candidates of the best line, as the reader of numbers judges them, too.

        The reader of text finds the line; where on it the code begins, both have to tell.
        """
        line = max(found, key=lambda candidate: candidate.worth).line
        rivals = [candidate for candidate in found if candidate.line is line]
        judged = []
        for candidate in sorted(rivals, key=lambda rival: -rival.worth)[:_RIVALS]:
            form = candidate.alone()
            log_p = self.numbers.columns(form.pixels)
            worth = candidate.worth + likely(log_p, patterns)
            judged.append(_Judged(candidate, form, log_p, worth))
        return sorted(judged, key=lambda one: -one.worth)

    def _texts(
        self,
        judged: _Judged,
        patterns: Sequence[Pattern],
        count: int,
        unlikely: Unlikely | None,
    ) -> list[_Text]:
        """The likeliest texts of a candidate, by both readers and by the state before it."""
        by_text = digits_of(self.texts.columns(judged.form.pixels), self.texts.alphabet)
        strings = decode([judged.by_numbers, by_text], patterns, count, unlikely)
        alone = decode(by_text, patterns, 1, unlikely)
        states = states_before(judged.candidate.before, self.texts.alphabet)
        found = []
        for string, p, pattern in strings:
            text = self.numbers.text_of(string, pattern)
            state = state_of(text) or ""
            fitting = states.get(state, 0.0)
            worth = judged.worth + math.log(max(p, _TINY)) + math.log(fitting + _UNREAD)
            agreed = string == alone[0][0] == strings[0][0] if alone else False
            read = state if fitting > _CONFIRMED else _likeliest(states)
            found.append(_Text(text, string, worth, judged, read, agreed))
        rest = max(_TINY, 1 - sum(p for _, p, _ in strings))
        worth = judged.worth + math.log(rest) + math.log(_UNREAD)
        return [*found, _Text("", (), worth, judged, "", agreed=False)] if found else []


def _box(line: FoundLine, ends: tuple[int, int]) -> Box:
    """Where a digit in these columns of a line is, in the image that was opened."""
    first = min(max(ends[0], 0), line.view.width - 1)
    return line.place(first, max(first + 1, ends[1])) or line.whole


def _shares(texts: Sequence[_Text]) -> list[tuple[str, float]]:
    """Each text with its part of all, the likeliest first; of several candidates it is one.

    All that is left has its part too, and is not among them.
    """
    top = max((text.worth for text in texts), default=0.0)
    sums: dict[str, float] = {}
    for text in texts:
        sums[text.text] = sums.get(text.text, 0.0) + math.exp(text.worth - top)
    total = sum(sums.values())
    sums.pop("", None)
    return sorted(((text, part / total) for text, part in sums.items()), key=lambda one: -one[1])


def _likeliest(states: dict[str, float]) -> str:
    """The state that is read, if any is."""
    state = max(states, key=lambda each: states[each], default="")
    return state if states.get(state, 0.0) > _CONFIRMED else ""
