from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from inkgrad.nn.ctc import count_read, ctc_loss, greedy, log_probability, log_softmax


def collapsed(path, blank):
    return tuple(c for c, _ in groupby(path) if c != blank)


def probabilities_of_strings(log_p):
    """Every path written out, and added to the string that it stands for."""
    t, k = log_p.shape
    found: dict[tuple[int, ...], float] = {}
    for path in product(range(k), repeat=t):
        string = collapsed(path, k - 1)
        p = np.exp(sum(log_p[column, c] for column, c in enumerate(path)))
        found[string] = found.get(string, 0.0) + p
    return found


def test_the_probability_of_a_string_is_the_sum_over_all_alignments(rng):
    log_p = log_softmax(rng.standard_normal((5, 4)))
    every = probabilities_of_strings(log_p)
    assert sum(every.values()) == pytest.approx(1)
    assert (0, 0, 1) in every
    for string, p in every.items():
        found = log_probability(log_p, np.array(string, dtype=int))
        assert found == pytest.approx(np.log(p), abs=1e-10)


def test_the_loss_is_minus_its_logarithm_and_a_string_too_long_adds_nothing(rng):
    logits = rng.standard_normal((3, 4, 3))
    strings = np.array([[0, 1, -1, -1], [-1, -1, -1, -1], [0, 0, 1, 1]])  # the last has no path
    every = [probabilities_of_strings(log_softmax(z)) for z in logits]
    expected = -np.log(every[0][0, 1]) - np.log(every[1][()])
    loss, dlogits = ctc_loss(logits, strings, samples=1)
    assert loss == pytest.approx(expected, rel=1e-10)
    assert not dlogits[2].any()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_its_gradient_is_the_gradient_of_the_loss(smoothing, rng):
    logits = rng.standard_normal((3, 7, 5))
    strings = np.array([[0, 1, 1], [3, -1, -1], [2, 2, 0]])
    _, dlogits = ctc_loss(logits, strings, smoothing)
    expected = np.empty_like(logits)
    for place in np.ndindex(logits.shape):
        moved = logits.copy()
        moved[place] += 1e-6
        above = ctc_loss(moved, strings, smoothing)[0]
        moved[place] -= 2e-6
        expected[place] = (above - ctc_loss(moved, strings, smoothing)[0]) / 2e-6
    np.testing.assert_allclose(dlogits, expected, rtol=1e-5, atol=1e-8)


def test_the_losses_of_blocks_add_up(rng):
    logits, strings = rng.standard_normal((4, 6, 3)), np.array([[0, 1], [1, -1], [0, 0], [-1, -1]])
    whole, dwhole = ctc_loss(logits, strings, 0.1)
    parts = [ctc_loss(logits[i : i + 2], strings[i : i + 2], 0.1, samples=4) for i in (0, 2)]
    assert sum(loss for loss, _ in parts) == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(np.concatenate([d for _, d in parts]), dwhole, rtol=1e-12)


def test_hundreds_of_columns_neither_underflow_nor_overflow(rng):
    logits = (50 * rng.standard_normal((1, 400, 11))).astype(np.float32)
    loss, dlogits = ctc_loss(logits, np.array([[1, 2, 3, 4, 5]]))
    assert np.isfinite(loss)
    assert loss > 100
    assert np.isfinite(dlogits).all()


def test_the_likeliest_path_is_read_with_repeats_merged_and_blanks_dropped():
    path = [2, 0, 0, 2, 0, 1, 1, 2]  # blank 0 0 blank 0 1 1 blank
    logits = np.full((1, len(path), 3), -5.0)
    logits[0, np.arange(len(path)), path] = 5
    assert greedy(logits)[0, :4].tolist() == [0, 0, 1, -1]
    assert count_read(logits, np.array([[0, 0, 1]])) == 1
    assert count_read(logits, np.array([[0, 1, -1]])) == 0
