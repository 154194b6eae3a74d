"""Digits written alone, and digits cut out of numbers, each with its writer and its strokes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkgrad.data.unipen_words import Writing
from inkgrad.pretrained.shipped import find
from inkgrad.reading.text import TextReader
from inkgrad.recipes import written_hands
from inkgrad.recipes.characters import drawn
from inkgrad.recipes.tablet_digits import tablet_digits

ONE = [[(150, 0), (150, 1000)]]
SEVEN = [[(0, 0), (500, 0), (150, 1000)]]
NOUGHT = [[(250, 0), (0, 300), (0, 700), (250, 1000), (500, 700), (500, 300), (250, 0)]]
SHAPES = {"1": ONE, "7": SEVEN, "0": NOUGHT, "a": NOUGHT}


@pytest.fixture
def writing() -> Writing:
    """Items by two writers: digits alone, a letter, and a number with its digits well apart."""
    texts = ["1", "7", "a", "170"]
    strokes: list[np.ndarray] = []
    items = [0]
    for text in texts:
        for place, character in enumerate(text):
            strokes += [np.array(s) + np.array([900 * place, 0]) for s in SHAPES[character]]
        items.append(len(strokes))
    count = len(texts)
    return Writing(
        np.concatenate(strokes).astype(np.int16),
        np.cumsum([0, *map(len, strokes)]).astype(np.int32),
        np.array(items[:-1], np.int32),
        np.array(items[1:], np.int32),
        np.arange(count),
        np.array(texts),
        np.array([4, 5, 4, 5]),
        np.array(["one"] * count),
        np.array(["PR"] * count),
        np.zeros(count, bool),
    )


def test_digits_alone_and_cut_out_have_their_writers_and_strokes(writing, monkeypatch):
    monkeypatch.setattr(written_hands, "load", list)
    alone, cut = tablet_digits(writing, TextReader.load(Path(find("text")), None))
    assert alone.labels.tolist() == [1, 7]
    assert alone.writers.tolist() == [4, 5]
    assert cut.labels.tolist() == [1, 7, 0]
    assert cut.writers.tolist() == [5, 5, 5]
    assert cut.images.shape == (3, 28, 28)
    assert [len(strokes[0]) for strokes in cut.strokes] == [2, 3, 7]


def test_digits_drawn_with_habits_keep_their_labels_and_change_their_form(writing, monkeypatch):
    monkeypatch.setattr(written_hands, "load", list)
    alone, _ = tablet_digits(writing, TextReader.load(Path(find("text")), None))
    plain, others = (drawn(alone, 30, np.random.default_rng(0), part) for part in (0.0, 1.0))
    assert plain.labels.tolist() == others.labels.tolist()
    assert plain.images.shape == others.images.shape
    sevens = plain.labels == 7
    ink = [part.images[sevens].astype(float).mean() for part in (plain, others)]
    assert ink[0] < ink[1]  # bars
