"""Lines with known answers, composed of real characters: what line readers learn from.

A line is in one hand: slant, size, thickness and spacing stay alike within it. Characters come from
images, or from the strokes of one writer, drawn anew and bent a little, and some lines are in type.
Around them is what fields have around numbers: points, commas, dashes, currency signs, ruled lines,
edges of boxes, specks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images, Split
from inkgrad.data.unipen import Handwriting
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.ink.character import cropped
from inkgrad.ink.line import to_line
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.wear import Floats, Rng, as_rows, overlay, paste, stacked, worn

MARKS = ("point", "comma", "dash", "slash")
"""What may stand between digits."""

_ROOM = 0.3  # of a line's height, before and after a mark that was asked for
_TALL = 32  # pixels of a character where lines are composed


@dataclass(frozen=True)
class Hands:
    """Characters to compose lines of, class by class.

    `images[c]` (n, 28, 28) are of many hands; `writers[i][c]` are the characters of one writer, as
    strokes, for each class: empty where that writer wrote none. `forms[c]`, where there are any,
    are characters that some people write a class as: a 9 like a P, a 4 like an h.
    """

    images: Sequence[Images]
    writers: Sequence[Sequence[Sequence[Sequence[Stroke]]]]
    forms: Sequence[Sequence[Sequence[Stroke]]] = ()

    @classmethod
    def of(cls, split: Split, handwriting: Handwriting, classes: int) -> Hands:
        """From labelled images and from handwriting with writers, both of so many classes."""
        images = [split.images[split.labels == c] for c in range(classes)]
        writers = []
        for writer in np.unique(handwriting.writers):
            mine = np.flatnonzero(handwriting.writers == writer)
            by_class: list[list[list[Stroke]]] = [[] for _ in range(classes)]
            for i in mine:
                by_class[handwriting.labels[i]].append(handwriting.strokes[i])
            if sum(map(bool, by_class)) >= 0.6 * classes:
                writers.append(by_class)
        return cls(images, writers)

    def another(self, c: int, rng: Rng) -> Sequence[Sequence[Stroke]]:
        """Class `c` in the hand of any writer who wrote it, where one never did."""
        having = [writer[c] for writer in self.writers if writer[c]]
        return having[int(rng.integers(len(having)))]


@dataclass(frozen=True)
class Numbers:
    """A source of lines of digits, composed anew for every batch, as long as training asks.

    `size` is how many lines count as an epoch; `drawn` the part of lines drawn from strokes,
    `typed` the part in a font; `lengths` the numbers of digits. A batch is (n, 32, w) uint8 with
    labels (n, l), filled up with -1. `touching` is how far digits may reach into each other, `bend`
    how far strokes are displaced, both in parts of their height. In a line that is drawn each class
    is with a probability of `formed` written in one of the forms that the hands have for it.
    """

    hands: Hands
    size: int
    drawn: float = 0.5
    lengths: tuple[int, int] = (1, 10)
    touching: float = 0.12
    marks: float = 0.5
    bend: float = 0.03
    fonts: Fonts | None = None
    typed: float = 0.0
    formed: float = 0.0
    coarse: float = 0.0  # part of the lines that are scanned with few pixels

    def __len__(self) -> int:
        return self.size

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        """Lines of about the same length, so that little of a batch is empty."""
        low, high = self.lengths
        about = int(rng.integers(low, high + 1))
        lines, strings = [], []
        for _ in places:
            length = int(np.clip(about + rng.integers(-1, 2), low, high))
            string = rng.integers(0, len(self.hands.images), length)
            if rng.random() < 0.2:  # the same digit again, as in thousands
                string[rng.integers(length) :] = string[-1]
            lines.append(self.line(string, rng))
            strings.append(string)
        return stacked(lines), as_rows(strings, max(map(len, strings)))

    def line(self, string: NDArray[np.intp], rng: Rng, close: bool = False) -> NDArray[np.uint8]:
        """One line that says `string`, in one hand; where `close`, its digits touch."""
        kind = rng.random()
        if self.fonts and kind < self.typed:
            ink = self._typed(string, self.fonts, rng)
        elif self.hands.writers and kind < self.typed + (1 - self.typed) * self.drawn:
            ink = self._drawn(string, rng, close)
        else:
            ink = self._pasted(string, rng, close)
        return to_line(worn(ink, rng, self.coarse))

    def marked_line(
        self, string: NDArray[np.intp], marks: Mapping[int, str], rng: Rng
    ) -> NDArray[np.uint8]:
        """A line drawn from strokes with one of MARKS after the digit at each of these places.

        Such marks have room, so that they touch digits only where a slant makes them.
        """
        return to_line(worn(self._drawn(string, rng, False, marks), rng, self.coarse))

    def _gaps(self, count: int, rng: Rng, close: bool) -> Floats:
        if close:
            return np.asarray(rng.uniform(-self.touching, 0.0, count), np.float32)
        usual = rng.choice(
            [rng.uniform(-self.touching, max(0.1, -self.touching)), rng.uniform(0.05, 0.7)]
        )
        return np.asarray(usual + rng.normal(0, 0.06, count), np.float32).clip(-self.touching, 2)

    def _typed(self, string: NDArray[np.intp], fonts: Fonts, rng: Rng) -> Floats:
        faces = fonts.hands if fonts.hands and rng.random() < 0.4 else fonts.printed
        text = ""
        for c in string:
            text += str(c) + (rng.choice(list(".,-/ ")) if rng.random() < 0.15 * self.marks else "")
        return np.pad(cropped(faces[int(rng.integers(len(faces)))].line(text, rng)), 4)

    def _drawn(
        self,
        string: NDArray[np.intp],
        rng: Rng,
        close: bool,
        marks: Mapping[int, str] | None = None,
    ) -> Floats:
        writer = self.hands.writers[int(rng.integers(len(self.hands.writers)))]
        slant, stretch = rng.normal(0, 0.2), np.exp(rng.normal(0, 0.15))
        drift, bounce = rng.normal(0, 0.03), abs(rng.normal(0, 0.05))
        pieces: list[Stroke] = []
        x = 0.0
        gaps = self._gaps(len(string), rng, close)
        joined = rng.random() < 0.3  # noughts written in one go
        formed = [bool(forms) and rng.random() < self.formed for forms in self.hands.forms]
        for place, c in enumerate(string):
            choice = writer[c] or self.hands.another(int(c), rng)
            if formed and formed[c]:
                choice = self.hands.forms[c]
            strokes = choice[int(rng.integers(len(choice)))]
            points = np.concatenate(strokes)
            low, high = points.min(0), points.max(0)
            tall = max(float(high[1] - low[1]), 0.5 * float(high[0] - low[0]), 1.0)
            scale = np.exp(rng.normal(0, 0.08)) / tall
            wide = float(high[0] - low[0]) * scale * stretch
            lift = drift * x + bounce * rng.normal()
            lean, bent = slant + rng.normal(0, 0.04), _bend(self.bend, rng)
            for stroke in strokes:
                moved = bent((stroke - low) * np.float32(scale))
                moved[:, 0] = x + moved[:, 0] * stretch + lean * (1 - moved[:, 1])
                moved[:, 1] += lift
                pieces.append(moved)
            if c == 0 and place + 1 < len(string) and string[place + 1] == 0 and joined:
                ahead = x + wide + float(gaps[place]) + 0.5 * wide  # on to the top of the next
                top = [(x + 0.5 * wide, lift), (x + wide, lift - 0.06), (ahead, lift)]
                pieces.append(np.array(top, np.float32))
            x += wide + float(gaps[place])
            given = marks.get(place) if marks else None
            if given:
                pieces += _mark(x + _ROOM, rng, given)
                x = float(pieces[-1][:, 0].max()) + _ROOM
            if rng.random() < self.marks * 0.15:
                pieces += _mark(x, rng)
                x += 0.2 + abs(rng.normal(0, 0.1))
        if rng.random() < self.marks:
            pieces += _surroundings(x, rng)
        low = np.concatenate(pieces).min(0)
        tall = rng.uniform(16, _TALL)
        placed = [((piece - low) * tall).astype(np.float32) for piece in pieces]
        ink = draw(placed, max(1.0, tall * rng.uniform(0.04, 0.2)))
        return np.pad(ink.astype(np.float32), 4)

    def _pasted(self, string: NDArray[np.intp], rng: Rng, close: bool) -> Floats:
        slant, stretch = rng.normal(0, 0.15), np.exp(rng.normal(0, 0.1))
        drift, bounce = rng.normal(0, 0.03), abs(rng.normal(0, 0.05))
        gaps = self._gaps(len(string), rng, close)
        margin = _TALL
        room = np.zeros((3 * _TALL, int(_TALL * (2 + 2.2 * len(string) + 2))), np.float32)
        x = float(margin)
        for place, c in enumerate(string):
            of_class = self.hands.images[c]
            image = of_class[rng.integers(len(of_class))]
            cut = cropped(image)
            tall = _TALL * np.exp(rng.normal(0, 0.08))
            scale = tall / max(cut.shape[0], 0.5 * cut.shape[1])
            y = margin + (tall - cut.shape[0] * scale) + drift * (x - margin)
            y += bounce * _TALL * rng.normal()
            paste(cut, room, y, x, scale, scale * stretch, slant + rng.normal(0, 0.04))
            x += cut.shape[1] * scale * stretch + float(gaps[place]) * _TALL
        if rng.random() < self.marks:
            pieces = _surroundings((x - margin) / _TALL, rng)
            if rng.random() < 0.3:
                pieces += _mark(rng.uniform(0, max(0.1, (x - margin) / _TALL)), rng)
            if pieces:
                overlay(
                    room,
                    [piece * _TALL + margin for piece in pieces],
                    _TALL * rng.uniform(0.03, 0.12),
                )
        return np.pad(cropped(room), 4)


@dataclass(frozen=True)
class Lines:
    """Lines composed once, to measure on: `lines` of (32, w) and labels (n, l), filled with -1."""

    lines: Sequence[NDArray[np.uint8]]
    labels: NDArray[np.intp]

    @classmethod
    def of(cls, numbers: Numbers, count: int, rng: Rng) -> Lines:
        """So many lines of digits from that source."""
        low, high = numbers.lengths
        strings = [
            rng.integers(0, len(numbers.hands.images), int(rng.integers(low, high + 1)))
            for _ in range(count)
        ]
        return cls.that_say(strings, [numbers.line(string, rng) for string in strings])

    @classmethod
    def that_say(
        cls, strings: Sequence[NDArray[np.intp]], lines: Sequence[NDArray[np.uint8]]
    ) -> Lines:
        """Lines with what they say, put in order: the short ones first."""
        order = sorted(range(len(lines)), key=lambda i: lines[i].shape[1])
        rows = as_rows([strings[i] for i in order], max(map(len, strings)))
        return cls([lines[i] for i in order], rows)

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Lines:
        """The lines of all parts, put in order again."""
        strings = [row[row >= 0] for part in parts for row in part.labels]
        return cls.that_say(strings, [line for part in parts for line in part.lines])

    def __len__(self) -> int:
        return len(self.lines)

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        return stacked([self.lines[i] for i in places]), self.labels[places]


def _bend(most: float, rng: Rng) -> Callable[[Stroke], Stroke]:
    """A way to bend strokes: waves about as long as a character is high, sideways and up."""
    size = rng.normal(0, most, 2)
    waves, phases = rng.uniform(0.4, 1.1, 2) * 2 * np.pi, rng.uniform(0, 2 * np.pi, 2)

    def bent(stroke: Stroke) -> Stroke:
        moved = stroke + size * np.sin(waves * stroke[:, ::-1] + phases)
        return moved.astype(np.float32)

    return bent


def _mark(x: float, rng: Rng, given: str | None = None) -> list[Stroke]:
    """A mark after a digit, the one given or any; the line's height is 1, y downwards."""
    kind = MARKS.index(given) if given else int(rng.integers(4))
    jitter = rng.normal(0, 0.03)
    if kind == 0:
        path = [(0.05, 0.97), (0.08, 1.0)]
    elif kind == 1:
        path = [(0.08, 0.92), (0.09, 1.02), (0.0, 1.18)]
    elif kind == 2:
        path = [(0.0, 0.5 + jitter), (rng.uniform(0.15, 0.5), 0.5 - jitter)]
    else:
        path = [(0.0, 1.1), (0.3, -0.1)]
    return [np.array(path, np.float32) + np.array([x, jitter], np.float32)]


def _surroundings(wide: float, rng: Rng) -> list[Stroke]:
    """What may lie around a number: a ruled line, an edge of its box, a currency sign, specks."""
    pieces: list[list[tuple[float, float]]] = []
    if rng.random() < 0.3:
        y = rng.uniform(1.05, 1.35)
        pieces.append([(rng.uniform(-0.6, 0.2), y), (wide * rng.uniform(0.7, 1.2), y)])
    if rng.random() < 0.15:
        x = rng.choice([-0.35, wide + 0.2])
        pieces.append([(x, rng.uniform(-0.4, 0.1)), (x, rng.uniform(0.9, 1.4))])
    if rng.random() < 0.15:
        x = -0.7
        pieces.append([(x + 0.4, 0.15), (x + 0.1, 0.1), (x + 0.1, 0.4), (x + 0.4, 0.6)])
        pieces.append([(x + 0.4, 0.6), (x + 0.4, 0.9), (x, 0.85)])
        pieces.append([(x + 0.25, -0.1), (x + 0.2, 1.1)])
    if rng.random() < 0.2:
        for _ in range(rng.integers(1, 4)):
            x, y = rng.uniform(-0.5, wide + 0.3), rng.uniform(-0.2, 1.2)
            pieces.append([(x, y), (x + 0.02, y + 0.02)])
    return [np.array(piece, np.float32) for piece in pieces]
