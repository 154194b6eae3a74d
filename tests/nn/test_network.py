from __future__ import annotations

import copy
import io
import pickle

import joblib
import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.architectures import build, deck, mlp
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import logits_of


def through_joblib(network: Network) -> Network:
    buffer = io.BytesIO()
    joblib.dump(network, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


@pytest.mark.parametrize(
    "way",
    [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n)), through_joblib],  # noqa: S301
)
def test_a_copy_is_whole_bound_and_apart(way, rng):
    network = deck(seed=3)
    twin = way(network)
    x = rng.random((4, 784), np.float32)
    np.testing.assert_array_equal(twin(x), network(x))
    twin.theta[:] = 0
    assert not twin(x).any()
    assert network(x).any()
    twin.forward(x)
    twin.backward(np.ones((4, 10), np.float32))
    assert twin.grad.any()
    assert not network.grad.any()


def test_a_replica_shares_weights_and_nothing_else(rng):
    network = deck()
    replica = network.replica()
    replica.forward(rng.random((4, 784), np.float32))
    replica.backward(np.ones((4, 10), np.float32))
    assert replica.grad.any()
    assert not network.grad.any()
    network.theta[:] = 0
    assert not replica.theta.any()
    assert replica.layers[0].W.base is not None
    assert not replica.layers[0].W.any()


def test_pixels_are_divided_by_255_once_and_floats_not_at_all(rng):
    network = deck()
    pixels = rng.integers(0, 256, (3, 28, 28), np.uint8)
    np.testing.assert_allclose(network(pixels), network(pixels / 255), rtol=1e-4, atol=1e-6)


def test_calling_in_blocks_or_threads_gives_the_same_bits(rng):
    network = deck()
    pixels = rng.integers(0, 256, (1300, 28, 28), np.uint8)
    whole = logits_of(network, pixels, threads=1)
    np.testing.assert_array_equal(logits_of(network, pixels, threads=3), whole)
    assert whole.shape == (1300, 10)


def test_predicting_writes_nothing(rng):
    network = deck()
    before = set(vars(network.layers[0]))
    network(rng.random((4, 784), np.float32))
    assert set(vars(network.layers[0])) == before


def test_an_input_of_the_wrong_size_is_refused():
    with pytest.raises(ShapeError, match=r"got input \(3, 783\), needs \(n, 784\)"):
        deck()(np.zeros((3, 783), np.float32))


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    np.testing.assert_array_equal(deck(seed=5).theta, deck(seed=5).theta)
    assert (deck(seed=5).theta != deck(seed=6).theta).any()


def test_the_deck_is_784_128_64_10():
    network = deck()
    assert network.theta.size == 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10 == 109_386
    assert network.multiply_adds() == 784 * 128 + 128 * 64 + 64 * 10
    assert network.theta.dtype == np.float32
    assert network.theta.ctypes.data % 64 == 0
    table = network.summary()
    assert "109,386" in table
    assert "109,184" in table


def test_architectures_have_names():
    assert build("deck", 26).output_shape == (26,)
    assert build("mlp:512-256").theta.size == mlp((512, 256)).theta.size
    assert len(build("deck", dropout=0.2).layers) == len(deck().layers) + 2
    for name in ("lstm", "mlp:", "mlp:12-", "mlp:0", "mlp:1e9"):
        with pytest.raises(ShapeError):
            build(name)


def test_parameters_are_named_views_on_theta():
    network = Network((3,), [Dense(2)])
    network.parameters()["0.b"][:] = 5
    np.testing.assert_array_equal(network.theta[-2:], 5)
