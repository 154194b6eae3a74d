"""What a page of notes was read as: paragraphs of lines of words, drawings, with their places.

All boxes are (left, top, right, bottom) in pixels of the page image as it was opened, right and
bottom one past the last pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

Box = tuple[int, int, int, int]
DrawingKind = Literal["drawing", "table", "rule", "picture", "crossed out", "signature"]
DRAWING_KINDS: tuple[DrawingKind, ...] = get_args(DrawingKind)


@dataclass(frozen=True)
class Word:
    """A word: `raw` is what the ink alone says, `text` what it is taken for among words known.

    `confidence` is the probability that `text` is right. `alternatives` are other texts with their
    probabilities, the likeliest first; a `doubtful` word is one that a person should look at.
    """

    text: str
    raw: str
    confidence: float
    box: Box
    alternatives: tuple[tuple[str, float], ...] = ()
    doubtful: bool = False


@dataclass(frozen=True)
class Line:
    """A line of writing. `baseline` is (x, y) at its left end and (x, y) at its right end."""

    words: tuple[Word, ...]
    box: Box
    baseline: tuple[float, float, float, float]
    confidence: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def raw(self) -> str:
        return " ".join(word.raw for word in self.words)


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together. `indent` counts steps from the left; `bullet` is "" or a sign."""

    lines: tuple[Line, ...]
    indent: int = 0
    bullet: str = ""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Drawing:
    """What is on a page and is no writing.

    A "table" is lines ruled across each other, a "rule" one that somebody drew, a "picture" areas
    of light and dark or a texture, "crossed out" a word that somebody took back, a "signature" one
    that cannot be read, a "drawing" anything else.
    """

    box: Box
    kind: DrawingKind = "drawing"


@dataclass(frozen=True)
class Page:
    """A page: its size in pixels, its paragraphs in reading order, and its drawings.

    `source` is the file it came from and `number` its place there, from 1 on. `turned` is by how
    many quarters counter-clockwise its image had to be turned to be read; boxes are in the image as
    it was opened all the same.
    """

    width: int
    height: int
    paragraphs: tuple[Paragraph, ...]
    drawings: tuple[Drawing, ...] = ()
    source: str = ""
    number: int = 1
    turned: int = 0

    def changed(self, line: Callable[[Line], Line], box: Callable[[Box], Box]) -> Page:
        """The page with every line and the box of every drawing put through these."""
        paragraphs = tuple(replace(p, lines=tuple(map(line, p.lines))) for p in self.paragraphs)
        drawings = tuple(replace(drawing, box=box(drawing.box)) for drawing in self.drawings)
        return replace(self, paragraphs=paragraphs, drawings=drawings)

    @property
    def lines(self) -> Iterator[Line]:
        return (line for paragraph in self.paragraphs for line in paragraph.lines)

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


def around(boxes: Iterator[Box] | tuple[Box, ...] | list[Box]) -> Box:
    """The smallest box that holds all of these; at least one is expected."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
