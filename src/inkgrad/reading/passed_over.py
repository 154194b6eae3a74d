"""Marks between digits that a reader of digits passes over: points, commas, dashes, slashes.

A reader that knows no marks reads 600.46 as 60046, and is sure of it. The ink shows them: a piece
of its own that no digit was read from, small and low, flat and halfway up, or tall and leaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.view import View
from inkgrad.ink.line import body, levelled
from inkgrad.kernels.regions import Labels

# In parts of the height of the writing, y downwards from its top; chosen on composed lines of
# writers held out, by benchmarks/accuracy/marks.py.
_LOW = 0.68  # the middle of points and commas is no higher,
_SMALL, _NARROW = 0.4, 0.4  # they are no higher and no wider,
_TAIL = 0.25  # and of them a comma is higher than this
_HALFWAY = 0.36  # the middle of a dash is between that and this,
_FLAT, _LONGEST = 0.25, 1.2  # it is no thicker, and no longer,
_FLATTER = 0.8  # and no higher than this part of its length
_TALL, _THIN, _LEAN = 0.9, 0.13, 6.0  # a slash is as high, as straight, and leans so many degrees
_BESIDE = 0.5  # part of the columns of the others in which other ink may stand, as of a digit
_WEAK = 56  # of 255: a part of a digit may hang on it by ink as faint as this
_DUST = 0.0015  # of the square of the height: smaller pieces are none

WRITTEN = {"point": ".,:;·", "comma": ",.;:'", "dash": "-–—=~", "slash": "/|\\"}
"""What each kind may be in a pattern."""


@dataclass(frozen=True)
class Mark:
    """A mark, and how many digits stand before it."""

    kind: str
    after: int


def columns_of(form: View, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """From which to which column of the ink that a line was made of each of its spans goes."""
    ends = [form.back((first, 0, last, form.height)) for first, last in spans]
    return [(round(left), round(right)) for left, _, right, _ in ends]


def marks_in(ink: NDArray[np.float32], spans: Sequence[tuple[int, int]]) -> list[Mark]:
    """The marks after digits in the ink (h, w) of a field, from the left to the right.

    `spans` say from which to which column of it each digit goes.
    """
    if not spans:
        return []
    values = levelled(View((255 / ink.max() * ink).astype(np.float32))).pixels
    pieces, count = connected(values > _WEAK)
    boxes, mass = extents(pieces, count)
    first, last = body(values)
    tall = max(last - first, 1.0)
    read, middles = _read(pieces, count, spans)
    found = []
    for i in np.flatnonzero(~read & (mass >= max(2.0, _DUST * tall * tall))).tolist():
        kind = _kind(pieces, i + 1, boxes[i], (first, tall))
        x = (boxes[i, 0] + boxes[i, 2]) / 2
        after = sum(middle < float(x) for middle in middles)
        if kind and after:
            found.append((x, Mark(kind, after)))
    return [mark for _, mark in sorted(found, key=lambda one: one[0])]


def _read(
    pieces: Labels, count: int, spans: Sequence[tuple[int, int]]
) -> tuple[NDArray[np.bool_], list[float]]:
    """Which pieces are the largest of a digit, and the middle of that part of it in each span."""
    read, middles = np.zeros(count + 1, bool), []
    for first, last in spans:
        first = min(max(first, 0), pieces.shape[1] - 1)
        part = pieces[:, first : max(last, first + 1)]
        mass = np.bincount(part.ravel(), minlength=count + 1)
        mass[0] = 0
        largest = int(mass.argmax())
        if mass[largest]:
            read[largest] = True
            middles.append(first + float(np.nonzero(part == largest)[1].mean()))
    return read[1:], middles


def _kind(
    pieces: Labels, label: int, box: NDArray[np.integer], line: tuple[float, float]
) -> str | None:
    """What a piece is that no digit was read from: a mark, or a part of a digit (None)."""
    left, top, right, bottom = box.tolist()
    first, height = line
    mine = pieces[top:bottom, left:right] == label
    tall, wide = (bottom - top) / height, (right - left) / height
    high, low = (top - first) / height, (bottom - first) / height
    if tall >= _TALL:
        lean, crooked = _stroke(mine)
        return "slash" if lean >= _LEAN and crooked <= _THIN else None
    columns = pieces[:, left:right]
    if np.mean(((columns > 0) & (columns != label)).any(0)) > _BESIDE:
        return None
    middle, small = (high + low) / 2, tall <= _SMALL and wide <= _NARROW
    if small and middle >= _LOW:
        return "comma" if tall > max(_TAIL, wide) else "point"
    flat = tall <= _FLAT and tall <= _FLATTER * wide and wide <= _LONGEST
    return "dash" if flat and _HALFWAY <= middle < _LOW else None


def _stroke(mask: Mask) -> tuple[float, float]:
    """By how many degrees a stroke leans to the right, and how far it is from straight."""
    y, x = np.nonzero(mask)
    values, vectors = np.linalg.eigh(np.cov(np.stack([x, y]).astype(float)))
    along = vectors[:, 1] * (-1 if vectors[1, 1] > 0 else 1)
    crooked = float(np.sqrt(max(values[0], 0.0) / max(values[1], 1e-9)))
    return float(np.degrees(np.arctan2(along[0], -along[1]))), crooked


def notes_on(text: str, alphabet: str, marks: Sequence[Mark]) -> tuple[str, ...]:
    """What to say of the marks that a text does not have at their places.

    `alphabet` is what was read; what else the text has was put in by its pattern.
    """
    written: dict[int, str] = defaultdict(str)
    before, seen = [""], ""
    for character in text:
        seen += character
        if character in alphabet:
            before.append(seen)
        else:
            written[len(before) - 1] += character
    return tuple(
        f"a {mark.kind} after {before[mark.after]} was passed over"
        for mark in marks
        if not set(WRITTEN[mark.kind]) & set(written[mark.after])
    )
