"""What is on a page and is no writing: drawings, tables, rules, pictures, each with its box."""

from __future__ import annotations

import numpy as np

from inkgrad.documents.page import Box, Drawing, DrawingKind, around
from inkgrad.imaging.masks import Mask, grown, long_runs
from inkgrad.imaging.regions import connected, extents
from inkgrad.ink.page import Floats
from inkgrad.layout.pieces import Integers, Pieces

_STRAIGHT = 0.2  # of a piece's shorter side: longer runs along rows and columns are lines ruled
_RULED = (0.15, 0.7)  # part of the ink in such runs of either direction, and of both together
_THIN = 0.3  # of its box at most is the ink of a table
_FILLED = 0.3  # and of a picture at least
_TABLE = 0.08  # of the page's sides that a table between rules is wide and high at least
_EDGE = 0.015  # of the page: paper is ruled up to its edges, a table is not
# Lines of a table end with it; those of paper are there so far off, so many pixels are looked at,
# and halfway to the edge; they rise by less than this.
_OFF, _LOOK, _RISE = 8, 52, 16
_GOES_ON = 0.3  # of its usual strength that a line has there if it goes on


def drawn(pieces: Pieces, labels: Integers) -> list[Drawing]:
    """Large pieces of ink as drawings; `labels` is the image that they are labelled in."""
    found = []
    for label, box in zip(pieces.label, pieces.boxes, strict=True):
        left, top, right, bottom = box
        found.append(Drawing(box, kind_of(labels[top:bottom, left:right] == label)))
    return found


def kind_of(ink: Mask) -> DrawingKind:
    """What a piece of ink, cut out to its edges, is: a table, a picture, or else a drawing."""
    mass = max(1, int(np.count_nonzero(ink)))
    filled = mass / ink.size
    least = max(8, round(_STRAIGHT * min(ink.shape)))
    level, upright = long_runs(ink, least), long_runs(np.ascontiguousarray(ink.T), least).T
    parts = [np.count_nonzero(each) / mass for each in (level, upright, level | upright)]
    if filled < _THIN and min(parts) > _RULED[0] and parts[2] > _RULED[1]:
        return "table"
    return "picture" if filled > _FILLED else "drawing"


def tables(rules: Mask, strength: Floats) -> list[Drawing]:
    """Tables among the lines ruled over much of a page (h, w), which were taken off it.

    Where most of their lines go on beyond them, as faint ones, paper is ruled or squared.
    `strength` (h, w) is that of the ink.
    """
    if not rules.any():
        return []
    pieces, count = connected(grown(rules))
    boxes, _ = extents(pieces, count)
    h, w = rules.shape
    edge = round(_EDGE * max(h, w))
    return [
        Drawing((left, top, right, bottom), "table")
        for left, top, right, bottom in boxes.tolist()
        if right - left > _TABLE * w
        and bottom - top > _TABLE * h
        and min(left, top, w - right, h - bottom) > edge
        and not _of_paper(rules, strength, (left, top, right, bottom))
    ]


def _of_paper(rules: Mask, strength: Floats, box: Box) -> bool:
    """Whether most of the lines ruled in a box go on beyond both sides of it."""
    left, top, right, bottom = box
    sides = [
        *_beyond(rules, strength, box),
        *_beyond(rules.T, strength.T, (top, left, bottom, right)),
    ]
    return bool(sides) and float(np.median(sides)) > _GOES_ON


def _beyond(rules: Mask, strength: Floats, box: Box) -> list[float]:
    """How strong each level line in a box is beyond it, where it is weakest, in parts of itself."""
    left, top, right, bottom = box
    width = strength.shape[1]
    rows = top + np.flatnonzero(rules[top:bottom, left:right].mean(1) > 0.3)
    places = left - _LOOK - _OFF, right + _OFF, (left - _LOOK) // 2, (right + width - _LOOK) // 2
    found = []
    for line in np.split(rows, 1 + np.flatnonzero(np.diff(rows) > 3)) if len(rows) else ():
        y = int(line.mean())
        near = strength[max(0, y - _RISE) : y + _RISE]
        inside = float(np.median(strength[max(0, y - 2) : y + 3, left:right].max(0)))
        parts = [near[:, max(0, x) : x + _LOOK] for x in places if 0 < x + _LOOK <= width]
        there = [float(part.mean(1).max() - np.median(part)) for part in parts]
        found.append(min(there, default=0.0) / max(inside, 1.0))
    return found


def joined(drawings: list[Drawing], near: float) -> list[Drawing]:
    """Drawings that lie no further apart than so many pixels as one, of the kind of the largest.

    From top to bottom.
    """
    found: list[Drawing] = []
    for drawing in drawings:
        apart = []
        for other in found:
            if _touch(drawing.box, other.box, near):
                larger = max(drawing, other, key=lambda each: _area(each.box))
                drawing = Drawing(around([drawing.box, other.box]), larger.kind)
            else:
                apart.append(other)
        found = [*apart, drawing]
    return sorted(found, key=lambda each: (each.box[1], each.box[0]))


def _touch(one: Box, other: Box, near: float) -> bool:
    return all(
        one[axis] - near < other[axis + 2] and other[axis] - near < one[axis + 2] for axis in (0, 1)
    )


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
