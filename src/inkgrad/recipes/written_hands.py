"""Numbers and digits of `unipen-words`: of writers to learn from, and of others to measure by."""

from __future__ import annotations

import numpy as np

from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.randomness import generator
from inkgrad.recipes.cut_numbers import Cut, cut_out, load
from inkgrad.synthetic.written import plain
from inkgrad.synthetic.written_numbers import numbers_of

LEFT_OUT = ("nic", "aga", "int")
"""Sources of `unipen-words` that readers are chosen and calibrated by."""

_HELD = 0.2  # of the writers of other sources


def halves(seed: int) -> tuple[Writing, Writing]:
    """All of it in two: the second are the sources left out and a fifth of the other writers."""
    writing = load_unipen_words()
    out = np.isin(writing.sources, LEFT_OUT)
    others = np.unique(writing.writers[~out])
    held = generator(seed, "split", 3).choice(others, round(_HELD * len(others)), replace=False)
    second = out | np.isin(writing.writers, held)
    return writing.only(~second), writing.only(second)


def written_numbers(writing: Writing) -> Writing:
    """Numbers of two digits or more, as items of their own or cut out of lines."""
    whole = numbers_of(writing)
    sizes = whole.last - whole.first
    cuts = [
        Cut(int(number), 0, int(size), plain(str(text)))
        for number, size, text in zip(whole.numbers, sizes, whole.texts, strict=True)
    ]
    return cut_out(writing, [*cuts, *load()])
