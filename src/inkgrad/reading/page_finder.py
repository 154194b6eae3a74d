"""Which sheet of a photo is the page, and which side of it is up: what is read most clearly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.imaging.flattened import evened, sheets_in
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, enlarged, find_ink
from inkgrad.ink.two_strengths import pale_part, without
from inkgrad.layout.lines import Layout, find_lines
from inkgrad.layout.skew import ASKEW, skew_of, turned_level
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.reading.text import TextReader
from inkgrad.recognition.legibility import BETTER, CLEAR, CLEARER, Legibility, legibility

_TRIED = 6  # lines of a page that tell how clear it is
_LINES = 20  # characters in these that no texture is read as
_OTHER_SHEETS = 16  # that are looked at where a page is not clear


class InkedPage(NamedTuple):
    """A page, or a sheet in a photo, and its ink."""

    page: View
    ink: PageInk

    def turned(self, quarters: int) -> InkedPage:
        """Turned by so many quarters counter-clockwise."""
        if not quarters:
            return self
        return InkedPage(self.page.turned(quarters), self.ink.turned(quarters))


class Turned(NamedTuple):
    """A page turned by so many quarters counter-clockwise, and how legible it is."""

    found: InkedPage
    quarters: int
    legible: Legibility


class PageFinder:
    """Finds the page in an image, by how clearly its longest lines are read. Threads share it."""

    def __init__(self, lines: TextReader) -> None:
        self._lines = lines

    def search(self, whole: View) -> PageSearch:
        """For the page in one image."""
        return PageSearch(self, whole)

    def ink(self, page: View) -> PageInk:
        """The ink of a page without what shows through from its back.

        That is pale ink which is clearer in a mirror. Raises ImageError where there is no ink.
        """
        ink = find_ink(enlarged(page), evened=(page.width, page.height) != page.opened)
        pale = pale_part(ink)
        if pale is None:
            return ink
        seen, mirrored = (
            max(self._legible(side).clearness for side in sides) for sides in _sides(pale)
        )
        return without(ink, pale) if mirrored > BETTER * seen else ink

    def _legible(self, ink: PageInk) -> Legibility:
        """That of its longest lines, of no characters where there are none."""
        try:
            return self.legibility(find_lines(ink))
        except ImageError:
            return Legibility(0, 0.0)

    def upright(self, page: InkedPage, found: Legibility) -> Turned | None:
        """The page upright, and by how many quarters it was turned counter-clockwise.

        None where it is no more legible than as it lies.
        """
        return self.best_side(page, (2, 1, 3), BETTER * found.clearness)

    def best_side(self, page: InkedPage, sides: Sequence[int], least: float) -> Turned | None:
        """The clearest side, counted in quarters, that is clearer than this; None without one."""
        best: Turned | None = None
        for quarters in sides:
            turned = page.turned(quarters)
            legible = self._legible(turned.ink)
            if legible.clearness > least:
                least, best = legible.clearness, Turned(turned, quarters, legible)
        return best

    def legibility(self, layout: Layout) -> Legibility:
        """That of the longest lines of a page."""
        longest = sorted(layout.lines, key=lambda line: -line.band.shape[1])[:_TRIED]
        with one_blas_thread():
            return legibility(self._lines.columns(line_form(line.view).pixels) for line in longest)


class PageSearch:
    """The search for the page in one image; what it needs more than once it works out once."""

    def __init__(self, finder: PageFinder, whole: View) -> None:
        self._finder, self._whole = finder, whole
        self._sheets = sheets_in(whole)
        self.on_sheet = False  # whether a sheet was found

    @cached_property
    def _all_of_it(self) -> InkedPage:
        return InkedPage(self._whole, self._finder.ink(self._whole))

    def _inked(self, page: View) -> InkedPage:
        """With its ink, once for the whole image. Raises ImageError where there is none."""
        if page is self._whole:
            return self._all_of_it
        return InkedPage(page, self._finder.ink(page))

    @cached_property
    def _in_even_light(self) -> View:
        return self._whole.showing(evened(self._whole.pixels))

    def first(self) -> InkedPage:
        """The sheet in a photo; the photo where there is none, or one that is empty.

        Raises ImageError where there is no ink.
        """
        sheet = next(self._sheets.likely, None)
        if sheet is not None:
            try:
                found = self._inked(sheet)
                self.on_sheet = True
                return found
            except ImageError:
                pass
        return self._inked(self._whole)

    def another(self, found: Legibility) -> InkedPage | None:
        """Another sheet, or the whole photo, where it is clearer than what was found; else None.

        A shadow or a rule may have been taken for a side of the sheet, or have hidden one; edges of
        one as light as its desk are told from chance by how clearly it is read.
        """
        if found.probability >= (CLEARER if self.on_sheet else CLEAR):
            return None
        best: InkedPage | None = None
        if self.on_sheet:
            best, found = self._clearer(self._whole, found)
            if best is None:
                return None
        in_even_light = islice(sheets_in(self._in_even_light).likely, 1)
        for sheet in chain(in_even_light, islice(chain(*self._sheets), _OTHER_SHEETS)):
            other, found = self._clearer(sheet, found)
            best = other or best
            if other is not None and found.probability >= CLEARER:
                break
        self.on_sheet |= best is not None
        return best

    def _clearer(self, page: View, found: Legibility) -> tuple[InkedPage | None, Legibility]:
        """A page that is clearer than what was found, with how clear it is; else what was."""
        try:
            inked = self._inked(page)
            legible = self._finder.legibility(find_lines(inked.ink.since(page)))
        except ImageError:
            return None, found
        if legible.clearness <= BETTER * found.clearness:
            return None, found
        return inked, legible

    def level(self, page: View, found: Legibility) -> Turned | None:
        """The page upright of a whole image whose lines lie askew, with these level.

        The page that was found is so legible; the sheet that it is on is straight by its sides, and
        believed where it is clear, or about as clear, or has the same lines level.
        """
        if self.on_sheet and found.probability >= CLEAR:
            return None
        try:
            ink = self._inked(self._whole).ink
            skew = skew_of(ink)
            if not skew.clear or (self.on_sheet and self._level_at(page, skew.degrees)):
                return None
            level = turned_level(self._in_even_light, ink, skew.degrees)
            levelled = self._inked(level)
        except ImageError:
            return None
        least = (BETTER if self.on_sheet else 1.0) * found.clearness
        best = self._finder.best_side(levelled, (0, 2, 1, 3), least)
        if best is None:
            return None
        writing = best.legible.characters >= _LINES or best.legible.probability >= CLEAR
        return best if writing else None  # hatching is level at its own angle, too

    def _level_at(self, page: View, degrees: float) -> bool:
        """Whether rows of a page lie at about this angle in the image, or a quarter from it.

        On a sheet that is seen from an angle they are not parallel.
        """
        ends = np.array([[(0, y), (page.width, y)] for y in np.linspace(0, page.height, 5)])
        along = np.diff(page.since(self._whole).points_back(ends), axis=1)[:, 0]
        off = np.degrees(np.arctan2(along[:, 1], along[:, 0])) - degrees
        return bool((np.abs((off + 45) % 90 - 45) < ASKEW).any())


def _sides(page: PageInk) -> list[list[PageInk]]:
    """A page as it lies and on its head; and both in a mirror."""
    ink, rules = (np.ascontiguousarray(mask[:, ::-1]) for mask in (page.ink, page.rules))
    mirrored = PageInk(View(np.ascontiguousarray(page.strength[:, ::-1])), ink, rules)
    return [[each, each.turned(2)] for each in (page, mirrored)]
