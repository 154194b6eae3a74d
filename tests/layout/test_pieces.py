"""The usual height of a letter, on a page that shows other ink too."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ImageError
from inkgrad.layout.pieces import Pieces


def _letters(ink, count=60, tall=30):
    """Upright strokes in rows, as letters are."""
    for k in range(count):
        top, left = 60 + 70 * (k // 12), 40 + 60 * (k % 12)
        ink[top : top + tall, left : left + 5] = True
    return ink


def _specks(ink, count, tall=5):
    rng = np.random.default_rng(0)
    for _ in range(count):
        top, left = rng.integers(0, ink.shape[0] - 9), rng.integers(0, ink.shape[1] - 9)
        if not ink[top - 2 : top + tall + 2, left - 2 : left + 5].any():
            ink[top : top + tall, left : left + 2] = True
    return ink


def _height(ink):
    return Pieces.of(ink)[0].letter_height()


@pytest.fixture
def blank():
    return np.zeros((600, 800), bool)


def test_it_is_that_of_the_letters(blank):
    assert _height(_letters(blank)) == 30


def test_many_more_specks_than_letters_change_nothing(blank):
    speckled = _specks(_letters(blank), 600)
    pieces, _ = Pieces.of(speckled)
    assert np.count_nonzero(pieces.like_letters() & (pieces.tall < 10)) > 300
    assert pieces.letter_height() == 30


def test_a_drawing_among_the_letters_changes_nothing(blank):
    drawn = _letters(blank)
    drawn[450:590, 100:103] = drawn[450:453, 100:700] = drawn[450:590, 697:700] = True
    assert _height(drawn) == 30


def test_a_stamp_with_more_ink_than_all_letters_changes_nothing(blank):
    stamped = _letters(blank, count=24, tall=30)
    stamped[300:500, 300:480] = True
    assert _height(stamped) == 30


def test_a_page_of_small_writing_alone_is_of_its_height(blank):
    assert _height(_specks(blank, 200, tall=8)) == 8


def test_where_nothing_is_as_large_as_a_letter_it_is_said(blank):
    blank[10:12, 10:12] = True
    with pytest.raises(ImageError, match="expected some"):
        _height(blank)


def test_some_dots_among_the_letters_change_nothing(blank):
    dotted = _letters(blank, count=40)
    dotted[400:430, 60:400] = True  # a thick rule, as high as the letters
    before = _height(dotted)
    assert _height(_specks(dotted, 20)) == before
