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
from inkgrad.recognition.language import Language

# Of a line's own numbers, and their bias, by which no word on an image without writing is sure.
_WEIGHTS = (
    *(-0.106, 3.039, -4.253, -0.194, -0.145, -1.214, -0.349),
    *(-0.096, -0.013, -0.114, 2.494, -0.894, -0.155, -2.21),
    *(1.692, 0.508, 1.783, 4.113, -0.185, 2.658, -3.445),
)
_BIAS = -3.244
AROUND = 0.4
"""What the evidence around a line on its page counts beside its own."""
_CLEAR = 0.9  # a line as likely as this is taken for writing
# A line that is no likelier than this is none: with few others on its page, and among several.
_ALONE, _AMONG = 0.002, 0.05
_SEVERAL, _NONE = 5, 0.5  # of so many lines none is writing where none is likelier to be than this
_FARTHEST = 6.0  # that the evidence of one line counts for others
_FEW = 10.0  # characters of the others: fewer tell little
# Of the signs of a line of writing hardly more are narrow, and it hardly has fewer different ones.
_MOSTLY_NARROW, _MOSTLY_ALIKE = 0.5, 0.25
_WORD = 3  # letters: fewer make a word of the list by chance
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


def are_writing(lines: Sequence[Evidence], alphabet: str, language: Language | None) -> list[float]:
    """How likely each of the lines of a page is writing; 1 where that is clear, 0 for what is none.

    Where there are several and none is at all likely, none is.
    """
    if not lines:
        return []
    numbers = np.array([features(line, alphabet, language) for line in lines])
    own = numbers @ _WEIGHTS + _BIAS
    sums = own + AROUND * around(own, np.expm1(numbers[:, 0]))
    p = 1 / (1 + np.exp(-np.clip(sums, -50, 50)))
    if len(p) >= _SEVERAL and p.max() < _NONE:
        return [0.0] * len(lines)
    least = _AMONG if len(p) >= _SEVERAL else _ALONE
    return [1.0 if each >= _CLEAR else float(each) if each > least else 0.0 for each in p]


def around(own: Array, count: Array) -> Array:
    """For each line (n,) the mean evidence of the others of its page, by their characters (n,)."""
    bounded = np.clip(own, -_FARTHEST, _FARTHEST)
    others = count.sum() - count
    return np.asarray(((count * bounded).sum() - count * bounded) / (others + _FEW))


def features(line: Evidence, alphabet: str, language: Language | None) -> Array:
    """What tells writing from other ink, as numbers (f,)."""
    sure, text = _said(line.columns, alphabet)
    signs = text.replace(" ", "")
    count, clear = len(sure), float(sure.mean()) if len(sure) else 0.0
    tall = np.log(max(line.tall, 1.0))
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
            clear,
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
            tall,
            np.log1p(_known(text, language)),
            clear * np.log1p(count),
            clear**4,
            tall**2,
            float(count == 1),
            clear * (count == 1),
        ]
    )


def _said(columns: Sequence[Array], alphabet: str) -> tuple[Array, str]:
    """How clearly the ink alone says each character but spaces, and what it says with them."""
    sure, texts = list[float](), list[str]()
    for log_p in columns:
        best = log_p.argmax(1)
        begins = np.flatnonzero(np.diff(best, prepend=-1))
        clear = np.maximum.reduceat(log_p.max(1), begins)
        text = ""
        for of_class, value in zip(best[begins].tolist(), clear.tolist(), strict=True):
            if of_class < len(alphabet):
                text += alphabet[of_class]
                if alphabet[of_class] != " ":
                    sure.append(float(np.exp(value)))
        texts.append(text)
    return np.array(sure), " ".join(texts)


def _known(text: str, language: Language | None) -> int:
    """How many letters of a text stand in words of the list, those of one sign alone left out."""
    words = ["".join(filter(str.isalpha, word)) for word in text.lower().split()]
    known = [
        len(word)
        for word in words
        if len(word) >= _WORD and len(set(word)) > 1 and language and language.knows(word)
    ]
    return sum(known)


def _runs(inked: Sequence[NDArray[np.bool_]], axis: int) -> float:
    """How many runs of ink there are along rows (1) or columns (0)."""
    return float(
        sum(
            np.count_nonzero(np.diff(mask.astype(np.int8), prepend=0, axis=axis) == 1)
            for mask in inked
        )
    )
