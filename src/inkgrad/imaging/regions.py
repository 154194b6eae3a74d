"""Connected pieces of a mask: labels, boxes, sizes."""

from __future__ import annotations

from inkgrad.errors import ShapeError
from inkgrad.imaging.masks import Mask
from inkgrad.kernels import regions
from inkgrad.kernels.regions import Integers, Labels
from inkgrad.preconditions import require


def connected(mask: Mask) -> tuple[Labels, int]:
    """The pieces of a mask (h, w) numbered from 1, 0 elsewhere, and how many there are.

    Pixels that touch by a side or a corner are of one piece. Numbers are in the order of rows.
    """
    require("the mask", mask, (None, None), bool)
    return regions.connected(mask)


def extents(labels: Labels, count: int) -> tuple[Integers, Integers]:
    """The boxes (count, 4) of left, top, right, bottom, and the numbers of pixels (count,).

    A label that is nowhere has a box of zeros.
    """
    require("labels", labels, (None, None))
    if labels.dtype.kind not in "iu" or labels.max(initial=0) > count:
        raise ShapeError(f"labels go up to {labels.max(initial=0)}, expected 0 to {count}")
    return regions.extents(labels, count)
