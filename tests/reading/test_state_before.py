"""The state before a ZIP code, read in columns of text; and what it weighs."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.reading.state_before import CODES, states_before

ALPHABET = " ,.ADILMNVWadilmnvw0123456789"


def _columns(*said):
    """Log probabilities of columns, of each what it may be: {"M": 0.7, "N": 0.3}; "" is nothing."""
    p = np.full((len(said), len(ALPHABET) + 1), 1e-6)
    for row, each in zip(p, said, strict=True):
        for character, part in ({each: 1.0} if isinstance(each, str) else each).items():
            row[ALPHABET.index(character) if character else -1] += part
    return np.log(p / p.sum(1, keepdims=True))


def test_a_state_is_read_in_capitals_and_in_small_letters():
    for said in ("MI", "mi", "Mi"):
        states = states_before([_columns(" ", *said, "", ",")], ALPHABET)
        assert states["MI"] > 0.99
        assert sum(states.values()) - states["MI"] < 0.01
        assert set(states) == set(CODES)


def test_doubtful_letters_are_doubtful_states():
    states = states_before([_columns({"M": 0.6, "N": 0.4}, "", {"D": 0.5, "I": 0.5})], ALPHABET)
    assert states["MD"] == pytest.approx(0.3, abs=0.01)
    assert states["MI"] == pytest.approx(0.3, abs=0.01)
    assert states["ND"] == pytest.approx(0.2, abs=0.01)


def test_a_state_is_all_of_its_window_and_the_best_window_counts():
    whole = _columns("I", "W", "", "I")
    assert states_before([whole], ALPHABET)["WI"] < 0.01
    assert states_before([whole, whole[1:], whole[3:]], ALPHABET)["WI"] > 0.99


def test_a_letter_twice_needs_nothing_between():
    assert states_before([_columns("A", "A")], ALPHABET)["AA"] < 0.01
    assert states_before([_columns("A", "", "A")], ALPHABET)["AA"] > 0.99


def test_nothing_before_a_code_is_no_state():
    assert states_before([], ALPHABET) == {}
    assert states_before([_columns("M", "I")[:0]], ALPHABET) == {}
    assert max(states_before([_columns("4", "2")], ALPHABET).values()) < 0.01
