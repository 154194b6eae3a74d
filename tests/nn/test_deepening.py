from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.activations import ReLU
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.deepening import deepened
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm


def test_a_deeper_reader_begins_by_reading_as_the_shallower_one(rng):
    shallow = line_reader("abc", "large", seed=1)
    for layer in shallow.layers:
        if isinstance(layer, BatchNorm):
            layer.mean[...] = rng.normal(size=layer.mean.shape)
            layer.variance[...] = rng.uniform(0.5, 2, layer.variance.shape)
    x = rng.integers(0, 256, (3, 32, 60), np.uint8)
    deep = deepened(shallow, line_reader("abc", "joined", seed=2), x)
    assert deep.theta.size > shallow.theta.size
    assert np.allclose(deep(x), shallow(x), atol=1e-4)
    other = rng.integers(0, 256, (2, 32, 80), np.uint8)
    assert np.allclose(deep(other), shallow(other), atol=1e-4)


def test_what_is_added_is_learned(rng):
    x = rng.integers(0, 256, (3, 32, 60), np.uint8)
    deep = deepened(line_reader("abc", "large"), line_reader("abc", "joined", seed=2), x)
    before = deep.forward(x).copy()
    deep.backward(np.ones_like(before))
    added = [layer for layer in deep.layers if isinstance(layer, Conv1D)][-2]
    assert np.abs(added.dW).max() > 0


def reader(channels: int, *further: Conv1D) -> Network:
    more = [layer for conv in further for layer in (conv, BatchNorm(), ReLU())]
    return Network((32, 64, 1), [Conv2D(4), Columns(), Conv1D(channels, 1), ReLU(), *more,
                                 Conv1D(3)])  # fmt: skip


def test_networks_that_do_not_match_are_refused(rng):
    x = rng.integers(0, 256, (2, 32, 40), np.uint8)
    with pytest.raises(ShapeError, match="expected pairs"):
        deepened(reader(8, Conv1D(8)), reader(8), x)
    with pytest.raises(ShapeError, match="of shape"):
        deepened(reader(8), reader(9, Conv1D(9)), x)
