"""Words put in above a line afterwards, where a caret says.

Such a word is found among the ink of its line, above its letters; among that of the line before,
below them; or as a small line of its own. Without a caret none is: bars and dots of letters, and
letters of joined words that sink, stand above others as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.imaging.masks import Mask, beside
from inkgrad.imaging.regions import connected, extents
from inkgrad.layout.carets import caret_in
from inkgrad.layout.found_line import INKED, FoundLine, PutIn
from inkgrad.layout.pieces import Integers

_CORE = 0.4  # of the fullest row's ink: rows with as much are those of small letters
# In letters' heights: what is put in
_INTO = 0.25  # reaches so far into the letters below it at most,
_WIDE, _HIGH = 0.7, 0.4  # is so wide and high at least: flatter things are bars of letters,
_BESIDE = 1.0  # its pieces are no further apart,
_CLOSE = 1.2  # nor is a small line further above its own;
_SMALLER = 1.1  # that is no higher than this part of it.
_CARET = (0.25, 1.8)  # Carets are so wide and high,
_NEAR = 1.5  # with their tip no further beside the word,
_UNDER = 0.7  # nor further under the line,
_OUT = 0.12  # and stand out of its letters so far, as letters do not


class _Ink(NamedTuple):
    """The pieces of a line's ink, their boxes (n, 4) in its band, and the rows of small letters."""

    pieces: Integers
    boxes: Integers
    top: int
    bottom: int


class _Tip(NamedTuple):
    """The column of the work image that a caret points to, and its ink in the line it is in."""

    x: float
    line: int
    ink: Mask


def with_insertions(lines: Sequence[FoundLine], letter: float) -> list[FoundLine]:
    """The lines of a page (their letters so high), those that others were put into holding them."""
    found = list(lines)
    for i in range(len(lines)):
        for word, ink in _beyond(found[i], letter, above=True):
            tip = _tip(found, [i, *_under(found, word.box, i)[:1]], word, i, letter)
            if tip is not None and _take(found, i, ink):
                _put(found, word, i, tip)
        for word, ink in _beyond(found[i], letter, above=False):
            for host in _under(found, word.box, i)[:1]:
                tip = _tip(found, [host, i], word, host, letter)
                if tip is not None and _take(found, i, ink):
                    _put(found, word, host, tip)
    gone = set[int]()
    for i, line in enumerate(lines):
        under = _under(found, line.box, i)[:1]
        if not under or under[0] in gone or not _small(found[i], found[under[0]], letter):
            continue
        host = under[0]
        places = [host, i, *_under(found, found[host].box, host)[:1]]
        tip = _tip(found, places, found[i], host, letter)
        if tip is not None:
            _put(found, found[i], host, tip)
            gone.add(i)
    return [line for i, line in enumerate(found) if i not in gone]


def _take(found: list[FoundLine], i: int, ink: Mask) -> bool:
    """Take ink out of a line, if something is left of it."""
    rest = found[i].without(ink)
    if rest is not None:
        found[i] = rest
    return rest is not None


def _put(found: list[FoundLine], word: FoundLine, host: int, tip: _Tip) -> None:
    """Put a word into its line, where the caret says; erase the caret."""
    own = word is found[tip.line]
    _take(found, tip.line, tip.ink)
    word = found[tip.line] if own else word
    line = found[host]
    column = line.left + line.gap_near(round(tip.x) - line.left, line.view.height // 3)
    found[host] = replace(line, put_in=(*line.put_in, PutIn(word, column)))


def _small(line: FoundLine, host: FoundLine, letter: float) -> bool:
    """Whether a line may have been put in above another: smaller, close to it, and within it."""
    left, top, right, bottom = line.box
    within = host.box[0] - letter < left and right < host.box[2] + 3 * letter
    close = host.box[1] - bottom < _CLOSE * letter
    lower = bottom - top < _SMALLER * (host.box[3] - host.box[1])
    return within and close and lower and right - left < 0.7 * (host.box[2] - host.box[0])


def _under(found: Sequence[FoundLine], box: Box, but: int) -> list[int]:
    """Lines with their middles below that of a box, and columns in common; the next first."""
    middle = (box[1] + box[3]) / 2
    below = [
        ((line.box[1] + line.box[3]) / 2, i)
        for i, line in enumerate(found)
        if i != but and min(box[2], line.box[2]) > max(box[0], line.box[0])
    ]
    return [i for y, i in sorted(below) if y > middle]


def _beyond(line: FoundLine, letter: float, above: bool) -> list[tuple[FoundLine, Mask]]:
    """Words that stand above a line's letters, or below them, and their ink in its band."""
    ink = _ink(line)
    tops, bottoms = ink.boxes[:, 1], ink.boxes[:, 3]
    beyond = bottoms <= ink.top + _INTO * letter if above else tops >= ink.bottom
    words = list[tuple[FoundLine, Mask]]()
    for group in _groups(np.flatnonzero(beyond), ink.boxes, _BESIDE * letter):
        boxes = ink.boxes[group]
        left, top = boxes[:, :2].min(0).tolist()
        right, bottom = boxes[:, 2:].max(0).tolist()
        if right - left >= _WIDE * letter and bottom - top >= _HIGH * letter:
            mask: Mask = np.isin(ink.pieces, group + 1)
            word = line.part((left, top, right, bottom), beside(mask))
            words += [(word, mask)] if word is not None else []
    return words


def _groups(places: NDArray[np.intp], boxes: Integers, apart: float) -> list[NDArray[np.intp]]:
    """Pieces with no wider gaps between them together, from the left to the right."""
    if not len(places):
        return []
    order = places[np.argsort(boxes[places, 0], kind="stable")]
    ends = np.maximum.accumulate(boxes[order, 2])
    return np.split(order, 1 + np.flatnonzero(boxes[order[1:], 0] - ends[:-1] > apart))


def _ink(line: FoundLine) -> _Ink:
    mask = line.band > INKED
    pieces, count = connected(mask)
    boxes, _ = extents(pieces, count)
    rows = mask.sum(1)
    fullest = int(rows.argmax())
    poor = np.flatnonzero(rows < _CORE * rows[fullest])
    top = int(max(poor[poor < fullest], default=-1)) + 1
    bottom = int(min(poor[poor > fullest], default=len(rows)))
    return _Ink(pieces, boxes, top, bottom)


def _tip(
    found: Sequence[FoundLine], places: Sequence[int], word: FoundLine, host: int, letter: float
) -> _Tip | None:
    """The tip of a caret in one of some lines that says where a word is put into its line."""
    line = found[host]
    core = _ink(line)
    near = word.box[0] - _NEAR * letter, word.box[2] + _NEAR * letter
    least, most = (each * letter for each in _CARET)
    for place in places:
        ink = _ink(found[place])
        sizes = ink.boxes[:, 2:] - ink.boxes[:, :2]
        fitting = (sizes >= least).all(1) & (sizes <= most).all(1)
        fitting &= found[place].left + ink.boxes[:, 0] < near[1]
        fitting &= found[place].left + ink.boxes[:, 2] > near[0]
        for i in np.flatnonzero(fitting).tolist():
            left, top, right, bottom = ink.boxes[i].tolist()
            mask = ink.pieces[top:bottom, left:right] == i + 1
            caret = caret_in(mask)
            if caret is None:
                continue
            (x, y), (_, high), (_, low) = (
                found[place].on_page(left + caret.x, row) for row in (top + caret.y, top, bottom)
            )
            if not near[0] < x < near[1]:
                continue
            tip, high, low = (line.row(x, each) for each in (y, high, low))
            if caret.up:
                points = core.top <= tip <= core.bottom + _UNDER * letter
                points &= low > core.bottom + _OUT * letter
            else:
                points = core.top - _UNDER * letter <= tip <= (core.top + core.bottom) / 2
                points &= high < core.top - _OUT * letter
            if points:
                return _Tip(x, place, ink.pieces == i + 1)
    return None
