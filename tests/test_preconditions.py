"""No compiled loop is entered with arrays that it would read or write past the end of."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.augment import Augmentation, augment
from inkgrad.errors import ShapeError
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.masks import counted, long_runs
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.strokes import draw
from inkgrad.nn.activations import ReLU
from inkgrad.nn.convolution import Conv2D
from inkgrad.nn.ctc import ctc_loss, log_probability
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, MaxPool2D
from inkgrad.preconditions import require, require_classes, require_whole
from inkgrad.recognition.alignment import places
from inkgrad.recognition.decoding import log_total
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.wear import paste

INK = np.zeros((4, 6), bool)
LOG_P = np.log(np.full((5, 4), 0.25))
IMAGE = np.zeros((4, 4), np.uint8)
ROOM = np.zeros((8, 8), np.float32)
REFUSED = {
    "long_runs of a row": (lambda: long_runs(INK[0], 2), "ink: shape (6,), expected (any, any)"),
    "long_runs of grey": (lambda: long_runs(INK.astype(int), 2), "ink: int64, expected bool"),
    "counted of a row": (lambda: counted(INK[0], 2), "ink: shape (6,)"),
    "counted around nothing": (lambda: counted(INK, -4), "length of -4, expected at least 1"),
    "connected of a row": (lambda: connected(INK[0]), "the mask: shape (6,)"),
    "extents of more labels": (
        lambda: extents(np.full((2, 2), 3, np.int32), 2),
        "labels go up to 3, expected 0 to 2",
    ),
    "gaussian of a row": (lambda: gaussian(np.zeros(4), 1.0), "the image: shape (4,)"),
    "paste into another type": (
        lambda: paste(IMAGE, ROOM.astype(np.float64), 0.0, 0.0, 1.0, 1.0, 0.0),
        "the room: float64, expected float32",
    ),
    "paste at no size": (lambda: paste(IMAGE, ROOM, 0.0, 0.0, 0.0, 1.0, 0.0), "cannot be laid at"),
    "draw of numbers": (lambda: draw([np.zeros(4)], 2.0), "a stroke: shape (4,), expected"),
    "draw of nothing": (lambda: draw([np.full((2, 2), np.nan)], 2.0), "that are not finite"),
    "augment of floats": (
        lambda: augment(np.zeros((2, 4, 4)), Augmentation(), np.random.default_rng(0)),
        "images: float64, expected uint8",
    ),
    "augment of one image": (
        lambda: augment(IMAGE, Augmentation(), np.random.default_rng(0)),
        "images: shape (4, 4), expected (any, any, any)",
    ),
    "ctc with the blank in a string": (
        lambda: ctc_loss(np.zeros((1, 5, 4)), np.array([[0, 3]])),
        "labels: 3 is no class, expected -1 to 2",
    ),
    "ctc with other strings": (
        lambda: ctc_loss(np.zeros((2, 5, 4)), np.array([[0, 1]])),
        "labels: shape (1, 2), expected (2, any)",
    ),
    "ctc of text": (lambda: ctc_loss(np.zeros((1, 5, 4)), np.array([["a"]])), "expected integers"),
    "ctc of no columns": (lambda: ctc_loss(np.zeros((1, 0, 4)), np.array([[0]])), "1 column"),
    "log_probability of the blank": (
        lambda: log_probability(LOG_P, np.array([3])),
        "the string: 3 is no class",
    ),
    "log_probability of no columns": (
        lambda: log_probability(LOG_P[:0], np.array([1])),
        "has no columns",
    ),
    "log_total of other classes": (
        lambda: log_total(LOG_P, [Pattern.parse("99", "0123456789")]),
        "expected (t, classes + 1)",
    ),
    "places of another class": (
        lambda: places(LOG_P, (7,)),
        "the string: 7 is no class, expected 0 to 2",
    ),
    "cross-entropy of a label too high": (
        lambda: softmax_cross_entropy(np.zeros((2, 3)), np.array([0, 3])),
        "labels: 3 is no class, expected 0..2",
    ),
    "cross-entropy of a label below 0": (
        lambda: softmax_cross_entropy(np.zeros((2, 3)), np.array([0, -1])),
        "labels: -1 is no class, expected 0..2",
    ),
    "cross-entropy of one-hot labels": (
        lambda: softmax_cross_entropy(np.zeros((2, 3)), np.eye(3, dtype=int)[:2]),
        "labels: shape (2, 3), expected (2,)",
    ),
    "cross-entropy of too few labels": (
        lambda: softmax_cross_entropy(np.zeros((2, 3)), np.array([0])),
        "labels: shape (1,), expected (2,)",
    ),
    "cross-entropy of floats": (
        lambda: softmax_cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0])),
        "labels: float64, expected integers in 0..2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_compiled_loop_would_run_past_is_refused(case):
    call, message = REFUSED[case]
    with pytest.raises(ShapeError) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "layer",
    [ReLU(), BatchNorm(), MaxPool2D(), AveragePool2D(), Conv2D(8), Conv2D(3, stride=2)],
    ids=str,
)
@pytest.mark.parametrize("short", [(0, 1), (1, 1), (3, 1)])
def test_a_layer_refuses_a_gradient_that_is_not_of_its_output(layer, short, rng):
    (layer,) = Network((6, 8, 8), [layer]).layers
    dy = layer.forward(rng.standard_normal((4, 6, 8, 8), np.float32))
    layer.backward(dy)
    axis, by = short
    with pytest.raises(ShapeError, match="dy: shape"):
        layer.backward(np.delete(dy, slice(by), axis))


@pytest.mark.parametrize("layer", [BatchNorm(), Conv2D(8), Conv2D(3, stride=2)], ids=str)
def test_a_layer_refuses_another_number_of_channels_than_it_was_built_for(layer, rng):
    (layer,) = Network((6, 8, 8), [layer]).layers
    with pytest.raises(ShapeError, match="expected"):
        layer.forward(rng.standard_normal((4, 6, 8, 5), np.float32))


@pytest.mark.parametrize("layer", [Conv2D(8), Conv2D(3, stride=2)], ids=str)
def test_a_convolution_refuses_numbers_of_another_type_than_its_weights(layer, rng):
    (layer,) = Network((6, 8, 8), [layer]).layers
    with pytest.raises(ShapeError, match="x: float64, expected float32"):
        layer(rng.standard_normal((4, 6, 8, 8)))
    dy = layer.forward(rng.standard_normal((4, 6, 8, 8), np.float32))
    with pytest.raises(ShapeError, match="dy: float64, expected float32"):
        layer.backward(dy.astype(np.float64))


def test_the_checks_themselves():
    a = np.zeros((3, 4), np.float32)
    require("a", a, (3, None), np.float32)
    require_whole("a", a, (None, 4))
    require_classes("a", np.array([0, 2]), 3)
    for check, message in (
        (lambda: require("a", a, (3,)), r"a: shape \(3, 4\), expected \(3,\)"),
        (lambda: require("a", a, (None, 5)), r"a: shape \(3, 4\), expected \(any, 5\)"),
        (lambda: require("a", a, (3, 4), np.float64), "a: float32, expected float64"),
        (lambda: require_whole("a", a.T, (4, 3)), "a: gaps in memory"),
        (lambda: require_classes("a", np.array([0, 2]), 2), "a: 2 is no class, expected 0 to 1"),
        (
            lambda: require_classes("a", np.array([-2, 1]), 2, lowest=-1),
            "a: -2 is no class, expected -1",
        ),
    ):
        with pytest.raises(ShapeError, match=message):
            check()
