"""Letters set far apart -> as close as letters usually stand, so that one reader reads both.

Block letters in forms and headings may stand a letter's width apart; words are then told apart by
gaps that are wider still. All gaps of such a line are shrunk alike, and that difference stays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.lines import body
from inkgrad.reading.paper import Floats

_WIDE = 0.34  # of the writing's height: letters that stand further apart are brought closer
_USUAL = 0.22
_INK = 0.3


def closer(band: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """A line's band (h, w) with narrower gaps (h, v), and the old column of each new one (v,)."""
    inked = (band > _INK).any(0)
    edges = np.diff(np.pad(inked, 1).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    everything = np.arange(band.shape[1])
    gaps = starts[1:] - ends[:-1]
    if len(gaps) < 3:
        return band, everything
    first, last = body((255 * band).astype(np.float32))
    height = max(last - first, 1.0)
    # A third of all gaps may be between words; the others say how far letters stand apart.
    usual = float(np.quantile(gaps, 0.4)) / height
    if usual <= _WIDE:
        return band, everything
    factor = _USUAL / usual
    kept = [everything[: ends[0]]]
    for i, gap in enumerate(gaps):
        count = max(1, round(gap * factor))
        between = ends[i] + (np.arange(count) * gap) // count
        kept += [between, everything[starts[i + 1] : ends[i + 1]]]
    columns = np.concatenate(kept)
    return band[:, columns], columns
