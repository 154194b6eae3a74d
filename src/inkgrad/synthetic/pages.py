"""Pages of notes in one hand each, with known answers, as they lie flat in a scanner.

Lines are composed of letters, or are words as people wrote them; paper is blank, ruled or squared.
`synthetic.photos` takes a photo of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.filters import gaussian
from inkgrad.ink.character import cropped
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wear import Floats, Rng
from inkgrad.synthetic.written import Written

SIZE = (1560, 1200)  # rows and columns
_MARGIN = (0.07, 0.13)  # of the page's width, on every side
_TALL = (30, 46)  # pixels of a line's letters
_PITCH = (1.7, 2.4)  # times that from line to line
_LINES = (5, 13)
_RULED = 0.35  # part of the pages that are ruled or squared


@dataclass(frozen=True)
class ComposedPage:
    """A grey page (h, w), uint8, and its lines from the top."""

    grey: NDArray[np.uint8]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class LaidLine:
    """A line's text and ink (h, w), 0..255, with its place on the page."""

    text: str
    ink: Floats
    top: int
    left: int


@dataclass(frozen=True)
class LaidPage:
    """The ink of a page (h, w), 0..255, its lines from the top, how tall and far apart they are.

    `hand` is the seed of who wrote it; None where its words are as people wrote them.
    """

    room: Floats
    lines: list[LaidLine]
    tall: float
    pitch: float
    hand: int | None

    @property
    def texts(self) -> tuple[str, ...]:
        """What its lines say."""
        return tuple(line.text for line in self.lines)


@dataclass(frozen=True)
class ComposedPages:
    """Composes pages: of `texts`, or, so large a part as `joined`, of `written` words."""

    texts: Texts
    written: Written | None = None
    joined: float = 0.4

    def compose(self, rng: Rng) -> ComposedPage:
        """One page; the same generator gives the same one."""
        laid = self.lay(rng)
        return ComposedPage(on_sheet(laid, rng), laid.texts)

    def lay(self, rng: Rng, beside: float = 0.0) -> LaidPage:
        """A page that is not yet on paper; `beside` its lines such a part of its width stays free.

        That is on the left side.
        """
        height, width = SIZE
        room = np.zeros(SIZE, np.float32)
        tall = rng.uniform(*_TALL)
        pitch = tall * rng.uniform(*_PITCH)
        margin = width * rng.uniform(*_MARGIN)
        widest = width * (1 - beside) - 2 * margin
        by_words = self.written is not None and rng.random() < self.joined
        hand, longest = int(rng.integers(1 << 30)), widest / tall
        top, lines = margin, list[LaidLine]()
        for _ in range(int(rng.integers(*_LINES))):
            line = self._words(longest, rng) if by_words else self._letters(longest, hand, rng)
            if top + 1.6 * tall > height - margin:
                break
            text, ink, high = line
            ink = fitted(ink, tall * high, widest)
            left = margin + width * beside + rng.uniform(0, 0.4) * tall
            lay(room, ink, round(top), round(left))
            lines.append(LaidLine(text, ink, round(top), round(left)))
            top += max(pitch, 1.15 * ink.shape[0])
        return LaidPage(room, lines, tall, pitch, None if by_words else hand)

    def line(self, letters: float, hand: int | None, rng: Rng) -> tuple[str, Floats]:
        """A line about so many letters' heights long, in a hand, or of written words; its ink."""
        if hand is None:
            return self._words(letters, rng)[:2]
        return self._letters(letters, hand, rng)[:2]

    def _letters(self, longest: float, hand: int, rng: Rng) -> tuple[str, Floats, float]:
        """A line of letters, always in this hand: its text, its ink, its height in letters."""
        text = self.texts.wording.phrase(int(rng.uniform(0.5, 0.95) * longest * 1.3), rng)
        ink = cropped(self.texts.ink(text, np.random.default_rng(hand)))
        return text, ink, 1.25 if any(c in "gjpqy" for c in text) else 1.0

    def _words(self, longest: float, rng: Rng) -> tuple[str, Floats, float]:
        assert self.written is not None
        text, line = self.written.phrase(float(rng.uniform(0.6, 0.95) * longest * 1.4), rng)
        return text, cropped(line).astype(np.float32), 1.25


def fitted(ink: Floats, height: float, widest: float) -> Floats:
    """Ink (h, w) as high as this, or as wide as it may be."""
    scale = min(height / ink.shape[0], widest / ink.shape[1])
    size = (max(4, round(ink.shape[1] * scale)), max(4, round(ink.shape[0] * scale)))
    how = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX
    return np.asarray(Image.fromarray(ink).resize(size, how)).clip(0, 255)


def lay(room: Floats, ink: Floats, top: int, left: int) -> None:
    """Put ink at a place of a page, over what is there."""
    place = room[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)


def on_sheet(laid: LaidPage, rng: Rng) -> NDArray[np.uint8]:
    """Ink on paper as a scanner sees it: even light, grain, rules on some."""
    paper = rng.uniform(205, 248)
    page = np.full(SIZE, paper, np.float32)
    if rng.random() < _RULED:
        pale = rng.uniform(12, 40)
        squared, apart = rng.random() < 0.4, laid.pitch * rng.uniform(0.5, 1.0)
        for at in np.arange(rng.uniform(0, apart), SIZE[0], apart).astype(int):
            page[at : at + 2] -= pale
        for at in np.arange(0, SIZE[1], apart).astype(int) if squared else ():
            page[:, at : at + 2] -= pale
    pen = rng.uniform(15, 0.42 * paper)
    page += (pen - page) * gaussian(laid.room / 255, rng.uniform(0.4, 0.9)).clip(0, 1)
    page += rng.standard_normal(SIZE, np.float32) * np.float32(rng.uniform(0.5, 3))
    return page.clip(0, 255).astype(np.uint8)
