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

from inkgrad.documents.page import Box, Line, Page, Paragraph, Word, around
from inkgrad.documents.turning import placed
from inkgrad.errors import ImageError
from inkgrad.imaging.flattened import flattened
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.layout.lines import FoundLine, Layout, find_lines
from inkgrad.layout.spacing import closer, parts
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.reading.passed_over import columns_of
from inkgrad.reading.text import ReadWord, TextReader
from inkgrad.recognition.language import english
from inkgrad.recognition.legibility import BETTER, SURE, clearness, in_words

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
    """Reads pages of handwritten notes. Threads may share one.

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
        return self.look(grey, source, number).page

    def read_or_blank(
        self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1
    ) -> Page:
        """The same, but a page of a document on which nothing is written is a page all the same."""
        try:
            return self.read(grey, source, number)
        except ImageError:
            return Page(*View.of(grey).opened, (), (), source, number)

    def look(self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1) -> Seen:
        """The same with its stages. Raises ImageError where there is no writing.

        Of a photo with a sheet of paper in it the sheet is read; places are in the photo.
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
        layout = find_lines(ink)
        drawings = tuple(map(ink.view.pixels_back, layout.drawings))
        _, top, _, bottom = ink.view.back((0, 0, 1, layout.letter))
        paragraphs = paragraphs_of(self._read(layout.lines), bottom - top)
        return Seen(ink, layout, Page(*ink.view.opened, paragraphs, drawings, source, number))

    def _quarters(self, seen: Seen) -> int:
        """How often to turn a page that can hardly be read as it is, by its longest lines."""
        words = [word for line in seen.page.lines for word in line.words]
        if in_words(words, self.lines.language) >= SURE:
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

    def _read(self, found: Sequence[FoundLine]) -> list[Line]:
        with one_blas_thread():
            read = [self._line(line) for line in found]
        return [line for line in read if line.words]

    def _line(self, found: FoundLine) -> Line:
        """The words of a line."""
        words = [
            self._as_word(word, box)
            for first, last in parts(found.band)
            for word, box in self._words(found, first, last)
        ]
        confidence = math.prod(word.confidence for word in words)
        return Line(tuple(words), found.whole, _baseline(found), confidence)

    def _as_word(self, word: ReadWord, box: Box) -> Word:
        doubtful = word.confidence < self.sure
        return Word(word.text, word.raw, word.confidence, box, word.alternatives, doubtful)

    def _words(self, found: FoundLine, begin: int, end: int) -> list[tuple[ReadWord, Box]]:
        """The words in these columns of a line's band, with their boxes."""
        form = line_form(closer(found.view.cropped((begin, 0, end, found.view.height))))
        read = self.lines.read_line(form.pixels)
        reach = round(0.4 * found.view.height)
        starts = columns_of(form.since(found.view), [word.span for word in read[1:]])
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
