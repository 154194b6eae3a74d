"""Every layer and every loss against finite differences in float64, compiled and plainly."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import numpy as np
import pytest

from inkgrad.nn import ctc, losses
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.operations import plain
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D

WAYS = {"compiled": nullcontext, "plain": plain}
LAYERS = [
    ((5,), Dense(4)),
    ((2, 3), Flatten()),
    ((6,), Dropout(0.4)),
    ((3, 4, 3), SpatialDropout(0.4)),
    ((7,), ReLU()),
    ((7,), LeakyReLU(0.2)),
    ((7,), Tanh()),
    ((7,), Sigmoid()),
    ((7,), GELU()),
    ((6, 5, 2), Conv2D(3)),
    ((7, 6, 2), Conv2D(3, 2, stride=3, padding=1)),
    ((6, 5, 8), Conv2D(9)),  # with fewer multiplications
    ((6, 7, 8), Conv2D(8, 5)),
    ((3, 5, 2), Columns()),
    ((6, 3), Conv1D(4, 5)),
    ((7, 6, 2), MaxPool2D()),
    ((7, 6, 2), MaxPool2D(3, 2)),
    ((7, 6, 2), MaxPool2D(2, 1, width=3)),
    ((7, 6, 2), AveragePool2D()),
    ((7, 6, 2), AveragePool2D(3, 1)),
    ((5, 4, 3), GlobalMaxPool()),
    ((5, 4, 3), GlobalAveragePool()),
    ((5,), BatchNorm()),
    ((4, 3, 2), BatchNorm()),
]
LOSSES = {
    losses.softmax_cross_entropy: ((6, 4), np.array([0, 3, 1, 1, 2, 0])),
    losses.open_cross_entropy: ((6, 4), np.array([0, -1, 1, -1, 2, 0])),
    ctc.ctc_loss: ((3, 7, 5), np.array([[0, 1, 1], [3, -1, -1], [2, 2, 0]])),
}


def differences(value: Callable[[], float], of: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Central differences of `value` by every number of an array, which is moved in place."""
    found = np.empty(of.shape)
    for place in np.ndindex(of.shape):
        kept = of[place]
        of[place] = kept + step
        above = value()
        of[place] = kept - step
        found[place] = (above - value()) / (2 * step)
        of[place] = kept
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("shape", "layer"), LAYERS, ids=str)
def test_the_backward_of_a_layer_is_its_gradient(shape, layer, way, rng):
    network = Network(shape, [layer], dtype=np.float64)
    network.theta[:] = rng.standard_normal(network.theta.size)
    layer, x = network.layers[0], rng.standard_normal((3, *shape))
    dy = rng.standard_normal((3, *network.output_shape))

    def value() -> float:
        network.draw_from(np.random.default_rng(5))
        return float((layer.forward(x) * dy).sum())

    with WAYS[way]():
        value()
        dx = layer.backward(dy)
        grad = network.grad.copy()
        np.testing.assert_allclose(dx, differences(value, x), rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(grad, differences(value, network.theta), rtol=1e-5, atol=1e-8)
        assert layer.backward(dy, need_dx=False) is None or isinstance(layer, Columns | Flatten)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_a_loss_returns_its_gradient(loss, smoothing, weighted, way, rng):
    shape, labels = LOSSES[loss]
    logits = rng.standard_normal(shape)
    weights = 3 * rng.random(len(logits)) if weighted else None
    with WAYS[way]():
        _, dlogits = loss(logits, labels, smoothing, None, weights)
        expected = differences(lambda: loss(logits, labels, smoothing, None, weights)[0], logits)
        np.testing.assert_allclose(dlogits, expected, rtol=1e-5, atol=1e-9)


def test_no_layer_and_no_loss_is_left_out():
    def kinds(of: type) -> Iterator[type]:
        for kind in of.__subclasses__():
            if kind.__module__.startswith("inkgrad.") and not kind.__name__.startswith("_"):
                yield kind
            yield from kinds(kind)

    assert {type(layer) for _, layer in LAYERS} == set(kinds(Layer))
    assert set(LOSSES) == {
        found
        for module in (losses, ctc)
        for _, found in inspect.getmembers(module, inspect.isfunction)
        if not found.__name__.startswith("_") and "smoothing" in inspect.signature(found).parameters
    }
