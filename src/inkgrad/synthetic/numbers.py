"""Lines with known answers, composed of real characters: what line readers learn from.

A line is in one hand: slant, size, thickness and spacing stay alike within it. Characters come from
images, or from the strokes of one writer, drawn anew and bent a little, and some lines are in type.
Around them is what fields have around numbers: points, commas, dashes, currency signs, ruled lines,
edges of boxes, specks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images, Split
from inkgrad.data.unipen import Handwriting
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.ink.character import cropped
from inkgrad.ink.line import to_line
from inkgrad.synthetic.around import mark, surroundings
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.habits import Habits
from inkgrad.synthetic.hand import Hand, HandShape
from inkgrad.synthetic.wear import Floats, Rng, as_rows, overlay, paste, stacked, worn

_ROOM = 0.3  # of a line's height, before and after a mark that was asked for
_NOUGHTS = 0.5  # of the lines in which habits may show, those that get a row of noughts
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
class Pen:
    """Someone who draws a line: one writer's digits, class by class, a hand and its habits.

    `joined` says whether noughts are written in one go, `formed` which classes in another form.
    """

    writer: Sequence[Sequence[Sequence[Stroke]]]
    hand: Hand
    habits: Habits
    joined: bool
    formed: Sequence[bool]


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
    habits: float = 0.0  # part of the lines drawn whose hand has habits, in it and in its noughts
    habit: Habits | None = None  # these, in place of any

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
            if self.habits and rng.random() < _NOUGHTS * self.habits:
                string = with_noughts(string, rng)
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
        pen, gaps = self.pen(len(string), rng, close)
        pieces, wide = self.run(string, 0.0, pen, gaps, rng, marks)
        return self.inked(pieces, wide, rng)

    def pen(self, count: int, rng: Rng, close: bool = False) -> tuple[Pen, Floats]:
        """Someone to draw a line of so many digits, and the gaps after these."""
        writer = self.hands.writers[int(rng.integers(len(self.hands.writers)))]
        hand = Hand.any(rng)
        gaps = self._gaps(count, rng, close)
        joined = rng.random() < 0.3  # noughts written in one go
        formed = [bool(forms) and rng.random() < self.formed for forms in self.hands.forms]
        habits = Habits()
        if self.habits and rng.random() < self.habits:
            habits, joined = self.habit or Habits.any(rng), False
        return Pen(writer, hand, habits, joined, formed), gaps

    def run(
        self,
        string: NDArray[np.intp],
        x: float,
        pen: Pen,
        gaps: Floats,
        rng: Rng,
        marks: Mapping[int, str] | None = None,
    ) -> tuple[list[Stroke], float]:
        """The strokes of digits from x on, each with its gap after it, and where they end."""
        pieces, digits = list[Stroke](), list[list[Stroke]]()
        for first, last in pen.habits.units(string):
            c, place = int(string[first]), last - 1
            choice = pen.writer[c] or self.hands.another(c, rng)
            if pen.formed and pen.formed[c]:
                choice = self.hands.forms[c]
            shape = HandShape.of(choice[int(rng.integers(len(choice)))])
            shape = pen.habits.written(c, last - first, shape, rng)
            digit, wide, lift = pen.hand.write(shape, x, self.bend, rng)
            pieces += digit
            digits.append(digit)
            if pen.joined and not string[place : place + 2].any() and place + 1 < len(string):
                ahead = x + wide + float(gaps[place]) + 0.5 * wide  # on to the top of the next
                top = [(x + 0.5 * wide, lift), (x + wide, lift - 0.06), (ahead, lift)]
                pieces.append(np.array(top, np.float32))
            x += wide + float(gaps[place])
            given = marks.get(place) if marks else None
            if given:
                pieces += mark(x + _ROOM, rng, given)
                x = float(pieces[-1][:, 0].max()) + _ROOM
            if rng.random() < self.marks * 0.15:
                pieces += mark(x, rng)
                x += 0.2 + abs(rng.normal(0, 0.1))
        return pieces + pen.habits.joins(digits, rng), x

    def inked(self, pieces: list[Stroke], wide: float, rng: Rng) -> Floats:
        """Strokes of a line 1 high and so wide, with what is around them, drawn by a pen."""
        if rng.random() < self.marks:
            pieces += surroundings(wide, rng)
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
            pieces = surroundings((x - margin) / _TALL, rng)
            if rng.random() < 0.3:
                pieces += mark(rng.uniform(0, max(0.1, (x - margin) / _TALL)), rng)
            if pieces:
                overlay(
                    room,
                    [piece * _TALL + margin for piece in pieces],
                    _TALL * rng.uniform(0.03, 0.12),
                )
        return np.pad(cropped(room), 4)


def with_noughts(string: NDArray[np.intp], rng: Rng) -> NDArray[np.intp]:
    """The same digits with a row of noughts among them, half of the time at their end."""
    changed, last = string.copy(), len(string)
    first = int(rng.integers(last + 1))
    if rng.random() < 0.5:
        last = int(rng.integers(first, last + 1))
    changed[first:last] = 0
    return changed


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
