"""A model as ONNX: onnxruntime gives what we give, for every layer, network and shipped model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from inkgrad.data.datasets import load
from inkgrad.errors import ModelError
from inkgrad.ink.line import HEIGHT, to_line
from inkgrad.interchange.ensemble import Ensemble, preparation
from inkgrad.interchange.onnx_layers import FORMS
from inkgrad.interchange.onnx_model import export_onnx
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.activations import ReLU
from inkgrad.nn.architectures import build, line_reader
from inkgrad.nn.convolution import Conv2D
from inkgrad.nn.ctc import log_softmax
from inkgrad.nn.layers import Dense, Flatten
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import ensemble_logits
from inkgrad.pretrained.shipped import find, names

ARCHITECTURES = ("deck", "mlp:64-32", "mlp:wide", "lenet", "cnn", "cnn:large", "tiny")
SIZES = ("small", "medium", "large", "joined")


def session(model: Ensemble, folder: Path) -> onnxruntime.InferenceSession:
    (path,) = export_onnx(model, folder / "model.onnx")
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def channels_first(network: Network, images: np.ndarray) -> np.ndarray:
    x = network.prepare(images)
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim > 2 else x


def answers(run: onnxruntime.InferenceSession, network: Network, images: np.ndarray):
    return run.run(None, {"x": channels_first(network, images)})


def assert_the_same(theirs: np.ndarray, ours: np.ndarray) -> None:
    assert theirs.shape == ours.shape
    assert np.abs(theirs - ours).max() <= 1e-5 * max(1.0, float(np.abs(ours).max()))


def test_a_layer_computes_the_same_there(few_layers, tmp_path, rng):
    x = rng.standard_normal((6, *few_layers.input_shape)).astype(np.float32)
    run = session(Ensemble([few_layers], {}, "few"), tmp_path)
    theirs, *_ = answers(run, few_layers, x)
    assert_the_same(theirs, few_layers(x))


def test_every_layer_has_a_form_and_is_among_those_tested(layers_tested):
    assert layers_tested == set(files.LAYERS.values()) == set(FORMS)


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("count", [1, 17])
def test_an_architecture_answers_the_same_there(name, count, unsettled, tmp_path):
    network = unsettled(build(name, normalize=name == "mlp:64-32", dropout=0.2, seed=2))
    images = load("mnist-5k").test.images[:count]
    about: About = {"temperature": 0.6}
    logits, ps = answers(session(Ensemble([network], about, name), tmp_path), network, images)
    assert_the_same(logits, network(images))
    assert_the_same(ps, softmax(logits / 0.6))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("width", [32, 100, 333])
def test_a_reader_of_lines_answers_the_same_there_at_any_width(
    size, width, unsettled, tmp_path, rng
):
    network = unsettled(line_reader("0123456789", size, seed=3))
    lines = rng.integers(0, 256, (2, 32, width), np.uint8)
    theirs, ps = answers(session(Ensemble([network], {}, size), tmp_path), network, lines)
    assert_the_same(theirs, network(lines))
    assert_the_same(ps, log_softmax(network(lines)))


@pytest.mark.parametrize("name", names())
def test_a_shipped_model_answers_the_same_there(name, tmp_path, rng):
    networks, about = files.load_together(find(name))
    paths = export_onnx(name, tmp_path / "it.onnx")
    assert len(paths) == (len(networks) if "alphabet" in about else 1)
    for path, network in zip(paths, networks, strict=True):
        run = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        if network.any_width:
            digit = load("mnist-5k").test.images[:2, 4:24]
            real = to_line(np.hstack([*digit, np.zeros((20, 9), np.uint8), digit[0]]))[None]
            images = [real, rng.integers(0, 256, (3, 32, 204), np.uint8)]
        else:
            images = [load("mnist-5k").test.images[:64], rng.random((9, 28, 28), np.float32)]
        for given in images:
            logits, ps = answers(run, network, given)
            ours = network(given)
            assert_the_same(logits, ours)
            scaled = ours / about["temperature"]
            assert_the_same(ps, log_softmax(scaled) if network.any_width else softmax(scaled))


def test_networks_that_answer_together_are_averaged_in_one_file(unsettled, tmp_path):
    networks = [unsettled(build("tiny", seed=seed), seed) for seed in (1, 2, 3)]
    images = load("mnist-5k").test.images[:20]
    run = session(Ensemble(networks, {"temperature": 2.0}, "three"), tmp_path)
    logits, ps = answers(run, networks[0], images)
    ours = ensemble_logits(networks, images)
    assert_the_same(logits, ours)
    assert_the_same(ps, softmax(ours / 2))


def test_networks_of_unlike_shapes_are_refused(tmp_path):
    networks = [build("tiny"), build("deck")]
    with pytest.raises(ModelError, match="three: its networks take or answer other shapes"):
        export_onnx(Ensemble(networks, {}, "three"), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_the_file_is_valid_for_older_runtimes_and_equal_each_time(tmp_path):
    (one,), (two,) = (export_onnx("digits", tmp_path / f"{i}.onnx") for i in "12")
    model = onnx.load(one)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
    (given,) = model.graph.input
    assert [d.dim_param or d.dim_value for d in given.type.tensor_type.shape.dim] == [
        "n",
        1,
        28,
        28,
    ]
    assert one.read_bytes() == two.read_bytes()


def test_the_metadata_say_how_to_use_it(tmp_path):
    networks, about = files.load_together(find("numbers"))
    written = export_onnx("numbers", tmp_path / "numbers.onnx")
    assert [path.name for path in written] == [f"numbers-{number}.onnx" for number in (1, 2, 3)]
    said = {p.key: p.value for p in onnx.load(written[1]).metadata_props}
    assert json.loads(said["classes"]) == [*"0123456789", ""]
    assert (said["blank"], said["part"]) == ("10", "2 of 3")
    assert float(said["temperature"]) == about["temperature"]
    (path,) = export_onnx("digits", tmp_path / "digits.onnx")
    said = {p.key: p.value for p in onnx.load(path).metadata_props}
    assert json.loads(said["classes"]) == [*"0123456789"]
    assert float(said["refuse_below"]) == files.load(find("digits"))[1]["refuse_below"]
    assert "longer side is 20 pixels" in said["preparation"]
    assert preparation(networks[0]) != said["preparation"]


def test_a_line_has_the_form_that_the_metadata_describe(rng):
    ink = np.zeros((60, 300), np.uint8)
    ink[20:42, 30:280] = rng.integers(200, 256, (22, 250))
    line = to_line(ink)
    rows, columns = (np.flatnonzero((line > 96).any(axis)) for axis in (1, 0))
    told = preparation(line_reader("01"))
    assert f"{HEIGHT} pixels high" in told
    assert "multiple of 4" in told
    assert line.shape[1] % 4 == 0
    assert f"{rows[-1] + 1 - rows[0]} pixels high and stands in the middle" in told
    assert f"leave {columns[0]} pixels of paper before" in told


def test_a_layer_of_ones_own_is_named(tmp_path):
    class Doubled(ReLU):
        pass

    with pytest.raises(ModelError, match="own: layer 2, Doubled: has no form in ONNX"):
        export_onnx(
            Ensemble([Network((4,), [Dense(3), Doubled()])], {}, "own"), tmp_path / "a.onnx"
        )


def test_values_left_flat_in_another_order_are_refused(tmp_path):
    network = Network((9, 7, 3), [Conv2D(4), Flatten()])
    with pytest.raises(ModelError, match="expected a layer of weights after them"):
        export_onnx(Ensemble([network], {}, "flat"), tmp_path / "a.onnx")
