"""Lines of text with known answers, in one hand each: what the reader of notes learns from.

A glyph has lost its size and its place on the line; both come back here from what letters are:
capitals and `l` reach up, `g` hangs down, an `x` is half as high as an `X`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.ink.character import cropped
from inkgrad.ink.line import to_line
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.signs import MONEY, STROKES
from inkgrad.synthetic.wear import Floats, Rng, as_rows, overlay, paste, stacked, worn
from inkgrad.synthetic.wording import ALPHABET, SMALL, Wording

_TALL = 34  # pixels of a capital where lines are composed
# Characters of a line: a reader sees no further than a few at once, so lines need not be long; of
# one length, two threads are done with their halves of a batch at the same time.
_SHORT, _USUAL, _MORE = (1, 8), 13, 8
_ASCENDING, _DESCENDING = "bdfhkl", "gpqy"
_SIGNS = {**STROKES, **MONEY}
LARGER = {".": (1.5, 3.0), ",": (0.8, 1.6)}
"""How large points and commas are where they matter, times their usual size."""


@dataclass(frozen=True)
class _Hand:
    """How one person writes: heights in parts of a capital's, and what stays alike in a line."""

    x_height: float
    ascent: float
    descent: float
    slant: float
    stretch: float
    gap: float
    space: float
    bounce: float
    drift: float
    joins: bool

    @classmethod
    def any(cls, rng: Rng) -> _Hand:
        kind = rng.random()
        gap = rng.uniform(0.03, 0.22)
        if kind < 0.2:  # letters that touch
            gap = rng.uniform(-0.1, 0.03)
        elif kind < 0.35:  # block letters set apart
            gap = rng.uniform(0.22, 0.4)
        return cls(
            x_height=float(np.clip(rng.normal(0.58, 0.07), 0.42, 0.8)),
            ascent=rng.uniform(0.95, 1.2),
            descent=rng.uniform(0.2, 0.5),
            slant=rng.normal(0, 0.18),
            stretch=float(np.exp(rng.normal(0, 0.15))),
            gap=gap,
            space=max(gap, 0.0) + rng.uniform(0.3, 0.9),
            bounce=abs(rng.normal(0, 0.035)),
            drift=rng.normal(0, 0.02),
            joins=rng.random() < 0.35,
        )

    def reach(self, c: str, rng: Rng) -> tuple[float, float]:
        """Top and bottom of a letter or digit over the baseline, y down."""
        size = float(np.exp(rng.normal(0, 0.06)))
        if c not in SMALL:
            return -size, 0.08 if c == "Q" else 0.0
        if c in _ASCENDING:
            deep = self.descent if c == "f" and rng.random() < 0.3 else 0.0
            return -self.ascent * size, deep
        if c in _DESCENDING:
            return -self.x_height * size, self.descent * size
        if c in "ij":
            return -min(1.0, self.x_height + 0.3) * size, self.descent if c == "j" else 0.0
        return (-0.85 if c == "t" else -self.x_height) * size, 0.0


@dataclass(frozen=True)
class Texts:
    """A source of lines of text, composed anew for every batch, as long as training asks.

    `hands` has 62 classes: digits, capitals, small letters. `drawn` is the part of lines drawn from
    the strokes of one writer, `typed` the part in a font, the others are of images. `size` is how
    many lines count as an epoch. Where it is not below 0, signs stand at least `apart` from what is
    beside them, in heights of a capital, and points are as large as where they matter. A batch is
    (n, 32, w) uint8 with labels (n, l), filled up with -1.
    """

    hands: Hands
    wording: Wording
    size: int
    fonts: Fonts | None = None
    drawn: float = 0.45
    typed: float = 0.2
    apart: float = -1.0

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        length = int(rng.integers(*_SHORT)) if rng.random() < 0.2 else _USUAL
        texts: list[str] = []
        while len(texts) < len(places):
            text = self.wording.phrase(length, rng)
            if len(text) <= length + _MORE:
                texts.append(text)
        lines = [self.line(text, rng) for text in texts]
        rows = [labels_of(text) for text in texts]
        return stacked(lines), as_rows(rows, max(map(len, rows)))

    def line(self, text: str, rng: Rng) -> NDArray[np.uint8]:
        """One line (32, w) that says `text`, in one hand."""
        return to_line(worn(self.ink(text, rng), rng))

    def ink(self, text: str, rng: Rng) -> Floats:
        """The ink (h, w) of a line that says `text`, as it was written."""
        kind = rng.random()
        if self.fonts and kind < self.typed:
            able = [face for face in self._faces(rng) if face.characters >= set(text)]
            if able:
                return able[int(rng.integers(len(able)))].line(text, rng)
        if kind < self.typed + self.drawn and self.hands.writers:
            return self._drawn(text, rng)
        return self._pasted(text, rng)

    def _faces(self, rng: Rng) -> Any:
        assert self.fonts
        hands = self.fonts.hands
        return hands if hands and rng.random() < 0.6 else self.fonts.printed

    def _placed(
        self, text: str, hand: _Hand, rng: Rng, put: Callable[[int, float, float, float], float]
    ) -> list[Stroke]:
        """Walk along the line: `put` lays each letter, signs come back as strokes.

        `put` is given class, x, top and bottom, and says how wide the letter is.
        """
        signs: list[Stroke] = []
        x, before = 0.0, " "
        for c in text:
            if c == " ":
                x += hand.space * float(np.exp(rng.normal(0, 0.15)))
                continue
            lift = hand.drift * x + hand.bounce * rng.normal()
            if c in _SIGNS or before in _SIGNS:
                x += max(0.0, self.apart - hand.gap)
            before = c
            if c in _SIGNS:
                large = rng.uniform(*LARGER[c]) if self.apart >= 0 and c in LARGER else 1.0
                strokes, wide = _sign(c, hand, rng, large)
                signs += [stroke + np.array([x, lift], np.float32) for stroke in strokes]
            else:
                top, bottom = hand.reach(c, rng)
                wide = put(ALPHABET.index(c), x, top + lift, bottom + lift)
            x += wide + hand.gap + rng.normal(0, 0.03)
        return signs

    def _drawn(self, text: str, rng: Rng) -> Floats:
        hand = _Hand.any(rng)
        writer = self.hands.writers[int(rng.integers(len(self.hands.writers)))]
        pieces: list[Stroke] = []
        last: list[tuple[int, Stroke]] = []

        def put(c: int, x: float, top: float, bottom: float) -> float:
            choice = writer[c] or self.hands.another(c, rng)
            strokes = choice[int(rng.integers(len(choice)))]
            points = np.concatenate(strokes)
            low, high = points.min(0), points.max(0)
            tall, across = float(high[1] - low[1]), float(high[0] - low[0])
            scale = (bottom - top) / max(tall, 0.4 * across, 1.0)
            moved = []
            for stroke in strokes:
                path = (stroke - low) * np.float32(scale)
                path[:, 0] = x + path[:, 0] * hand.stretch
                path[:, 1] += bottom - tall * scale
                moved.append(path)
            small = ALPHABET[c] in SMALL
            if hand.joins and last and small and rng.random() < 0.7:
                before, path = last.pop()
                if ALPHABET[before] in SMALL:  # on to the next letter without lifting the pen
                    pieces.append(np.stack([path[-1], moved[0][0]]))
            last[:] = [(c, moved[-1])]
            pieces.extend(moved)
            return across * scale * hand.stretch

        pieces += self._placed(text, hand, rng, put)
        pieces += _around(pieces, rng)
        leaning = [path * [1, 1] - np.outer(path[:, 1], [hand.slant, 0]) for path in pieces]
        low = np.concatenate(leaning).min(0)
        tall = rng.uniform(16, _TALL)
        thick = max(1.2, tall * rng.uniform(0.04, 0.26 if rng.random() < 0.2 else 0.15))
        placed = [((path - low) * tall).astype(np.float32) for path in leaning]
        return np.pad(draw(placed, thick).astype(np.float32), 4)

    def _pasted(self, text: str, rng: Rng) -> Floats:
        hand = _Hand.any(rng)
        margin = 2 * _TALL
        room = np.zeros((8 * _TALL, int(_TALL * (4 + 2.2 * len(text)))), np.float32)
        base = 4.5 * _TALL

        def put(c: int, x: float, top: float, bottom: float) -> float:
            of_class = self.hands.images[c]
            cut = cropped(of_class[int(rng.integers(len(of_class)))])
            tall = (bottom - top) * _TALL
            down = tall / max(cut.shape[0], 0.4 * cut.shape[1])
            y = base + bottom * _TALL - cut.shape[0] * down
            paste(cut, room, y, margin + x * _TALL, down, down * hand.stretch, hand.slant)
            return float(cut.shape[1] * down * hand.stretch / _TALL)

        signs = self._placed(text, hand, rng, put)
        inked = np.flatnonzero(room.any(0))
        wide = (inked[-1] - margin) / _TALL if len(inked) else 1.0
        signs += _around([np.array([(0, -1), (wide, 0)], np.float32)], rng)
        if signs:
            here = [(path * _TALL + np.array([margin, base])).astype(np.float32) for path in signs]
            overlay(room, here, _TALL * rng.uniform(0.05, 0.12))
        return np.pad(cropped(room), 4)


def labels_of(text: str) -> NDArray[np.intp]:
    """The classes of a text's characters."""
    return np.array([ALPHABET.index(c) for c in text])


def _sign(c: str, hand: _Hand, rng: Rng, large: float = 1.0) -> tuple[list[Stroke], float]:
    """The strokes of a sign, in this hand, and how wide it is."""
    size = large * np.exp(rng.normal(0, 0.12, 2))
    strokes = []
    for path in _SIGNS[c]:
        points = np.array(path) * size + rng.normal(0, 0.02, (len(path), 2))
        points[:, 0] *= hand.stretch
        strokes.append(_rounded(points).astype(np.float32))
    return strokes, float(max(stroke[:, 0].max() for stroke in strokes))


def _rounded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path without its corners (Chaikin 1974), twice."""
    for _ in range(2 if len(points) > 2 else 0):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        between = np.stack([near, far], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], between, points[-1:]])
    return points


def _around(pieces: list[Stroke], rng: Rng) -> list[Stroke]:
    """What is left around a line on its page now and then: a rule, specks, tails of other lines."""
    low, high = np.concatenate(pieces).min(0), np.concatenate(pieces).max(0)
    found: list[list[tuple[float, float]]] = []
    if rng.random() < 0.05:
        y = rng.uniform(0.05, 0.3)
        found.append([(low[0] - rng.uniform(0, 0.5), y), (high[0] * rng.uniform(0.5, 1.1), y)])
    if rng.random() < 0.1:
        for _ in range(int(rng.integers(1, 4))):
            x, y = rng.uniform(low[0], high[0] + 0.1), rng.uniform(-1.2, 0.4)
            found.append([(x, y), (x + 0.02, y + 0.02)])
    if rng.random() < 0.08:
        x, y = rng.uniform(low[0], high[0]), -1.25 if rng.random() < 0.5 else 0.6
        found.append([(x, y - 0.1), (x - 0.03, y + 0.1)])
    return [np.array(path, np.float32) for path in found]
