"""A page of notes -> its text: lines found, read one by one, put together as paragraphs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box, Drawing, Line, Page, Word, around
from inkgrad.documents.turning import placed
from inkgrad.errors import ImageError
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk
from inkgrad.layout.drawings import joined, kind_of
from inkgrad.layout.found_line import INKED, FoundLine
from inkgrad.layout.lines import Layout, find_layout
from inkgrad.layout.spacing import closer, parts
from inkgrad.nn.parallel import Team, one_blas_thread, own_threads
from inkgrad.nn.vectors import Array
from inkgrad.reading.crossing_reader import CrossingReader
from inkgrad.reading.page_finder import InkedPage, PageFinder, Turned
from inkgrad.reading.paragraphs import paragraphs_of
from inkgrad.reading.passed_over import columns_of
from inkgrad.reading.signatures import signature_in
from inkgrad.reading.text import DOUBTFUL, ReadWord, TextReader
from inkgrad.reading.writing import Evidence, are_writing
from inkgrad.recognition.language import english
from inkgrad.recognition.legibility import SURE, Legibility, in_words


@dataclass(frozen=True)
class SeenPart:
    """A part of a line, its first column of the band and its last, as the reader sees it."""

    first: int
    last: int
    form: View
    columns: Array


@dataclass(frozen=True)
class Seen:
    """The stages of a page, for those who want to look: ink and layout as it was turned to read.

    `known` is the part of its characters that stand in words of the list, were all of it writing.
    """

    ink: PageInk
    layout: Layout
    page: Page
    known: float


class _Side(NamedTuple):
    """A page as it is read, turned by so many quarters; how legible it is, where that was asked."""

    page: View
    seen: Seen
    quarters: int = 0
    legibility: Legibility | None = None


class NotesReader:
    """Reads pages of handwritten notes. Threads may share one.

    Lines of a page are read side by side; who reads pages so does it as `one_of_many`.
    Words less probable than `sure` are marked as doubtful. Those that are crossed out, which
    `crossings` tells, are said among the drawings and not read; without it they are read.
    """

    def __init__(
        self,
        lines: TextReader,
        sure: float = DOUBTFUL,
        crossings: CrossingReader | None = None,
    ) -> None:
        self.lines, self.sure, self.crossings = lines, sure, crossings
        self._finder = PageFinder(lines)

    @classmethod
    def load(cls, path: Path, crossings: Path | None = None) -> NotesReader:
        """From model files, with English words. Raises ModelError for what reads no text."""
        told = CrossingReader.load(crossings) if crossings else None
        return cls(TextReader.load(path, english()), crossings=told)

    def read(self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1) -> Page:
        """What a grey page (h, w) says, whichever side is up.

        Its places are in the image that was opened, also where a View of a part of it is given.
        Raises ImageError where nothing is written on it.
        """
        page = self.look(grey, source, number).page
        if not page.paragraphs:
            raise ImageError("shows no line of writing, expected some")
        return page

    def read_or_blank(
        self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1
    ) -> Page:
        """The same, but a page of a document on which nothing is written is a page all the same."""
        try:
            return self.look(grey, source, number).page
        except ImageError:
            return Page(*View.of(grey).opened, (), (), source, number)

    def look(self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1) -> Seen:
        """The same with its stages; raises ImageError only where there is no ink.

        What is drawn on a page without writing is said all the same. Of a photo with a sheet of
        paper in it the sheet is read; places are in the photo.
        """
        whole = View.of(grey)
        search = self._finder.search(whole)
        side = self._upright(search.first(), source, number)
        if search.on_sheet or side.seen.known < SURE:
            other = search.another(self._legibility(side))
            if other is not None:
                side = self._upright(other, source, number)
        if side.seen.known < SURE:
            level = search.level(side.page, self._legibility(side))
            if level is not None:
                side = self._turned(level, source, number)
        page, seen = side.page, side.seen
        as_opened = placed(seen.page, page.way, page.opened)
        return replace(seen, page=replace(as_opened, turned=side.quarters))

    def _seen(self, found: InkedPage, source: str, number: int) -> Seen:
        """A page that is taken to be upright, its places on it as it lies for that."""
        ink = found.ink.since(found.page)
        layout = find_layout(ink)
        _, top, _, bottom = ink.view.back((0, 0, 1, layout.letter))
        lines, others, crossed_out, known = self._read(layout.lines, layout.letter)
        drawn = joined([*layout.drawings, *others], layout.letter)
        drawings = (
            *(replace(drawing, box=ink.view.pixels_back(drawing.box)) for drawing in drawn),
            *crossed_out,
        )
        paragraphs = paragraphs_of(lines, bottom - top)
        as_read = Page(*ink.view.opened, paragraphs, drawings, source, number)
        return Seen(ink, layout, as_read, known)

    def _upright(self, found: InkedPage, source: str, number: int) -> _Side:
        """A page turned so that its lines can be read; nobody asks how it lies if it is known."""
        seen = self._seen(found, source, number)
        if not seen.layout.lines or seen.known >= SURE:
            return _Side(found.page, seen)
        legible = self._finder.legibility(seen.layout)
        upright = None if legible.upright else self._finder.upright(found, legible)
        if upright is None:
            return _Side(found.page, seen, 0, legible)
        return self._turned(upright, source, number)

    def _turned(self, turned: Turned, source: str, number: int) -> _Side:
        seen = self._seen(turned.found, source, number)
        return _Side(turned.found.page, seen, turned.quarters, turned.legible)

    def _legibility(self, side: _Side) -> Legibility:
        return side.legibility or self._finder.legibility(side.seen.layout)

    def _read(
        self, found: Sequence[FoundLine], letter: float
    ) -> tuple[list[Line], list[Drawing], list[Drawing], float]:
        """The lines that are writing, the others as drawings in the work image, what is known.

        Before that, words that are crossed out, in the image that was opened.
        """
        with one_blas_thread(), Team(min(own_threads(), max(1, len(found)))) as team:
            looked = team.map(self.parts, found)
            evidence = list(map(evidence_of, found, looked))
            sure = are_writing(evidence, self.lines.alphabet, self.lines.language)
            written = [place for place, p in enumerate(sure) if p > 0]
            made = team.map(lambda place: self._line(found[place], looked[place]), written)
        others = [line for line, p in zip(found, sure, strict=True) if p == 0]
        drawings = [Drawing(line.box, kind_of(line.band > INKED)) for line in others]
        read = {place: line for place, (line, _) in zip(written, made, strict=True)}
        signed = signature_in(found, read, letter)
        if signed is not None:
            del read[signed]
            drawings.append(Drawing(found[signed].box, "signature"))
        crossed_out = [
            drawing
            for place, (_, out) in zip(written, made, strict=True)
            for drawing in out
            if place != signed
        ]
        known = in_words(
            [word for line in read.values() for word in line.words], self.lines.language
        )
        lines = list[Line]()
        for place, line in read.items():
            if line.words:
                doubted = self._doubted(line, sure[place])
                if found[place].goes_on and lines:
                    lines[-1] = _on(lines[-1], doubted)
                else:
                    lines.append(doubted)
        return lines, drawings, crossed_out, known

    def parts(self, found: FoundLine) -> list[SeenPart]:
        """A line as the reader sees it, and what the ink alone says."""
        seen = []
        for first, last in parts(found.band):
            form = line_form(closer(found.view.cropped((first, 0, last, found.view.height))))
            seen.append(SeenPart(first, last, form, self.lines.columns(form.pixels)))
        return seen

    def _line(self, found: FoundLine, seen: Sequence[SeenPart]) -> tuple[Line, list[Drawing]]:
        """A line of words that stand, and where others are crossed out."""
        words, crossed_out = [], list[Drawing]()
        for part in seen:
            read = self._words(found, part)
            for (word, box), out in zip(read, self._crossed_out(part, read), strict=True):
                if out:
                    crossed_out.append(Drawing(box, "crossed out"))
                else:
                    words.append(self._as_word(word, box))
        confidence = math.prod(word.confidence for word in words)
        return Line(tuple(words), found.whole, _baseline(found), confidence), crossed_out

    def _crossed_out(self, part: SeenPart, read: Sequence[tuple[ReadWord, Box]]) -> list[bool]:
        if self.crossings is None or not read:
            return [False] * len(read)
        return self.crossings.crossed_out(part.form.pixels, [word for word, _ in read])

    def _doubted(self, line: Line, writing: float) -> Line:
        """A line of which no word is surer than it is that the line is writing."""
        sure = [writing * word.confidence for word in line.words]
        words = tuple(
            replace(word, confidence=p, doubtful=p < self.sure)
            for word, p in zip(line.words, sure, strict=True)
        )
        return replace(line, words=words, confidence=writing * line.confidence)

    def _as_word(self, word: ReadWord, box: Box) -> Word:
        doubtful = word.confidence < self.sure
        return Word(word.text, word.raw, word.confidence, box, word.alternatives, doubtful)

    def _words(self, found: FoundLine, part: SeenPart) -> list[tuple[ReadWord, Box]]:
        """The words in a part of a line, with their boxes."""
        begin, end = part.first, part.last
        read = self.lines.read_line(part.form.pixels, part.columns)
        reach = round(0.4 * found.view.height)
        starts = columns_of(part.form.since(found.view), [word.span for word in read[1:]])
        bounds = [found.gap_near(min(max(at, begin), end - 1), reach) for at, _ in starts]
        bounds = [begin, *bounds, end]
        words = []
        for word, first, last in zip(read, bounds, bounds[1:], strict=False):
            box = found.place(first, max(first + 1, last))
            if box is None:  # the reader looks a little ahead, and behind
                left, right = found.left + first, found.left + max(first + 1, last)
                box = found.page.pixels_back((left, found.box[1], right, found.box[3]))
            words.append((word, box))
        return words


def evidence_of(found: FoundLine, seen: Sequence[SeenPart]) -> Evidence:
    forms, columns = [part.form.pixels for part in seen], [part.columns for part in seen]
    return Evidence(forms, columns, float(found.box[3] - found.box[1]))


def _on(line: Line, rest: Line) -> Line:
    """A line and what is read on from it, which goes on at its level or was put in above it."""
    (x0, y0, _, left), (_, right, x1, y1) = line.baseline, rest.baseline
    level = abs(left - right) < 0.5 * max(each.box[3] - each.box[1] for each in (line, rest))
    lower = line if left > right else rest
    return Line(
        (*line.words, *rest.words),
        around([line.box, rest.box]),
        (x0, y0, x1, y1) if level else lower.baseline,
        line.confidence * rest.confidence,
    )


def _baseline(found: FoundLine) -> tuple[float, float, float, float]:
    """Where the letters stand: under nine tenths of the ink, along the line's own curve."""
    mass = np.cumsum(found.band.sum(1))
    under = int(np.searchsorted(mass, 0.9 * mass[-1])) + 1 - found.band.shape[0] / 2
    ends = found.left, found.left + len(found.middle)
    y = found.middle[0] + under, found.middle[-1] + under
    (x0, y0), (x1, y1) = found.page.points_back(list(zip(ends, y, strict=True))).tolist()
    return x0, y0, x1, y1
