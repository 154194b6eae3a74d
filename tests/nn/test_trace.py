"""`network.trace`: the same gradients as training's, with all that lies between kept."""

import numpy as np
import pytest

from inkgrad import Dense, Network, ReLU, softmax, softmax_cross_entropy
from inkgrad.errors import ShapeError
from inkgrad.nn.convolution import Conv2D
from inkgrad.nn.layers import Dropout, Flatten
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import MaxPool2D


def dense(seed=3):
    layers = [Dense(5), ReLU(), Dense(4), ReLU(), Dense(3)]
    return Network((6,), layers, seed=seed, dtype=np.float64)


def convolutional():
    layers = [Conv2D(2, 3), BatchNorm(), ReLU(), MaxPool2D(), Flatten(), Dense(3)]
    return Network((8, 8, 1), layers, seed=3, dtype=np.float64)


def batch(network, classes, n=7):
    rng = np.random.default_rng(11)
    return rng.random((n, *network.input_shape)), rng.integers(0, classes, n)


@pytest.mark.parametrize("make", [dense, convolutional])
def test_gradients_are_those_of_forward_and_backward(make):
    network = make()
    x, y = batch(network, 3)
    traced = network.trace(x, y)
    _, dlogits = softmax_cross_entropy(network.forward(x), y)
    network.backward(dlogits)
    assert [step.place for step in traced] == [
        place for place, layer in enumerate(network.layers) if hasattr(layer, "dW")
    ]
    for step in traced:
        layer = network.layers[step.place]
        np.testing.assert_array_equal(step.dW, layer.dW)
        np.testing.assert_array_equal(step.db, layer.db)


def test_every_array_is_what_the_formula_says():
    network = dense()
    x, y = batch(network, 3)
    first, second, last = network.trace(x, y)
    weights = network.parameters()
    before = x
    for step in (first, second, last):
        np.testing.assert_allclose(step.x, before)
        z = before @ weights[f"{step.place}.W"] + weights[f"{step.place}.b"]
        np.testing.assert_allclose(step.z, z)
        np.testing.assert_allclose(step.dW, step.x.T @ step.dz)
        np.testing.assert_allclose(step.db, step.dz.sum(axis=0))
        before = step.a
    np.testing.assert_allclose(first.a, np.maximum(first.z, 0))
    np.testing.assert_allclose(last.a, softmax(last.z))
    np.testing.assert_allclose(last.dz, (last.a - np.eye(3)[y]) / len(y))
    np.testing.assert_allclose(second.dz, (last.dz @ weights["4.W"].T) * (second.z > 0))
    np.testing.assert_allclose(first.dz, (second.dz @ weights["2.W"].T) * (first.z > 0))


def test_the_network_is_not_changed():
    network = dense()
    x, y = batch(network, 3)
    _, dlogits = softmax_cross_entropy(network.forward(x), y)
    theta = network.theta.copy()
    network.grad[:] = 5
    network.trace(x[:2], y[:2])
    np.testing.assert_array_equal(network.theta, theta)
    assert (network.grad == 5).all()
    network.backward(dlogits)  # what forward remembered is still the batch of seven


def test_dropout_draws_from_a_generator_of_its_own():
    layers = [Dense(5), ReLU(), Dropout(0.5), Dense(3)]
    network = Network((6,), layers, seed=3, dtype=np.float64)
    untouched = Network((6,), layers, seed=3, dtype=np.float64)
    x, y = batch(network, 3)
    network.trace(x, y)
    np.testing.assert_array_equal(network.forward(x), untouched.forward(x))


def test_whole_pixels_are_traced_as_they_are_learned_from():
    network = dense()
    pixels, y = np.arange(12, dtype=np.uint8).reshape(2, 6), np.array([0, 2])
    np.testing.assert_allclose(network.trace(pixels, y)[0].x, pixels / 255)


def test_samples_that_do_not_fit_are_refused():
    network = dense()
    with pytest.raises(ShapeError, match="needs"):
        network.trace(np.zeros((2, 7)), np.array([0, 1]))
