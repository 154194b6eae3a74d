"""Single digits of `unipen-words`: written alone, or cut out of numbers as they were written."""

from __future__ import annotations

import numpy as np

from inkgrad.data.unipen import Handwriting
from inkgrad.data.unipen_words import Writing
from inkgrad.imaging.strokes import Stroke, draw, fitted
from inkgrad.ink.character import to_glyph
from inkgrad.reading.text import TextReader
from inkgrad.recipes.cut_numbers import bounds_of, run_between
from inkgrad.recipes.written_hands import written_numbers
from inkgrad.synthetic.wording import DIGITS
from inkgrad.synthetic.written import plain

_TALL, _PEN = 20.0, 1.8  # pixels of a digit, where an image of it is asked for


def tablet_digits(writing: Writing, reader: TextReader) -> tuple[Handwriting, Handwriting]:
    """Digits that were written alone, and those that a reader of text sees apart in numbers.

    Of a number, those whose strokes nothing else shares.
    """
    return _handwriting(_alone(writing)), _handwriting(_cut(writing, reader))


_Digit = tuple[list[Stroke], int, int]
"""Strokes, which digit, and the writer's number."""


def _alone(writing: Writing) -> list[_Digit]:
    found = []
    for item, text in enumerate(writing.texts):
        said = plain(str(text))
        if len(said) == 1 and said in DIGITS:
            found.append((writing.strokes(item), int(said), int(writing.writers[item])))
    return found


def _cut(writing: Writing, reader: TextReader) -> list[_Digit]:
    numbers, found = written_numbers(writing), list[_Digit]()
    for item, text in enumerate(numbers.texts):
        said, strokes = plain(str(text)), numbers.strokes(item)
        bounds = bounds_of(strokes, said, reader)
        if bounds is None:
            continue
        for place, character in enumerate(said):
            run = run_between(strokes, bounds[place], bounds[place + 1])
            if character in DIGITS and run:
                mine = strokes[run[0] : run[1]]
                found.append((mine, int(character), int(numbers.writers[item])))
    return found


def _handwriting(digits: list[_Digit]) -> Handwriting:
    images = [to_glyph(draw(fitted(strokes, _TALL), _PEN)) for strokes, _, _ in digits]
    return Handwriting(
        np.stack(images),
        np.array([digit for _, digit, _ in digits]),
        np.array([writer for _, _, writer in digits]),
        [strokes for strokes, _, _ in digits],
    )
