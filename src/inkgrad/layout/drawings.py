"""What is on a page and is no writing: drawings, tables, rules, pictures, each with its box."""

from __future__ import annotations

import numpy as np

from inkgrad.documents.page import Box, Drawing, DrawingKind, around
from inkgrad.imaging.masks import Mask, grown, long_runs
from inkgrad.imaging.regions import connected, extents
from inkgrad.layout.pieces import Integers, Pieces

_STRAIGHT = 0.2  # of a piece's shorter side: longer runs along rows and columns are lines ruled
_RULED = (0.15, 0.7)  # part of the ink in such runs of either direction, and of both together
_THIN = 0.3  # of its box at most is the ink of a table
_FILLED = 0.3  # and of a picture at least
_TABLE = 0.08  # of the page's sides that a table between rules is wide and high at least
_EDGE = 0.015  # of the page: paper is ruled up to its edges, a table is not


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


def tables(rules: Mask) -> list[Drawing]:
    """Tables among the lines ruled over much of a page (h, w), which were taken off it."""
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
    ]


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
