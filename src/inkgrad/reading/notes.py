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

from inkgrad.documents.page import Box, Line, Page, Paragraph, Word, around, scaled
from inkgrad.documents.turning import as_opened, turned
from inkgrad.errors import ImageError
from inkgrad.imaging.flattened import flattened
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.layout.lines import FoundLine, Layout, find_lines
from inkgrad.layout.spacing import closer, parts
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.reading.sheets import page_back
from inkgrad.reading.text import ReadWord, TextReader
from inkgrad.recognition.language import english
from inkgrad.recognition.legibility import BETTER, SURE, legible

DOUBTFUL = 0.6  # of words less likely than this a person should look at the image
_PARAGRAPH = 1.45  # of the usual distance of lines: further apart, a paragraph begins
_STEP = 1.6  # letters' heights that an indent is wide
_TRIED = 6  # lines of a page that tell which side is up
_BULLETS = ("-", "*", "+", "•")


@dataclass(frozen=True)
class Seen:
    """The stages of a page, for those who want to look: ink and layout as it was turned to read."""

    ink: PageInk
    layout: Layout
    page: Page


class NotesReader:
    """Reads pages of hand-printed notes. Threads may share one."""

    def __init__(self, lines: TextReader) -> None:
        self.lines = lines

    @classmethod
    def load(cls, path: Path) -> NotesReader:
        """From a model file, with English words. Raises ModelError for what reads no text."""
        return cls(TextReader.load(path, english()))

    def read(self, grey: NDArray[np.uint8], source: str = "", number: int = 1) -> Page:
        """What a grey page (h, w) says, whichever side is up.

        Raises ImageError where nothing is written on it.
        """
        return self.look(grey, source, number).page

    def read_or_blank(self, grey: NDArray[np.uint8], source: str = "", number: int = 1) -> Page:
        """The same, but a page of a document on which nothing is written is a page all the same."""
        try:
            return self.read(grey, source, number)
        except ImageError:
            height, width = grey.shape
            return Page(width, height, (), (), source, number)

    def look(self, grey: NDArray[np.uint8], source: str = "", number: int = 1) -> Seen:
        """The same with its stages. Raises ImageError where there is no writing.

        Where it is a photo with a sheet of paper in it, that is read, and its places are in the
        photo.
        """
        view = flattened(grey)
        if view is None:
            return self._look(grey, source, number)
        seen = self._look(view.pixels, source, number)
        return replace(seen, page=page_back(view, seen.page, (grey.shape[0], grey.shape[1])))

    def _look(self, grey: NDArray[np.uint8], source: str, number: int) -> Seen:
        """The same for a page that fills its image."""
        ink, (height, width) = find_ink(grey), grey.shape
        seen = self._seen(ink, (height, width), source, number)
        quarters = self._quarters(seen)
        if quarters:
            size = (width, height) if quarters % 2 else (height, width)
            seen = self._seen(turned(ink, quarters), size, source, number)
        return replace(seen, page=as_opened(seen.page, quarters, width, height))

    def _seen(self, ink: PageInk, size: tuple[int, int], source: str, number: int) -> Seen:
        """A page of this size (height, width) that is taken to be upright."""
        layout = find_lines(ink)
        lines = self._read(ink, layout.lines, size)
        drawings = tuple(scaled(box, ink.scale, size) for box in layout.drawings)
        paragraphs = paragraphs_of(lines, layout.letter / ink.scale)
        return Seen(ink, layout, Page(size[1], size[0], paragraphs, drawings, source, number))

    def _quarters(self, seen: Seen) -> int:
        """How often to turn a page that can hardly be read as it is, by its longest lines."""
        words = [word for line in seen.page.lines for word in line.words]
        if legible(words, self.lines.language)[1] >= SURE:
            return 0
        found = {0: self._legible(seen.ink, seen.layout)}
        for quarters in (2, 1, 3):
            ink = turned(seen.ink, quarters)
            try:
                found[quarters] = self._legible(ink, find_lines(ink))
            except ImageError:
                continue
        best = max(found, key=lambda quarters: found[quarters])
        return best if found[best] > BETTER * found[0] else 0

    def _legible(self, ink: PageInk, layout: Layout) -> float:
        longest = sorted(layout.lines, key=lambda line: -line.band.shape[1])[:_TRIED]
        size = (ink.ink.shape[0], ink.ink.shape[1])
        words = [word for line in self._read(ink, longest, size) for word in line.words]
        return legible(words, self.lines.language)[0]

    def _read(self, ink: PageInk, found: Sequence[FoundLine], size: tuple[int, int]) -> list[Line]:
        with one_blas_thread():
            read = [self._line(line, ink.scale, size) for line in found]
        return [line for line in read if line.words]

    def _line(self, found: FoundLine, scale: float, size: tuple[int, int]) -> Line:
        """The words of a line, in pixels of a page of this size (height, width)."""
        words = [
            _as_word(word, scaled(box, scale, size))
            for first, last in parts(found.band)
            for word, box in self._words(found, first, last)
        ]
        confidence = math.prod(word.confidence for word in words)
        box, baseline = scaled(found.box, scale, size), _baseline(found, scale)
        return Line(tuple(words), box, baseline, confidence)

    def _words(self, found: FoundLine, begin: int, end: int) -> list[tuple[ReadWord, Box]]:
        """The words in these columns of a line's band, with their boxes in the work image."""
        band, columns = closer(found.band[:, begin:end])
        form = line_form(band)

        def column(x: int) -> int:
            place = round(form.left + x / form.scale)
            return begin + int(columns[min(max(place, 0), len(columns) - 1)])

        read = self.lines.read_line(form.line)
        reach = round(0.4 * found.band.shape[0])
        bounds = [found.gap_near(column(word.span[0]), reach) for word in read[1:]]
        bounds = [begin, *bounds, end]
        words = []
        for word, first, last in zip(read, bounds, bounds[1:], strict=False):
            box = found.place(first, max(first + 1, last))
            if box is None:  # the reader looks a little ahead, and behind
                left = found.left + first
                box = (left, found.box[1], max(left + 1, found.left + last), found.box[3])
            words.append((word, box))
        return words


def _as_word(word: ReadWord, box: Box) -> Word:
    doubtful = word.confidence < DOUBTFUL
    return Word(word.text, word.raw, word.confidence, box, word.alternatives, doubtful)


def _baseline(found: FoundLine, scale: float) -> tuple[float, float, float, float]:
    """Where the letters stand: under nine tenths of the ink, along the line's own curve."""
    mass = np.cumsum(found.band.sum(1))
    under = int(np.searchsorted(mass, 0.9 * mass[-1])) + 1 - found.band.shape[0] / 2
    ends = found.left, found.left + len(found.middle)
    y = found.middle[0] + under, found.middle[-1] + under
    return ends[0] / scale, float(y[0]) / scale, ends[1] / scale, float(y[1]) / scale


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
