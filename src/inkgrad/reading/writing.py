"""Whether a line of ink is writing: by how its strokes lie, and by what a reader takes them for.

Hatching, rules, dust and grain are read as something too, but as few and always the same narrow
signs, or as letters that none is clearly; their strokes cross a line too seldom or too often, and
a page of them has no line that is clear. Weights and bounds were fitted by
`benchmarks/accuracy/no_writing_weights.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.ink.line import INK
from inkgrad.nn.vectors import Array

# Of a line's own numbers, and their bias; of that, of what is around it on its page, and theirs.
_WEIGHTS = (
    *(1.471, 1.604, -4.101, 6.69, 0.508, -1.476, -0.207, -0.039),
    *(-0.003, -0.132, 1.045, 0.193, -0.023, -2.645, -0.351),
)
_BIAS = -1.563
_PAGE = (1.075, 0.406, -2.674)
NO_WRITING = 0.014
"""A line is left out that is no likelier to be writing than this."""
_CLEAR = 0.9  # and one as likely as this is taken for writing
# Of so many lines on a page none is writing where none is likelier to be than this.
_SEVERAL, _NONE = 5, 0.5
_FARTHEST = 6.0  # that the evidence of one line counts for others
_FEW = 10.0  # characters of the others: fewer tell little
# Of the signs of a line of writing hardly more are narrow, and it hardly has fewer different ones.
_MOSTLY_NARROW, _MOSTLY_ALIKE = 0.5, 0.25
_NARROW = frozenset("1Il|!i.,'`:;-_=~/\\()[]\"")
_MIDDLE = slice(8, 24)  # rows of a line's form in which most of writing lies


@dataclass(frozen=True)
class Evidence:
    """What is known of a line: its parts' forms (32, w) with their columns' log probabilities.

    `tall` is its height in pixels of the page in which it was found.
    """

    forms: Sequence[NDArray[np.uint8]]
    columns: Sequence[Array]
    tall: float


def are_writing(lines: Sequence[Evidence], alphabet: str) -> list[float]:
    """How likely each of the lines of a page is writing; 1 where that is clear.

    Where there are several and none is at all likely, none is.
    """
    if not lines:
        return []
    numbers = np.array([features(line, alphabet) for line in lines])
    own = numbers @ _WEIGHTS + _BIAS
    sums = _PAGE[0] * own + _PAGE[1] * around(own, np.expm1(numbers[:, 0])) + _PAGE[2]
    p = 1 / (1 + np.exp(-np.clip(sums, -50, 50)))
    if len(p) >= _SEVERAL and p.max() < _NONE:
        return [0.0] * len(lines)
    return [1.0 if each >= _CLEAR else float(each) for each in p]


def around(own: Array, count: Array) -> Array:
    """For each line (n,) the mean evidence of the others of its page, by their characters (n,)."""
    bounded = np.clip(own, -_FARTHEST, _FARTHEST)
    others = count.sum() - count
    return np.asarray(((count * bounded).sum() - count * bounded) / (others + _FEW))


def features(line: Evidence, alphabet: str) -> Array:
    """What tells writing from other ink, as numbers (f,)."""
    sure, signs = _said(line.columns, alphabet)
    count = len(sure)
    shares = np.unique(np.array(list(signs) or [""]), return_counts=True)[1] / max(1, count)
    inked = [form > INK for form in line.forms]
    ink = float(sum(map(np.count_nonzero, inked)))
    wide = float(sum(np.count_nonzero(mask.any(0)) for mask in inked))
    across, down = (_runs(inked, axis) for axis in (1, 0))
    middle = float(sum(np.count_nonzero(mask[_MIDDLE]) for mask in inked))
    alike = float(shares @ shares) if count else 1.0
    narrow = float(np.mean([sign in _NARROW for sign in signs])) if count else 1.0
    return np.array(
        [
            np.log1p(count),
            max(0.0, narrow - _MOSTLY_NARROW) * np.log1p(count),
            max(0.0, alike - _MOSTLY_ALIKE) * np.log1p(count),
            float(sure.mean()) if count else 0.0,
            float(np.log(sure).mean()) if count else -3.0,
            narrow,
            alike,
            22 * count / max(wide, 1.0),
            ink / max(across, 1.0),
            ink / max(down, 1.0),
            ink / max(22 * wide, 1.0),
            down / max(wide, 1.0),
            across / max(wide, 1.0),
            middle / max(ink, 1.0),
            np.log(max(line.tall, 1.0)),
        ]
    )


def _said(columns: Sequence[Array], alphabet: str) -> tuple[Array, str]:
    """The characters that the ink alone says, but spaces, and how clearly it says each."""
    sure, signs = list[float](), ""
    for log_p in columns:
        best = log_p.argmax(1)
        begins = np.flatnonzero(np.diff(best, prepend=-1))
        clear = np.maximum.reduceat(log_p.max(1), begins)
        for of_class, value in zip(best[begins].tolist(), clear.tolist(), strict=True):
            if of_class < len(alphabet) and alphabet[of_class] != " ":
                sure.append(float(np.exp(value)))
                signs += alphabet[of_class]
    return np.array(sure), signs


def _runs(inked: Sequence[NDArray[np.bool_]], axis: int) -> float:
    """How many runs of ink there are along rows (1) or columns (0)."""
    return float(
        sum(
            np.count_nonzero(np.diff(mask.astype(np.int8), prepend=0, axis=axis) == 1)
            for mask in inked
        )
    )
