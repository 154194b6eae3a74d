"""The fields of an empty form: rows of boxes, combs, boxes, lines to write on, boxes to tick.

Lines that are level and upright are told from type by how thin and long they are. Between them lie
boxes; boxes side by side are one field with a cell a character, as teeth on a line are; a line with
paper above it is written on, one with type on it is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkgrad.forms.overview import dark
from inkgrad.imaging.flattened import evened
from inkgrad.imaging.masks import Mask, closed, grown, long_runs, taller
from inkgrad.imaging.regions import connected, extents

_PRINT = 0.15  # of black: what is darker is print, gently, lines may be fine
_ROOM = 4.5  # millimetres between a line and what is printed above it, to write in
_INCHES = 8.0  # that a sheet is wide, where nothing says how large it is
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FoundField:
    """A field as it was found: its shape, its box, and how many characters it has cells for."""

    shape: str
    box: Box
    cells: int = 0

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class FoundForm:
    """The fields of a form from the top, and its `type`: all print that is no line (h, w).

    `mm` is how many pixels a millimetre has.
    """

    fields: tuple[FoundField, ...]
    type: Mask
    mm: float


def find_fields(blank: NDArray[np.uint8], dots: float | None = None) -> FoundForm:
    """The fields of an empty form, grey (h, w), of so many dots to the inch."""
    mm = (dots or min(blank.shape) / _INCHES) / 25.4
    ink = dark(evened(blank)) > _PRINT
    level = _thin(ink, mm, 6.0) | _thin(_dotted(ink, mm), mm, 12.0)
    upright = _standing(_thin(np.ascontiguousarray(ink.T), mm, 1.6).T, level)
    lines = level | upright
    type_ = ink & ~grown(grown(lines))
    cells, boxes = _rows_of_boxes(_boxes(lines, type_, mm), mm)
    ticks = _ticks(ink, [*cells, *boxes], mm)
    combs = _combs(upright, level, [*cells, *boxes, *ticks], mm)
    taken = [*cells, *boxes, *ticks, *combs]
    for left, top, right, bottom in (map(round, field.box) for field in ticks):
        type_[top - 2 : bottom + 2, left - 2 : right + 2] = False
    rules = _rules(level, type_, taken, mm)
    found = [*taken, *rules]
    return FoundForm(tuple(sorted(found, key=_in_order(mm))), type_, mm)


def _in_order(mm: float) -> Callable[[FoundField], tuple[float, float]]:
    """From the top to the bottom, and from the left to the right of what stands side by side."""
    return lambda field: (round(field.box[3] / (4 * mm)), field.box[0])


def _thin(ink: Mask, mm: float, shortest: float) -> Mask:
    """Level lines at least so many millimetres long and thinner than one."""
    runs = long_runs(np.ascontiguousarray(taller(ink)), max(6, round(shortest * mm))) & ink
    pieces, count = connected(runs)
    if not count:
        return runs
    boxes, mass = extents(pieces, count)
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    # A line may rise a little over its length; it is thin all the same.
    thin = (mass / np.maximum(wide, 1) <= max(3.0, 1.0 * mm)) & (wide >= 3 * tall)
    return np.append(False, thin)[pieces]


def _standing(upright: Mask, level: Mask) -> Mask:
    """The uprights that stand on a level line, or hang from one: those of letters do not."""
    pieces, count = connected(np.ascontiguousarray(upright))
    met = np.zeros(count + 1, bool)
    met[pieces[grown(grown(level))]] = True
    met[0] = False
    return met[pieces]


def _dotted(ink: Mask, mm: float) -> Mask:
    """Rows of dots and dashes as the lines that they stand for."""
    pieces, count = connected(ink)
    boxes, _ = extents(pieces, count)
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    small = (tall <= max(3, 0.9 * mm)) & (wide <= 4 * mm)
    return closed(np.append(False, small)[pieces], (1, max(3, round(2.2 * mm)) | 1))


def _boxes(lines: Mask, type_: Mask, mm: float) -> list[Box]:
    """The rooms that lines enclose on all sides, upright rectangles of paper."""
    walls = grown(lines)
    rooms, count = connected(~walls)
    if not count:
        return []
    boxes, mass = extents(rooms, count)
    h, w = lines.shape
    found = []
    for (x0, y0, x1, y1), size in zip(boxes.tolist(), mass.tolist(), strict=True):
        wide, tall = x1 - x0, y1 - y0
        if min(wide, tall) < 1.8 * mm or tall > 60 * mm or x0 == 0 or y0 == 0:
            continue
        if x1 == w or y1 == h or size < 0.93 * wide * tall or wide > 0.97 * w:
            continue
        if type_[y0:y1, x0:x1].mean() > 0.06:  # a heading in a frame
            continue
        found.append((x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 1.0))
    return found


def _ticks(ink: Mask, taken: Sequence[FoundField], mm: float) -> list[FoundField]:
    """Small squares of paper with walls on all sides; those of letters are smaller."""
    rooms, count = connected(~grown(ink))
    if not count:
        return []
    boxes, mass = extents(rooms, count)
    found = []
    for (x0, y0, x1, y1), size in zip(boxes.tolist(), mass.tolist(), strict=True):
        wide, tall = x1 - x0 + 2, y1 - y0 + 2
        square = 0.75 <= wide / tall <= 1.35 and size >= 0.93 * (x1 - x0) * (y1 - y0)
        if not square or not 2.2 * mm <= max(wide, tall) <= 7.5 * mm:
            continue
        box = (x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 1.0)
        if not _inside(box, taken, 0.0):
            found.append(FoundField("tick", box))
    return found


def _rows_of_boxes(boxes: list[Box], mm: float) -> tuple[list[FoundField], list[FoundField]]:
    """Boxes wall to wall and alike as fields with cells; the others, alone."""
    left = sorted(boxes, key=lambda box: (round(box[1] / (1.5 * mm)), box[0]))
    rows: list[list[Box]] = []
    for box in left:
        row = next((r for r in rows if _goes_on(r[-1], box, mm)), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    cells, alone = [], []
    for row in rows:
        tall = row[0][3] - row[0][1]
        if len(row) > 1 and max(b[2] - b[0] for b in row) <= 1.7 * tall and tall < 14 * mm:
            whole = (row[0][0], min(b[1] for b in row), row[-1][2], max(b[3] for b in row))
            cells.append(FoundField("cells", whole, len(row)))
            continue
        for box in row:
            wide, high = box[2] - box[0], box[3] - box[1]
            small = max(wide, high) <= 7.5 * mm and 0.7 <= wide / high <= 1.4
            alone.append(FoundField("tick" if small else "box", box))
    return cells, alone


def _goes_on(last: Box, box: Box, mm: float) -> bool:
    """Whether a box is the next cell of a row."""
    wide = last[2] - last[0]
    alike = abs((box[2] - box[0]) - wide) <= max(0.6 * mm, 0.15 * wide)
    level = abs(box[1] - last[1]) <= 0.6 * mm and abs(box[3] - last[3]) <= 0.6 * mm
    return alike and level and -0.6 * mm <= box[0] - last[2] <= 1.6 * mm


def _combs(upright: Mask, level: Mask, taken: Sequence[FoundField], mm: float) -> list[FoundField]:
    """Teeth at like distances that stand on a line."""
    pieces, count = connected(np.ascontiguousarray(upright))
    if not count:
        return []
    boxes, _ = extents(pieces, count)
    bars = [
        bar
        for bar in sorted(map(tuple, boxes.tolist()), key=lambda b: (round(b[3] / mm), b[0]))
        if bar[3] - bar[1] <= 12 * mm and not _inside(bar, taken, mm)
    ]
    found = []
    for row in _alike(bars, mm):
        steps = [b[0] - a[0] for a, b in pairwise(row)]
        if len(row) < 3 or max(steps) > 1.25 * min(steps) or max(steps) > 14 * mm:
            continue
        left, right = row[0][0], row[-1][2]
        low = max(bar[3] for bar in row)
        line = level[max(0, low - round(mm)) : low + round(mm), left:right]
        if line.any(0).mean() < 0.8:
            continue
        pitch = (right - left) / (len(row) - 1)
        tall = max(low - min(bar[1] for bar in row), 1.2 * pitch)
        found.append(FoundField("comb", (left, low - tall, right, low), len(row) - 1))
    return found


def _alike(bars: Sequence[tuple[int, ...]], mm: float) -> list[list[tuple[int, ...]]]:
    """Uprights in rows: of one height, the next one not far."""
    rows: list[list[tuple[int, ...]]] = []
    for bar in bars:
        for row in rows:
            last = row[-1]
            level = abs(bar[3] - last[3]) <= 0.8 * mm and abs(bar[1] - last[1]) <= 0.8 * mm
            if level and 2 * mm <= bar[0] - last[0] <= 14 * mm:
                row.append(bar)
                break
        else:
            rows.append([bar])
    return rows


def _inside(bar: Sequence[float], taken: Sequence[FoundField], mm: float) -> bool:
    x, y = (bar[0] + bar[2]) / 2, (bar[1] + bar[3]) / 2
    return any(
        f.box[0] - mm <= x <= f.box[2] + mm and f.box[1] - mm <= y <= f.box[3] + mm for f in taken
    )


def _rules(level: Mask, type_: Mask, taken: Sequence[FoundField], mm: float) -> list[FoundField]:
    """Lines with room to write above them: neither edges of boxes nor under headings."""
    pieces, count = connected(closed(level, (1, max(3, round(1.2 * mm)) | 1)))
    if not count:
        return []
    boxes, _ = extents(pieces, count)
    found = []
    for x0, y0, x1, y1 in boxes.tolist():
        if x1 - x0 < 14 * mm or _beside_box((x0, y0, x1, y1), taken, mm):
            continue
        tall = min(9.0 * mm, y0 - 1.0)
        above = type_[max(0, round(y0 - tall)) : max(0, y0 - 1), x0:x1]
        rows = np.flatnonzero(above.any(1))
        if len(rows):  # a label above leaves less room, one on the line none
            room = len(above) - int(rows[-1]) - 1
            if room < _ROOM * mm:
                continue
            tall = min(tall, float(room))
        found.append(FoundField("line", (x0, y0 - tall, x1, float(y1))))
    return found


def _beside_box(line: Box, taken: Sequence[FoundField], mm: float) -> bool:
    x0, y0, x1, y1 = line
    for field in taken:
        left, top, right, bottom = field.box
        over = min(x1, right) - max(x0, left)
        edges = min(abs(y1 - top), abs(y0 - top), abs(y0 - bottom), abs(y1 - bottom))
        if over > 0.5 * min(x1 - x0, right - left) and (
            edges <= 1.2 * mm or top - mm <= (y0 + y1) / 2 <= bottom + mm
        ):
            return True
    return False
