from __future__ import annotations

import numpy as np
import pytest

from inkgrad.documents.page import Word
from inkgrad.recognition.language import Language
from inkgrad.recognition.legibility import Legibility, in_words, legibility

BOX = (0, 0, 1, 1)


@pytest.fixture(scope="module")
def language() -> Language:
    return Language({"the": 900, "pencil": 30, "it": 200})


def words(*texts: str, confidence: float = 1.0) -> list[Word]:
    return [Word(text, text, confidence, BOX) for text in texts]


@pytest.mark.parametrize(
    ("texts", "part"),
    [
        (("the", "pencil"), 1.0),
        (("the", "xqj"), 0.5),
        (("it", "pencil"), 0.75),  # two letters make a word upside down too
        (("609", "8160"), 0.0),
        ((), 0.0),
    ],
)
def test_a_page_is_sure_of_how_it_lies_by_words_of_three_letters_and_more(language, texts, part):
    assert in_words(words(*texts), language) == pytest.approx(part)
    assert in_words(words(*texts, confidence=0.5), language) == pytest.approx(part / 2)
    assert in_words(words(*texts), None) == 0


def columns(classes: list[int], p: float) -> np.ndarray:
    found = np.full((len(classes), 4), (1 - p) / 3)
    found[np.arange(len(classes)), classes] = p
    return np.log(found)


def test_what_is_clear_counts_more_than_what_is_much():
    clear = columns([0, 3, 1, 3, 2, 3], 0.9)
    assert legibility([clear]).clearness == pytest.approx(3 * 0.9**4)
    more = columns([0, 3, 1, 3, 2, 3, 0, 3], 0.6)
    assert legibility([clear]).clearness > legibility([more]).clearness
    assert legibility([clear, clear]).clearness == pytest.approx(2 * legibility([clear]).clearness)


def test_a_class_that_goes_on_is_one_character_and_a_blank_is_none():
    assert legibility([columns([0, 0, 0, 3, 0], 0.8)]).clearness == pytest.approx(2 * 0.8**4)
    assert legibility([columns([3, 3], 0.9)]).clearness == 0
    assert legibility([]).clearness == 0


def test_only_where_much_is_clear_nobody_asks_which_side_is_up():
    assert Legibility(60, 0.85).upright
    assert not Legibility(59, 0.95).upright
    assert not Legibility(200, 0.84).upright
