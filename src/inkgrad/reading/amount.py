"""The image of a field with an amount of money -> its text as written, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.view import View
from inkgrad.reading.marked import MarkedReader
from inkgrad.reading.number import FieldReading
from inkgrad.recognition.amounts import value_of
from inkgrad.recognition.patterns import Pattern, Unlikely


class AmountReader(MarkedReader):
    """Reads fields with amounts of money. Threads may share one."""

    def read(
        self,
        grey: NDArray[np.uint8] | View,
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The amount in a grey image (h, w) of one field; an empty text where none fits.

        Its confidence is that of its value: 1234.50 may be written 1,234.50. Where its marks leave
        open what it is worth, as those of 1,234 do, a note says so. Raises ImageError where there
        is no ink.
        """
        found = super().read(grey, patterns, count, unlikely)
        value, sure = value_of(found.text)
        notes = () if sure else (f"{found.text} may have three decimals",)
        return replace(found, value=value, notes=(*found.notes, *notes))

    def _finished(self, found: FieldReading, count: int) -> FieldReading:
        value, _ = value_of(found.text)
        alike = sum(p for text, p in found.alternatives if value_of(text)[0] == value)
        sure = min(1.0, found.confidence + alike)
        return super()._finished(replace(found, confidence=sure), count)
