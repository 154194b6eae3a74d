from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.ctc import ctc_loss
from inkgrad.nn.losses import open_cross_entropy, softmax, softmax_cross_entropy


def test_huge_logits_neither_overflow_nor_lose_their_loss():
    logits = np.array([[1e4, -1e4], [-1e4, 1e4]], np.float32)
    loss, dlogits = softmax_cross_entropy(logits, np.array([0, 0]))
    assert loss == pytest.approx(1e4)
    np.testing.assert_allclose(dlogits, [[0, 0], [-0.5, 0.5]])


def test_the_loss_is_minus_the_log_of_the_labels_probability(rng):
    logits, labels = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    expected = -np.log(softmax(logits)[np.arange(6), labels]).mean()
    assert softmax_cross_entropy(logits, labels)[0] == pytest.approx(expected, rel=1e-12)


def test_smoothing_is_cross_entropy_against_a_spread_label(rng):
    logits, labels = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    target = np.full((6, 5), 0.2 / 5)
    target[np.arange(6), labels] += 0.8
    expected = -(target * np.log(softmax(logits))).sum(axis=1).mean()
    assert softmax_cross_entropy(logits, labels, 0.2)[0] == pytest.approx(expected, rel=1e-12)


def test_the_losses_of_blocks_add_up_to_the_batchs(rng):
    logits, labels = rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    whole, dwhole = softmax_cross_entropy(logits, labels, 0.1)
    first, dfirst = softmax_cross_entropy(logits[:4], labels[:4], 0.1, samples=7)
    second, dsecond = softmax_cross_entropy(logits[4:], labels[4:], 0.1, samples=7)
    assert first + second == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(np.concatenate([dfirst, dsecond]), dwhole, rtol=1e-12)


def test_temperature_softens_and_keeps_the_order(rng):
    logits = rng.standard_normal((6, 5)).astype(np.float32)
    cool, warm = softmax(logits), softmax(logits, 3.0)
    assert (warm.max(axis=1) < cool.max(axis=1)).all()
    np.testing.assert_array_equal(warm.argmax(axis=1), cool.argmax(axis=1))
    np.testing.assert_allclose(warm.sum(axis=1), 1, rtol=1e-6)


def test_what_belongs_to_no_class_is_wanted_even_over_all(rng):
    logits, labels = rng.standard_normal((6, 5)), np.array([0, -1, 4, -1, 2, 2])
    target = np.full((6, 5), 0.2)
    target[labels >= 0] = 0.1 / 5
    target[labels >= 0, labels[labels >= 0]] += 0.9
    p = softmax(logits)
    loss, dlogits = open_cross_entropy(logits, labels, 0.1)
    assert loss == pytest.approx(-(target * np.log(p)).sum(axis=1).mean(), rel=1e-12)
    np.testing.assert_allclose(dlogits, (p - target) / 6, atol=1e-12)
    first, dfirst = open_cross_entropy(logits[:3], labels[:3], 0.1, samples=6)
    second, dsecond = open_cross_entropy(logits[3:], labels[3:], 0.1, samples=6)
    assert first + second == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(np.concatenate([dfirst, dsecond]), dlogits, atol=1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_weighted_loss_is_divided_by_the_sum_of_the_weights(smoothing, rng):
    logits, labels = rng.standard_normal((6, 5)), np.array([0, -1, 4, 3, 2, 2])
    counts = np.array([0, 1, 3, 2, 0, 1])
    repeated = np.repeat(np.arange(6), counts)
    for loss, found in (
        (softmax_cross_entropy, np.maximum(labels, 0)),
        (open_cross_entropy, labels),
    ):
        value, dlogits = loss(logits, found, smoothing, weights=counts)
        expected, each = loss(logits[repeated], found[repeated], smoothing)
        assert value == pytest.approx(expected, rel=1e-12)
        summed = np.zeros_like(logits)
        np.add.at(summed, repeated, each)
        np.testing.assert_allclose(dlogits, summed, atol=1e-15)
    columns, strings = rng.standard_normal((6, 4, 5)), labels[:, np.newaxis] % 4
    value, dlogits = ctc_loss(columns, strings, smoothing, weights=counts)
    assert value == pytest.approx(ctc_loss(columns[repeated], strings[repeated], smoothing)[0])


@pytest.mark.parametrize("loss", [softmax_cross_entropy, open_cross_entropy])
def test_weights_keep_the_type_of_the_logits_and_must_be_one_a_sample(loss, rng):
    logits = rng.standard_normal((3, 4)).astype(np.float32)
    labels = np.array([0, 1, 2])
    assert loss(logits, labels, weights=np.ones(3))[1].dtype == np.float32
    value, dlogits = loss(logits, labels, weights=np.zeros(3))
    assert value == 0
    assert not dlogits.any()
    with pytest.raises(ShapeError, match=r"weights: shape \(2,\), expected \(3,\)"):
        loss(logits, labels, weights=np.ones(2))
