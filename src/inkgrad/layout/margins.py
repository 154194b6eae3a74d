"""Notes in the margin of a page: pieces of ink beside its lines that are no part of them.

Lines that begin at one edge have a few more to the left of it, or to the right of where they end,
which keep their distance. Signs of lists, labels of every line and columns of numbers are no notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask
from inkgrad.layout.found_line import INKED, FoundLine
from inkgrad.layout.pieces import Pieces

# In letters' heights:
_GAP = 1.2  # between a note and the lines,
_ALIKE = 2.0  # between where lines of one edge begin at most,
_WIDE = 3.0  # a note at least, and more than the sign of a list,
_APART = 2.5  # between two notes, one below the other,
_LEVEL = 0.35  # between the middles of two lines of one row at most.
_LINES = 4  # that make an edge, at least
_MOST, _EDGE = 0.6, 0.6  # parts: of the lines' rows that a note is beside; of lines at their edge
_ENDED = 0.7  # part of the lines that end before a note to the right of them


class _Part(NamedTuple):
    """A part of a line without wide gaps: its first column and its last, and its middle row."""

    left: float
    right: float
    y: float

    @property
    def wide(self) -> float:
        return self.right - self.left


def notes_in(lines: Sequence[FoundLine], pieces: Pieces, slope: float, letter: float) -> list[Mask]:
    """Which pieces (n,) are of each note in the margin of a page with these lines.

    `slope` is by how many pixels a pixel its lines fall to the right.
    """
    rows = [_parts(line, slope, letter) for line in lines]
    rows = [parts for parts in rows if parts]
    parts = [part for row in rows for part in row]
    edge = _edge(parts, letter)
    if edge is None:
        return []
    main = [part for part in parts if abs(part.left - edge) <= _ALIKE * letter]
    if len(main) < _LINES or len(main) < _EDGE * len(rows):
        return []
    found = list[Mask]()
    x = pieces.x + slope * pieces.y
    half = pieces.wide / 2
    left_of = x + half < edge - _GAP / 2 * letter
    found += _blocks(left_of, pieces, main, letter)
    start = _start(rows, main, letter)
    if start is not None:
        found += _blocks(x - half >= start - letter / 4, pieces, main, letter)
    return [note for note in found if _free(note, x, half, pieces, letter)]


def _parts(line: FoundLine, slope: float, letter: float) -> list[_Part]:
    """The parts of a line between wide gaps, as on a page that lies level."""
    inked = np.flatnonzero((line.band > INKED).any(0))
    parts = np.split(inked, 1 + np.flatnonzero(np.diff(inked) > _GAP * letter))
    found = []
    for part in parts:
        first, last = line.left + float(part[0]), line.left + float(part[-1] + 1)
        y = float(line.middle[(part[0] + part[-1]) // 2])
        found.append(_Part(first + slope * y, last + slope * y, y - slope * (first + last) / 2))
    return found


def _edge(parts: Sequence[_Part], letter: float) -> float | None:
    """Where most of the writing begins: the edge with the widest parts."""
    lefts = np.array([part.left for part in parts])
    if not len(lefts):
        return None
    wide = np.array([part.wide for part in parts])
    sums = [wide[abs(lefts - left) <= letter].sum() for left in lefts]
    near = abs(lefts - lefts[int(np.argmax(sums))]) <= letter
    return float(lefts[near].min())


def _start(rows: Sequence[Sequence[_Part]], main: Sequence[_Part], letter: float) -> float | None:
    """Where a note to the right of the lines begins."""
    own = set(main)
    right = [part for row in rows for part in row if part not in own]
    ends = np.array([part.right for part in main])
    for part in sorted(right):
        beside = [other for other in right if abs(other.left - part.left) <= letter]
        start = min(other.left for other in beside)
        ended = np.mean(ends <= start - _GAP * letter) >= _ENDED
        middles = np.array([each.y for each in main])
        level = [abs(middles - other.y).min() <= _LEVEL * letter for other in beside]
        if ended and len(beside) > 1 and not all(level):
            return start
    return None


def _blocks(among: Mask, pieces: Pieces, main: Sequence[_Part], letter: float) -> list[Mask]:
    """The notes among some pieces: wide enough, of two lines at least, beside some lines alone."""
    places = np.flatnonzero(among & (pieces.tall > 0.3 * letter))
    if not len(places):
        return []
    places = places[np.argsort(pieces.top[places], kind="stable")]
    ends = np.maximum.accumulate(pieces.bottom[places])
    cuts = 1 + np.flatnonzero(pieces.top[places][1:] - ends[:-1] > _APART * letter)
    all_rows = max(part.y for part in main) - min(part.y for part in main)
    found = list[Mask]()
    for block in np.split(places, cuts):
        top, bottom = pieces.top[block].min(), pieces.bottom[block].max()
        wide = pieces.right[block].max() - pieces.left[block].min()
        if wide < _WIDE * letter or _lines(pieces.take(block), letter) < 2:
            continue
        if bottom - top <= _MOST * (all_rows + letter):
            found.append(among & (pieces.y >= top) & (pieces.y <= bottom))
    return found


def _lines(block: Pieces, letter: float) -> int:
    """About how many lines pieces stand in."""
    middles = np.sort(block.y)
    return 1 + sum(b - a > 0.4 * letter for a, b in pairwise(middles.tolist()))


def _free(
    note: Mask, x: NDArray[np.float64], half: NDArray[np.float64], pieces: Pieces, letter: float
) -> bool:
    """Whether nothing is nearer to a note than its distance, beside it."""
    top, bottom = pieces.top[note].min(), pieces.bottom[note].max()
    left, right = (x - half)[note].min(), (x + half)[note].max()
    others = ~note & (pieces.bottom > top) & (pieces.top < bottom)
    near = (x + half > left - _GAP * letter) & (x - half < right + _GAP * letter)
    return not bool((others & near & (pieces.tall > 0.3 * letter)).any())
