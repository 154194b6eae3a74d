from __future__ import annotations

import numpy as np
import pytest

from inkgrad.recognition.crossings import crossed_out, tells


def columns(said: str, p: float = 0.95):
    """Log probabilities of columns that say these signs, " " for the blank."""
    found = np.full((len(said), 3), (1 - p) / 2)
    found[np.arange(len(said)), ["_- ".index(sign) for sign in said]] = p
    return np.log(found)


def test_each_word_is_what_columns_say_within_it():
    log_p = columns("  _    --    _  ")
    found = crossed_out(log_p, 64, [(0, 20), (20, 44), (44, 64)])
    assert [p > 0.9 for p in found] == [False, True, False]
    assert found[1] == pytest.approx(0.95 / 0.975)


def test_two_words_read_as_one_stand_if_one_of_them_does():
    log_p = columns("  _    --    _  ")
    assert crossed_out(log_p, 64, [(0, 40), (40, 64)])[0] < 0.1


def test_a_word_in_pieces_is_what_is_said_nearest_to_each():
    log_p = columns("  _      --     ")
    pieces = [(0, 16), (24, 34), (34, 44), (44, 64)]
    assert [p > 0.9 for p in crossed_out(log_p, 64, pieces)] == [False, True, True, True]


def test_where_nothing_is_said_every_word_stands():
    assert crossed_out(columns("     "), 20, [(0, 10), (10, 20)]) == [0.0, 0.0]


def test_only_its_own_signs_are_taken_for_it():
    assert tells("_-")
    assert not tells("0123456789")
