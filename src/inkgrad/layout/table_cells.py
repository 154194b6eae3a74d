"""Tables between ruled lines: their cells, and lines of writing cut and ordered by them.

A table is read row by row, from cell to cell, where a page would be read column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.imaging.masks import Mask, taller
from inkgrad.layout.found_line import FoundLine

_RULED = 0.5  # part of the table's height, or width, that a rule covers
_NEAR = 6  # pixels between rules that are one
_FRAME = 4  # rules are a frame, and no table


@dataclass(frozen=True)
class Grid:
    """A table: its box, and where its rules are, from left to right and from top to bottom."""

    box: Box
    columns: NDArray[np.float64]
    rows: NDArray[np.float64]

    def holds(self, box: Box) -> bool:
        """Whether the middle of a box is in the table."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, top, right, bottom = self.box
        return left <= x < right and top <= y < bottom

    def cell(self, box: Box) -> tuple[int, int]:
        """In which row and column of the table the middle of a box is."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return int(np.searchsorted(self.rows, y)), int(np.searchsorted(self.columns, x))


def grids_of(rules: Mask, boxes: Sequence[Box]) -> list[Grid]:
    """The grids in these boxes of a mask (h, w) of rules and frames; a frame alone is none."""
    found = []
    for left, top, right, bottom in boxes:
        part = rules[top:bottom, left:right]
        down = taller(np.ascontiguousarray(part.T)).mean(1)
        columns, rows = _places(down) + left, _places(taller(part).mean(1)) + top
        if min(len(columns), len(rows)) > 1 and len(columns) + len(rows) > _FRAME:
            found.append(Grid((left, top, right, bottom), columns, rows))
    return found


def by_cells(lines: Sequence[FoundLine], grids: Sequence[Grid]) -> list[FoundLine]:
    """Lines cut where the rules of a table cross them."""
    found = list[FoundLine]()
    for line in lines:
        left, top, right, bottom = line.box
        middle = (top + bottom) / 2
        cuts = [
            x
            for grid in grids
            if grid.box[1] <= middle < grid.box[3]
            for x in grid.columns.tolist()
            if left < x < right
        ]
        found += line.cut([round(x) for x in sorted(cuts)])
    return found


def in_order(boxes: Sequence[Box], grid: Grid) -> list[int]:
    """The places of boxes in a table, row by row, and from top to bottom in a cell."""
    return sorted(range(len(boxes)), key=lambda i: (*grid.cell(boxes[i]), boxes[i][1], boxes[i][0]))


def _places(covered: NDArray[np.floating]) -> NDArray[np.float64]:
    """The middles of runs of rows that are ruled."""
    ruled = np.flatnonzero(covered >= _RULED)
    if not len(ruled):
        return np.zeros(0)
    groups = np.split(ruled, np.flatnonzero(np.diff(ruled) > _NEAR) + 1)
    return np.array([group.mean() for group in groups])
