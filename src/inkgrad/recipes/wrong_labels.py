"""Items of `unipen-words` that say something else than they are said to, or stand in two lines.

A reader that never saw an item's writer reads it; where it is far surer of another text, a person
looks at the item (`benchmarks/accuracy/wrong_labels.py`). Those that were found so are kept beside
this, in `wrong_labels.tsv`: the item, what it is said to say, and what is wrong: it says "other"
than that, a part of it or more, or stands in "two lines". Nothing learns from them; what is
measured keeps them, for who leaves out what a reader gets wrong flatters it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from inkgrad.data.unipen_words import TALL, Writing
from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import edit_distance
from inkgrad.imaging.strokes import Stroke
from inkgrad.nn.ctc import greedy, log_probability
from inkgrad.reading.text import TextReader
from inkgrad.recipes.cut_numbers import drawn_item
from inkgrad.synthetic.texts import labels_of
from inkgrad.synthetic.written import Written, plain

_FAR = 0.4  # of the longer text's characters that differ: less is a letter misread
_SURER = 3.0  # of log probability for each character of the label
_NEVER = 50.0  # and no more than this is counted
_LEAST = 8  # characters: shorter texts stand in one line
_BACK, _LEFT, _LOWER = 0.5, 0.3, 0.3  # of the width that a pen goes back for another line, to
# where it begins at most, and of the height that it goes on lower


class Doubt(NamedTuple):
    """An item that is read as another text: by how much the reader is surer of that, in nats."""

    item: int
    said: str
    read: str
    surer: float


def doubts(writing: Writing, reader: TextReader) -> Iterator[Doubt]:
    """Items that a reader who never saw their writers reads as something else, and surely so."""
    for item in np.flatnonzero(Written(writing, 0).usable):
        said = plain(str(writing.texts[item]))
        try:
            log_p = reader.columns(drawn_item(writing.strokes(int(item))).pixels)
        except ImageError:
            continue
        best, string = greedy(log_p[None])[0], np.asarray(labels_of(said))
        best = best[best >= 0]
        read = "".join(reader.alphabet[c] for c in best)
        p, most = (log_probability(log_p, text) for text in (string, best))
        surer = float(most - max(p, -_NEVER * len(said)))
        far = edit_distance(said.lower(), read.lower()) / max(len(said), len(read), 1)
        if far >= _FAR and surer >= _SURER * len(said):
            yield Doubt(int(writing.numbers[item]), said, read, surer)


def in_two_lines(writing: Writing) -> list[int]:
    """The numbers of items that were written in more than one line."""
    long = [item for item, text in enumerate(writing.texts) if len(str(text)) >= _LEAST]
    return [int(writing.numbers[item]) for item in long if _goes_back(writing.strokes(item))]


def load() -> dict[int, str]:
    """What is wrong with the items that were found, and looked at, in all of `unipen-words`."""
    lines = (files("inkgrad.recipes") / "wrong_labels.tsv").read_text().splitlines()
    rows = (line.split("\t") for line in lines)
    return {int(item): wrong for item, _, wrong in rows}


def rightly_labelled(writing: Writing) -> Writing:
    """The items that say what they are said to, in one line, as far as anyone knows."""
    return writing.only(~np.isin(writing.numbers, list(load())))


def _goes_back(strokes: list[Stroke]) -> bool:
    """Whether a pen went back to the left, and wrote on lower."""
    wide = max(float(stroke[:, 0].max()) for stroke in strokes)
    for place in range(1, len(strokes)):
        begins, ended = float(strokes[place][0, 0]), float(strokes[place - 1][-1, 0])
        if ended - begins > _BACK * wide and begins < _LEFT * wide:
            before, after = (
                float(np.median(np.concatenate(part)[:, 1]))
                for part in (strokes[:place], strokes[place:])
            )
            if after - before > _LOWER * TALL:
                return True
    return False
