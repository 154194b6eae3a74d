"""The ink of a page of which some is much paler than the other: what is between is empty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inkgrad.imaging.masks import Mask, grown
from inkgrad.imaging.regions import connected, extents
from inkgrad.ink.page import Floats, PageInk
from inkgrad.kernels.regions import Integers, Labels

_PIECE = 20  # pixels: smaller pieces have no strength of their own
_STRONG = 0.8  # quantile of a piece that is its strength, and of a page that is its pens'
_PALE = np.geomspace(0.12, 0.45, 20)  # parts of that strength between which ink is parted
_BESIDE = 1.15  # times stronger, or weaker, is as good as none
_NONE, _MUCH = 0.01, 0.05  # parts of the ink


def pale_part(page: PageInk) -> PageInk | None:
    """The ink that is much paler than the other, alone; None where pens are of all strengths."""
    pieces, count = connected(page.ink)
    if not count:
        return None
    _, sizes = extents(pieces, count)
    strengths = _strengths(page.strength[page.ink], pieces[page.ink], sizes)
    large = sizes >= _PIECE
    if not large.any():
        return None
    usual = np.quantile(np.repeat(strengths[large], sizes[large]), _STRONG)
    part, weight = strengths / usual, np.where(large, sizes, 0) / sizes[large].sum()
    cuts = [at for at in _PALE if weight[part < at].sum() >= _MUCH]
    beside = [weight[(part > at / _BESIDE) & (part < at * _BESIDE)].sum() for at in cuts]
    if not cuts or min(beside) > _NONE:
        return None
    cut = cuts[int(np.argmin(beside))]
    pale = part < cut
    among = page.ink & (page.strength < cut * usual)
    return replace(page, ink=np.append(False, pale)[pieces] | (among & ~_edges(page.ink & ~among)))


def without(page: PageInk, other: PageInk) -> PageInk:
    """A page's ink without another's, and without what is around that."""
    kept = page.ink & ~other.ink
    gone = _edges(other.ink) & ~_edges(kept)
    return PageInk(page.view.showing(np.where(gone, 0, page.strength)), kept, page.rules)


def _strengths(strength: Floats, pieces: Labels, sizes: Integers) -> Floats:
    """How strong each piece (count,) is where it is strong, of its pixels."""
    order = np.lexsort((strength, pieces))
    first = np.cumsum(sizes) - sizes
    return strength[order[first + (_STRONG * (sizes - 1)).astype(int)]]


def _edges(ink: Mask) -> Mask:
    """Ink and the two pixels around it, where strokes pale."""
    return grown(grown(ink))
