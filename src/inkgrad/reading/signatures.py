"""A signature at the foot of a page: joined strokes that nobody reads, below lines that are read.

A name that can be read is read. The bounds were chosen on composed pages of `additions.py`, seed
77, where 40 pages without a signature have none; `benchmarks/accuracy/page_defects.py` counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from inkgrad.documents.page import Line
from inkgrad.imaging.regions import connected, extents
from inkgrad.layout.found_line import INKED, FoundLine

_LAST = 2  # lines from the foot of a page among which it is: a name may be printed below it
_WORDS, _UNREAD = 3, 0.4  # words that it is taken for at most, none of them as probable as this
_READ = 0.5  # the surest word of every second other line is
_PIECES, _LONG = 8, 2.5  # it is in so few pieces, one of them so many letters' heights long,
_DUST = 0.02  # smaller ones than this part of a square letter left out,
_HIGHER = 1.05  # and higher than the other lines


def signature_in(found: Sequence[FoundLine], read: Mapping[int, Line], letter: float) -> int | None:
    """Which of the lines found on a page is a signature, of those that were read; None if none is.

    Letters are so many pixels high.
    """
    last = sorted(read, key=lambda place: found[place].box[3])[-_LAST:]
    for place in reversed(last):
        others = [read[other] for other in read if other != place and read[other].words]
        if len(others) < 2 or not _unread(read[place]):
            continue
        surest = [max(word.confidence for word in line.words) for line in others]
        heights = [_height(found[other]) for other in read if other != place]
        higher = _height(found[place]) >= _HIGHER * median(heights)
        if median(surest) >= _READ and higher and _joined(found[place], letter):
            return place
    return None


def _unread(line: Line) -> bool:
    sure = [word.confidence for word in line.words]
    return 0 < len(sure) <= _WORDS and max(sure) < _UNREAD


def _height(line: FoundLine) -> int:
    return line.box[3] - line.box[1]


def _joined(line: FoundLine, letter: float) -> bool:
    """Whether its ink is in a few pieces, one of them long."""
    pieces, count = connected(line.band > INKED)
    boxes, mass = extents(pieces, count)
    large = mass > _DUST * letter**2
    wide = (boxes[:, 2] - boxes[:, 0])[large]
    return bool(len(wide) <= _PIECES and np.max(wide, initial=0) >= _LONG * letter)
