from __future__ import annotations

import math

import numpy as np
import pytest

from inkgrad.evaluation import metrics
from inkgrad.nn.losses import softmax


def test_the_confusion_matrix_counts_truth_by_row():
    found = metrics.confusion_matrix(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2]), 3)
    np.testing.assert_array_equal(found, [[1, 0, 1], [0, 1, 0], [0, 0, 1]])


def test_precision_recall_and_one_against_the_rest_follow_from_it():
    each = metrics.per_class(np.array([[8, 2, 0], [1, 9, 0], [0, 0, 0]]))
    np.testing.assert_allclose(each.precision, [8 / 9, 9 / 11, np.nan])
    np.testing.assert_allclose(each.recall, [0.8, 0.9, np.nan])
    np.testing.assert_allclose(each.against_rest, [17 / 20, 17 / 20, 1.0])
    np.testing.assert_array_equal(each.count, [10, 10, 0])


def test_balanced_accuracy_is_the_mean_over_the_classes_that_occur():
    labels, predicted = np.array([0, 0, 0, 0, 2, 2]), np.array([0, 0, 0, 1, 2, 0])
    assert metrics.balanced_accuracy(labels, predicted, 4) == (3 / 4 + 1 / 2) / 2


@pytest.mark.parametrize(
    # From the closed form, as in Brown, Cai and DasGupta 2001.
    ("right", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (982, 1000, 0.9717, 0.9886)],
)
def test_the_interval_is_wilsons(right, n, low, high):
    assert metrics.wilson_interval(right, n) == pytest.approx((low, high), abs=1e-4)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    probabilities = np.tile([0.9, 0.1], (10, 1))
    labels = np.array([0] * 6 + [1] * 4)
    assert metrics.reliability(probabilities, labels).error == pytest.approx(0.3)
    assert metrics.reliability(np.eye(3), np.arange(3)).error == 0


def test_the_temperature_is_the_one_the_logits_were_made_with(rng):
    truth = rng.standard_normal((20_000, 5)) * 2
    p = softmax(truth)
    labels = (p.cumsum(axis=1) > rng.random((len(p), 1))).argmax(axis=1)
    assert metrics.fit_temperature(truth * 3, labels) == pytest.approx(3, rel=0.03)
    assert metrics.fit_temperature(truth / 3, labels) == pytest.approx(1 / 3, rel=0.03)


def test_the_surest_mistake_comes_first():
    p = np.array([[0.6, 0.4], [0.1, 0.9], [0.99, 0.01], [0.8, 0.2]])
    found = metrics.most_confident_mistakes(p, np.array([1, 1, 0, 1]), 5)
    assert found.tolist() == [3, 0]
    assert math.isclose(metrics.accuracy(np.array([1, 1, 0, 1]), p.argmax(axis=1)), 0.5)


def test_as_much_is_readable_as_leaves_few_enough_mistakes():
    confidences = np.array([0.9, 0.5, 0.8, 0.7, 0.6])
    right = np.array([True, False, True, False, True])
    assert metrics.readable(confidences, right, 0.0) == (0.4, 0.8)
    assert metrics.readable(confidences, right, 0.25) == (0.8, 0.6)
    assert metrics.readable(confidences, ~right, 0.0) == (0.0, 1.0)


def test_equal_confidences_are_readable_together_or_not_at_all():
    confidences = np.array([0.9, 0.5, 0.5, 0.5, 0.2])
    right = np.array([True, True, True, False, True])
    assert metrics.readable(confidences, right, 0.0) == (0.2, 0.9)
    assert metrics.readable(confidences, right, 0.25) == (1.0, 0.2)
    assert metrics.readable(confidences[:4], right[:4], 0.25) == (1.0, 0.5)
    assert metrics.readable(np.ones(3), np.array([True, False, True]), 0.0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("ab", "ba", 2)],
)
def test_edit_distance_counts_what_is_put_in_taken_out_and_changed(one, other, edits):
    assert metrics.edit_distance(one, other) == metrics.edit_distance(other, one) == edits


def test_the_character_error_rate_is_over_all_characters_and_may_pass_one():
    assert metrics.character_error_rate(["abcd", "ef"], ["abxd", "ef"]) == pytest.approx(1 / 6)
    assert metrics.character_error_rate(["a"], ["xyz"]) == 3


@pytest.mark.parametrize(
    ("truth", "read", "right"),
    [
        ("a well-developed mind", "a well developed mind", [True, False, False, True]),
        ("one two three", "one two three", [True, True, True]),
        ("one two three", "two one three", [True, False, True]),
        ("the the cat", "the cat", [True, True]),
        ("the cat", "the the cat", [True, False, True]),
        ("", "cat", [False]),
        ("cat", "", []),
    ],
)
def test_words_are_right_that_stand_in_the_truth_in_its_order(truth, read, right):
    assert metrics.words_right(truth.split(), read.split()) == right
    assert sum(right) == sum(metrics.words_right(read.split(), truth.split()))
