"""Which sheet of a photo is the page, and which side of it is up: what is read most clearly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.imaging.flattened import evened, flattened, sheets_in
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.ink.two_strengths import pale_part, without
from inkgrad.layout.lines import Layout, find_lines
from inkgrad.layout.skew import skew_of, turned_level
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.reading.text import TextReader
from inkgrad.recognition.legibility import BETTER, CLEAR, CLEARER, Legibility, legibility

_TRIED = 6  # lines of a page that tell how clear it is
_LINES = 20  # characters in these that no texture is read as
_DOUBTFUL_SHEETS = 16  # that are looked at where a page is not clear


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

    def first(self, whole: View) -> InkedPage:
        """The sheet in a photo; the photo where there is none, or one that is empty.

        Raises ImageError where there is no ink.
        """
        sheet = flattened(whole)
        if sheet is not None:
            try:
                return InkedPage(sheet, self._ink(sheet))
            except ImageError:
                pass
        return InkedPage(whole, self._ink(whole))

    def another(self, whole: View, in_photo: bool, found: Legibility) -> InkedPage | None:
        """Another sheet, or the whole photo, where it is clearer than what was found; else None.

        A shadow or a rule may have been taken for a side of the sheet, or have hidden one; edges of
        one as light as its desk are told from chance by how clearly it is read.
        """
        if found.probability >= (CLEARER if in_photo else CLEAR):
            return None
        best: InkedPage | None = None
        if in_photo:
            best, found = self._clearer(whole, found)
            if best is None:
                return None
        in_even_light = sheets_in(whole.showing(evened(whole.pixels)), 1)
        for sheet in itertools.chain(
            in_even_light, sheets_in(whole, _DOUBTFUL_SHEETS, doubtful=True)
        ):
            other, found = self._clearer(sheet, found)
            best = other or best
        return best

    def _clearer(self, page: View, found: Legibility) -> tuple[InkedPage | None, Legibility]:
        """A page that is clearer than what was found, with how clear it is; else what was."""
        try:
            ink = self._ink(page)
            legible = self.legibility(find_lines(ink.since(page)))
        except ImageError:
            return None, found
        if legible.clearness <= BETTER * found.clearness:
            return None, found
        return InkedPage(page, ink), legible

    def _ink(self, page: View) -> PageInk:
        """The ink of a page without what shows through from its back.

        That is pale ink which is clearer in a mirror. Raises ImageError where there is no ink.
        """
        ink = find_ink(page, evened=(page.width, page.height) != page.opened)
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
        return self._best_side(page, (2, 1, 3), BETTER * found.clearness)

    def level(self, whole: View, on_sheet: bool, found: Legibility) -> Turned | None:
        """The same of a whole image whose lines lie askew, with these level.

        What was found is so legible; the sheet that it is on is straight by its sides, and believed
        where it is about as clear.
        """
        try:
            ink = self._ink(whole)
            skew = skew_of(ink)
            if not skew.clear:
                return None
            level = turned_level(whole, ink, skew.degrees)
            page = InkedPage(level, self._ink(level))
        except ImageError:
            return None
        least = (BETTER if on_sheet else 1.0) * found.clearness
        best = self._best_side(page, (0, 2, 1, 3), least)
        if best is None:
            return None
        writing = best.legible.characters >= _LINES or best.legible.probability >= CLEAR
        return best if writing else None  # hatching is level at its own angle, too

    def _best_side(self, page: InkedPage, sides: Sequence[int], least: float) -> Turned | None:
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


def _sides(page: PageInk) -> list[list[PageInk]]:
    """A page as it lies and on its head; and both in a mirror."""
    ink, rules = (np.ascontiguousarray(mask[:, ::-1]) for mask in (page.ink, page.rules))
    mirrored = PageInk(View(np.ascontiguousarray(page.strength[:, ::-1])), ink, rules)
    return [[each, each.turned(2)] for each in (page, mirrored)]
