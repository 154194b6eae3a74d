"""Paper that is darker in a broad, even part: a marker's stroke, a shaded row of a table, a fold.

It is no ink, and what is written on it is darker still. Taken off is what is broader than strokes
are, the opening of the page by a square (Serra 1982), where that is even and paler than the pens.
"""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.filters import gaussian, grey_closed, rescaled, resized
from inkgrad.imaging.masks import Mask, grown
from inkgrad.imaging.regions import connected, extents
from inkgrad.kernels.arrays import Floats

_SMALLER = 2  # times is the page that tints are looked for on
_STROKE = 160  # parts of a page's longer side: two of them are broader than strokes
_LEAST, _FAINT = 6.0, 3.0  # grey levels that a tint is darker than its paper; where it is least so
_LARGE = 6.0  # squares of that side is a tint at least
_PALE = 0.7  # of the strength of pens is a tint at most
_EVEN = 0.03  # of its depth may it change from pixel to pixel, in most of it
_AROUND = 5  # pixels of the smaller page around a tint that its edges and corners are in
_STRONG = 0.9  # quantile of strokes that is as strong as pens are


def without_tints(strength: Floats) -> Floats:
    """How much darker than its paper each pixel (h, w) is, where tinted paper is paper as well."""
    small = gaussian(rescaled(strength, 1 / _SMALLER, 4), 0.7)
    broad = max(small.shape) // _STROKE * 2 + 3
    depth = -grey_closed(-small, broad)
    pieces, count = connected(depth > _FAINT)
    boxes, sizes = extents(pieces, count)
    large = np.flatnonzero(sizes > _LARGE * broad**2)
    if not len(large):
        return strength
    deep = resized(depth, (strength.shape[0], strength.shape[1]))
    thin = strength - deep
    strokes = thin[thin > _LEAST]
    pens = float(np.quantile(strokes, _STRONG)) if len(strokes) else 0.0
    tinted = np.zeros(small.shape, bool)
    for number in large:
        left, top, right, bottom = boxes[number].tolist()
        piece = pieces[top:bottom, left:right] == number + 1
        if _is_tint(depth[top:bottom, left:right], piece, pens):
            tinted[top:bottom, left:right] |= piece
    if not tinted.any():
        return strength
    return _without(strength, deep, tinted, _SMALLER * broad - 3)


def _is_tint(depth: Floats, piece: Mask, pens: float) -> bool:
    """Whether a piece is so deep as paper is that was tinted, and as even."""
    usual = float(np.median(depth[piece]))
    changes = np.maximum(*(np.abs(np.gradient(depth, axis=axis)) for axis in (0, 1)))
    return _LEAST < usual < _PALE * pens and float(np.median(changes[piece])) < _EVEN * usual


def _without(strength: Floats, deep: Floats, tinted: Mask, broad: int) -> Floats:
    """Tints, a mask of the smaller page, taken off: within them as deep as they are there.

    At their edges, which the smaller page blurs, by the opening of the page itself.
    """
    out = strength.copy()
    for _ in range(_AROUND):
        tinted = grown(tinted)
    pieces, count = connected(tinted)
    boxes, _ = extents(pieces, count)
    h, w = strength.shape
    for number, box in enumerate(boxes, 1):
        left, top, right, bottom = (_SMALLER * int(v) for v in box)
        place = np.s_[max(0, top - broad) : bottom + broad, max(0, left - broad) : right + broad]
        here = strength[place]
        opened = -grey_closed(-here, broad)
        rows = (np.arange(h)[place[0]] // _SMALLER).clip(0, pieces.shape[0] - 1)
        columns = (np.arange(w)[place[1]] // _SMALLER).clip(0, pieces.shape[1] - 1)
        mine = pieces[rows[:, None], columns] == number
        rest = here - np.maximum(opened, deep[place]).clip(0)
        out[place][mine] = np.maximum(rest, np.minimum(here, 0))[mine]
    return out
