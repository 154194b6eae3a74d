"""Characters that count as digits, or as capitals, where these belong."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.reading.classes_of_text import CAPITALS, capitals_of, digits_of

ALPHABET = " .AOabo019"


def _column(**parts):
    p = np.zeros((1, len(ALPHABET) + 1))
    for character, part in parts.items():
        p[0, -1 if character == "nothing" else ALPHABET.index(character)] = part
    with np.errstate(divide="ignore"):
        return np.log(p)


def test_what_looks_like_a_digit_counts_for_one_in_part():
    p = np.exp(digits_of(_column(O=0.4, o=0.2, nothing=0.3, a=0.1), ALPHABET))[0]
    assert p[0] == pytest.approx(0.15 * 0.6)
    assert p[-1] == pytest.approx(0.3)
    assert p[1:-1] == pytest.approx(0.0, abs=1e-6)


def test_letters_small_or_not_are_capitals_and_points_are_nothing():
    p = np.exp(capitals_of(_column(A=0.2, a=0.3, **{".": 0.1, " ": 0.2}, nothing=0.2), ALPHABET))[0]
    assert p[CAPITALS.index("A")] == pytest.approx(0.5)
    assert p[-1] == pytest.approx(0.5)
    assert p.sum() == pytest.approx(1.0, abs=1e-6)
