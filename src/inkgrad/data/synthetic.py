"""Lines with known answers, composed of real characters: what line readers learn from.

A line is in one hand: slant, size, thickness and spacing stay alike within it. Characters come from
images, or from the strokes of one writer, drawn anew. Around them is what fields have around
numbers: points, commas, dashes, currency signs, ruled lines, edges of boxes, specks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkgrad.compiled import compiled
from inkgrad.data.dataset import Images, Split
from inkgrad.data.glyph import cropped
from inkgrad.data.lines import to_line
from inkgrad.data.strokes import Stroke, draw
from inkgrad.data.unipen import Handwriting

Rng = np.random.Generator
Floats = NDArray[np.float32]
_TALL = 32  # pixels of a character where lines are composed
_NO_LABEL = -1


@dataclass(frozen=True)
class Hands:
    """Characters to compose lines of, class by class.

    `images[c]` (n, 28, 28) are of many hands; `writers[i][c]` are the characters of one writer, as
    strokes, for each class: empty where that writer wrote none.
    """

    images: Sequence[Images]
    writers: Sequence[Sequence[Sequence[Sequence[Stroke]]]]

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


@dataclass(frozen=True)
class Numbers:
    """A source of lines of digits, composed anew for every batch, as long as training asks.

    `size` is how many lines count as an epoch; `drawn` the part of lines drawn from strokes;
    `lengths` the numbers of digits. A batch is (n, 32, w) uint8 with labels (n, l), filled up with
    -1. `touching` is how far digits may reach into each other, in parts of their height.
    """

    hands: Hands
    size: int
    drawn: float = 0.5
    lengths: tuple[int, int] = (1, 10)
    touching: float = 0.12
    marks: float = 0.5

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
        return stacked(lines), _as_rows(strings, max(map(len, strings)))

    def line(self, string: NDArray[np.intp], rng: Rng, close: bool = False) -> NDArray[np.uint8]:
        """One line that says `string`, in one hand; where `close`, its digits touch."""
        if self.hands.writers and rng.random() < self.drawn:
            ink = self._drawn(string, rng, close)
        else:
            ink = self._pasted(string, rng, close)
        return to_line(worn(ink, rng))

    def _gaps(self, count: int, rng: Rng, close: bool) -> Floats:
        if close:
            return np.asarray(rng.uniform(-self.touching, 0.0, count), np.float32)
        usual = rng.choice(
            [rng.uniform(-self.touching, max(0.1, -self.touching)), rng.uniform(0.05, 0.7)]
        )
        return np.asarray(usual + rng.normal(0, 0.06, count), np.float32).clip(-self.touching, 2)

    def _drawn(self, string: NDArray[np.intp], rng: Rng, close: bool) -> Floats:
        writer = self.hands.writers[int(rng.integers(len(self.hands.writers)))]
        slant, stretch = rng.normal(0, 0.2), np.exp(rng.normal(0, 0.15))
        drift, bounce = rng.normal(0, 0.03), abs(rng.normal(0, 0.05))
        pieces: list[Stroke] = []
        x = 0.0
        gaps = self._gaps(len(string), rng, close)
        joined = rng.random() < 0.3  # noughts written in one go
        for place, c in enumerate(string):
            choice = writer[c] or self._another(int(c), rng)
            strokes = choice[int(rng.integers(len(choice)))]
            points = np.concatenate(strokes)
            low, high = points.min(0), points.max(0)
            tall = max(float(high[1] - low[1]), 0.5 * float(high[0] - low[0]), 1.0)
            scale = np.exp(rng.normal(0, 0.08)) / tall
            wide = float(high[0] - low[0]) * scale * stretch
            lift = drift * x + bounce * rng.normal()
            for stroke in strokes:
                moved = (stroke - low) * np.float32(scale)
                moved[:, 0] = x + moved[:, 0] * stretch + slant * (1 - moved[:, 1])
                moved[:, 1] += lift
                pieces.append(moved)
            if c == 0 and place + 1 < len(string) and string[place + 1] == 0 and joined:
                ahead = x + wide + float(gaps[place]) + 0.5 * wide  # on to the top of the next
                top = [(x + 0.5 * wide, lift), (x + wide, lift - 0.06), (ahead, lift)]
                pieces.append(np.array(top, np.float32))
            x += wide + float(gaps[place])
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

    def _another(self, c: int, rng: Rng) -> Sequence[Sequence[Stroke]]:
        """The class in another writer's hand, where this one never wrote it."""
        having = [writer[c] for writer in self.hands.writers if writer[c]]
        return having[int(rng.integers(len(having)))]

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
            _paste(cut, room, y, x, scale, scale * stretch, slant)
            x += cut.shape[1] * scale * stretch + float(gaps[place]) * _TALL
        if rng.random() < self.marks:
            pieces = _surroundings((x - margin) / _TALL, rng)
            if rng.random() < 0.3:
                pieces += _mark(rng.uniform(0, (x - margin) / _TALL), rng)
            if pieces:
                _overlay(room, [piece * _TALL + margin for piece in pieces], rng)
        return np.pad(cropped(room), 4)


@dataclass(frozen=True)
class Lines:
    """Lines composed once, to measure on: `lines` of (32, w) and labels (n, l), filled with -1."""

    lines: Sequence[NDArray[np.uint8]]
    labels: NDArray[np.intp]

    @classmethod
    def of(cls, numbers: Numbers, count: int, rng: Rng) -> Lines:
        """So many lines of that source, the short ones first."""
        low, high = numbers.lengths
        strings = [
            rng.integers(0, len(numbers.hands.images), int(rng.integers(low, high + 1)))
            for _ in range(count)
        ]
        strings.sort(key=len)
        lines = [numbers.line(string, rng) for string in strings]
        return cls(lines, _as_rows(strings, high))

    def __len__(self) -> int:
        return len(self.lines)

    def batch(self, places: NDArray[Any], rng: Rng) -> tuple[Images, NDArray[np.intp]]:
        return stacked([self.lines[i] for i in places]), self.labels[places]


def worn(ink: Floats, rng: Rng) -> Floats:
    """What pens, paper and scanners do to ink: thinned, thickened, broken, blurred, binarized."""
    values = ink / max(float(ink.max()), 1.0)
    if rng.random() < 0.3:
        values = ndimage.grey_dilation(values, (2, 2)) if rng.random() < 0.5 else values**2
    values = ndimage.gaussian_filter(values, rng.uniform(0.3, 1.3))
    if rng.random() < 0.3:
        grain = rng.standard_normal(values.shape, np.float32) * np.float32(rng.uniform(0.02, 0.15))
        values += grain - 0.1
    if rng.random() < 0.2:  # strokes that do not cover everywhere
        values -= 0.6 * ndimage.zoom(rng.random((6, 6)), np.array(values.shape) / 6, order=1) ** 3
    if rng.random() < 0.5:
        values = (values > rng.uniform(0.25, 0.5)).astype(np.float32)
    values = (255 * np.clip(values, 0, 1)).astype(np.float32)
    return values if values.max() > 100 else ink


def _mark(x: float, rng: Rng) -> list[Stroke]:
    """A point, comma, dash or slash after a digit; the line's height is 1, y downwards."""
    kind = rng.integers(4)
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


def _overlay(room: Floats, pieces: list[Stroke], rng: Rng) -> None:
    low = np.concatenate(pieces).min(0)
    thickness = _TALL * rng.uniform(0.03, 0.12)
    drawn = draw([piece - low for piece in pieces], thickness).astype(np.float32)
    y, x = (low[::-1] - thickness / 2 - 1).round().astype(int)
    top, left = max(0, y), max(0, x)
    part = drawn[top - y :, left - x :][: room.shape[0] - top, : room.shape[1] - left]
    place = room[top : top + part.shape[0], left : left + part.shape[1]]
    np.maximum(place, part, out=place)


@compiled
def _paste(
    image: Images, room: Floats, top: float, left: float, down: float, across: float, slant: float
) -> None:
    """Lay an image into the room at another size, leaning; the darker of both stays."""
    h, w = image.shape
    tall = h * down
    first, last = max(0, int(top)), min(room.shape[0], int(top + tall) + 1)
    for y in range(first, last):
        v = (y + 0.5 - top) / down - 0.5
        lean = slant * (tall / 2 - (y - top))
        i = int(np.floor(v))
        part_y = v - i
        for x in range(
            max(0, int(left + lean) - 1), min(room.shape[1], int(left + lean + w * across) + 2)
        ):
            u = (x + 0.5 - left - lean) / across - 0.5
            j = int(np.floor(u))
            part_x = u - j
            value = 0.0
            for a in range(2):
                for b in range(2):
                    if 0 <= i + a < h and 0 <= j + b < w:
                        weight = (part_y if a else 1 - part_y) * (part_x if b else 1 - part_x)
                        value += weight * image[i + a, j + b]
            room[y, x] = max(room[y, x], np.float32(value))


def _as_rows(strings: Sequence[NDArray[np.intp]], wide: int) -> NDArray[np.intp]:
    """Strings as labels (n, wide), filled up with -1."""
    labels = np.full((len(strings), wide), _NO_LABEL)
    for row, string in enumerate(strings):
        labels[row, : len(string)] = string
    return labels


def stacked(lines: Sequence[NDArray[np.uint8]]) -> Images:
    """Lines of different widths as one batch, paper to the right of the shorter ones."""
    wide = max(line.shape[1] for line in lines)
    batch = np.zeros((len(lines), lines[0].shape[0], wide), np.uint8)
    for row, line in enumerate(lines):
        batch[row, :, : line.shape[1]] = line
    return batch
