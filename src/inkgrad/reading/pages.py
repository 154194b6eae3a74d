"""A page of text as one of the family of readings: its lines and words stand in a document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Line, Page, Word
from inkgrad.errors import ImageError, UsageError
from inkgrad.imaging.view import View
from inkgrad.reading.notes import NotesReader, Seen
from inkgrad.reading.result import Reading
from inkgrad.recognition.patterns import Pattern, Unlikely


@dataclass(frozen=True)
class PageReading(Reading):
    """What a page of text was read as.

    `confidence` is the probability that every word of it is right, as that of a line is of all in
    the line; look at that of each word. `boxes` are those of the words.
    """

    document: Page = field(default_factory=lambda: Page(0, 0, ()))
    seen: Seen | None = field(default=None, compare=False)

    @property
    def lines(self) -> Iterator[Line]:
        return self.document.lines

    @property
    def words(self) -> Iterator[Word]:
        return (word for line in self.lines for word in line.words)

    @property
    def stages(self) -> Mapping[str, NDArray[np.uint8]]:
        if self.seen is None:
            return {}
        return {"ink": (255 * np.clip(self.seen.ink.ink, 0, 1)).astype(np.uint8)}

    def bare(self) -> PageReading:
        return replace(self, seen=None)


class PagesReader:
    """Reads pages of hand-printed notes. Threads may share one."""

    refuse_below = 0.0  # confidence, where nothing else is asked for

    def __init__(self, notes: NotesReader) -> None:
        self.notes = notes

    @property
    def alphabet(self) -> str:
        return self.notes.lines.alphabet

    @classmethod
    def load(cls, path: Path, crossings: Path | None = None) -> PagesReader:
        """From model files, with English words. Raises ModelError for what reads no text."""
        return cls(NotesReader.load(path, crossings))

    def threshold(self, max_error: float) -> float:
        """A page is never rejected as a whole: raises UsageError. Its words may be marked."""
        raise UsageError(
            "a page of text is not rejected as a whole, expected no max_error with it: "
            "each word has its own confidence"
        )

    def marking(self, max_error: float) -> PagesReader:
        """The reader that marks words as doubtful, so that of the others no larger part is wrong.

        Raises ModelError for weights that nobody measured.
        """
        lines, crossings = self.notes.lines, self.notes.crossings
        return PagesReader(NotesReader(lines, lines.threshold(max_error), crossings))

    def read_or_blank(
        self, grey: NDArray[np.uint8] | View, source: str = "", number: int = 1
    ) -> Page:
        """The page alone, as one of a document."""
        return self.notes.read_or_blank(grey, source, number)

    def read(
        self,
        grey: NDArray[np.uint8] | View,
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> PageReading:
        """The text on a grey page (h, w), whichever side is up; patterns are of lines, and refused.

        A page on which nothing is written is one without words.
        """
        if patterns or unlikely:
            raise UsageError("a page of text has no pattern, expected none with it")
        try:
            seen = self.notes.look(grey)
        except ImageError as error:
            page = Page(*View.of(grey).opened, ())
            return PageReading("", 0.0, status="empty", reason=str(error), document=page)
        page = seen.page
        if not page.paragraphs:
            reason = "shows no line of writing, expected some"
            return PageReading("", 0.0, status="empty", reason=reason, document=page, seen=seen)
        words = [word for line in page.lines for word in line.words]
        return PageReading(
            page.text,
            math.prod(line.confidence for line in page.lines),
            boxes=tuple(word.box for word in words),
            turned=page.turned,
            document=page,
            seen=seen,
        )
