"""Numbers cut out of written lines of text: where a reader of text sees their digits stand.

`find` needs minutes and the text reader of its time, so what it found is kept beside it, in
`cut_numbers.tsv`: the item, its first stroke and the one after its last, what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from inkgrad.data.unipen_words import TALL, Writing
from inkgrad.errors import ImageError
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.reading.text import TextReader
from inkgrad.recognition.alignment import places
from inkgrad.synthetic.texts import labels_of
from inkgrad.synthetic.written import Written, plain

_OF_ITEMS = ("numbers", "writers", "sources", "styles", "lines")
_NUMBER = re.compile(r"\d[\d.,/-]*\d")
_HIGH, _PEN, _PAPER = 40, 2.4, 4  # pixels: of an item, when it is aligned
_LEAST = -1.5  # log probability of a character, on average: below, the text is another
_INSIDE = 0.8  # part of a stroke that is on its side of a cut


class Cut(NamedTuple):
    """A number in an item: strokes `first` to `last` of it, in the order of writing."""

    item: int
    first: int
    last: int
    text: str


def find(writing: Writing, reader: TextReader) -> Iterator[Cut]:
    """Numbers of two digits or more, in items that say something else besides.

    Those alone whose strokes nothing else shares, and which were written one after the other.
    """
    usable = Written(writing, 0).usable
    for item in np.flatnonzero(usable):
        text = plain(str(writing.texts[item]))
        matches = list(_NUMBER.finditer(text))
        if not matches or not re.search(r"[^\d .,\-/:$()]", text):
            continue
        strokes = writing.strokes(int(item))
        bounds = bounds_of(strokes, text, reader)
        if bounds is None:
            continue
        for match in matches:
            a, b = match.span()
            run = run_between(strokes, bounds[a], bounds[b])
            if run:
                yield Cut(int(writing.numbers[item]), *run, match.group())


def load() -> list[Cut]:
    """What was found in all of `unipen-words`, with the text reader of November 2026."""
    lines = (files("inkgrad.recipes") / "cut_numbers.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines]
    return [Cut(int(item), int(first), int(last), text) for item, first, last, text in rows]


def as_table(cuts: Iterable[Cut]) -> str:
    """The text of the file that `load` reads."""
    return "".join("\t".join(map(str, cut)) + "\n" for cut in cuts)


def cut_out(writing: Writing, cuts: Sequence[Cut]) -> Writing:
    """These numbers as items of their own, as high as any item; those of others are passed over."""
    place = {int(number): i for i, number in enumerate(writing.numbers)}
    cuts = [cut for cut in cuts if cut.item in place]
    of = np.array([place[cut.item] for cut in cuts], np.intp)
    strokes: list[Stroke] = []
    ends = [0]
    for cut, item in zip(cuts, of, strict=True):
        strokes += _at_full_height(writing.strokes(int(item))[cut.first : cut.last])
        ends.append(len(strokes))
    starts = np.cumsum([0, *map(len, strokes)])
    return replace(
        writing,
        **{name: getattr(writing, name)[of] for name in _OF_ITEMS},
        points=np.concatenate([np.zeros((0, 2)), *strokes]).round().astype(np.int16),
        stroke_start=starts.astype(np.int32),
        first=np.array(ends[:-1], np.int32),
        last=np.array(ends[1:], np.int32),
        texts=np.array([cut.text for cut in cuts]),
    )


def drawn_item(strokes: list[Stroke]) -> View:
    """The line of an item as one even pen writes it. Raises ImageError where it has no ink."""
    scale = np.float32(_HIGH / TALL)
    return line_form(np.pad(draw([stroke * scale for stroke in strokes], _PEN), _PAPER))


def bounds_of(strokes: list[Stroke], text: str, reader: TextReader) -> list[float] | None:
    """Where each character of an item begins, and the last ends; None where it says another."""
    try:
        form = drawn_item(strokes)
    except ImageError:
        return None
    log_p, string = reader.columns(form.pixels), tuple(labels_of(text))
    spans = places(log_p, string)
    sure = [log_p[a:b, c].max() for (a, b), c in zip(spans, string, strict=True)]
    if np.mean(sure) < _LEAST:
        return None
    pixels = form.width / len(log_p)
    between = [((a[1] + b[0]) / 2 * pixels, 0.0) for a, b in pairwise(spans)]
    columns = form.points_back(np.array(between).reshape(-1, 2))[:, 0]
    return [-np.inf, *((columns - _PAPER - _PEN / 2 - 1) * TALL / _HIGH).tolist(), np.inf]


def run_between(strokes: list[Stroke], left: float, right: float) -> tuple[int, int] | None:
    """The first of the strokes between two bounds and the one after the last, if it is clear."""
    chosen = []
    for place, stroke in enumerate(strokes):
        low, high = float(stroke[:, 0].min()), float(stroke[:, 0].max())
        part = (min(high, right) - max(low, left)) / max(high - low, 1.0)
        if left < (low + high) / 2 < right:
            chosen.append(place)
            if high > low and part < _INSIDE:
                return None
        elif part > 1 - _INSIDE:
            return None
    if not chosen or chosen[-1] - chosen[0] + 1 != len(chosen):
        return None
    return chosen[0], chosen[-1] + 1


def _at_full_height(strokes: list[Stroke]) -> list[Stroke]:
    """Scaled as items are: TALL units high, less where one would be too wide for its numbers."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    across, down = (float(size) for size in high - low)
    scale = min(TALL / max(down, 1.0), 32 * TALL / max(across, 1.0))
    return [((stroke - low) * np.float32(scale)).astype(np.float32) for stroke in strokes]
