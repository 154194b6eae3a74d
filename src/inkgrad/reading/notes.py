"""A page of notes -> its text: lines found, read one by one, put together as paragraphs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box, Drawing, Line, Page, Paragraph, Word, around
from inkgrad.documents.turning import placed
from inkgrad.errors import ImageError
from inkgrad.imaging.flattened import flattened
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.layout.drawings import joined, kind_of
from inkgrad.layout.found_line import INKED, FoundLine
from inkgrad.layout.lines import Layout, find_layout, find_lines
from inkgrad.layout.spacing import closer, parts
from inkgrad.nn.parallel import Team, one_blas_thread, own_threads
from inkgrad.nn.vectors import Array
from inkgrad.reading.passed_over import columns_of
from inkgrad.reading.text import ReadWord, TextReader
from inkgrad.reading.writing import Evidence, are_writing
from inkgrad.recognition.language import english
from inkgrad.recognition.legibility import BETTER, SURE, clearness, in_words

DOUBTFUL = 0.6  # of words less likely than this a person should look at the image
_PARAGRAPH = 1.45  # of the usual distance of lines: further apart, a paragraph begins
_STEP = 1.6  # letters' heights that an indent is wide
_TRIED = 6  # lines of a page that tell which side is up
_BULLETS = ("-", "*", "+", "•")


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


class NotesReader:
    """Reads pages of handwritten notes. Threads may share one.

    Lines of a page are read side by side; who reads pages so says `one_of_many` in each thread.
    Words less probable than `sure` are marked as doubtful.
    """

    def __init__(self, lines: TextReader, sure: float = DOUBTFUL) -> None:
        self.lines, self.sure = lines, sure

    @classmethod
    def load(cls, path: Path) -> NotesReader:
        """From a model file, with English words. Raises ModelError for what reads no text."""
        return cls(TextReader.load(path, english()))

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
        page = flattened(whole) or whole
        ink = find_ink(page)
        seen = self._seen(ink, page, source, number)
        quarters = self._quarters(seen)
        if quarters:
            page = page.turned(quarters)
            seen = self._seen(ink.turned(quarters), page, source, number)
        as_opened = placed(seen.page, page.way, page.opened)
        return replace(seen, page=replace(as_opened, turned=quarters))

    def _seen(self, ink: PageInk, page: View, source: str, number: int) -> Seen:
        """A page that is taken to be upright, its places on it as it lies for that."""
        ink = ink.since(page)
        layout = find_layout(ink)
        _, top, _, bottom = ink.view.back((0, 0, 1, layout.letter))
        lines, others, known = self._read(layout.lines)
        drawings = tuple(
            replace(drawing, box=ink.view.pixels_back(drawing.box))
            for drawing in joined([*layout.drawings, *others], layout.letter)
        )
        paragraphs = paragraphs_of(lines, bottom - top)
        as_read = Page(*ink.view.opened, paragraphs, drawings, source, number)
        return Seen(ink, layout, as_read, known)

    def _quarters(self, seen: Seen) -> int:
        """How often to turn a page that can hardly be read as it is, by its longest lines."""
        if not seen.layout.lines or seen.known >= SURE:
            return 0
        found = {0: self._clearness(seen.layout)}
        for quarters in (2, 1, 3):
            ink = seen.ink.turned(quarters)
            try:
                found[quarters] = self._clearness(find_lines(ink))
            except ImageError:
                continue
        best = max(found, key=lambda quarters: found[quarters])
        return best if found[best] > BETTER * found[0] else 0

    def _clearness(self, layout: Layout) -> float:
        longest = sorted(layout.lines, key=lambda line: -line.band.shape[1])[:_TRIED]
        with one_blas_thread():
            return clearness(self.lines.columns(line_form(line.view).pixels) for line in longest)

    def _read(self, found: Sequence[FoundLine]) -> tuple[list[Line], list[Drawing], float]:
        """The lines that are writing, the others as drawings in the work image, what is known."""
        with one_blas_thread(), Team(min(own_threads(), max(1, len(found)))) as team:
            looked = team.map(self.parts, found)
            evidence = list(map(evidence_of, found, looked))
            sure = are_writing(evidence, self.lines.alphabet, self.lines.language)
            written = [place for place, p in enumerate(sure) if p > 0]
            lines = team.map(lambda place: self._line(found[place], looked[place]), written)
        read = [(line, sure[place]) for line, place in zip(lines, written, strict=True)]
        others = [line for line, p in zip(found, sure, strict=True) if p == 0]
        drawings = [Drawing(line.box, kind_of(line.band > INKED)) for line in others]
        known = in_words([word for line, _ in read for word in line.words], self.lines.language)
        return [self._doubted(line, p) for line, p in read if line.words], drawings, known

    def parts(self, found: FoundLine) -> list[SeenPart]:
        """A line as the reader sees it, and what the ink alone says."""
        seen = []
        for first, last in parts(found.band):
            form = line_form(closer(found.view.cropped((first, 0, last, found.view.height))))
            seen.append(SeenPart(first, last, form, self.lines.columns(form.pixels)))
        return seen

    def _line(self, found: FoundLine, seen: Sequence[SeenPart]) -> Line:
        read = [pair for part in seen for pair in self._words(found, part)]
        words = tuple(self._as_word(word, box) for word, box in read)
        confidence = math.prod(word.confidence for word in words)
        return Line(words, found.whole, _baseline(found), confidence)

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


def _baseline(found: FoundLine) -> tuple[float, float, float, float]:
    """Where the letters stand: under nine tenths of the ink, along the line's own curve."""
    mass = np.cumsum(found.band.sum(1))
    under = int(np.searchsorted(mass, 0.9 * mass[-1])) + 1 - found.band.shape[0] / 2
    ends = found.left, found.left + len(found.middle)
    y = found.middle[0] + under, found.middle[-1] + under
    (x0, y0), (x1, y1) = found.page.points_back(list(zip(ends, y, strict=True))).tolist()
    return x0, y0, x1, y1


def paragraphs_of(lines: Sequence[Line], letter: float) -> tuple[Paragraph, ...]:
    """Lines in reading order as paragraphs, by distance, indent and bullet.

    `letter` is the usual height of a letter, in pixels.
    """
    if not lines:
        return ()
    steps = [b.baseline[1] - a.baseline[1] for a, b in itertools.pairwise(lines)]
    usual = median([step for step in steps if step > 0] or [3 * letter])
    margin = min(line.box[0] for line in lines)
    found: list[Paragraph] = []
    for place, line in enumerate(lines):
        bullet, line = _without_bullet(line)
        indent = max(0, round((line.box[0] - margin) / (_STEP * letter) - 0.4))
        follows = (
            place > 0
            and not bullet
            and 0 < steps[place - 1] < _PARAGRAPH * max(usual, 1.2 * letter)
            and (indent == found[-1].indent or bool(found[-1].bullet))
        )
        if follows:
            found[-1] = replace(found[-1], lines=(*found[-1].lines, line))
        else:
            found.append(Paragraph((line,), indent, bullet))
    return tuple(found)


def _without_bullet(line: Line) -> tuple[str, Line]:
    """The sign that a line begins with where it lists something, and the rest of the line."""
    if len(line.words) < 2 or line.words[0].text not in _BULLETS:
        return "", line
    words = line.words[1:]
    box = around([word.box for word in words])
    return line.words[0].text, replace(line, words=words, box=box)
