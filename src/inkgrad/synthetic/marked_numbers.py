"""Lines of numbers whose marks are part of the answer: amounts, dates, telephone numbers.

Half of them are composed as text is, of images, strokes and fonts; the others are drawn in the
hands that numbers are drawn in, with the habits that people have in writing digits.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.strokes import Stroke
from inkgrad.ink.line import to_line
from inkgrad.synthetic.numbers import Numbers
from inkgrad.synthetic.signs import MONEY, STROKES
from inkgrad.synthetic.texts import LARGER, Texts
from inkgrad.synthetic.wear import Floats, Rng, as_rows, stacked, worn
from inkgrad.synthetic.wording import DIGITS
from inkgrad.synthetic.written_amounts import amount
from inkgrad.synthetic.written_numbers import classes_of

MARKED = DIGITS + ".,-/$€£'()xBCDEFGHPRSU"
"""The alphabet of a reader of numbers with marks: the letters are of currencies, spaces none."""

_SIGNS = {**STROKES, **MONEY}
_MARKS = ".,-/$€£'()"
_DRAWN = 0.5  # part of the lines that are drawn with habits, of those that have no letters
_DAYS = datetime.date(1920, 1, 1).toordinal(), datetime.date(2045, 1, 1).toordinal()
_LENGTHS = (1, 13)  # characters, about which those of a batch are


@dataclass(frozen=True)
class MarkedNumbers:
    """A source of lines of numbers with marks, composed anew for every batch.

    `fair` is the part of lines from an even pen and a good scan, with nothing worn off. A batch is
    (n, 32, w) uint8 with labels (n, l), places in `MARKED`, filled up with -1.
    """

    numbers: Numbers
    texts: Texts
    size: int
    fair: float = 0.4

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        about, texts = int(rng.integers(*_LENGTHS)), list[str]()
        while len(texts) < len(places):
            text = any_text(rng)
            if abs(len(text) - about) <= 2 or rng.random() < 0.02:
                texts.append(text)
        rows = [labels_of_marked(text) for text in texts]
        return stacked([self.line(text, rng) for text in texts]), as_rows(rows, max(map(len, rows)))

    def line(self, text: str, rng: Rng) -> Images:
        """One line (32, w) that says a text, in one hand."""
        drawn = set(text) <= {*_SIGNS, *DIGITS, " "} and rng.random() < _DRAWN
        ink = self._drawn(text, rng) if drawn else self.texts.ink(text, rng)
        if rng.random() < self.fair:
            return to_line(gaussian(ink, rng.uniform(0.0, 0.7)))
        return to_line(worn(ink, rng, self.numbers.coarse))

    def _drawn(self, text: str, rng: Rng) -> Floats:
        pen, gaps = self.numbers.pen(len(text), rng)
        size, room = np.exp(rng.normal(0, 0.2)), 0.08 + abs(rng.normal(0.18, 0.15))
        pieces, x, place = list[Stroke](), 0.0, 0
        for run in re.findall(r"\d+|\D", text):
            if run == " ":
                x += rng.uniform(0.25, 0.8)
            elif run in _SIGNS:
                sign, x = _sign(run, x + room, float(size), pen.hand.slant, rng)
                pieces += sign
                x += room
            else:
                string = np.array([int(c) for c in run], np.intp)
                here = gaps[place : place + len(run)]
                digits, x = self.numbers.run(string, x, pen, here, rng)
                x -= float(here[-1])  # a mark has room of its own
                pieces += digits
            place += len(run)
        return self.numbers.inked(pieces, x, rng)


def labels_of_marked(text: str) -> NDArray[np.intp]:
    """The classes of a text's digits and marks: places in `MARKED`."""
    return classes_of(text.replace("X", "x"), MARKED)


def any_text(rng: Rng) -> str:
    """An amount, a date, a telephone number, digits alone, or digits with any mark among them."""
    chosen = int(rng.choice(len(_TEXTS), p=[chance for chance, _ in _TEXTS]))
    return _TEXTS[chosen][1](rng)


def _digits(rng: Rng) -> str:
    digits = "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(1, 11))))
    if rng.random() < 0.25:
        digits = digits[: int(rng.integers(1, 4))] + "0" * int(rng.integers(2, 5))
    return digits


def _any_mark(rng: Rng) -> str:
    digits = _digits(rng)
    at = int(rng.integers(len(digits) + 1))
    return digits[:at] + str(rng.choice(list(_MARKS))) + digits[at:]


def a_date(rng: Rng, order: str | None = None) -> str:
    """A day that there was or will be; in the order "mdy", "dmy" or "ymd", or in any."""
    day = datetime.date.fromordinal(int(rng.integers(*_DAYS)))
    order = order or str(rng.choice(["mdy", "dmy", "ymd"], p=[0.44, 0.44, 0.12]))
    wide = "02" if order == "ymd" or rng.random() < 0.5 else ""
    year = f"{day.year}" if order == "ymd" or rng.random() < 0.55 else f"{day.year % 100:02}"
    parts = {"d": format(day.day, wide), "m": format(day.month, wide), "y": year}
    return str(rng.choice(list("//.-"))).join(parts[each] for each in order)


def a_phone(rng: Rng) -> str:
    """A telephone number of North America, with its marks."""
    area, exchange = (f"{int(rng.integers(2, 10))}{int(rng.integers(100)):02}" for _ in range(2))
    last = f"{int(rng.integers(10_000)):04}"
    mark = str(rng.choice(list("--. ")))
    if rng.random() < 0.35:
        return f"({area}) {exchange}{mark}{last}"
    return mark.join((area, exchange, last))


def _sign(c: str, x: float, size: float, slant: float, rng: Rng) -> tuple[list[Stroke], float]:
    """The strokes of a sign from x on, beside digits from y = 0 to 1, and where it ends."""
    scale = (size if c in "'-" else 1.0) * np.exp(rng.normal(0, 0.1, 2))
    scale *= rng.uniform(*LARGER[c]) if c in LARGER else 1.0
    lift, strokes = 1.0 + rng.normal(0, 0.03), list[Stroke]()
    for path in _SIGNS[c]:
        points = np.array(path) * scale + rng.normal(0, 0.015, (len(path), 2))
        if c == "$" and len(path) == 2 and rng.random() < 0.2:  # a second bar, or a short one
            points[:, 1] *= rng.uniform(0.6, 1.0)
        points[:, 0] += x - slant * points[:, 1]
        points[:, 1] += lift
        strokes.append(points.astype(np.float32))
    low, high = (
        f(s[:, 0].min() if f is min else s[:, 0].max() for s in strokes) for f in (min, max)
    )
    moved = [stroke + np.array([max(0.0, x - low), 0], np.float32) for stroke in strokes]
    return moved, float(high + max(0.0, x - low))


_TEXTS: tuple[tuple[float, Callable[[Rng], str]], ...] = (
    (0.55, lambda rng: amount(rng)[0]),
    (0.15, a_date),
    (0.08, a_phone),
    (0.14, _digits),
    (0.08, _any_mark),
)
"""What lines say, and how often."""
