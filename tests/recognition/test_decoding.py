"""Decoding against enumeration: every string there is, each with the sum over its alignments."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.ctc import log_probability, log_softmax
from inkgrad.recognition.decoding import decode, decoding, log_total
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import STATES, state_of, unused


def every_string(log_p, lengths):
    """All strings of these lengths, with their exact probabilities."""
    k = log_p.shape[1] - 1
    return {
        string: np.exp(log_probability(log_p, np.array(string, np.int64)))
        for length in lengths
        for string in product(range(k), repeat=length)
    }


def total_by_places(log_p, digits):
    """The sum over all strings of so many classes, by how many of them are written so far."""
    p = np.exp(log_p)
    waiting, reading = np.zeros(digits + 1), np.zeros((digits + 1, p.shape[1] - 1))
    waiting[0] = 1
    for column in p:
        both = waiting + reading.sum(axis=1)
        begun = np.zeros_like(reading)
        begun[1:] = both[:-1, None] - reading[:-1]
        reading = (reading + begun) * column[:-1]
        waiting = both * column[-1]
    return waiting[digits] + reading[digits].sum()


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
    pattern = Pattern.parse("[ac]" + "[abc]" * (length - 1), "abc")
    possible = {s: p for s, p in every.items() if s[0] != 1}
    assert np.exp(log_total(log_p, [pattern])) == pytest.approx(sum(possible.values()), rel=1e-10)
    found = decode(log_p, [pattern], count=100)
    assert found[0][0] == max(possible, key=lambda s: possible[s])
    for string, p, _ in found:
        assert p == pytest.approx(possible[string] / sum(possible.values()), rel=1e-9)


def test_several_patterns_share_the_probability(rng):
    log_p = log_softmax(rng.standard_normal((7, 4)))
    every = every_string(log_p, [1, 3])
    patterns = [Pattern.parse(text, "abc") for text in ("[abc]", ".{3}")]
    found = decode(log_p, patterns, count=100)
    assert sum(p for _, p, _ in found) == pytest.approx(1, abs=1e-9)
    assert all(pattern is patterns[len(string) // 3] for string, _, pattern in found)
    string, p, _ = found[0]
    assert p == pytest.approx(every[string] / sum(every.values()), rel=1e-9)


def test_what_two_patterns_allow_counts_once(rng):
    log_p = log_softmax(rng.standard_normal((6, 4)))
    one, two = Pattern.parse("(?w0.5:..)", "abc"), Pattern.parse("a[abc]", "abc")
    found = decode(log_p, [one, two], count=20)
    assert len(found) == len({string for string, _, _ in found}) == 9
    every = every_string(log_p, [2])
    weighed = {s: p * (1 if s[0] == 0 else 0.5) for s, p in every.items()}
    for string, p, pattern in found:
        assert p == pytest.approx(weighed[string] / sum(weighed.values()), rel=1e-12)
        assert pattern is (two if string[0] == 0 else one)


def test_unlikely_strings_count_less_and_the_sum_stays_exact(rng):
    log_p = log_softmax(rng.standard_normal((7, 4)))
    every = every_string(log_p, [3])
    unlikely = Unlikely(np.array([[0, 1], [2, 2]]), times=10)
    weighed = {s: p / (10 if s[:2] in ((0, 1), (2, 2)) else 1) for s, p in every.items()}
    found = decode(log_p, [Pattern.parse(".{3}", "abc")], 100, unlikely)
    assert found[0][0] == max(weighed, key=lambda s: weighed[s])
    for string, p, _ in found:
        assert p == pytest.approx(weighed[string] / sum(weighed.values()), rel=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "a*b?c+",
        "(ab|ba|cc){1,2}",
        "(?w0.3:a|b)*c",
        "(?w0.2:.{2,4})|(?w0.9:a)bc?",
        "a[^a]+|(?w0.01:.*)",
        "((?w0.5:a)|b)(c(?w0.25:b)?)*",
    ],
)
def test_any_expression_is_summed_and_searched_exactly_in_several_views(text, rng):
    pattern = Pattern.parse(text, "abc")
    for _ in range(3):
        views = [log_softmax(2 * rng.standard_normal((t, 4))) for t in (6, 5, 7)]
        mean: dict[tuple[int, ...], float] = {}
        for view in views:
            weighed = {
                s: p * math.exp(pattern.log_weight("".join("abc"[c] for c in s)))
                for s, p in every_string(view, range(8)).items()
            }
            total = sum(weighed.values())
            assert log_total(view, [pattern]) == pytest.approx(math.log(total), abs=1e-12)
            for string, p in weighed.items():
                mean[string] = mean.get(string, 0.0) + p / total / 3
        best = sorted(mean, key=lambda s: -mean[s])[:8]
        found = decode(views, [pattern], count=8)
        for (string, p, _), expected in zip(found, best, strict=False):
            assert p == pytest.approx(mean[string], rel=1e-12)
            assert p == pytest.approx(mean[expected], rel=1e-12)
        assert found


@pytest.mark.parametrize("digits", [5, 9])
def test_lines_of_forty_columns_are_summed_as_place_by_place(digits, rng):
    pattern = Pattern.parse("9" * digits)
    for sharpness in (0.5, 3.0, 8.0):
        log_p = log_softmax(sharpness * rng.standard_normal((40, 11)))
        expected = total_by_places(log_p, digits)
        assert log_total(log_p, [pattern]) == pytest.approx(math.log(expected), abs=1e-12)
        for string, p, _ in decode(log_p, [pattern]):
            exact = math.exp(log_probability(log_p, np.array(string, np.int64))) / expected
            assert p == pytest.approx(exact, rel=1e-12)


def test_both_kinds_of_notation_read_alike(rng):
    log_p = log_softmax(3 * rng.standard_normal((30, 11)))
    short = decode(log_p, [Pattern.parse(text) for text in ("99999", "99999-9999")])
    for other in ([r"\d{5}", r"[0-9]{5}-\d{4}"], [r"\d{5}(-\d{4})?"]):
        found = decode(log_p, [Pattern.parse(text) for text in other])
        assert [string for string, _, _ in found] == [string for string, _, _ in short]
        for (_, p, _), (_, expected, _) in zip(found, short, strict=True):
            assert p == pytest.approx(expected, rel=1e-12)


def test_zip_codes_in_use_are_the_prior_of_unused_ones(rng):
    log_p = log_softmax(2 * rng.standard_normal((30, 11)))
    patterns = [Pattern.parse(text) for text in ("99999", "99999-9999")]
    expected = decode(log_p, patterns, 5, Unlikely(unused()))
    found = decode(log_p, [Pattern.parse("{zip4}")])
    assert [string for string, _, _ in found] == [string for string, _, _ in expected]
    for (_, p, _), (_, other, _) in zip(found, expected, strict=True):
        assert p == pytest.approx(other, rel=1e-12)


def test_that_something_else_is_written_is_a_hypothesis_of_its_own(rng):
    views = [log_softmax(rng.standard_normal((t, 4))) for t in (6, 5)]
    pattern = Pattern.parse("[ab]{2}", "abc")
    every = [every_string(view, range(7)) for view in views]
    found = decoding(views, [pattern], 9, elsewhere=0.25)
    allowed = [sum(p for s, p in of.items() if len(s) == 2 and 2 not in s) for of in every]
    np.testing.assert_allclose(found.log_allowed, np.log(allowed), atol=1e-12)
    np.testing.assert_allclose(found.log_free, 0, atol=1e-12)
    for string, p, _ in found.strings:
        parts = [of[string] / (a + 0.25 * (1 - a)) for of, a in zip(every, allowed, strict=True)]
        assert p == pytest.approx(sum(parts) / 2, rel=1e-12)


def test_columns_that_are_no_distributions_are_summed_all_the_same(rng):
    log_p = log_softmax(rng.standard_normal((5, 4))) + 0.3
    found = decoding(log_p, count=2000)
    assert float(found.log_free[0]) == pytest.approx(1.5, abs=1e-12)
    assert float(found.log_allowed[0]) == pytest.approx(1.5, abs=1e-12)
    assert sum(p for _, p, _ in found.strings) == pytest.approx(1, abs=1e-6)


def test_what_is_all_but_impossible_is_not_lost_among_rounding(rng):
    log_p = np.full((12, 11), -60.0)
    log_p[:, 3] = 0.0  # one long stroke, which is a single character
    for text, likeliest in (("99", -60), ("999", -60), ("9999", -120)):
        total = log_total(log_p, [Pattern.parse(text)])
        assert likeliest - 1 < total < likeliest + 12
    assert decode(log_p, [Pattern.parse("9")])[0][0] == (3,)


def test_zip_codes_know_their_states():
    assert state_of("90210") == "CA"
    assert state_of("02139") == "MA"
    assert state_of("00012") is None
    assert len(unused()) + len(STATES) == 1000


def test_an_impossible_pattern_has_no_reading():
    log_p = log_softmax(np.zeros((2, 11)))
    found = decoding(log_p, [Pattern.parse("99999")])
    assert found.strings == []
    assert found.log_allowed.tolist() == [-math.inf]


def test_a_view_too_narrow_for_the_pattern_adds_nothing(rng):
    wide, narrow = (log_softmax(rng.standard_normal((t, 11))) for t in (9, 3))
    pattern = Pattern.parse("99999")
    alone = decode(wide, [pattern])
    both = decode([wide, narrow], [pattern])
    assert [string for string, _, _ in both] == [string for string, _, _ in alone]
    for (_, p, _), (_, expected, _) in zip(both, alone, strict=True):
        assert p == pytest.approx(expected / 2, rel=1e-12)


def test_columns_that_are_nan_have_no_reading():
    assert decode(np.full((4, 11), np.nan), [Pattern.parse("99")]) == []


@pytest.mark.parametrize("shape", [(5, 10), (5, 12), (0, 11), (5,)])
def test_columns_of_another_alphabet_are_refused(shape):
    with pytest.raises(ShapeError, match=r"expected \(t, classes \+ 1\)"):
        decode(np.zeros(shape), [Pattern.parse("99")])


def test_a_pattern_that_hardly_fits_is_not_certain_of_itself():
    p = np.full((6, 4), 2e-3)
    p[:, 3] = 1  # blank, and once a 1: nothing like three digits
    p[2, 1] = 5.0
    log_p = np.log(p / p.sum(axis=1, keepdims=True))
    pattern = Pattern.parse("999", "012")
    sure = decode(log_p, [pattern], 1)[0][1]
    doubtful = decoding(log_p, [pattern], 1, elsewhere=0.01).strings[0][1]
    fitting = decoding(log_p, [Pattern.parse("9", "012")], 1, elsewhere=0.01).strings[0][1]
    assert sure > 0.09
    assert doubtful < 0.1 * sure
    assert fitting > 0.9
