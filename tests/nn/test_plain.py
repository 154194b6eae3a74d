"""The kernels against their plain twins: to 1e-10 in float64, to 1e-4 of the largest in float32."""

from __future__ import annotations

import inspect
import threading
from functools import partial
from itertools import product

import numpy as np
import pytest

from inkgrad.errors import TrainingError
from inkgrad.kernels import fast
from inkgrad.nn import plain as book
from inkgrad.nn.architectures import lenet, line_reader, tiny
from inkgrad.nn.convolution import Columns
from inkgrad.nn.ctc import count_read, ctc_loss, log_softmax
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.operations import operations, plain
from inkgrad.nn.parallel import Team
from inkgrad.training.optimizers import SGD, Adam, AdamW, RMSprop
from inkgrad.training.train import Epoch, Settings, train

CONVOLUTIONS = [
    # (h, w, c), channels, kernel, stride, pads
    ((5, 6, 2), 3, 3, 1, (1, 1)),
    ((7, 5, 1), 2, 5, 2, (2, 2)),
    ((6, 6, 2), 2, 2, 1, (0, 1)),
    ((8, 7, 2), 2, 3, 3, (1, 1)),
    ((5, 5, 3), 2, 1, 1, (0, 0)),
    ((9, 8, 2), 2, 4, 2, (3, 3)),
    ((7, 6, 8), 9, 3, 1, (1, 1)),  # from here on with fewer multiplications
    ((9, 8, 17), 8, 5, 1, (2, 2)),
    ((8, 9, 9), 35, 4, 1, (1, 1)),
]
POOLS = [((2, 2), (2, 2)), ((3, 3), (2, 2)), ((2, 3), (1, 1)), ((2, 1), (2, 1)), ((12, 11), (1, 1))]


def arguments(dtype: np.dtype) -> dict[str, list[tuple]]:
    """What every operation is called with, by name, in float32 or float64."""
    rng = np.random.default_rng(11)

    def normal(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(dtype)

    calls: dict[str, list[tuple]] = {name: [] for name in fast.__all__}
    for (h, w, c), o, k, stride, pads in CONVOLUTIONS:
        x, W = normal(3, h, w, c), normal(k, k, c, o)
        calls["conv2d"].append((x, W, normal(o), stride, pads))
        dy = normal(*book.conv2d(x, W, normal(o), stride, pads).shape)
        for need_dx in (True, False):
            calls["conv2d_backward"].append((x, dy, W, stride, pads, need_dx))
    for k in (1, 3, 5):
        x, W = normal(3, 7, 4), normal(k, 4, 5)
        calls["conv1d"].append((x, W, normal(5)))
        for need_dx in (True, False):
            calls["conv1d_backward"].append((x, normal(3, 7, 5), W, need_dx))
    for size, step in POOLS:
        x = normal(2, 13, 12, 3).round(1)  # with ties
        y, places = book.max_pool(x, size, step)
        calls["max_pool"].append((x, size, step))
        kept = places.astype(np.int32 if size[0] * size[1] > 127 else np.int8)
        calls["max_pool_backward"].append((normal(*y.shape), kept, x.shape, size, step))
        calls["average_pool"].append((x, size, step))
        calls["average_pool_backward"].append((normal(*y.shape), x.shape, size, step))
    calls["relu_backward"].append((normal(4, 5), normal(4, 5)))
    for shape in ((40, 3), (5, 9, 8, 17), (2, 3, 3, 600)):
        x, gamma = 3 + 2 * normal(*shape), normal(shape[-1])
        calls["batch_norm"].append((x, gamma, normal(shape[-1]), 1e-5))
        _, mean, variance = book.batch_norm(x, gamma, gamma, 1e-5)
        calls["batch_norm_backward"].append((x, normal(*shape), gamma, 1e-5, mean, variance))
    strings = np.array([[0, 1, 1, -1], [-1, -1, -1, -1], [3, 3, 3, 3], [2, 0, 2, 1]])
    calls["ctc"].append((log_softmax(normal(4, 9, 5)), strings))
    calls["ctc"].append((log_softmax(normal(4, 5, 5)), strings))  # the third has no path
    theta, grad, m, s = normal(50), normal(50), normal(50), normal(50) ** 2
    for decay in (0.0, 0.1):
        calls["sgd"] += [(theta, grad, m, 0.1, decay, 0.9, ahead) for ahead in (True, False)]
        calls["rmsprop"].append((theta, grad, s, 0.01, decay, 0.99, 1e-8))
        for name in ("adam", "adamw"):
            calls[name] += [(theta, grad, m, s, t, 0.01, decay, 0.9, 0.999, 1e-8) for t in (1, 9)]
    return calls


def results(operation, given: tuple) -> list[np.ndarray]:
    """What an operation returns, and what it leaves in its arguments."""
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in given]
    returned = operation(*copies)
    several = returned if isinstance(returned, tuple) else (returned,)
    return [a for a in (*several, *copies) if isinstance(a, np.ndarray)]


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
@pytest.mark.parametrize("name", fast.__all__)
def test_an_operation_is_what_its_plain_twin_says(name, dtype, tolerance):
    calls = arguments(dtype)[name]
    assert calls
    for given in calls:
        ours, expected = (results(getattr(way, name), given) for way in (fast, book))
        assert len(ours) == len(expected)
        for a, b in zip(ours, expected, strict=True):
            assert a.dtype == b.dtype or b.dtype.kind == "i"
            scale = max(1.0, float(np.abs(b).max()))
            np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * scale)


def test_twins_take_the_same_arguments():
    for name in fast.__all__:
        ours, expected = (inspect.signature(getattr(way, name)) for way in (fast, book))
        assert list(ours.parameters) == list(expected.parameters), name
        assert [p.default for p in ours.parameters.values()] == [
            p.default for p in expected.parameters.values()
        ], name


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_cross_entropy_is_what_its_plain_twin_says(smoothing, rng):
    logits, labels = 9 * rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    for samples, weights in product((None, 20), (None, rng.random(7))):
        given = logits, labels, smoothing, samples, weights
        loss, dlogits = softmax_cross_entropy(*given)
        expected, dexpected = book.softmax_cross_entropy(*given)
        assert loss == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(dlogits, dexpected, rtol=0, atol=1e-12)


def test_columns_are_what_their_plain_twins_say(rng):
    layer, x = Columns(), rng.standard_normal((2, 3, 5, 4))
    y = layer.forward(x)
    np.testing.assert_array_equal(y, book.columns(x))
    np.testing.assert_array_equal(layer.backward(2 * y), book.columns_backward(2 * y, 3))


@pytest.fixture
def take_kernels_away(monkeypatch):
    """After this is called, whoever computes by kernels fails."""

    def fail(*_: object) -> None:
        raise AssertionError("a kernel was asked")

    def take_away() -> None:
        for name in fast.__all__:
            monkeypatch.setattr(fast, name, fail)

    return take_away


@pytest.mark.parametrize(
    ("make", "dtype", "tolerance"),
    [(lenet, np.float32, 1e-4), (lenet, np.float64, 1e-9), (tiny, np.float64, 1e-9)],
)
def test_a_whole_training_runs_plainly_to_the_same_figures(
    make, dtype, tolerance, bars, take_kernels_away
):
    drawn = make(classes=4)

    def trained() -> tuple[Network, list[Epoch]]:
        network = Network(drawn.input_shape, drawn.layers, dtype=dtype)
        settings = Settings(epochs=2, batch_size=48, optimizer=SGD(0.02), threads=2)
        return network, list(train(network, bars.train, settings, validation=bars.test))

    compiled, expected = trained()
    take_kernels_away()
    with plain():
        plainly, found = trained()
    assert expected[1].loss < 0.8 * expected[0].loss
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.loss == pytest.approx(theirs.loss, rel=tolerance)
        assert ours.accuracy == theirs.accuracy
        assert ours.validation_loss == pytest.approx(theirs.validation_loss, rel=tolerance)
        assert ours.validation_accuracy == theirs.validation_accuracy
    np.testing.assert_allclose(plainly.theta, compiled.theta, rtol=0, atol=tolerance)
    np.testing.assert_allclose(plainly.running, compiled.running, rtol=0, atol=tolerance)


class Lines:
    """Lines of noise with three labels each."""

    def __len__(self) -> int:
        return 8

    def batch(self, places: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(int(places.sum()))
        images = rng.integers(0, 256, (len(places), 32, 40), np.uint8)
        return images, rng.integers(0, 4, (len(places), 3))


@pytest.mark.parametrize(
    "make",
    [partial(SGD, nesterov=True), RMSprop, partial(Adam, weight_decay=0.01), AdamW],
    ids=["sgd", "rmsprop", "adam", "adamw"],
)
def test_a_reader_of_lines_learns_plainly_the_same(make, take_kernels_away):
    def trained(network: Network) -> list[Epoch]:
        settings = Settings(epochs=2, batch_size=4, optimizer=make(1e-4), label_smoothing=0.05)
        return list(train(network, Lines(), settings, loss=ctc_loss, score=count_read))

    expected = trained(line_reader("0123"))
    take_kernels_away()
    with plain():
        found = trained(line_reader("0123"))
    assert expected[1].loss != expected[0].loss
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.loss == pytest.approx(theirs.loss, rel=1e-3)


def test_the_choice_ends_with_its_context_and_is_no_other_threads():
    assert operations() is fast
    seen: list[object] = []

    def look() -> None:
        with plain():
            assert operations() is book
            other = threading.Thread(target=lambda: seen.append(operations()))
            other.start()
            other.join()
            with Team(3) as team:
                team.run([lambda: seen.append(operations())] * 3)
            raise TrainingError("on the way")

    with pytest.raises(TrainingError):
        look()
    with Team(2) as team:
        team.run([lambda: seen.append(operations())] * 2)
    assert seen == [fast, book, book, book, fast, fast]
    assert operations() is fast
