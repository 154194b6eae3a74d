"""The image of a field -> the number in it with its marks: a date, a telephone number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.view import View
from inkgrad.ink.field import Field
from inkgrad.nn.vectors import Array
from inkgrad.reading.number import FieldReading, NumberReader, spans_of
from inkgrad.reading.passed_over import WRITTEN, Mark, notes_on
from inkgrad.recognition.patterns import Pattern, Unlikely

_RIVALS = 12  # texts that are weighed by the marks that the ink shows
# Logarithms: of how likely the ink is to show a mark where none was written, and of how likely the
# network is to overlook one that was (benchmarks/accuracy/amounts.py, with another seed).
_UNSEEN, _OVERLOOKED = -4.0, -1.5


class MarkedReader(NumberReader):
    """Reads fields with networks that know points, commas, dashes and signs. Threads may share one.

    A mark is a small thing, which a network overlooks now and then. Where the ink shows one that
    the text has not, texts that have it there are likelier. One that fits no text is told in the
    notes, as of any number.
    """

    marks = True

    def read_line(
        self,
        line: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The number in a line (32, w) of ink, as `to_line` makes it, with its marks."""
        return self._finished(super().read_line(line, patterns, count, unlikely), count)

    def _decoded(
        self,
        line: NDArray[np.uint8],
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
        unlikely: Unlikely | None,
    ) -> FieldReading:
        return super()._decoded(line, log_ps, patterns, max(count, _RIVALS), unlikely)

    def _finished(self, found: FieldReading, count: int) -> FieldReading:
        """A reading with so many texts in all; what means the same is counted together."""
        return replace(found, alternatives=found.alternatives[: count - 1])

    def _weighed(
        self,
        reading: FieldReading,
        form: View,
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
    ) -> FieldReading:
        missing = [mark for mark in reading.marks if not _written_near(reading.text, mark)]
        if not missing or not reading.text or not reading.field:
            return self._finished(reading, count)
        likely = ((reading.text, reading.confidence), *reading.alternatives)
        worth = {
            text: math.log(max(p, 1e-30)) + _UNSEEN * _unwritten(text, reading.text, missing)
            for text, p in likely
        }
        whole = _with(reading.text, missing)
        if not patterns or any(math.isfinite(each.log_weight(whole)) for each in patterns):
            seen = math.log(max(reading.confidence, 1e-30)) + _OVERLOOKED * len(missing)
            worth[whole] = max(worth.get(whole, -math.inf), seen)
        ordered = sorted(worth, key=lambda text: -worth[text])
        total = sum(map(math.exp, worth.values()))
        room = min(1.0, sum(p for _, p in likely))
        texts = [(text, room * math.exp(worth[text]) / total) for text in ordered]
        first, others = texts[0], tuple(texts[1:])
        if first[0] == reading.text:
            weighed = replace(reading, confidence=first[1], alternatives=others)
            return self._finished(weighed, count)
        string = tuple(self.alphabet.index(c) for c in first[0] if c in self.alphabet)
        spans = spans_of(log_ps[0], string, form.width)
        changed = replace(
            reading, text=first[0], confidence=first[1], alternatives=others, spans=spans
        )
        return self._finished(self._placed(changed, reading.field, form), count)

    def _placed(self, reading: FieldReading, found: Field, form: View) -> FieldReading:
        placed = super()._placed(reading, found, form)
        missing = [mark for mark in placed.marks if not _written_near(placed.text, mark)]
        return replace(placed, notes=notes_on(placed.text, self.alphabet, missing))


def _written_near(text: str, mark: Mark) -> bool:
    """Whether a text has a mark where it is seen: its ink may lie in the span of a neighbour."""
    near = text[max(0, mark.after - 1) : mark.after + 1]
    return bool(set(near) & set(WRITTEN[mark.kind]))


def _with(text: str, marks: Sequence[Mark]) -> str:
    """A text with the marks put in after so many of its characters."""
    put = {mark.after: WRITTEN[mark.kind][0] for mark in marks}
    return "".join(c + put.get(place, "") for place, c in enumerate(text, start=1))


def _unwritten(text: str, first: str, marks: Sequence[Mark]) -> int:
    """How many of the marks, seen after so many characters of `first`, a text has not there."""
    if _digits(text) != _digits(first):
        return len(marks)
    count = 0
    for mark in marks:
        before = len(_digits(first[: mark.after]))
        between, seen = "", 0
        for c in text:
            seen += c.isdigit()
            if seen == before and not c.isdigit():
                between += c
        count += not set(between) & set(WRITTEN[mark.kind])
    return count


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
