"""A line of writing as it was found on a page: levelled, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.imaging.masks import Mask, beside
from inkgrad.imaging.view import View
from inkgrad.ink.page import Floats
from inkgrad.layout.ridges import Ridge

INKED, _SURELY = 0.3, 0.5  # of a band: what is weaker is paper; and a line has some that is not


class PutIn(NamedTuple):
    """A line that was put into another, and before which column of the work image."""

    line: FoundLine
    column: int


@dataclass
class FoundLine:
    """A line of writing: `view` shows its ink, levelled in a `band` (h, w) 0..1.

    Column x of the band is column `left` + x of `page`, the work image; its middle row is row
    `middle[x]`. One that `goes_on` is read on from the one before it, as part of the same line.
    """

    view: View
    page: View
    left: int
    middle: NDArray[np.float64]
    box: Box  # in pixels of the work image
    put_in: tuple[PutIn, ...] = ()
    goes_on: bool = False

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

    def cut(self, columns: Sequence[int]) -> list[FoundLine]:
        """The parts of the line between these columns of the work image that have ink in them."""
        if not len(columns):
            return [self]
        bounds = [self.left, *columns, self.left + self.view.width]
        parts = [self._between(a, b) for a, b in pairwise(bounds) if b > a]
        return [part for part in parts if part is not None]

    def as_read(self) -> list[FoundLine]:
        """Its parts with what was put in between them, in the order in which they are read."""
        if not self.put_in:
            return [self]
        bare, first, end = replace(self, put_in=()), self.left, self.left + self.view.width
        parts = list[FoundLine | None]()
        for line, column in sorted(self.put_in, key=lambda each: each.column):
            column = min(max(column, first), end)
            parts += [bare._between(first, column), *line.as_read()]
            first = column
        parts.append(bare._between(first, end))
        inked = [part for part in parts if part is not None]
        return [replace(part, goes_on=i > 0) for i, part in enumerate(inked)]

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the band is in the work image."""
        return self.left + x, y + self._off(x)

    def row(self, x: float, y: float) -> float:
        """In which row of the band a place of the work image is."""
        return y - self._off(x - self.left)

    def _off(self, x: float) -> float:
        column = min(max(round(x), 0), len(self.middle) - 1)
        return float(self.middle[column].round()) - self.view.height // 2

    def without(self, ink: Mask) -> FoundLine | None:
        """The line without some of the ink of its band (h, w); None where nothing is left."""
        part = self.part((0, 0, self.view.width, self.view.height), ~beside(ink))
        return part and replace(part, put_in=self.put_in)

    def part(self, box: Box, ink: Mask) -> FoundLine | None:
        """What lies in a box of its band and is marked (h, w) as ink; None where nothing does.

        Its own middle is that of the box.
        """
        left, top, right, bottom = box
        shown = self.view.showing(np.where(ink, self.band, np.float32(0))).cropped(box)
        down = top + (bottom - top) // 2 - self.view.height // 2
        return self._showing(shown, self.left + left, self.middle[left:right] + down)

    def _between(self, first: int, last: int) -> FoundLine | None:
        a, b = first - self.left, last - self.left
        if a >= b:
            return None
        view = self.view.cropped((a, 0, b, self.view.height))
        inside = tuple(each for each in self.put_in if first <= each.column < last)
        part = self._showing(view, first, self.middle[a:b])
        return part and replace(part, put_in=inside)

    def _showing(self, view: View, left: int, middle: NDArray[np.float64]) -> FoundLine | None:
        """A part of the line from that column on; None without ink."""
        if not (view.pixels > _SURELY).any():
            return None
        rows, columns = np.nonzero(view.pixels > INKED)
        rows = rows + middle.round().astype(int)[columns] - view.height // 2
        box = (left + columns.min(), rows.min(), left + columns.max() + 1, rows.max() + 1)
        x0, y0, x1, y1 = map(int, box)
        return FoundLine(view, self.page, left, middle, (x0, y0, x1, y1))


def levelled_line(page: View, mask: Mask, ridge: Ridge, window: Box) -> FoundLine | None:
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
    if not (band.pixels > _SURELY).any():
        return None
    inked = np.argwhere(mask)
    (y0, x0), (y1, x1) = inked.min(0), inked.max(0) + 1
    box = (left + int(x0), top + int(y0), left + int(x1), top + int(y1))
    return FoundLine(band, page, left, middle, box)
