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
class ComposedPages:
    """Composes pages: of `texts`, or, so large a part as `joined`, of `written` words."""

    texts: Texts
    written: Written | None = None
    joined: float = 0.4

    def compose(self, rng: Rng) -> ComposedPage:
        """One page; the same generator gives the same one."""
        height, width = SIZE
        room = np.zeros(SIZE, np.float32)
        tall = rng.uniform(*_TALL)
        pitch = tall * rng.uniform(*_PITCH)
        margin = width * rng.uniform(*_MARGIN)
        by_words = self.written is not None and rng.random() < self.joined
        hand, longest = int(rng.integers(1 << 30)), (width - 2 * margin) / tall
        top, found = margin, list[str]()
        for _ in range(int(rng.integers(*_LINES))):
            line = self._words(longest, rng) if by_words else self._letters(longest, hand, rng)
            if top + 1.6 * tall > height - margin:
                break
            text, ink, high = line
            ink = _fitted(ink, tall * high, width - 2 * margin)
            left = margin + rng.uniform(0, 0.4) * tall
            _lay(room, ink, round(top), round(left))
            top += max(pitch, 1.15 * ink.shape[0])
            found.append(text)
        return ComposedPage(_on_sheet(room, pitch, rng), tuple(found))

    def _letters(self, longest: float, hand: int, rng: Rng) -> tuple[str, Floats, float]:
        """A line of letters, always in this hand: its text, its ink, its height in letters."""
        text = self.texts.wording.phrase(int(rng.uniform(0.5, 0.95) * longest * 1.3), rng)
        ink = cropped(self.texts.ink(text, np.random.default_rng(hand)))
        return text, ink, 1.25 if any(c in "gjpqy" for c in text) else 1.0

    def _words(self, longest: float, rng: Rng) -> tuple[str, Floats, float]:
        assert self.written is not None
        text, line = self.written.phrase(float(rng.uniform(0.6, 0.95) * longest * 1.4), rng)
        return text, cropped(line).astype(np.float32), 1.25


def _fitted(ink: Floats, height: float, widest: float) -> Floats:
    scale = min(height / ink.shape[0], widest / ink.shape[1])
    size = (max(4, round(ink.shape[1] * scale)), max(4, round(ink.shape[0] * scale)))
    how = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX
    return np.asarray(Image.fromarray(ink).resize(size, how)).clip(0, 255)


def _lay(room: Floats, ink: Floats, top: int, left: int) -> None:
    place = room[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)


def _on_sheet(room: Floats, pitch: float, rng: Rng) -> NDArray[np.uint8]:
    """Ink on paper as a scanner sees it: even light, grain, rules on some."""
    paper = rng.uniform(205, 248)
    page = np.full(SIZE, paper, np.float32)
    if rng.random() < _RULED:
        pale = rng.uniform(12, 40)
        squared, apart = rng.random() < 0.4, pitch * rng.uniform(0.5, 1.0)
        for at in np.arange(rng.uniform(0, apart), SIZE[0], apart).astype(int):
            page[at : at + 2] -= pale
        for at in np.arange(0, SIZE[1], apart).astype(int) if squared else ():
            page[:, at : at + 2] -= pale
    pen = rng.uniform(15, 0.42 * paper)
    page += (pen - page) * gaussian(room / 255, rng.uniform(0.4, 0.9)).clip(0, 1)
    page += rng.standard_normal(SIZE, np.float32) * np.float32(rng.uniform(0.5, 3))
    return page.clip(0, 255).astype(np.uint8)
