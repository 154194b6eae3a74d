"""Dates as people write them: which day each says, and whether its numbers say so for sure."""

from __future__ import annotations

import datetime
import re

ORDERS = ("mdy", "dmy", "ymd")
"""In which order month, day and year may stand."""

_NUMBERS = re.compile(r"\d+")
_PIVOT = 69  # POSIX: two digits from it on are of the 20th century, those below of the 21st


def day_of(text: str, order: str) -> datetime.date | None:
    """The day that a text says, its numbers being in that order; None for no day that exists.

    Of a year with two digits the century goes by POSIX: 69 is 1969, 68 is 2068.
    """
    parts = _NUMBERS.findall(text)
    if len(parts) != len(order):
        parts = _cut(text, order) if text.isdigit() else []
    if len(parts) != len(order):
        return None
    number = dict(zip(order, map(int, parts), strict=True))
    year = number["y"]
    if len(parts[order.index("y")]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    try:
        return datetime.date(year, number["m"], number["d"])
    except ValueError:
        return None


def days_of(text: str, orders: tuple[str, ...] = ORDERS) -> tuple[datetime.date, ...]:
    """The days that a text may say, each once, in the order of `orders`."""
    found = (day_of(text, order) for order in orders if _fits(text, order))
    return tuple(dict.fromkeys(day for day in found if day))


def _fits(text: str, order: str) -> bool:
    """Whether the years of an order stand where four digits do, if any do."""
    parts = _NUMBERS.findall(text)
    long = [place for place, part in enumerate(parts) if len(part) == 4]
    if len(parts) == len(order) and order == "ymd":
        return long == [0]  # with two digits, a year that stands first is not told from a day
    return not long or len(parts) != len(order) or long == [order.index("y")]


def _cut(text: str, order: str) -> list[str]:
    """Eight or six digits without marks, in parts."""
    year = len(text) - 4
    if year not in (2, 4):
        return []
    parts, rest = [], text
    for part in order:
        size = year if part == "y" else 2
        parts.append(rest[:size])
        rest = rest[size:]
    return parts
