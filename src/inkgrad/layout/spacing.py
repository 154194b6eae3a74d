"""Letters set far apart -> as close as letters usually stand, so that one reader reads both.

Block letters in forms and headings may stand a letter's width apart; words are then told apart by
gaps that are wider still. All gaps of such a line are shrunk alike, and that difference stays.
"""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.view import View
from inkgrad.ink.line import body
from inkgrad.ink.page import Floats

_WIDE = 0.34  # of the writing's height: letters that stand further apart are brought closer
_USUAL = 0.22
_INK = 0.3
_LONGEST = 120  # of the height: a longer line is read in parts
_LETTER = (
    1.1  # of the height: ink in a row that is usually wider is words in one piece, not letters
)


def closer(line: View) -> View:
    """A line's band (h, w) with narrower gaps (h, v)."""
    band: Floats = line.pixels
    inked = (band > _INK).any(0)
    edges = np.diff(np.pad(inked, 1).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    everything = np.arange(band.shape[1])
    gaps = starts[1:] - ends[:-1]
    if len(gaps) < 3:
        return line
    first, last = body((255 * band).astype(np.float32))
    height = max(last - first, 1.0)
    if np.median(ends - starts) > _LETTER * height:
        return line
    # A third of all gaps may be between words; the others say how far letters stand apart.
    usual = float(np.quantile(gaps, 0.4)) / height
    if usual <= _WIDE:
        return line
    factor = _USUAL / usual
    kept = [everything[: ends[0]]]
    for i, gap in enumerate(gaps):
        count = max(1, round(gap * factor))
        between = ends[i] + (np.arange(count) * gap) // count
        kept += [between, everything[starts[i + 1] : ends[i + 1]]]
    return line.columns(np.concatenate(kept))


def parts(band: Floats) -> list[tuple[int, int]]:
    """The columns of a line's band (h, w), first and last, in parts that a reader takes at once.

    A line that is too long is cut at the widest gap in its middle half, and again.
    """

    def cut(first: int, last: int) -> list[tuple[int, int]]:
        empty = np.asarray((band[:, first:last] <= _INK).all(axis=0))
        if empty.all():
            return []
        top, bottom = body((255 * band[:, first:last]).astype(np.float32))
        if last - first <= _LONGEST * max(bottom - top, 1.0):
            return [(first, last)]
        quarter = (last - first) // 4
        inner = np.pad(empty[quarter:-quarter], 1)
        edges = np.diff(inner.astype(np.int8))
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        middle = (first + last) // 2
        if len(starts):
            widest = int(np.argmax(ends - starts))
            middle = first + quarter + int(starts[widest] + ends[widest]) // 2
        return cut(first, middle) + cut(middle, last)

    return cut(0, band.shape[1])
