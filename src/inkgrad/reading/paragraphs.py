"""Lines of writing -> paragraphs, by their distances, indents and bullets."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from inkgrad.documents.page import Line, Paragraph, around

_PARAGRAPH = 1.45  # of the usual distance of lines: further apart, a paragraph begins
_STEP = 1.6  # letters' heights that an indent is wide
_BULLETS = ("-", "*", "+", "•")


def paragraphs_of(lines: Sequence[Line], letter: float) -> tuple[Paragraph, ...]:
    """Lines in reading order as paragraphs, by distance, indent and bullet.

    `letter` is the usual height of a letter, in pixels.
    """
    if not lines:
        return ()
    steps = [b.baseline[1] - a.baseline[1] for a, b in itertools.pairwise(lines)]
    usual = median([step for step in steps if step > 0] or [3 * letter])
    margin = min(line.box[0] for line in lines)
    found: list[Paragraph] = []
    for place, line in enumerate(lines):
        bullet, line = _without_bullet(line)
        indent = max(0, round((line.box[0] - margin) / (_STEP * letter) - 0.4))
        follows = (
            place > 0
            and not bullet
            and 0 < steps[place - 1] < _PARAGRAPH * max(usual, 1.2 * letter)
            and (indent == found[-1].indent or bool(found[-1].bullet))
        )
        if follows:
            found[-1] = replace(found[-1], lines=(*found[-1].lines, line))
        else:
            found.append(Paragraph((line,), indent, bullet))
    return tuple(found)


def _without_bullet(line: Line) -> tuple[str, Line]:
    """The sign that a line begins with where it lists something, and the rest of the line."""
    if len(line.words) < 2 or line.words[0].text not in _BULLETS:
        return "", line
    words = line.words[1:]
    box = around([word.box for word in words])
    return line.words[0].text, replace(line, words=words, box=box)
