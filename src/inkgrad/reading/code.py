"""The image of a field -> the code in it, letters and digits, by patterns: an IBAN, an order.

Letters are known to the reader of text alone; without its language it reads any of them, so a
pattern should say what is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.view import View
from inkgrad.nn.about import About
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array
from inkgrad.reading.marked import MarkedReader
from inkgrad.reading.number import FieldReading
from inkgrad.recognition.builtin import iban_countries, iban_form
from inkgrad.recognition.decoding import decode
from inkgrad.recognition.patterns import Pattern, Unlikely

_RIVALS = 12  # texts by which it is seen of which countries an IBAN may be
_COUNTRIES = 2  # as many of the likeliest are looked at with their check digits


class CodeReader(MarkedReader):
    """Reads fields of letters and digits with the reader of text. Threads may share one.

    Spaces are written as the ink has them; a code is as sure whatever they are. How often it is
    wrong was not measured: it refuses to promise an error.
    """

    def __init__(self, networks: Sequence[Network], about: About) -> None:
        super().__init__(networks, about)
        self.thresholds = []  # those in the file are of lines of text

    def _weighed(
        self,
        reading: FieldReading,
        form: View,
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
    ) -> FieldReading:
        return self._finished(reading, count)  # dots of letters are no marks

    def _finished(self, found: FieldReading, count: int) -> FieldReading:
        return super()._finished(_without_spaces(found), count)


class IbanReader(CodeReader):
    """Reads fields with an IBAN of one of the countries whose patterns there are.

    First it is seen which countries it may be of, by letters and length alone; then those are read
    by their check digits too.
    """

    def _decoded(
        self,
        line: NDArray[np.uint8],
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
        unlikely: Unlikely | None,
    ) -> FieldReading:
        if not patterns:
            forms = [_form(country, self.alphabet) for country in iban_countries()]
            likely = dict.fromkeys(
                pattern for _, _, pattern in decode(log_ps, forms, _RIVALS) if pattern
            )
            chosen = [iban_countries()[forms.index(form)] for form in list(likely)[:_COUNTRIES]]
            patterns = [_checked(country, self.alphabet) for country in chosen]
        if not patterns:
            return FieldReading("", 0.0, (), (), line)
        return super()._decoded(line, log_ps, patterns, count, unlikely)


@lru_cache(64)
def _form(country: str, alphabet: str) -> Pattern:
    return Pattern.parse(iban_form(country), alphabet)


@lru_cache(64)
def _checked(country: str, alphabet: str) -> Pattern:
    return Pattern.parse(f"{{iban.{country}}}", alphabet)


def _without_spaces(found: FieldReading) -> FieldReading:
    """The reading with what differs from it by spaces alone counted with it."""
    sure: dict[str, float] = {}
    shown: dict[str, str] = {}
    for text, p in ((found.text, found.confidence), *found.alternatives):
        code = text.replace(" ", "")
        sure[code] = sure.get(code, 0.0) + p
        shown.setdefault(code, text)
    first = found.text.replace(" ", "")
    others = [(shown[code], p) for code, p in sure.items() if code != first]
    ordered = tuple(sorted(others, key=lambda each: -each[1]))
    return replace(found, confidence=min(1.0, sure[first]), alternatives=ordered)
