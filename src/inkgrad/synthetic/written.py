"""Lines of words as people really wrote them, drawn anew each time: joined hands and printed ones.

A line is in one hand: words of one writer side by side, at one size, slant and pen. An item is
1000 units high whatever it says; how high its small letters are follows from which letters it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.data.unipen_words import TALL, Writing
from inkgrad.errors import ImageError
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.ink.line import to_line
from inkgrad.synthetic.signs import STROKES
from inkgrad.synthetic.strikes import STRIKES
from inkgrad.synthetic.texts import labels_of
from inkgrad.synthetic.wear import Floats, Rng, as_rows, stacked, worn
from inkgrad.synthetic.wording import ALPHABET

_SIZES, _GOOD = (9.0, 20.0), (12.0, 22.0)  # pixels of a small letter, when it is drawn
_FINE, _BROAD = (0.07, 0.22), (0.22, 0.32)  # of a small letter's height that a pen is thick
# Widths of lines that are drawn, in heights of a small letter, and of a space between words.
_SHORT, _USUAL, _SPACE, _TRIES = (3, 14), (14, 40), 1.5, 12
_LONGEST = 120  # heights of a small letter that a long item may be wide
_DRAWN_AGAIN = 5  # times
_LONG = 40  # characters: an item longer than this makes a line of its own
_UP, _DOWN = 0.8, 0.7  # of what reaches up and down, in heights of a small letter
_ASCENDING, _DESCENDING = frozenset("bdfhklt"), frozenset("gjpqy")
_FLAT = frozenset("acemnorsuvwxzgpqy.,-:;=~_")  # with `i`, what reaches up by nothing or little
_BEFORE = (" .", " ,", " !", " ?", " ;", " :", " )")  # spaces that nobody means
_AFTER = dict.fromkeys(";:!?", 0.1) | {".": 0.3, ",": 0.3}  # what may follow a word


@dataclass(frozen=True)
class Written:
    """A source of lines of real words, drawn anew for every batch, as long as training asks.

    `size` is how many lines count as an epoch, `long` the part of batches that are long lines as
    they stand, `fair` the part of lines that come from an even pen and a good scan: nothing around
    them, nothing worn off. A batch is (n, 32, w) uint8 with labels (n, l), filled up with -1.
    """

    writing: Writing
    size: int
    long: float = 0.08
    fair: float = 0.0

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        lines: list[NDArray[np.uint8]] = []
        rows: list[NDArray[np.intp]] = []
        if len(self._long) and rng.random() < self.long:
            begin = int(rng.integers(max(1, len(self._long) - len(places))))
            for item in self._long[begin : begin + len(places)]:
                lines.append(self.line([int(item)], rng))
                rows.append(labels_of(self._texts[item]))
        else:
            wide = some_width(0.3, rng)
            while len(lines) < len(places):
                text, line = self.phrase(wide, rng)
                lines.append(line)
                rows.append(labels_of(text))
        return stacked(lines), as_rows(rows, max(map(len, rows)))

    def phrase(self, wide: float, rng: Rng) -> tuple[str, NDArray[np.uint8]]:
        """Words of one writer, together about so many small letters wide, and their line (32, w).

        Nothing is much wider than that; a word that is alone may be.
        """
        chosen = self.chosen(wide, rng)
        signs = [self._sign_after(item, rng) for item in chosen]
        text = " ".join(self._texts[i] + sign for i, sign in zip(chosen, signs, strict=True))
        return text, self.line(chosen, rng, signs)

    def chosen(self, wide: float, rng: Rng) -> list[int]:
        """Items of one writer, together about so many small letters wide."""
        items = self._by_writer[int(np.searchsorted(self._chances, rng.random()))]
        chosen, room = list[int](), 1.25 * wide
        for item in items[rng.integers(len(items), size=_TRIES)]:
            needed = float(self._widths[item]) + (_SPACE if chosen else 0.0)
            if needed <= room:
                chosen.append(int(item))
                room -= needed
            if room < 0.5 * wide:
                break
        return chosen or [int(items[rng.integers(len(items))])]

    def words_of(self, item: int) -> int:
        """How many words an item is."""
        return len(self._texts[item].split())

    def line(self, items: list[int], rng: Rng, signs: list[str] | None = None) -> Images:
        """One line (32, w) of these items side by side, with a sign after each where given.

        One of `strikes.STRIKES` in place of a sign is drawn over the item, or under it.

        Drawn again where it came out far longer than its letters are high: a rule through a long
        line may be the most of its ink. Raises ImageError where that helps nothing.
        """
        for _ in range(_DRAWN_AGAIN):
            try:
                if rng.random() < self.fair:
                    ink = self.ink(items, rng, signs, fair=True)
                    return to_line(gaussian(ink, rng.uniform(0.0, 0.7)))
                return to_line(worn(self.ink(items, rng, signs), rng))
            except ImageError:
                continue
        return to_line(self.ink(items, rng, signs, fair=True))

    def ink(
        self, items: list[int], rng: Rng, signs: list[str] | None = None, *, fair: bool = False
    ) -> Floats:
        """The ink (h, w) of these items side by side, as one pen wrote them."""
        pieces = self._laid(items, signs or [""] * len(items), rng)
        points = np.concatenate(pieces)
        low, high = points.min(0), points.max(0)
        pieces = _bent(pieces, rng)
        own = len(pieces)
        if not fair:
            pieces += self._around(items[0], low, high, rng)
        small = rng.uniform(*(_GOOD if fair else _SIZES))
        pen = _FINE if fair or rng.random() < 0.8 else _BROAD
        thick = max(1.1, small * rng.uniform(*pen))
        origin = np.concatenate(pieces).min(0)
        drawn = draw([((p - origin) * small).astype(np.float32) for p in pieces], thick)
        inside = np.concatenate(pieces[:own])
        edge = thick / 2 + 1
        top, left = ((inside.min(0) - origin) * small)[::-1]
        bottom, right = ((inside.max(0) - origin) * small)[::-1] + 2 * edge
        more = small * rng.uniform(0.0, 0.3)
        kept = drawn[max(0, int(top - more)) : int(bottom + more) + 1]
        kept = kept[:, max(0, int(left - small)) : int(right + small) + 1]
        padded = np.pad(kept.astype(np.float32), 4)
        return padded if fair else _crossed(padded, small, rng)

    def _laid(self, items: list[int], signs: list[str], rng: Rng) -> list[Stroke]:
        """The strokes of all items along a baseline at 0, small letters 1 high."""
        slant, stretch = rng.normal(0, 0.15), float(np.exp(rng.normal(0, 0.14)))
        space, drift = rng.uniform(0.7, 2.2), rng.normal(0, 0.012)
        x, pieces = 0.0, list[Stroke]()
        for item, sign in zip(items, signs, strict=True):
            up, down = reach(self._texts[item])
            scale = (1 + up + down) / TALL * float(np.exp(rng.normal(0, 0.07)))
            strokes = [stroke * np.float32(scale) for stroke in self.writing.strokes(item)]
            lift = down - (1 + up + down) + rng.normal(0, 0.06) + drift * x
            if sign in STRIKES:
                strokes += STRIKES[sign](strokes, 1.0 + up, rng)
            elif sign:
                wide = max(float(stroke[:, 0].max()) for stroke in strokes)
                base = 1.0 + up
                strokes += [s + np.array([wide, base], np.float32) for s in _drawn_sign(sign, rng)]
            for stroke in strokes:
                stroke[:, 1] += np.float32(lift)
                stroke[:, 0] = (stroke[:, 0] - slant * stroke[:, 1]) * stretch + x
            pieces += strokes
            x = max(float(stroke[:, 0].max()) for stroke in strokes)
            x += space * float(np.exp(rng.normal(0, 0.2)))
        return pieces

    def _around(self, item: int, low: Stroke, high: Stroke, rng: Rng) -> list[Stroke]:
        """What reaches into a line from its page: neighbours' tails, rules, specks, squares."""
        found: list[Stroke] = []
        if rng.random() < 0.12:
            items = self._same_writer(item)
            other = self.writing.strokes(int(items[rng.integers(len(items))]))
            scale, above = np.float32(2.2 / TALL), rng.random() < 0.5
            shift = float(low[1]) - rng.uniform(1.7, 2.3) if above else float(high[1]) - 0.4
            moved = np.array([rng.uniform(low[0], high[0]), shift], np.float32)
            found += [stroke * scale + moved for stroke in other]
        if rng.random() < 0.1:
            y, x = rng.normal(0.1, 0.15), rng.uniform(0, 1.5)
            ends = [(low[0] - x, y), (high[0] + x, y + rng.normal(0, 0.05))]
            found.append(np.array(ends, np.float32))
        if rng.random() < 0.08:
            for _ in range(int(rng.integers(1, 4))):
                spot = np.array([rng.uniform(low[0], high[0]), rng.uniform(low[1], high[1])])
                found.append(np.stack([spot, spot + 0.04]).astype(np.float32))
        return found

    def _sign_after(self, item: int, rng: Rng) -> str:
        if rng.random() > 0.12 or not self._texts[item][-1].isalnum():
            return ""
        return str(rng.choice(list(_AFTER), p=np.array(list(_AFTER.values())) / 1.0))

    def _same_writer(self, item: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.writing.writers == self.writing.writers[item])

    @cached_property
    def _texts(self) -> list[str]:
        return [plain(str(text)) for text in self.writing.texts]

    @cached_property
    def _widths(self) -> NDArray[np.float64]:
        """How wide each item is, in heights of a small letter."""
        found = []
        for item, text in enumerate(self._texts):
            starts = self.writing.stroke_start
            first, last = self.writing.first[item], self.writing.last[item]
            across = self.writing.points[starts[first] : starts[last], 0]
            found.append((int(across.max()) - int(across.min())) / TALL * (1 + sum(reach(text))))
        return np.array(found)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which items say something, in characters that a reader knows."""
        return np.array([bool(text) and set(text) <= set(ALPHABET) for text in self._texts])

    @cached_property
    def _long(self) -> NDArray[np.intp]:
        """Long items, the short ones of them first."""
        sizes = np.array([len(text) for text in self._texts])
        found = np.flatnonzero(self.usable & (sizes > _LONG) & (self._widths < _LONGEST))
        return found[np.argsort(sizes[found], kind="stable")]

    @cached_property
    def _by_writer(self) -> list[NDArray[np.intp]]:
        """The items of each writer that are not long."""
        short = self.usable & np.array([len(text) <= _LONG for text in self._texts])
        found = [np.flatnonzero(short & (self.writing.writers == w)) for w in self._writers]
        return [items for items in found if len(items)]

    @cached_property
    def _writers(self) -> NDArray[np.integer]:
        return np.unique(self.writing.writers)

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        """Writers count by the root of how much they wrote: variety is worth more than number."""
        weights = np.sqrt([len(items) for items in self._by_writer])
        sums: NDArray[np.float64] = np.cumsum(weights / weights.sum())
        sums[-1] = 1.0
        return sums


def some_width(short: float, rng: Rng) -> float:
    """How many small letters lines are wide, so large a part of them a few alone."""
    return rng.uniform(*(_SHORT if rng.random() < short else _USUAL))


def plain(text: str) -> str:
    """What an item says, without spaces before signs, or between characters typed one by one."""
    pieces = text.split()
    if len(pieces) > 2 and all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    text = " ".join(pieces)
    for before in _BEFORE:
        text = text.replace(before, before[1])
    return text


def reach(text: str) -> tuple[float, float]:
    """How far a text reaches over its small letters and under its baseline, in their height."""
    letters = set(text) - {" "}
    tall = [c for c in letters if c not in _FLAT]
    up = _UP if any(c != "i" for c in tall) else 0.35 if tall else 0.0
    return up, _DOWN if letters & _DESCENDING else 0.2 if letters & set(",;") else 0.0


def _drawn_sign(sign: str, rng: Rng) -> list[Stroke]:
    """The strokes of a sign to the right of (0, 0) on the baseline; a capital is 1.8 high."""
    size, ahead = 1.7 * np.exp(rng.normal(0, 0.15, 2)), rng.uniform(0.1, 0.5)
    return [
        (np.array(path) * size + [ahead, 0] + rng.normal(0, 0.03, (len(path), 2))).astype(
            np.float32
        )
        for path in STROKES[sign]
    ]


def _bent(pieces: list[Stroke], rng: Rng) -> list[Stroke]:
    """Strokes displaced by slow waves, as no hand writes twice alike, and a baseline that sways."""
    size = rng.normal(0, 0.05, 2)
    waves, phases = rng.uniform(0.3, 1.2, 2), rng.uniform(0, 2 * np.pi, 2)
    sway, slow, phase = rng.normal(0, 0.08), rng.uniform(0.02, 0.12), rng.uniform(0, 2 * np.pi)

    def bent(stroke: Stroke) -> Stroke:
        moved = stroke + size * np.sin(waves * stroke[:, ::-1] * 2 * np.pi + phases)
        moved[:, 1] += sway * np.sin(2 * np.pi * slow * stroke[:, 0] + phase)
        return moved.astype(np.float32)

    return [bent(stroke) for stroke in pieces]


def _crossed(ink: Floats, small: float, rng: Rng) -> Floats:
    """Ink from which a ruled line was taken off, now and then, and the writing on it with it."""
    if rng.random() < 0.05:
        y = int(rng.uniform(0.3, 0.9) * ink.shape[0])
        ink = ink.copy()
        ink[y : y + max(1, round(0.12 * small))] *= np.float32(rng.uniform(0.0, 0.4))
    return ink
