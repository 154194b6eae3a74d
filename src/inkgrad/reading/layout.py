"""The ink of a page -> its lines of writing in reading order, and what is drawn on it.

A line is a ridge: ink blurred far along the writing and little across it is darkest along the
middle of each line, also where that rises or bends a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkgrad.errors import ImageError
from inkgrad.reading.page import Box, around
from inkgrad.reading.paper import Floats, Mask, PageInk

_SMALL = 0.28  # of a letter's height: smaller pieces are dots, commas or dirt
_DRAWN = 6.0  # of a letter's height: larger pieces are drawings
_ACROSS, _ALONG = 0.3, 2.5  # blur, in letters' heights
_RIDGE = 12  # pixels of a letter's height where ridges are looked for
_APART = 8.0  # letters' heights between pieces of one line at most
_SHARED = 0.45  # part of a ridge's ink in pieces that another one shares: then they are one line
_INKED = 0.3  # of a band: what is weaker is paper
_STEEPEST = 0.15  # of a page that is turned


@dataclass
class FoundLine:
    """A line of writing: its ink levelled in a band (h, w) 0..1, and where that lies on the page.

    Column x of the band is column `left` + x of the work image; its middle row is row
    `middle[x]`. `mask` (h, w) is which of the band's pixels are this line's.
    """

    band: Floats
    left: int
    middle: NDArray[np.float64]
    box: Box  # in pixels of the work image

    def place(self, first: int, last: int) -> Box | None:
        """The box, in the work image, of the ink in these columns of the band; None without any."""
        inked = self.band[:, first:last] > _INKED
        if not inked.any():
            return None
        columns, rows = np.flatnonzero(inked.any(0)), np.flatnonzero(inked.any(1))
        offset = float(np.mean(self.middle[first:last])) - self.band.shape[0] / 2
        top, bottom = round(rows[0] + offset), round(rows[-1] + 1 + offset)
        left = self.left + first
        return left + int(columns[0]), top, left + int(columns[-1]) + 1, max(top + 1, bottom)

    def gap_near(self, column: int, reach: int) -> int:
        """The middle of the widest gap within so many columns of the band; `column` without one."""
        first = max(0, column - reach)
        empty = ~(self.band[:, first : column + reach] > _INKED).any(0)
        edges = np.diff(np.pad(empty, 1).astype(np.int8))
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        if not len(starts):
            return column
        widest = int(np.argmax(ends - starts))
        return first + int(starts[widest] + ends[widest]) // 2


@dataclass
class Layout:
    """What is on a page, in pixels of the work image. `letter` is the usual height of a letter."""

    lines: list[FoundLine]
    drawings: list[Box]
    letter: float


@dataclass
class _Piece:
    """Connected ink."""

    label: int
    place: tuple[slice, slice]
    mass: int

    @property
    def tall(self) -> int:
        return int(self.place[0].stop - self.place[0].start)

    @property
    def wide(self) -> int:
        return int(self.place[1].stop - self.place[1].start)

    @property
    def box(self) -> Box:
        rows, columns = self.place
        return columns.start, rows.start, columns.stop, rows.stop

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def find_lines(page: PageInk) -> Layout:
    """The lines of writing on a page. Raises ImageError where there is none."""
    labels: NDArray[np.integer]
    labels, count = ndimage.label(page.ink, np.ones((3, 3), bool))
    masses = np.bincount(labels.ravel(), minlength=count + 1)
    pieces = [
        _Piece(i, (rows, columns), int(masses[i]))
        for i, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1)
    ]
    letter = _letter_height(pieces)
    pieces = [p for p in pieces if p.mass > max(3.0, (0.08 * letter) ** 2)]
    drawn = [p for p in pieces if _is_drawing(p, letter)]
    large = {p.label for p in drawn}
    written = [p for p in pieces if p.label not in large and not _is_rule(p, letter)]
    if not written:
        raise ImageError("shows no line of writing, expected some")
    slope = _slope(written)
    ridges = _ridges(written, page.ink.shape, letter, slope)
    ridges = _merged(_trimmed(ridges, written), written, letter)
    lines = _lines_of(page, labels, written, ridges, letter)
    ordered = [lines[i] for i in reading_order([line.box for line in lines], letter)]
    return Layout(ordered, _joined_boxes([p.box for p in drawn], letter), letter)


def _letter_height(pieces: list[_Piece]) -> float:
    """The usual height of a letter: the middle of the pieces' ink, dots and rules left out."""
    fitting = [p for p in pieces if p.tall >= 5 and p.mass >= 10 and p.wide < 25 * p.tall]
    if not fitting:
        raise ImageError("shows no line of writing, expected some")
    heights = np.array([p.tall for p in fitting], float)
    weights = np.sqrt([p.mass for p in fitting])
    order = np.argsort(heights)
    sums = np.cumsum(weights[order])
    return float(max(6.0, heights[order][np.searchsorted(sums, sums[-1] / 2)]))


def _is_drawing(piece: _Piece, letter: float) -> bool:
    return piece.tall > _DRAWN * letter or (
        piece.tall > 0.6 * _DRAWN * letter and piece.wide > _DRAWN * letter
    )


def _is_rule(piece: _Piece, letter: float) -> bool:
    """A line that was drawn: long, thin, and nothing else."""
    thin = piece.mass / max(piece.wide, piece.tall)
    long = max(piece.wide, piece.tall) > 4 * letter
    return long and min(piece.wide, piece.tall) < 0.5 * letter and thin < 0.25 * letter


def _slope(pieces: list[_Piece]) -> float:
    """How much the page is turned: the slope along which rows of ink are the most uneven."""
    points = np.array([p.middle for p in pieces])
    weights = np.array([min(p.mass, 2000) for p in pieces], float)
    height = np.median([p.tall for p in pieces])
    best, found = -1.0, 0.0
    for slope in np.linspace(-_STEEPEST, _STEEPEST, 121):
        rows = (points[:, 1] - slope * points[:, 0]) / max(2.0, height / 3)
        rows -= rows.min()
        sums = ndimage.gaussian_filter1d(np.bincount(rows.astype(int), weights), 1.0)
        worth = float((sums**2).sum()) * (1 - 0.3 * abs(slope) / _STEEPEST)
        if worth > best:
            best, found = worth, float(slope)
    return found


@dataclass(eq=False)
class _Ridge:
    """The middle of a line of writing: y over x, by a curve of at most second degree."""

    curve: NDArray[np.float64]
    first: float
    last: float
    mass: float

    def at(self, x: float | NDArray[np.float64]) -> NDArray[np.float64]:
        # Beyond its ends it goes on as it was there.
        inside = np.clip(x, self.first, self.last)
        slope = np.polyval(np.polyder(self.curve), inside) if len(self.curve) > 1 else 0.0
        y: NDArray[np.float64] = np.polyval(self.curve, inside) + slope * (x - inside)
        return y


def _ridges(
    pieces: list[_Piece], shape: tuple[int, ...], letter: float, slope: float
) -> list[_Ridge]:
    """Ridges of blurred ink, each piece counting by its height, not by how thick its pen is."""
    step = max(1.0, letter / _RIDGE)
    h, w = int(shape[0] / step) + 2, int(shape[1] / step) + 2
    lift = abs(slope) * w
    room = np.zeros((int(h + lift) + 2, w), np.float32)
    for p in pieces:
        if p.tall < _SMALL * letter and p.wide < _SMALL * letter:
            continue
        left, top, right, bottom = (value / step for value in p.box)
        shift = (lift if slope > 0 else 0.0) - slope * (left + right) / 2
        # A tall piece is most likely tall for its tails: its middle counts most.
        middle, half = (top + bottom) / 2 + shift, min((bottom - top) / 2, 0.6 * _RIDGE)
        rows = slice(max(0, round(middle - half)), max(1, round(middle + half) + 1))
        room[rows, max(0, round(left)) : max(1, round(right) + 1)] += 1.0
    blurred = ndimage.gaussian_filter(room, (_ACROSS * _RIDGE, _ALONG * _RIDGE), truncate=2.0)
    peaks = blurred == ndimage.maximum_filter1d(blurred, _RIDGE + 1, axis=0)
    peaks &= blurred > 0.12 * float(np.quantile(blurred[peaks], 0.95))
    labels, count = ndimage.label(ndimage.binary_dilation(peaks, np.ones((3, 3), bool)))
    found = []
    for ridge in range(1, count + 1):
        y, x = np.nonzero((labels == ridge) & peaks)
        if len(x) < 0.5 * _RIDGE:
            continue
        real_x = x * step
        real_y = (y - (lift if slope > 0 else 0.0) + slope * x) * step
        weights = blurred[y, x].astype(float)
        long = (x.max() - x.min()) * step
        degree = 2 if long > 14 * letter else 1 if long > 5 * letter else 0
        curve = np.polyfit(real_x, real_y, degree, w=weights)
        if degree == 0:  # too short to tell: it lies as the page does
            curve = np.array([slope, curve[0] - slope * float(real_x.mean())])
        mass = float(weights.sum())
        found.append(_Ridge(curve, float(real_x.min()), float(real_x.max()), mass))
    return found


def _trimmed(ridges: list[_Ridge], pieces: list[_Piece]) -> list[_Ridge]:
    """Ridges no longer than the ink that they go through: blur reaches beyond it."""
    kept = []
    for ridge in ridges:
        through = [
            p
            for p in pieces
            if ridge.first <= p.middle[0] <= ridge.last
            and p.box[1] <= float(ridge.at(p.middle[0])) < p.box[3]
        ]
        if through:
            ridge.first = float(min(p.box[0] for p in through))
            ridge.last = float(max(p.box[2] for p in through))
            kept.append(ridge)
    return kept


def _merged(ridges: list[_Ridge], pieces: list[_Piece], letter: float) -> list[_Ridge]:
    """Ridges of one line as one: those in a row, and those through the same large letters."""
    ridges = sorted(ridges, key=lambda r: -r.mass)
    again = True
    while again:
        again = False
        for i, a in enumerate(ridges):
            for b in ridges[i + 1 :]:
                if _in_a_row(a, b, letter) or _through_the_same(a, b, pieces):
                    ridges.remove(b)
                    if min(a.last, b.last) <= max(a.first, b.first):
                        a.curve = _through(a, b, letter)
                    a.first, a.last = min(a.first, b.first), max(a.last, b.last)
                    a.mass += b.mass
                    again = True
                    break
            if again:
                break
    return ridges


def _in_a_row(a: _Ridge, b: _Ridge, letter: float) -> bool:
    gap = max(a.first, b.first) - min(a.last, b.last)
    if gap < -letter or gap > _APART * letter:
        return False
    x = (max(a.first, b.first) + min(a.last, b.last)) / 2
    return abs(float(a.at(x) - b.at(x))) < 0.55 * letter


def _through(a: _Ridge, b: _Ridge, letter: float) -> NDArray[np.float64]:
    """A curve through both."""
    x = np.concatenate([np.linspace(r.first, r.last, 24) for r in (a, b)])
    y = np.concatenate([r.at(np.linspace(r.first, r.last, 24)) for r in (a, b)])
    weights = np.repeat([max(r.last - r.first, 1.0) ** 0.5 for r in (a, b)], 24)
    curve: NDArray[np.float64] = np.polyfit(x, y, 1 if np.ptp(x) < 14 * letter else 2, w=weights)
    return curve


def _through_the_same(a: _Ridge, b: _Ridge, pieces: list[_Piece]) -> bool:
    """Whether much of the ink under the shorter one lies in pieces that the other goes through."""
    first, last = max(a.first, b.first), min(a.last, b.last)
    short = min((a, b), key=lambda r: r.last - r.first)
    if last - first < 0.5 * (short.last - short.first):
        return False
    of_one = shared = 0.0
    for p in pieces:
        left, top, right, bottom = p.box
        x = (left + right) / 2
        if not short.first <= x <= short.last:
            continue
        here = [top <= float(r.at(x)) < bottom for r in (a, b)]
        weight = (right - left) * 1.0
        of_one += weight if here[0] or here[1] else 0.0
        shared += weight if here[0] and here[1] else 0.0
    return of_one > 0 and shared > _SHARED * of_one


def _lines_of(
    page: PageInk,
    labels: NDArray[np.integer],
    pieces: list[_Piece],
    ridges: list[_Ridge],
    letter: float,
) -> list[FoundLine]:
    """Every piece to the line it is nearest to; one that reaches over two is cut between them."""
    of_line: list[list[_Piece]] = [[] for _ in ridges]
    owner = np.full(int(labels.max()) + 1, -1)
    split: list[tuple[_Piece, list[int]]] = []
    for p in pieces:
        _left, top, _right, bottom = p.box
        x, y = p.middle
        near = [i for i, r in enumerate(ridges) if r.first - 3 * letter < x < r.last + 3 * letter]
        if not near:
            continue
        away = {i: abs(float(ridges[i].at(x)) - y) for i in near}
        inside = [i for i in near if top + 2 <= float(ridges[i].at(x)) < bottom - 2]
        best = min(away, key=lambda i: away[i])
        if away[best] > 1.6 * max(letter, p.tall):
            continue
        if len(inside) > 1 and p.tall > 1.6 * letter:
            split.append((p, inside))
            for i in inside:
                of_line[i].append(p)
        else:
            owner[p.label] = best
            of_line[best].append(p)
    lines = []
    for i, members in enumerate(of_line):
        body = [p for p in members if p.tall > 0.5 * letter or p.wide > letter]
        if not body:
            continue
        box = around([p.box for p in members])
        top, bottom = max(0, box[1] - 2), min(page.ink.shape[0], box[3] + 2)
        window = np.s_[top:bottom, box[0] : box[2]]
        mask = owner[labels[window]] == i
        for p, among in split:
            if i in among:
                mask |= (labels[window] == p.label) & _nearest(ridges, i, among, window)
        if np.count_nonzero(mask) >= 8:
            lines.append(_found(page.strength[window], mask, ridges[i], (box[0], top), letter))
    return [line for line in lines if line is not None]


def _nearest(
    ridges: list[_Ridge], this: int, among: list[int], window: tuple[slice, slice]
) -> Mask:
    """Where in a window the ridge `this` is the nearest."""
    rows, columns = (np.arange(s.start, s.stop) for s in window)
    x = columns.astype(float)
    away = {i: np.abs(rows[:, None] - ridges[i].at(x)[None]) for i in among}
    nearest: Mask = np.all([away[this] <= away[i] for i in among], axis=0)
    return nearest


def _found(
    strength: Floats, mask: Mask, ridge: _Ridge, corner: tuple[int, int], letter: float
) -> FoundLine | None:
    """A line levelled along its ridge: each column moved so that the ridge is in its middle."""
    left, top = corner
    top_strength = float(np.quantile(strength[mask], 0.9))
    # Each line by its own pen: half of its usual strength is ink for sure.
    soft = np.clip((strength - 0.2 * top_strength) / (0.35 * top_strength), 0, 1)
    ink = (soft * ndimage.binary_dilation(mask)).astype(np.float32)
    h, w = ink.shape
    middle = ridge.at(np.arange(left, left + w, dtype=float))
    rows = np.flatnonzero(mask.any(1))
    reach = int(
        max(np.max(np.abs(middle - top - rows[0])), np.max(np.abs(middle - top - rows[-1])))
    )
    reach += 3
    offsets = np.arange(-reach, reach)
    source = np.round(middle - top).astype(int)[None] + offsets[:, None]
    inside = (source >= 0) & (source < h)
    band = np.where(inside, ink[np.clip(source, 0, h - 1), np.arange(w)[None]], 0)
    if not (band > 0.5).any():
        return None
    inked = np.argwhere(mask)
    (y0, x0), (y1, x1) = inked.min(0), inked.max(0) + 1
    box = (left + int(x0), top + int(y0), left + int(x1), top + int(y1))
    return FoundLine(band.astype(np.float32), left, middle, box)


def reading_order(boxes: list[Box], letter: float) -> list[int]:
    """Boxes as they are read: columns from left to right where the page has columns, else rows.

    The page is cut along its widest empty strips, again and again (Nagy 1984, the X-Y cut).
    """

    def cut(places: list[int]) -> list[int]:
        if len(places) < 2:
            return places
        for axis, least in ((0, 3.0 * letter), (1, 0.0)):
            order = sorted(places, key=lambda i: boxes[i][axis])
            end = boxes[order[0]][axis + 2]
            for k in range(1, len(order)):
                here = boxes[order[k]][axis]
                columns = axis == 0 and min(k, len(order) - k) < 2  # a column has several lines
                if here - end > least and not columns:
                    return cut(order[:k]) + cut(order[k:])
                end = max(end, boxes[order[k]][axis + 2])
        return sorted(places, key=lambda i: (boxes[i][1] + boxes[i][3], boxes[i][0]))

    return cut(list(range(len(boxes))))


def _joined_boxes(boxes: list[Box], letter: float) -> list[Box]:
    """Boxes of drawings that lie together as one."""
    joined: list[Box] = []
    for box in boxes:
        apart = []
        for other in joined:
            near = (
                box[0] - letter < other[2]
                and other[0] - letter < box[2]
                and box[1] - letter < other[3]
                and other[1] - letter < box[3]
            )
            if near:
                box = around([box, other])
            else:
                apart.append(other)
        joined = [*apart, box]
    return sorted(joined, key=lambda b: (b[1], b[0]))
