"""The ink of a page -> its lines of writing in reading order, and what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box, Drawing
from inkgrad.errors import ImageError
from inkgrad.imaging.masks import Mask, beside
from inkgrad.imaging.view import View
from inkgrad.ink.page import Floats, PageInk
from inkgrad.layout.drawings import drawn, joined, tables
from inkgrad.layout.pieces import Integers, Pieces
from inkgrad.layout.ridges import Ridge, find_ridges

INKED = 0.3  # of a band: what is weaker is paper
_LONG = 40  # pixels: what is no letter and shorter is dirt


@dataclass
class FoundLine:
    """A line of writing: `view` shows its ink, levelled in a `band` (h, w) 0..1.

    Column x of the band is column `left` + x of `page`, the work image; its middle row is row
    `middle[x]`.
    """

    view: View
    page: View
    left: int
    middle: NDArray[np.float64]
    box: Box  # in pixels of the work image

    @property
    def band(self) -> Floats:
        return self.view.pixels

    @property
    def whole(self) -> Box:
        """The box of all of it in the image that was opened."""
        return self.page.pixels_back(self.box)

    def place(self, first: int, last: int) -> Box | None:
        """The box of the ink in these columns of the band, in the image that was opened, if any."""
        part = self.view.cropped((first, 0, last, self.view.height))
        inked = part.pixels > INKED
        return part.marked_back(inked) if inked.any() else None

    def gap_near(self, column: int, reach: int) -> int:
        """The middle of the widest gap within so many columns of the band; `column` without one."""
        first = max(0, column - reach)
        empty = ~(self.band[:, first : column + reach] > INKED).any(0)
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
    drawings: list[Drawing]
    letter: float


def find_lines(page: PageInk) -> Layout:
    """The lines of writing on a page. Raises ImageError where there is none."""
    layout = find_layout(page)
    if not layout.lines:
        raise ImageError("shows no line of writing, expected some")
    return layout


def find_layout(page: PageInk) -> Layout:
    """What is on a page, be it writing or not; its letters are 0 high where nothing is like one."""
    pieces, labels = Pieces.of(page.ink)
    ruled = tables(page.rules)
    if not pieces.like_letters().any():
        rules = [Drawing(box, "rule") for box in pieces.take(pieces.wide > _LONG).boxes]
        return Layout([], joined([*ruled, *rules], 0.0), 0.0)
    letter = pieces.letter_height()
    pieces = pieces.take(pieces.mass > max(3.0, (0.08 * letter) ** 2))
    large, long = pieces.drawn(letter), pieces.ruled(letter)
    written = pieces.take(~large & ~long)
    rules = [Drawing(box, "rule") for box in pieces.take(long & ~large).boxes]
    drawings = joined([*ruled, *drawn(pieces.take(large), labels), *rules], letter)
    if not len(written):
        return Layout([], drawings, letter)
    ridges = find_ridges(written, page.ink.shape, letter)
    lines = _lines_of(page, labels, written, ridges, letter)
    ordered = [lines[i] for i in reading_order([line.box for line in lines], letter)]
    return Layout(ordered, drawings, letter)


def _lines_of(
    page: PageInk, labels: Integers, pieces: Pieces, ridges: list[Ridge], letter: float
) -> list[FoundLine]:
    """Every piece to the line it is nearest to; one that reaches over two is cut between them."""
    x = pieces.x
    best, nearest = np.zeros(len(pieces), int), np.full(len(pieces), np.inf)
    inside = np.zeros((len(ridges), len(pieces)), bool)
    for i, ridge in enumerate(ridges):
        rows = ridge.at(x)
        within = (ridge.first - 3 * letter < x) & (x < ridge.last + 3 * letter)
        closer = within & (np.abs(rows - pieces.y) < nearest)
        best[closer], nearest[closer] = i, np.abs(rows - pieces.y)[closer]
        inside[i] = within & (pieces.top + 2 <= rows) & (rows < pieces.bottom - 2)
    near = nearest <= 1.6 * np.maximum(letter, pieces.tall)
    cut = near & (inside.sum(axis=0) > 1) & (pieces.tall > 1.6 * letter)
    owner = np.full(int(labels.max()) + 1, -1)
    owner[pieces.label[near & ~cut]] = best[near & ~cut]
    lines = []
    for i, ridge in enumerate(ridges):
        mine = (near & ~cut & (best == i)) | (cut & inside[i])
        members = pieces.take(mine)
        if not ((members.tall > 0.5 * letter) | (members.wide > letter)).any():
            continue
        left, top, right, bottom = members.box
        top, bottom = max(0, top - 2), min(page.ink.shape[0], bottom + 2)
        window = np.s_[top:bottom, left:right]
        mask = owner[labels[window]] == i
        for place in np.flatnonzero(cut & inside[i]):
            among = [ridges[other] for other in np.flatnonzero(inside[:, place])]
            of_piece = labels[window] == pieces.label[place]
            mask |= of_piece & _nearest(ridge, among, window)
        if np.count_nonzero(mask) >= 8:
            lines.append(_found(page.view, mask, ridge, (left, top, right, bottom)))
    return [line for line in lines if line is not None]


def _nearest(this: Ridge, among: list[Ridge], window: tuple[slice, slice]) -> Mask:
    """Where in a window this ridge is the nearest."""
    rows, columns = (np.arange(s.start, s.stop) for s in window)
    x = columns.astype(float)
    own = np.abs(rows[:, None] - this.at(x)[None])
    nearest: Mask = np.all([own <= np.abs(rows[:, None] - r.at(x)[None]) for r in among], axis=0)
    return nearest


def _found(page: View, mask: Mask, ridge: Ridge, window: Box) -> FoundLine | None:
    """A line levelled along its ridge: each column moved so that the ridge is in its middle."""
    left, top, right, _ = window
    part = page.cropped(window)
    strength: Floats = part.pixels
    top_strength = float(np.quantile(strength[mask], 0.9))
    # Each line by its own pen: four fifths of its usual strength is ink for sure.
    soft = np.clip((strength - 0.3 * top_strength) / (0.5 * top_strength), 0, 1)
    ink = (soft * beside(mask)).astype(np.float32)
    middle = ridge.at(np.arange(left, right, dtype=float))
    rows = np.flatnonzero(mask.any(1))
    reach = int(
        max(np.max(np.abs(middle - top - rows[0])), np.max(np.abs(middle - top - rows[-1])))
    )
    reach += 3
    rows = np.round(middle - top).astype(np.intp) - reach
    band = part.showing(ink).along(rows, 2 * reach)
    if not (band.pixels > 0.5).any():
        return None
    inked = np.argwhere(mask)
    (y0, x0), (y1, x1) = inked.min(0), inked.max(0) + 1
    box = (left + int(x0), top + int(y0), left + int(x1), top + int(y1))
    return FoundLine(band, page, left, middle, box)


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
        return [i for row in _rows(places, boxes) for i in sorted(row, key=lambda i: boxes[i][0])]

    return cut(list(range(len(boxes))))


def _rows(places: list[int], boxes: list[Box]) -> list[list[int]]:
    """Boxes that stand beside each other together, from top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(places, key=lambda i: boxes[i][1] + boxes[i][3]):
        _, top, _, bottom = boxes[i]
        for _, above, _, below in (boxes[j] for j in rows[-1]) if rows else ():
            if min(bottom, below) - max(top, above) > 0.5 * min(bottom - top, below - above):
                rows[-1].append(i)
                break
        else:
            rows.append([i])
    return rows
