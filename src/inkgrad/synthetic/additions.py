"""What people add to a page when its lines are written: words put in, notes beside it, a signature.

A word is put in above the gap where it belongs, with a caret; a signature is a large letter or two
that run out in a wave, which nobody can read.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.synthetic.pages import SIZE, ComposedPages, LaidLine, LaidPage, fitted, lay
from inkgrad.synthetic.wear import Floats, Rng

_INSERTED = (0.5, 0.8)  # of a line's height: what is put in above it
_ROOM = 0.35  # and what is free above the line for it, at least
_CARET_DOWN = 0.3  # part of the carets that stand above the line and point down
_NOTED = (0.6, 0.85)  # of a line's height: what is noted beside the lines
_BESIDE = (0.2, 0.28)  # of a page's width that notes are written in
_NOTE_LINES = (2, 5)
_WIDEST_GAPS = 1.25  # times wider than between its letters are a line's gaps between words


def with_insertions(pages: ComposedPages, laid: LaidPage, rng: Rng) -> LaidPage:
    """The page with a word put in above one line, or two; its lines say what was meant."""
    lines = list(laid.lines)
    free = [line.top - (over.top + over.ink.shape[0]) for over, line in pairwise(lines)]
    free = [lines[0].top, *free]
    places = [i for i, line in enumerate(lines) if _gaps(line) and free[i] > _ROOM * laid.tall]
    for i in rng.permutation(places)[: int(rng.integers(1, 3))].tolist():
        line = lines[i]
        gaps = _gaps(line)
        nth = int(rng.integers(len(gaps)))
        word, ink = _word(pages, laid, rng)
        tall = min(laid.tall * rng.uniform(*_INSERTED), 1.3 * free[i])
        ink = fitted(ink, tall, 5.0 * laid.tall)
        at = line.left + gaps[nth]
        x = at - ink.shape[1] * rng.uniform(0.3, 0.7)
        y = line.top - ink.shape[0] + rng.uniform(-0.3, 0.15) * laid.tall
        lay(laid.room, ink, round(y), round(float(np.clip(x, 0, SIZE[1] - ink.shape[1] - 1))))
        _draw_caret(laid, line, at, rng)
        words = line.text.split(" ")
        text = " ".join([*words[: nth + 1], word, *words[nth + 1 :]])
        lines[i] = replace(line, text=text)
    return replace(laid, lines=lines)


def with_note(pages: ComposedPages, rng: Rng) -> tuple[LaidPage, tuple[str, ...]]:
    """A page with a few short lines to the left of its own, and what those say."""
    beside = float(rng.uniform(*_BESIDE))
    laid = pages.lay(rng, beside)
    tall = laid.tall * rng.uniform(*_NOTED)
    left, widest = 0.03 * SIZE[1], beside * SIZE[1]
    first = int(rng.integers(max(1, len(laid.lines) - 2)))
    top, said = laid.lines[first].top + rng.uniform(-0.3, 0.6) * tall, list[str]()
    for _ in range(int(rng.integers(*_NOTE_LINES))):
        text, ink = pages.line(0.8 * widest / tall, laid.hand, rng)
        ink = fitted(ink, tall, widest)
        if top + tall > 0.95 * SIZE[0]:
            break
        lay(laid.room, ink, round(top), round(left + rng.uniform(0, 0.2) * tall))
        top += max(1.6 * tall, 1.1 * ink.shape[0])
        said.append(text)
    return laid, tuple(said)


def with_signature(laid: LaidPage, rng: Rng) -> LaidPage:
    """The page signed below its last line, where there is room."""
    last = laid.lines[-1]
    top = last.top + last.ink.shape[0] + rng.uniform(0.3, 1.5) * laid.tall
    ink = signature(laid.tall * rng.uniform(1.0, 2.2), _pen(last.ink), rng)
    if top + ink.shape[0] < 0.97 * SIZE[0]:
        left = rng.uniform(0.1, 0.95 - ink.shape[1] / SIZE[1]) * SIZE[1]
        lay(laid.room, ink, round(top), round(float(left)))
    return laid


def signature(tall: float, pen: float, rng: Rng) -> Floats:
    """The ink (h, w) of one whose first letter is so tall."""
    strokes, x = list[Stroke](), 0.0
    for _ in range(int(rng.integers(1, 4))):  # a letter, and the wave that it runs out in
        strokes.append(_loop(x, tall, rng))
        long = tall * rng.uniform(1.2, 3.0)
        strokes.append(_wave(x + 0.7 * tall, long, tall, rng))
        x += 0.6 * tall + long
    if rng.random() < 0.5:  # a stroke under it
        ends = np.array([x * rng.uniform(-0.05, 0.3), x * rng.uniform(0.7, 1.1)])
        y = tall * (1.15 + rng.normal(0, 0.06, 2))
        strokes.append(np.stack([ends, y], 1))
    moved = [stroke.astype(np.float32) for stroke in strokes]
    low = np.concatenate(moved).min(0)
    return draw([stroke - low for stroke in moved], pen).astype(np.float32)


def _loop(x: float, tall: float, rng: Rng) -> Stroke:
    """A large letter: one turn and a half of an ellipse that leans, and changes on the way."""
    t = np.linspace(0, rng.uniform(1.0, 1.8), 40)
    angle = 2 * np.pi * (t + rng.uniform(0, 1)) * rng.choice([-1, 1])
    wide = tall * rng.uniform(0.2, 0.45) * (1 + rng.normal(0, 0.3) * t)
    high = tall * rng.uniform(0.35, 0.5) * (1 + rng.normal(0, 0.2) * t)
    y = 0.5 * tall + high * np.sin(angle)
    lean = rng.uniform(0, 0.5) * (tall - y)
    return np.stack([x + 0.4 * tall + wide * np.cos(angle) + lean, y], 1)


def _wave(x: float, long: float, tall: float, rng: Rng) -> Stroke:
    """A stroke that goes up and down less and less."""
    t = np.linspace(0, 1, 60)
    turns = long / tall * rng.uniform(1.0, 2.5)
    high = tall * rng.uniform(0.1, 0.3) * (1 - rng.uniform(0.3, 1.0) * t)
    y = tall * rng.uniform(0.75, 0.95) - high * (0.5 - 0.5 * np.cos(2 * np.pi * turns * t))
    y += tall * np.cumsum(rng.normal(0, 0.01, len(t)))
    return np.stack([x + long * t + 0.15 * tall * np.sin(2 * np.pi * turns * t), y], 1)


def _word(pages: ComposedPages, laid: LaidPage, rng: Rng) -> tuple[str, Floats]:
    """One word, of three letters or more, in the hand of the page."""
    while True:
        text, ink = pages.line(2.5, laid.hand, rng)
        if text.isalpha() and len(text) > 2:
            return text, ink


def _draw_caret(laid: LaidPage, line: LaidLine, at: float, rng: Rng) -> None:
    """A caret in a gap: from below the line up into it, or above it and down."""
    high, wide = (laid.tall * rng.uniform(*each) for each in ((0.35, 0.8), (0.3, 0.7)))
    high_first = np.array([high, 0.0, high]) + np.array([1, 0, 1]) * rng.normal(0, 0.1 * high, 3)
    x = wide * np.array([0.0, rng.uniform(0.35, 0.65), 1.0])
    down = rng.random() < _CARET_DOWN
    y = high - high_first if down else high_first
    ink = draw([np.stack([x, y - min(y.min(), 0)], 1).astype(np.float32)], _pen(line.ink))
    bottom = line.top + line.ink.shape[0]
    top = bottom - 0.55 * high
    if down:
        top = line.top + rng.uniform(0.1, 0.4) * laid.tall - high
    lay(laid.room, ink.astype(np.float32), round(top), max(0, round(at - float(x[1]))))


def _gaps(line: LaidLine) -> list[float]:
    """The middles of the gaps between the words of a line, where they are clearly its widest."""
    inked = (line.ink > 100).any(0)
    edges = np.diff(np.pad(inked, 1).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    widths, count = starts[1:] - ends[:-1], line.text.count(" ")
    order = np.argsort(-widths, kind="stable")
    if not count or len(widths) < count:
        return []
    if len(widths) > count and widths[order[count - 1]] < _WIDEST_GAPS * widths[order[count]]:
        return []
    return [float(ends[i] + starts[i + 1]) / 2 for i in sorted(order[:count].tolist())]


def _pen(ink: Floats) -> float:
    """About how thick the pen of a line is, in pixels."""
    mask = ink > 100
    across = int(np.count_nonzero(np.diff(mask.astype(np.int8), axis=1) == 1))
    return float(max(2.0, 0.8 * np.count_nonzero(mask) / max(1, across)))
