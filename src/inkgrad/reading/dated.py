"""The image of a field -> the date in it as written, and which day that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.view import View
from inkgrad.reading.marked import MarkedReader
from inkgrad.reading.number import FieldReading
from inkgrad.recognition.dates import ORDERS, days_of
from inkgrad.recognition.patterns import Pattern, Unlikely


class DateReader(MarkedReader):
    """Reads fields with dates whose parts stand in one of `orders`. Threads may share one."""

    orders: tuple[str, ...] = ORDERS

    @classmethod
    def of(cls, path: Path, orders: Sequence[str]) -> Self:
        """From a model file, for dates in these orders; ModelError for no reader of lines."""
        reader = cls.load(path)
        reader.orders = tuple(orders)
        return reader

    def read(
        self,
        grey: NDArray[np.uint8] | View,
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The date in a grey image (h, w) of one field; an empty text where none fits.

        Where it may be more than one day, as 3/4/2024 may where the order is not given, the first
        is its value and a note says the others. Raises ImageError where there is no ink.
        """
        found = super().read(grey, patterns, count, unlikely)
        days = days_of(found.text, self.orders)
        others = " or ".join(day.isoformat() for day in days[1:])
        notes = (f"{found.text} may be {others} as well",) if others else ()
        return replace(found, value=days[0] if days else None, notes=(*found.notes, *notes))
