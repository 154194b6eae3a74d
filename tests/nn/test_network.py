from __future__ import annotations

import copy
import io
import pickle
from dataclasses import dataclass, field

import joblib
import numpy as np
import pytest

from inkgrad.errors import ModelError, ShapeError
from inkgrad.nn.architectures import build, deck, mlp
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.files import LAYERS
from inkgrad.nn.layers import Dense, Flatten, Layer
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import GlobalAveragePool, GlobalMaxPool
from inkgrad.nn.prediction import logits_of


@dataclass(eq=False)
class ScaleByRank(Layer):
    """y = factor ** rank * x, the sort of layer that somebody else writes."""

    factor: float = 2.0
    rank: int = field(default=1, kw_only=True)

    def __call__(self, x):
        return x * np.float32(self.factor**self.rank)

    def backward(self, dy, need_dx=True):
        return dy * np.float32(self.factor**self.rank)


def around(kind: type[Layer]) -> Network:
    """A network with a layer of that kind in it."""
    ending = [Flatten(), Dense(4)]
    layers = {
        Dense: [Flatten(), Dense(5), Dense(4)],
        Conv2D: [Conv2D(3), Conv2D(4), *ending],
        Columns: [Columns(), *ending],
        Conv1D: [Columns(), Conv1D(4), *ending],
        Flatten: [Conv2D(3), *ending],
        GlobalMaxPool: [Conv2D(3), GlobalMaxPool(), Dense(4)],
        GlobalAveragePool: [Conv2D(3), GlobalAveragePool(), Dense(4)],
    }
    image = layers.get(kind) or [Conv2D(3), kind(), *ending]
    assert any(type(layer) is kind for layer in image)
    return Network((6, 8, 2), image, seed=1)


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


@pytest.mark.parametrize("way", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))])  # noqa: S301
def test_a_copy_has_the_settings_of_layers_of_ones_own(way, rng):
    network = Network((6,), [Dense(5), ScaleByRank(3.0, rank=2), Dense(2)])
    x = rng.random((4, 6), np.float32)
    np.testing.assert_array_equal(way(network)(x), network(x))


class Untold(Layer):
    """No dataclass: nothing tells its factor."""

    def __init__(self, factor=2.0):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor


class UntoldDense(Dense):
    def __init__(self, units, factor):
        super().__init__(units)
        self.factor = factor


@dataclass(eq=False)
class Forgetful(Layer):
    factor: float = 2.0

    def __post_init__(self):
        self.factor += 1


class Told(Untold):
    def settings(self):
        return {"factor": self.factor}


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Untold(3.0), r"layer 2, Untold: its settings cannot be told \(factor is no field of it"),
        (UntoldDense(4, 3.0), r"layer 2, UntoldDense: .*factor, init is no field of it"),
        (Forgetful(), "layer 2, Forgetful: .*it comes back with others"),
    ],
)
def test_a_layer_whose_settings_cannot_be_told_is_refused_when_the_network_is_built(layer, message):
    with pytest.raises(ModelError, match=message):
        Network((3,), [Dense(3), layer])
    assert Network((3,), [Dense(3), Told(3.0)]).layers[1].factor == 3.0


def test_a_state_holds_all_that_training_changes(rng):
    network = Network((6,), [Dense(5), BatchNorm(), Dense(2)], seed=1)
    before = network.state()
    assert before == Network((6,), [Dense(5), BatchNorm(), Dense(2)], seed=1).state()
    x, expected = rng.random((4, 6), np.float32), network(np.ones((1, 6), np.float32))
    for vector in (network.theta, network.running):
        vector += 1
        assert network.state() != before
        assert (network(np.ones((1, 6), np.float32)) != expected).any()
        network.restore(before)
        np.testing.assert_array_equal(network(np.ones((1, 6), np.float32)), expected)
    network.forward(x)
    assert network.state() == before
    with pytest.raises(ShapeError, match=r"the state's theta: shape \(57,\), expected"):
        deck().restore(before)


def test_a_gradient_of_another_shape_than_the_logits_is_refused(rng):
    network = deck()
    with pytest.raises(ShapeError, match="forward returned last: there are none yet"):
        network.backward(np.ones((4, 10), np.float32))
    network.forward(rng.random((4, 784), np.float32))
    with pytest.raises(ShapeError, match=r"got a gradient of shape \(4, 9\).*\(4, 10\)"):
        network.backward(np.ones((4, 9), np.float32))


def test_a_network_shows_its_summary():
    assert repr(deck()) == deck().summary()


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
    for kind in (np.int64, np.int32, np.uint16):
        np.testing.assert_array_equal(network(pixels.astype(kind)), network(pixels))
    full = pixels > 127
    np.testing.assert_array_equal(network(full), network(255 * full.astype(np.uint8)))


def test_a_network_of_more_weights_than_memory_is_for_is_refused_before_it_is_made():
    for hidden in ((999_999, 999_999), (400_000,)):
        with pytest.raises(ShapeError, match=r"has [\d,]+ weights, expected at most 268,435,456"):
            mlp(hidden)
    with pytest.raises(ShapeError, match="expected at most 134,217,728"):
        Network((784,), [Dense(200_000)], dtype=np.float64)


def test_calling_in_blocks_or_threads_gives_the_same_bits(rng):
    network = deck()
    pixels = rng.integers(0, 256, (1300, 28, 28), np.uint8)
    whole = logits_of(network, pixels, threads=1)
    np.testing.assert_array_equal(logits_of(network, pixels, threads=3), whole)
    assert whole.shape == (1300, 10)


def held(network: Network) -> dict[str, object]:
    """All that a network and its layers hold, with the content of arrays."""

    def content(value: object) -> object:
        return (id(value), value.tobytes()) if isinstance(value, np.ndarray) else value

    return {
        f"{place}.{name}": content(value)
        for place, part in enumerate([network, *network.layers])
        for name, value in vars(part).items()
    }


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("layer", [*LAYERS.values(), ScaleByRank], ids=lambda kind: kind.__name__)
def test_predicting_writes_nothing(layer, trained, rng):
    """Neither into the network nor into what its layers remember of training."""
    network = around(layer)
    x = rng.random((4, *network.input_shape), np.float32)
    if trained:
        network.forward(x)
        network.backward(np.ones_like(network(x)))
    before, given = held(network), x.copy()
    y = network(1 + rng.random((3, *network.input_shape), np.float32))
    network(x)
    assert len(y) == 3
    assert held(network) == before
    np.testing.assert_array_equal(x, given)


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
