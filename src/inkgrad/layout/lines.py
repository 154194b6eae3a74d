"""The ink of a page -> its lines of writing in reading order, and what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkgrad.documents.page import Box, Drawing, around
from inkgrad.errors import ImageError
from inkgrad.imaging.masks import Mask
from inkgrad.ink.page import PageInk
from inkgrad.layout.blots import blots
from inkgrad.layout.drawings import drawn, joined, tables
from inkgrad.layout.found_line import FoundLine, levelled_line
from inkgrad.layout.insertions import with_insertions
from inkgrad.layout.margins import notes_in
from inkgrad.layout.pieces import Integers, Pieces
from inkgrad.layout.ridges import Ridge, find_ridges, slope_of
from inkgrad.layout.table_cells import Grid, by_cells, grids_of, in_order

_LONG = 40  # pixels: what is no letter and shorter is dirt


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
    ruled = tables(page.rules, page.strength)
    if not pieces.like_letters().any():
        rules = [Drawing(box, "rule") for box in pieces.take(pieces.wide > _LONG).boxes]
        return Layout([], joined([*ruled, *rules], 0.0), 0.0)
    letter = pieces.letter_height()
    pieces = pieces.take(pieces.mass > max(3.0, (0.08 * letter) ** 2))
    large, long = pieces.drawn(letter), pieces.ruled(letter)
    written = pieces.take(~large & ~long)
    written = written.take(~blots(written, labels, letter))
    rules = [Drawing(box, "rule") for box in pieces.take(long & ~large).boxes]
    large_ones = drawn(pieces.take(large), labels)
    drawings = joined([*ruled, *large_ones, *rules], letter)
    if not len(written):
        return Layout([], drawings, letter)
    lines = _lines_of(page, labels, written, letter)
    notes = notes_in(lines, written, slope_of(written), letter)
    if notes:
        lines = _lines_of(page, labels, written.take(~np.any(notes, axis=0)), letter)
    beside = [_lines_of(page, labels, written.take(note), letter) for note in notes]
    boxes = [each.box for each in [*ruled, *large_ones] if each.kind == "table"]
    grids = grids_of(np.isin(labels, pieces.label[large]) | page.rules, boxes) if boxes else []
    ordered = _ordered(with_insertions(lines, letter), grids, letter)
    ordered += [line for note in beside for line in _ordered(note, [], letter)]
    return Layout([part for line in ordered for part in line.as_read()], drawings, letter)


def _ordered(lines: list[FoundLine], grids: list[Grid], letter: float) -> list[FoundLine]:
    """Lines as they are read; those of a table are cut by its cells, and read cell by cell."""
    lines = by_cells(lines, grids)
    blocks = [[line] for line in lines if not any(grid.holds(line.box) for grid in grids)]
    for grid in grids:
        inside = [line for line in lines if grid.holds(line.box)]
        blocks.append([inside[i] for i in in_order([line.box for line in inside], grid)])
    blocks = [block for block in blocks if block]
    boxes = [around([line.box for line in block]) for block in blocks]
    return [line for i in reading_order(boxes, letter) for line in blocks[i]]


def _lines_of(page: PageInk, labels: Integers, pieces: Pieces, letter: float) -> list[FoundLine]:
    """Every piece to the line it is nearest to; one that reaches over two is cut between them."""
    if not len(pieces):
        return []
    ridges = find_ridges(pieces, page.ink.shape, letter)
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
            lines.append(levelled_line(page.view, mask, ridge, (left, top, right, bottom)))
    return [line for line in lines if line is not None]


def _nearest(this: Ridge, among: list[Ridge], window: tuple[slice, slice]) -> Mask:
    """Where in a window this ridge is the nearest."""
    rows, columns = (np.arange(s.start, s.stop) for s in window)
    x = columns.astype(float)
    own = np.abs(rows[:, None] - this.at(x)[None])
    nearest: Mask = np.all([own <= np.abs(rows[:, None] - r.at(x)[None]) for r in among], axis=0)
    return nearest


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
