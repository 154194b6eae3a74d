from __future__ import annotations

import copy

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.kernels import convolution
from inkgrad.kernels import winograd_basis as basis
from inkgrad.nn.activations import ReLU
from inkgrad.nn.architectures import build, cnn, lenet, line_reader, tiny
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.ctc import ctc_loss
from inkgrad.nn.files import load, save
from inkgrad.nn.gradient_check import gradient_error
from inkgrad.nn.layers import Dense, Flatten, SpatialDropout
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D

CONVOLUTIONS = [
    # (h, w, c), channels, kernel, stride, padding
    ((5, 6, 2), 3, 3, 1, "same"),
    ((7, 5, 1), 2, 5, 2, "same"),
    ((6, 6, 2), 2, 2, 1, "same"),
    ((8, 7, 2), 2, 3, 3, 1),
    ((6, 5, 2), 3, 3, 1, 0),
    ((5, 5, 3), 2, 1, 1, 0),
    ((9, 8, 2), 2, 4, 2, 3),
    ((3, 3, 1), 1, 3, 1, 0),
    ((2, 9, 2), 2, 5, 1, "same"),
    ((7, 6, 8), 9, 3, 1, "same"),  # from here on with fewer multiplications
    ((9, 8, 8), 8, 5, 1, "same"),
    ((8, 9, 9), 8, 4, 1, 1),
    ((5, 7, 8), 8, 3, 1, 0),
]


def plainly(x: np.ndarray, layer: Conv2D) -> np.ndarray:
    """The definition, window by window."""
    before, after = layer.pads()
    padded = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    k, s = layer.kernel, layer.stride
    p, q, _ = layer.shapes(x.shape[1:])[1]
    y = np.empty((len(x), p, q, layer.channels))
    for i in range(p):
        for j in range(q):
            window = padded[:, i * s : i * s + k, j * s : j * s + k]
            y[:, i, j] = np.tensordot(window, layer.W, 3) + layer.b
    return y


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "o", "k", "s", "pad"), CONVOLUTIONS)
def test_a_convolution_is_what_its_definition_says(shape, o, k, s, pad, dtype, rng):
    network = Network(shape, [Conv2D(o, k, s, pad)], dtype=dtype)
    network.theta[:] = rng.standard_normal(network.theta.size)
    x = rng.standard_normal((3, *shape)).astype(dtype)
    expected = plainly(x, network.layers[0])
    tolerance = 1e-5 * np.abs(expected).max() if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(network(x), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("shape", "o", "k", "s", "pad"), CONVOLUTIONS)
def test_its_backward_is_the_gradient_of_the_loss(shape, o, k, s, pad, rng):
    # The convolution under test stands second, so that its gradient by the input is checked too.
    layers = [Conv2D(shape[2], 1), Conv2D(o, k, s, pad), Flatten(), Dense(3)]
    network = Network(shape, layers, dtype=np.float64)
    network.theta += 0.1 * rng.standard_normal(network.theta.size)
    x, labels = rng.standard_normal((3, *shape)), rng.integers(0, 3, 3)
    assert gradient_error(network, x, labels, softmax_cross_entropy) < 1e-5


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_a_convolution_along_columns_is_its_definition_and_has_the_right_gradient(kernel, rng):
    layers = [Conv2D(2), Columns(), Conv1D(3, kernel), ReLU(), Conv1D(4, kernel)]
    network = Network((3, 7, 1), layers, dtype=np.float64)
    network.theta += 0.1 * rng.standard_normal(network.theta.size)
    layer, x = network.layers[2], rng.standard_normal((2, 7, 6))
    padded = np.pad(x, ((0, 0), (kernel // 2, kernel // 2), (0, 0)))
    expected = [np.tensordot(padded[:, j : j + kernel], layer.W, 2) for j in range(7)]
    np.testing.assert_allclose(layer(x), np.stack(expected, axis=1) + layer.b, atol=1e-12)
    labels = np.array([[0, 1, 1], [2, -1, -1]])
    assert gradient_error(network, rng.standard_normal((2, 3, 7, 1)), labels, ctc_loss) < 1e-5


def test_a_network_by_columns_takes_images_of_any_width(rng, tmp_path):
    network = line_reader("0123456789")
    x = rng.random((3, 32, 200), np.float32)
    assert network(x).shape == (3, 50, 11)
    save(network, tmp_path / "m.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "m.safetensors")[0](x), network(x))
    # What is far away does not matter: the reader slides.
    np.testing.assert_allclose(network(x[:, :, :160])[:, :25], network(x)[:, :25], atol=1e-4)
    with pytest.raises(ShapeError, match="needs"):
        network(rng.random((3, 30, 200), np.float32))


@pytest.mark.parametrize("kernel", basis.KERNELS)
def test_few_multiplications_give_the_same_as_many_in_every_size(kernel, rng, monkeypatch):
    # More tiles than a group has, more channels than a vector, images that end within a tile.
    for shape, channels in (((30, 29, 17), 35), ((12, 40, 32), 16), ((6, 6, 40), 64)):
        layer = Network(shape, [Conv2D(channels, kernel)], dtype=np.float64).layers[0]
        x, dy = rng.standard_normal((3, *shape)), rng.standard_normal((3, *shape[:2], channels))
        found = []
        for least in (8, 1000):
            monkeypatch.setattr(convolution, "_LEAST_CHANNELS", least)
            found.append((layer.forward(x), layer.backward(dy), layer.dW.copy(), layer.db.copy()))
        for few, many in zip(*found, strict=True):
            np.testing.assert_allclose(few, many, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kernel", basis.KERNELS)
def test_the_matrices_of_winograd_convolve(kernel, rng):
    read, of_kernel, of_data = basis.matrices(kernel)
    g, d = rng.standard_normal(kernel), rng.standard_normal(basis.SIDE)
    y = read @ ((of_kernel @ g) * (of_data @ d))
    np.testing.assert_allclose(y, np.correlate(d, g, "valid"), atol=1e-12)


@pytest.mark.parametrize(
    "layers",
    [
        [MaxPool2D()],
        [MaxPool2D(3, 2)],
        [MaxPool2D(2, 1)],
        [MaxPool2D(2, width=1)],
        [MaxPool2D(2, 1, width=3)],
        [AveragePool2D()],
        [AveragePool2D(3, 1)],
        [AveragePool2D(1, width=3)],
        [GlobalMaxPool()],
        [GlobalAveragePool()],
        [BatchNorm()],
        [SpatialDropout(0.3)],
        [BatchNorm(), ReLU(), MaxPool2D(), BatchNorm()],
    ],
    ids=str,
)
def test_pooling_and_normalization_have_the_right_gradient(layers, rng):
    network = Network(
        (7, 6, 2), [Conv2D(3), *layers, Flatten(), Dense(3), BatchNorm()], dtype=np.float64
    )
    network.theta += 0.1 * rng.standard_normal(network.theta.size)
    x, labels = rng.standard_normal((3, 7, 6, 2)), rng.integers(0, 3, 3)
    assert gradient_error(network, x, labels, softmax_cross_entropy) < 1e-5


def test_pools_take_the_largest_and_the_mean_and_leave_out_the_remainder():
    x = np.arange(2 * 5 * 4, dtype=np.float32).reshape(1, 5, 4, 2)
    np.testing.assert_array_equal(MaxPool2D()(x)[0, :, :, 0], [[10, 14], [26, 30]])
    np.testing.assert_array_equal(AveragePool2D()(x)[0, :, :, 1], [[6, 10], [22, 26]])
    np.testing.assert_array_equal(GlobalMaxPool()(x), [[38, 39]])
    np.testing.assert_array_equal(GlobalAveragePool()(x), [[19, 20]])


def test_the_gradient_of_a_tie_goes_to_one_place_alone():
    layer = MaxPool2D()
    layer.forward(np.ones((1, 2, 2, 1), np.float32))
    assert layer.backward(np.ones((1, 1, 1, 1), np.float32)).sum() == 1


def test_normalization_trains_with_the_batch_and_predicts_with_what_ran(rng):
    network = Network((4, 4, 3), [BatchNorm()])
    x = (rng.standard_normal((64, 4, 4, 3)) * [1, 2, 3] + [5, 0, -5]).astype(np.float32)
    y = network.forward(x)
    np.testing.assert_allclose(y.mean((0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std((0, 1, 2)), 1, atol=1e-4)
    np.testing.assert_allclose(network(x), x, rtol=1e-4)
    network.running[:] = network.noted
    np.testing.assert_allclose(network(x), y, rtol=1e-4, atol=1e-5)


def test_running_statistics_are_saved_and_copied(tmp_path, rng):
    network = cnn()
    network.running[:] = rng.random(network.running.size) + 0.5
    x = rng.random((2, 28, 28), np.float32)
    save(network, tmp_path / "m.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "m.safetensors")[0](x), network(x))
    np.testing.assert_array_equal(copy.deepcopy(network)(x), network(x))
    assert "1.mean" in network.statistics()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Conv2D(3), Flatten(), Conv2D(3)], r"layer 3, Conv2D.*needs an image"),
        ([Conv2D(3, 9, padding=0)], r"needs at least 9 x 9 pixels"),
        ([Conv2D(3, 3, padding="full")], r"has padding 'full'"),
        ([Conv2D(0)], r"needs channels, kernel and stride of at least 1"),
        ([MaxPool2D(9)], r"layer 1, MaxPool2D.*needs at least 9 x 9 pixels"),
        ([GlobalMaxPool(), GlobalAveragePool()], r"layer 2, GlobalAveragePool.*needs an image"),
    ],
)
def test_layers_that_do_not_fit_say_so(layers, message):
    with pytest.raises(ShapeError, match=message):
        Network((8, 8, 1), layers)


def test_the_named_networks_have_the_sizes_they_promise():
    assert cnn().theta.size < 50_000
    assert tiny().theta.size < 10_000
    assert lenet().output_shape == (10,)
    assert build("cnn:large", 47).output_shape == (47,)
    assert build("cnn", dropout=0.3).theta.size == cnn().theta.size


def test_a_folded_network_predicts_the_same(rng):
    network = cnn()
    network.theta += 0.1 * rng.standard_normal(network.theta.size).astype(np.float32)
    network.running[:] = rng.random(network.running.size) + 0.5
    folded = network.fold()
    assert not any(isinstance(layer, BatchNorm) for layer in folded.layers)
    x = rng.random((5, 28, 28), np.float32)
    scale = np.abs(network(x)).max()
    np.testing.assert_allclose(folded(x) / scale, network(x) / scale, atol=1e-5)


def test_what_no_weights_come_before_is_left_unfolded(rng):
    network = Network((4, 4, 2), [BatchNorm(), ReLU(), Conv2D(3), BatchNorm()])
    network.running[:] = rng.random(network.running.size) + 0.5
    x = rng.random((2, 4, 4, 2), np.float32)
    folded = network.fold()
    assert len(folded.layers) == 3
    np.testing.assert_allclose(folded(x), network(x), rtol=1e-4, atol=1e-5)
