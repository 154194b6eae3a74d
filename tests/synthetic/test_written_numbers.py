from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.unipen_words import Writing
from inkgrad.recipes.cut_numbers import Cut, as_table, cut_out, load
from inkgrad.recipes.written_hands import halves, written_numbers
from inkgrad.synthetic.written_numbers import (
    WrittenNumbers,
    classes_of,
    numbers_of,
    single_digits,
)

TEXTS = ["1.50", "No 12", "7", "100", *"0123456", *"0123456", "a", "-", "20,000"]
TIMES = (2, 2, 2, 2, 2, 2, 2, 1, 0, 0)  # that each digit stands alone


@pytest.fixture
def writing() -> Writing:
    """A zigzag for each text, as wide as it has characters, written by two people by turns."""
    strokes, items = [], [0]
    for text in TEXTS:
        for k in range(len(text)):
            x = 400 * k
            strokes.append([(x, 0), (x + 200, 1000), (x + 300, 0)])
        items.append(len(strokes))
    count = len(TEXTS)
    return Writing(
        np.array(strokes, np.int16).reshape(-1, 2),
        np.arange(0, 3 * len(strokes) + 1, 3, np.int32),
        np.array(items[:-1], np.int32),
        np.array(items[1:], np.int32),
        np.arange(count),
        np.array(TEXTS),
        np.arange(count) % 2,
        np.array(["one"] * count),
        np.array(["PR"] * count),
        np.zeros(count, bool),
    )


def test_numbers_are_told_from_words_and_from_single_digits(writing):
    assert numbers_of(writing).texts.tolist() == ["1.50", "100", "20,000"]
    assert classes_of("20,000").tolist() == [2, 0, 0, 0, 0]


def test_a_batch_says_the_digits_alone(writing, rng):
    source = WrittenNumbers(numbers_of(writing), 20)
    assert len(source) == 20
    x, labels = source.batch(np.arange(6), rng)
    assert x.shape[:2] == (6, 32)
    assert set(np.unique(labels)) <= {-1, 0, 1, 2, 5}
    string, line = source.line(1, rng)
    assert string.tolist() == [1, 0, 0]
    assert line.shape[0] == 32


def test_writers_of_most_digits_are_hands_to_compose_of(writing):
    hands = single_digits(writing)
    assert len(hands) == 2  # items go to two writers by turns: both wrote all seven
    assert [sum(len(hand[digit]) for hand in hands) for digit in range(10)] == [*TIMES]
    assert single_digits(numbers_of(writing)) == []


def test_what_is_cut_out_of_a_line_is_as_high_as_any_item(writing):
    cut = cut_out(writing, [Cut(1, 3, 5, "12"), Cut(999, 0, 1, "3")])
    assert cut.texts.tolist() == ["12"]
    assert cut.writers.tolist() == [1]
    strokes = cut.strokes(0)
    assert len(strokes) == 2
    assert np.concatenate(strokes).max(0).tolist() == [700, 1000]


def test_the_list_of_cuts_is_read_as_it_is_written():
    cuts = load()
    assert len(cuts) > 500
    assert all(0 <= cut.first < cut.last and len(classes_of(cut.text)) > 1 for cut in cuts)
    assert as_table(cuts[:1]) == "\t".join(map(str, cuts[0])) + "\n"


def test_writers_to_measure_by_are_none_of_those_to_learn_from(writing, monkeypatch):
    monkeypatch.setattr("inkgrad.recipes.written_hands.load_unipen_words", lambda: writing)
    monkeypatch.setattr("inkgrad.recipes.written_hands.load", lambda: [Cut(1, 3, 5, "12")])
    monkeypatch.setattr("inkgrad.recipes.written_hands._HELD", 0.5)
    mine, theirs = halves(seed=0)
    assert len(mine) + len(theirs) == len(writing)
    assert not set(mine.writers) & set(theirs.writers)
    both = [*written_numbers(mine).texts, *written_numbers(theirs).texts]
    assert sorted(both) == ["1.50", "100", "12", "20,000"]
