"""Items of `unipen-words` that say something else than they are said to.

A reader that never saw an item's writer reads it; where it is far surer of another text, the item
is looked at by a person. Those that were found so are kept beside this, in `wrong_labels.tsv`: the
item, what it is said to say, what it says, as far as it can be read. Nothing learns from them; what
is measured keeps them, for who leaves out what a reader gets wrong flatters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from inkgrad.data.unipen_words import Writing
from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import edit_distance
from inkgrad.nn.ctc import log_probability
from inkgrad.reading.text import TextReader
from inkgrad.recipes.cut_numbers import drawn_item
from inkgrad.recognition.decoding import decode
from inkgrad.synthetic.texts import labels_of
from inkgrad.synthetic.written import Written, plain

_FAR = 0.4  # of the longer text's characters that differ: less is a letter misread
_SURER = 1.0  # of log probability for each character of the label


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
        string = labels_of(said)
        found = decode(log_p, count=1)
        if not found:
            continue
        read = "".join(reader.alphabet[c] for c in found[0][0])
        p = log_probability(log_p, np.asarray(string))
        surer = float(np.log(found[0][1]) - max(p, -50.0 * len(said)))
        far = edit_distance(said.lower(), read.lower()) / max(len(said), len(read), 1)
        if far >= _FAR and surer >= _SURER * len(said):
            yield Doubt(int(writing.numbers[item]), said, read, surer)


def load() -> list[Doubt]:
    """What was found, and looked at, in all of `unipen-words`."""
    lines = (files("inkgrad.recipes") / "wrong_labels.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines]
    return [Doubt(int(item), said, read, float(surer)) for item, said, read, surer in rows]


def as_table(found: Iterable[Doubt]) -> str:
    """The text of the file that `load` reads."""
    return "".join(f"{d.item}\t{d.said}\t{d.read}\t{d.surer:.1f}\n" for d in found)


def rightly_labelled(writing: Writing) -> Writing:
    """The items that say what they are said to, as far as anyone knows."""
    return writing.only(~np.isin(writing.numbers, [each.item for each in load()]))
