"""Lines that an adapted reader is to read as well as before: of many hands, composed.

Where INKGRAD_DATA has the handwriting that readers learned from, of that; else of what comes with
inkgrad: words and numbers in the fonts there are, and MNIST's digits.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.randomness import generator
from inkgrad.recipes.written_hands import LEFT_OUT, written_numbers
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.mixture import Mixture
from inkgrad.synthetic.numbers import Hands, Lines, Numbers
from inkgrad.synthetic.texts import Texts, labels_of
from inkgrad.synthetic.wording import ALPHABET, DIGITS, Wording
from inkgrad.synthetic.written import Written, plain
from inkgrad.synthetic.written_numbers import WrittenNumbers
from inkgrad.training.step import Source

KEPT_LINES = 400  # to measure by
_SIZE = 1000  # lines of a source: it composes them anew
_TEST_SEED = 7  # of lines to measure by


def kept_lines(
    text: bool, seed: int = 0, count: int = KEPT_LINES, without: Sequence[int] = ()
) -> tuple[Source, Lines]:
    """What a reader of text, or of numbers, is to answer as before, and lines to measure that by.

    With the handwriting at hand, those are written by other sources of `unipen-words`, or of other
    images; by no writer in `without`.
    """
    rng = generator(seed, "sample", _TEST_SEED)
    return (_text if text else _numbers)(count, rng, without)


def has_written_words() -> bool:
    """Whether the handwriting that readers learned from is at hand."""
    return (Path(os.environ.get("INKGRAD_DATA", "")) / "unipen-words" / "words.npz").is_file()


def _text(count: int, rng: np.random.Generator, without: Sequence[int]) -> tuple[Source, Lines]:
    fonts, nobody = Fonts.found(ALPHABET), Hands([], [])
    composed, held = (
        Texts(nobody, Wording(held), _SIZE, fonts, typed=1.0) for held in (False, True)
    )
    if not has_written_words():
        return composed, _composed(held, count, rng)
    rest, other = (
        Written(part, _SIZE, long=0.0, fair=0.7)
        for part in load_unipen_words().of_sources(LEFT_OUT)
    )
    chosen = rng.permutation(np.flatnonzero(other.usable))[: count - count // 4]
    written = Lines.that_say(
        [labels_of(plain(str(other.writing.texts[i]))) for i in chosen],
        [other.line([int(i)], rng) for i in chosen],
    )
    lines = Lines.joined([written, _composed(held, count // 4, rng)])
    return Mixture([rest, composed], [0.8, 0.2], _SIZE), lines


def _written(without: Sequence[int]) -> tuple[Writing, Writing]:
    """The words of all sources but those left out, and of these, without some writers."""
    writing = load_unipen_words()
    return writing.only(~np.isin(writing.writers, without)).of_sources(LEFT_OUT)


def _composed(texts: Texts, count: int, rng: np.random.Generator) -> Lines:
    phrases = [texts.wording.phrase(int(rng.integers(3, 14)), rng) for _ in range(count)]
    return Lines.that_say([labels_of(p) for p in phrases], [texts.line(p, rng) for p in phrases])


def _numbers(count: int, rng: np.random.Generator, without: Sequence[int]) -> tuple[Source, Lines]:
    digits, fonts = load("mnist-5k"), Fonts.found(DIGITS)
    mine, theirs = (
        Hands([split.images[split.labels == c] for c in range(10)], [])
        for split in (digits.train, digits.test)
    )
    source, other = (Numbers(hands, _SIZE, fonts=fonts, typed=0.1) for hands in (mine, theirs))
    composed = Lines.of(other, count, rng)
    if not has_written_words():
        return source, composed
    rest, out = (written_numbers(part) for part in _written(without))
    written = WrittenNumbers(out, 0)
    chosen = rng.permutation(len(out))[: count // 3]
    strings, lines = zip(*(written.line(int(item), rng) for item in chosen), strict=True)
    return (
        Mixture([source, WrittenNumbers(rest, 0)], [0.7, 0.3], _SIZE),
        Lines.joined([composed, Lines.that_say(strings, lines)]),
    )
