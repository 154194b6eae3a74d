"""What a form prints for people to write on, told from what they write: it is regular.

Teeth of combs and edges of boxes are alike; so are rows of dots and dashes; brackets mirror each
other; a sign before the field is type. All masks are of a field's working height, h rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask, grown, long_runs, opened, taller
from inkgrad.imaging.regions import connected, extents
from inkgrad.ink.combs import teeth
from inkgrad.ink.printed_rows import dotted, regular
from inkgrad.ink.printed_signs import is_sign
from inkgrad.ink.printed_strokes import Shape, brackets, slashes
from inkgrad.kernels.regions import Integers, Labels

_FLAT = 0.1  # of h: lines are thinner
_LEVEL = 0.6  # of h, and a line is no shorter
_BLOT = 0.25  # of h, and none is thicker
_STUB = 0.2  # of h: a line that is cut off is no higher
_SMALL = 0.08  # of h: no stroke of a pen is as small


@dataclass(frozen=True)
class _Rest:
    """The pieces that are left when lines and teeth are off: where, how large, their labels."""

    pieces: Labels
    boxes: Integers
    mass: Integers
    labels: Integers


def nothing_written(
    kept: Mask, clean: Mask, soft: NDArray[np.float32], beyond: float = 0.0
) -> bool:
    """Whether what is in a field is only its print.

    `kept` is all that is darker than the paper, `clean` what is left of it without lines and
    specks, `soft` how strong it is, 0..1; `beyond` so many more pixels of paper lie to the right.
    """
    rules = _lines(kept)
    rest = _rest(kept, clean, rules, beyond)
    if not len(rest.boxes):  # the others are edges of what was taken off
        return True
    h, boxes = len(kept), rest.boxes
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    flat = (tall <= _FLAT * h) & (wide >= 3 * tall)
    high = ~flat & ~((tall <= _SMALL * h) & (wide <= _SMALL * h))
    if not high.any() or dotted(boxes, rest.mass, h) or regular(boxes, rest.mass):
        return True
    shapes = [
        Shape.of(rest.pieces == label, box)
        for label, box in zip(rest.labels[high], boxes[high], strict=True)
    ]
    blanks = int(flat.sum()) + connected(taller(rules))[1]
    if slashes(shapes, blanks) or brackets(shapes):
        return True
    return is_sign(boxes[high], soft * np.isin(rest.pieces, rest.labels), beyond)


def _rest(kept: Mask, clean: Mask, rules: Mask, beyond: float) -> _Rest:
    """What is left of the ink without its lines and teeth, and without what is beside them."""
    bare = kept & ~taller(taller(rules))
    print_ = rules | teeth(bare, rules)
    bare &= ~print_ & grown(grown(clean))
    pieces, count = connected(bare)
    near = grown(grown(print_))
    boxes, mass = extents(pieces, count)
    beside = np.bincount(pieces[near], minlength=count + 1)[1:]
    rest = (beside < 0.7 * mass) & (mass >= max(4, 0.02 * mass.max(initial=0)))
    if beyond > 0:  # a line that goes on to the right, of which only the beginning is seen
        rest &= (boxes[:, 2] < kept.shape[1]) | (boxes[:, 3] - boxes[:, 1] > _STUB * len(kept))
    return _Rest(pieces, boxes[rest], mass[rest], 1 + np.flatnonzero(rest))


def _lines(ink: Mask) -> Mask:
    """What runs level for long, and is no blot."""
    h = len(ink)
    lines = long_runs(taller(ink), int(_LEVEL * h)) & ink
    return lines & ~opened(lines, (max(5, int(_BLOT * h)), max(5, int(_BLOT * h))))
