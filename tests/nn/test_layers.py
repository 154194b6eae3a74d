from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ShapeError, UsageError
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.gradient_check import gradient_error
from inkgrad.nn.layers import Dense, Dropout, Flatten
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network

ACTIVATIONS = [ReLU(), LeakyReLU(), LeakyReLU(0.2), Tanh(), Sigmoid(), GELU()]
STACKS = [
    ((6,), [Dense(4)]),
    ((6,), [Dense(5, "glorot"), Dense(4, 0.5)]),
    ((2, 3), [Flatten(), Dense(4)]),
    ((6,), [Dense(8), Dropout(0.4), ReLU(), Dense(4)]),
    *[((6,), [Dense(7), activation, Dense(4)]) for activation in ACTIVATIONS],
]


def input_gradient_error(network: Network, x: np.ndarray, labels: np.ndarray) -> float:
    """The same check for the gradient by the input, which no parameter shows."""
    _, dlogits = softmax_cross_entropy(network.forward(x), labels)
    dy = dlogits
    for layer in reversed(network.layers):
        dy = layer.backward(dy, need_dx=True)
    expected = np.empty_like(x)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += 1e-6
        above = softmax_cross_entropy(network(moved), labels)[0]
        moved[place] -= 2e-6
        expected[place] = (above - softmax_cross_entropy(network(moved), labels)[0]) / 2e-6
    return float(np.abs(dy.reshape(x.shape) - expected).max())


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(("shape", "layers"), STACKS, ids=lambda value: str(value))
def test_backward_is_the_gradient_of_the_loss(shape, layers, smoothing, rng):
    network = Network(shape, layers, seed=1, dtype=np.float64)
    network.theta += 0.1 * rng.standard_normal(network.theta.size)
    x, labels = rng.standard_normal((5, *shape)), rng.integers(0, 4, 5)

    def loss(logits, labels):
        return softmax_cross_entropy(logits, labels, smoothing)

    assert gradient_error(network, x, labels, loss) < 1e-5


def test_differences_of_a_network_in_float32_are_refused(rng):
    network = Network((3,), [Dense(2)], seed=1)
    x, labels = rng.standard_normal((4, 3)), rng.integers(0, 2, 4)
    before = network.theta.copy()
    with pytest.raises(UsageError, match=r"network of float32.* expected float64"):
        gradient_error(network, x, labels, softmax_cross_entropy)
    np.testing.assert_array_equal(network.theta, before)


@pytest.mark.parametrize("layer", [*ACTIVATIONS, Flatten(), Dense(4)], ids=str)
def test_the_gradient_by_the_input_is_right_too(layer, rng):
    layers = [Flatten(), Dense(5), layer] if not isinstance(layer, Flatten) else [layer]
    network = Network((2, 3), layers, seed=1, dtype=np.float64)
    x = rng.standard_normal((3, 2, 3))
    labels = rng.integers(0, network.output_shape[0], 3)
    assert input_gradient_error(network, x, labels) < 1e-8


@pytest.mark.parametrize("layer", ACTIVATIONS, ids=str)
def test_an_activation_keeps_float32_and_its_argument(layer, rng):
    x = rng.standard_normal((3, 4)).astype(np.float32)
    kept = x.copy()
    y = layer.forward(x)
    dy = layer.backward(np.ones_like(y))
    assert y.dtype == dy.dtype == np.float32
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(layer(x), y)


@pytest.mark.parametrize(
    ("layer", "x", "y"),
    [
        (ReLU(), -2.0, 0.0),
        (LeakyReLU(0.1), -2.0, -0.2),
        (Tanh(), 0.5, 0.46211716),
        (Sigmoid(), 2.0, 0.88079708),
        (Sigmoid(), -1000.0, 0.0),
        (GELU(), 1.0, 0.84119199),
    ],
)
def test_activations_have_the_values_of_their_definition(layer, x, y):
    assert float(layer(np.array([x]))[0]) == pytest.approx(y, abs=1e-7)


def test_dropout_drops_in_training_alone_and_keeps_the_mean(rng):
    network = Network((1000,), [Dropout(0.3)])
    network.draw_from(rng)
    x = np.ones((100, 1000), np.float32)
    np.testing.assert_array_equal(network(x), x)
    y = network.forward(x)
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert y.dtype == np.float32


@pytest.mark.parametrize(
    ("init", "spread"), [("he", (2 / 400) ** 0.5), ("glorot", (2 / 700) ** 0.5), (0.01, 0.01)]
)
def test_initial_weights_spread_as_their_papers_say(init, spread):
    network = Network((400,), [Dense(300, init)])
    assert network.layers[0].W.std() == pytest.approx(spread, rel=0.02)
    assert not network.layers[0].b.any()


@pytest.mark.parametrize(
    ("shape", "layers", "message"),
    [
        ((28, 28), [Dense(10)], r"layer 1, Dense.*got \(28, 28\), needs a flat input"),
        ((4,), [ReLU(), Dense(0)], r"layer 2, Dense.*has 0 units, needs at least 1"),
        ((4,), [Dropout(1.0)], r"layer 1, Dropout.*needs 0 <= rate < 1"),
        ((4,), [Dense(3, "best")], r"init 'best', needs"),
        ((), [Dense(3)], r"got input shape \(\)"),
    ],
)
def test_layers_that_do_not_fit_are_named_when_the_network_is_built(shape, layers, message):
    with pytest.raises(ShapeError, match=message):
        Network(shape, layers)
