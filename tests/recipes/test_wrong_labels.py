"""Items whose labels are wrong: found by a reader, or by a pen that went back; and left out."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.unipen_words import Writing
from inkgrad.recipes.wrong_labels import doubts, in_two_lines, load, rightly_labelled
from inkgrad.synthetic.texts import labels_of
from inkgrad.synthetic.wording import ALPHABET

TEXTS = ["boston", "denver", "twelve letters", "twelve letters"]


def letters(count: int, x: float, top: float, tall: float) -> list[list[tuple[float, float]]]:
    """Zigzags side by side."""
    return [
        [(x + 300 * k, top), (x + 300 * k + 100, top + tall), (x + 300 * k + 200, top)]
        for k in range(count)
    ]


@pytest.fixture
def writing() -> Writing:
    """Two words and a line; the same line again, its second half under its first."""
    items = [letters(6, 0, 0, 1000), letters(6, 0, 0, 1000), letters(14, 0, 0, 1000)]
    items.append([*letters(7, 0, 0, 400), *letters(7, 0, 600, 400)])
    strokes = [stroke for item in items for stroke in item]
    ends = np.cumsum([0, *map(len, items)])
    count = len(TEXTS)
    return Writing(
        np.array(strokes, np.int16).reshape(-1, 2),
        np.arange(0, 3 * len(strokes) + 1, 3, np.int32),
        ends[:-1].astype(np.int32),
        ends[1:].astype(np.int32),
        np.arange(count) + 40_000,
        np.array(TEXTS),
        np.zeros(count, int),
        np.array(["one"] * count),
        np.array(["PR"] * count),
        np.zeros(count, bool),
    )


class Says:
    """A reader that is sure of one text, whatever it is shown."""

    alphabet = ALPHABET

    def __init__(self, text: str) -> None:
        self.string = labels_of(text)

    def columns(self, line: np.ndarray) -> np.ndarray:
        log_p = np.full((2 * len(self.string) + 30, len(ALPHABET) + 1), np.log(1e-6))
        log_p[:, -1] = np.log(0.9999)
        for place, of_class in enumerate(self.string):
            log_p[2 * place, -1], log_p[2 * place, of_class] = np.log(1e-6), np.log(0.9999)
        return log_p


def test_an_item_is_doubted_that_is_surely_read_as_something_else(writing):
    found = list(doubts(writing, Says("boston")))
    assert [each.item for each in found] == [40_001, 40_002, 40_003]
    assert {each.read for each in found} == {"boston"}
    assert found[0].said == "denver"
    assert all(each.surer > 3 * len(each.said) for each in found)


def test_a_letter_misread_is_no_doubt(writing):
    assert 40_000 not in [each.item for each in doubts(writing, Says("bosion"))]


def test_a_pen_that_goes_back_and_on_lower_writes_two_lines(writing):
    assert in_two_lines(writing) == [40_003]


def test_what_was_found_is_left_out(writing):
    known = load()
    assert len(known) > 200
    assert set(known.values()) == {"other", "two lines"}
    numbers = np.array([1, *sorted(known)[:2], 2])
    kept = rightly_labelled(
        Writing(**{**vars(writing), "numbers": numbers})  # the same items under other numbers
    )
    assert kept.numbers.tolist() == [1, 2]
