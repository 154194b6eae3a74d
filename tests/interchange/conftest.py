"""Networks to take elsewhere: each layer in a place where it could go wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D

IMAGE = (9, 7, 3)
LAYERS: dict[str, tuple[tuple[int, ...], list[Layer]]] = {
    "dense": ((5,), [Dense(4)]),
    "rectified": ((5,), [Dense(4), ReLU(), Dropout(), Dense(3)]),
    "leaky": ((5,), [LeakyReLU(0.2)]),
    "tanh": ((5,), [Tanh()]),
    "sigmoid": ((5,), [Sigmoid()]),
    "gelu": ((5,), [GELU()]),
    "dropped columns": (IMAGE, [Columns(), SpatialDropout(), Conv1D(2, 1)]),
    "flat normalized": ((5,), [BatchNorm(), Dense(3)]),
    "normalized image": (IMAGE, [BatchNorm(), SpatialDropout()]),
    "convolution": (IMAGE, [Conv2D(4)]),
    "even kernel": (IMAGE, [Conv2D(4, 4, stride=2)]),
    "unpadded": (IMAGE, [Conv2D(4, 3, padding=0), BatchNorm()]),
    "padded": (IMAGE, [Conv2D(4, 5, stride=2, padding=1)]),
    "pooled": (IMAGE, [MaxPool2D(), AveragePool2D(2, 1)]),
    "pooled by rows": (IMAGE, [MaxPool2D(2, width=1), AveragePool2D(3, 2)]),
    "largest": (IMAGE, [GlobalMaxPool(), Dense(3)]),
    "mean": (IMAGE, [GlobalAveragePool()]),
    "laid flat": (IMAGE, [Conv2D(4), Flatten(), ReLU(), BatchNorm(), Dense(3)]),
    "columns": (IMAGE, [Conv2D(4), Columns(), BatchNorm(1e-3), Conv1D(5, 3), Tanh(), Conv1D(2, 1)]),
    "columns laid flat": (IMAGE, [Columns(), Flatten(), Dense(4)]),
    "columns, then values": (IMAGE, [Columns(), Conv1D(6, 3), Flatten(), Dense(4)]),
}


def _unsettled(network: Network, seed: int = 5) -> Network:
    rng = np.random.default_rng(seed)
    for name, values in {**network.parameters(), **network.statistics()}.items():
        if not name.endswith("W"):
            values[...] = rng.uniform(0.5, 1.5, values.shape)
    return network


@pytest.fixture
def unsettled() -> Callable[..., Network]:
    """Gives a network biases, scales and statistics that are not what they start from."""
    return _unsettled


@pytest.fixture(params=LAYERS)
def few_layers(request: pytest.FixtureRequest) -> Network:
    """A small network, once for each row of the table."""
    shape, layers = LAYERS[request.param]
    return _unsettled(Network(shape, layers, seed=1))


@pytest.fixture
def layers_tested() -> set[type[Layer]]:
    return {type(layer) for _, layers in LAYERS.values() for layer in layers}
