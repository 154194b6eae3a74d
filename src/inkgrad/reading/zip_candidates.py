"""The lines of an envelope -> what on them may be the ZIP code of its destination.

A candidate's worth is one sum of logarithms: how likely its columns are one of the patterns, where
on the envelope it stands, whether letters of a state and no digits stand before it, and whether it
ends a block.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import PageInk
from inkgrad.layout.found_line import FoundLine
from inkgrad.layout.lines import find_lines
from inkgrad.layout.spacing import closer
from inkgrad.nn.ctc import greedy
from inkgrad.nn.vectors import Array
from inkgrad.reading.classes_of_text import DIGITS, digits_of
from inkgrad.reading.state_before import CODES
from inkgrad.reading.text import TextReader
from inkgrad.recognition.decoding import log_total
from inkgrad.recognition.patterns import Pattern

_MIDDLE, _SPREAD = (0.56, 0.6), (0.24, 0.2)  # where destinations are, in parts of the envelope
_STATE, _LAST = 2.0, 1.0  # logarithm of what a state before it, and the end of a block, speak for
_INSIDE, _MOST_INSIDE = 4.0, 3  # and what each digit right before it speaks against, so many
_LEAST = -12.0  # no reading is less likely than this, in logarithms
_LONGEST = 14  # characters at the end of a line that may be one ZIP code
_FAR = -7.0  # lines that lie as far off as this are not read


@dataclass(frozen=True)
class Candidate:
    """What may be a ZIP code: what a line shows from `first` on."""

    line: FoundLine
    form: View
    first: int  # pixel of the form
    before: tuple[Array, ...]  # columns of text of the last one, two and three characters before it
    worth: float  # logarithm of how likely this is what was looked for

    def alone(self) -> View:
        """It alone, in the form of a line. It is cut out a little before: characters lean."""
        begin = max(0, self.first - 2)
        return line_form(self.form.cropped((begin, 0, self.form.width, self.form.height)))


def find_candidates(
    page: PageInk, texts: TextReader, patterns: Sequence[Pattern]
) -> list[Candidate]:
    """What may be the code on the lines of a page. Raises ImageError where there is none."""
    layout = find_lines(page)
    h, w = page.ink.shape
    found: list[Candidate] = []
    for line in layout.lines:
        left, top, right, bottom = line.box
        x, y = (left + right) / 2 / w, (top + bottom) / 2 / h
        place = -sum(
            ((value - middle) / spread) ** 2
            for value, middle, spread in zip((x, y), _MIDDLE, _SPREAD, strict=True)
        )
        if place < _FAR:
            continue
        below = any(
            0 < other.box[1] - top < 3.5 * layout.letter
            and min(right, other.box[2]) - max(left, other.box[0]) > 0.3 * (right - left)
            for other in layout.lines
            if other is not line and other.box[1] > (top + bottom) / 2
        )
        found += _on_line(line, place + (0.0 if below else _LAST), texts, patterns)
    if not found:
        raise ImageError("shows no line that ends in a number, expected an address")
    return found


def likely(log_p: Array, patterns: Sequence[Pattern]) -> float:
    """The logarithm of how likely these columns are one of the patterns."""
    return max(log_total(log_p, patterns), _LEAST) if patterns else _LEAST


def surety(best: Candidate, found: Sequence[Candidate]) -> float:
    """How likely the line of the best candidate is the one, and not the best of another line."""
    others: dict[int, float] = {}
    for candidate in found:
        if candidate.line is not best.line:
            line = id(candidate.line)
            others[line] = max(others.get(line, -math.inf), candidate.worth)
    return 1 / (1 + sum(math.exp(worth - best.worth) for worth in others.values()))


def _on_line(
    line: FoundLine, worth: float, texts: TextReader, patterns: Sequence[Pattern]
) -> list[Candidate]:
    """What a line ends in as a ZIP code, from each of its last characters on."""
    form = line_form(closer(line.view))
    log_p = texts.columns(form.pixels)
    path = log_p.argmax(axis=1)
    nothing = (texts.alphabet.index(" "), log_p.shape[1] - 1)
    digits = digits_of(log_p, texts.alphabet)
    pixels = form.width / len(log_p)
    found = []
    starts = _starts(path, nothing)
    for place in range(max(0, len(starts) - _LONGEST), len(starts)):
        start = starts[place]
        fitting = likely(np.ascontiguousarray(digits[start:]), patterns)
        before = greedy(log_p[None, :start])[0] if start else np.array([], int)
        text = "".join(texts.alphabet[c] for c in before if c >= 0).strip(" ,.-").upper()
        stated = text[-2:] in CODES
        inside = len(text) - len(text.rstrip(DIGITS + "-"))
        total = worth + fitting + (_STATE if stated else 0.0)
        total -= _INSIDE * min(inside, _MOST_INSIDE)
        windows = tuple(log_p[begin:start] for begin in starts[max(0, place - 3) : place])
        found.append(Candidate(line, form, round(start * pixels), windows, total))
    return found


def _starts(path: NDArray[np.intp], nothing: tuple[int, int]) -> list[int]:
    """The columns at which characters begin on the likeliest path, halfway after the one before."""
    starts, end, before = [0], 0, nothing[1]
    for t, c in enumerate(path.tolist()):
        if c in nothing:
            end = end if before in nothing else t
        elif c != before:
            starts.append((end + t) // 2)
        before = c
    return starts
