from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from inkgrad.errors import UsageError
from inkgrad.nn.ctc import log_probability, log_softmax
from inkgrad.reading.decoding import Pattern, Unlikely, decode, log_total, places
from inkgrad.reading.zipcodes import STATES, state_of, unused


def every_string(log_p, lengths):
    """All strings of these lengths, with their exact probabilities."""
    k = log_p.shape[1] - 1
    return {
        string: np.exp(log_probability(log_p, np.array(string, np.int64)))
        for length in lengths
        for string in product(range(k), repeat=length)
    }


def test_without_a_pattern_the_best_of_all_strings_is_found_with_its_exact_probability(rng):
    for _ in range(10):
        log_p = log_softmax(2 * rng.standard_normal((6, 4)))
        every = every_string(log_p, range(7))
        best = sorted(every, key=lambda s: -every[s])[:3]
        found = decode(log_p, count=3)
        assert [string for string, _, _ in found] == best
        for string, p, _ in found:
            assert p == pytest.approx(every[string], rel=1e-9)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_pattern_is_normalized_over_all_that_it_allows(length, rng):
    log_p = log_softmax(rng.standard_normal((6, 4)))
    every = every_string(log_p, [length])
    allowed = np.ones((length, 3), bool)
    allowed[0, 1] = False
    possible = {s: p for s, p in every.items() if s[0] != 1}
    assert np.exp(log_total(log_p, allowed)) == pytest.approx(sum(possible.values()), rel=1e-10)
    found = decode(log_p, [Pattern("", allowed, (None,) * length)], count=100)
    assert found[0][0] == max(possible, key=lambda s: possible[s])
    for string, p, _ in found:
        assert p == pytest.approx(possible[string] / sum(possible.values()), rel=1e-9)


def test_several_patterns_share_the_probability(rng):
    log_p = log_softmax(rng.standard_normal((7, 4)))
    every = every_string(log_p, [1, 3])
    patterns = [Pattern("", np.ones((n, 3), bool), (None,) * n) for n in (1, 3)]
    found = decode(log_p, patterns, count=100)
    assert 0.95 < sum(p for _, p, _ in found) <= 1 + 1e-9  # the beam drops the least likely
    string, p, _ = found[0]
    assert p == pytest.approx(every[string] / sum(every.values()), rel=1e-9)


def test_unlikely_strings_count_less_and_the_sum_stays_exact(rng):
    log_p = log_softmax(rng.standard_normal((7, 4)))
    every = every_string(log_p, [3])
    unlikely = Unlikely(np.array([[0, 1], [2, 2]]), times=10)
    weighed = {s: p / (10 if s[:2] in ((0, 1), (2, 2)) else 1) for s, p in every.items()}
    pattern = Pattern("", np.ones((3, 3), bool), (None,) * 3)
    found = decode(log_p, [pattern], 100, unlikely)
    assert found[0][0] == max(weighed, key=lambda s: weighed[s])
    for string, p, _ in found:
        assert p == pytest.approx(weighed[string] / sum(weighed.values()), rel=1e-9)


def test_zip_codes_know_their_states():
    assert state_of("90210") == "CA"
    assert state_of("02139") == "MA"
    assert state_of("00012") is None
    assert len(unused()) + len(STATES) == 1000


def test_a_pattern_says_what_is_read_and_what_is_only_written():
    pattern = Pattern.parse("99999-9999")
    assert len(pattern) == 9
    assert pattern.written("123456789") == "12345-6789"
    fixed = Pattern.parse("1x9")
    assert fixed.allowed[0].tolist() == [digit == 1 for digit in range(10)]
    with pytest.raises(UsageError, match="has nothing to read"):
        Pattern.parse("--")


def test_places_are_the_columns_of_each_character():
    path = [3, 0, 0, 3, 1, 1, 1, 3, 1]
    log_p = np.full((len(path), 4), -9.0)
    log_p[np.arange(len(path)), path] = -0.01
    assert places(log_p, (0, 1, 1)) == [(1, 3), (4, 7), (8, 9)]


def test_more_characters_than_columns_share_them():
    log_p = log_softmax(np.zeros((4, 4)))
    assert places(log_p, (0, 1, 0, 1, 0, 1)) == [*[(0, 1)] * 2, (1, 2), *[(2, 3)] * 2, (3, 4)]
    assert len(places(log_p, (1, 1, 1))) == 3  # alike, they need blanks between them


def test_an_impossible_pattern_has_no_reading():
    log_p = log_softmax(np.zeros((2, 11)))
    assert decode(log_p, [Pattern.parse("99999")]) == []


def test_a_pattern_that_hardly_fits_is_not_certain_of_itself():
    p = np.full((6, 4), 2e-3)
    p[:, 3] = 1  # blank, and once a 1: nothing like three digits
    p[2, 1] = 5.0
    log_p = np.log(p / p.sum(axis=1, keepdims=True))
    pattern = Pattern.parse("999", "012")
    sure = decode(log_p, [pattern], 1)[0][1]
    doubtful = decode(log_p, [pattern], 1, other=0.01)[0][1]
    fitting = decode(log_p, [Pattern.parse("9", "012")], 1, other=0.01)[0][1]
    assert sure > 0.09
    assert doubtful < 0.1 * sure
    assert fitting > 0.9
