"""The engine in the browser against the one in Python: the same numbers, within their rounding."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from inkgrad.data.datasets import load
from inkgrad.ink.character import to_glyph
from inkgrad.nn import files
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.architectures import build
from inkgrad.nn.convolution import Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, SpatialDropout
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D
from inkgrad.pretrained.shipped import find
from inkgrad.training.optimizers import SGD, Adam, AdamW

pytestmark = pytest.mark.browser

# Numbers go in and out as base64: a list of them takes the browser's driver a minute.
OPEN = """
const unpack = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const pack = (values) => {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  let text = "";
  for (let k = 0; k < bytes.length; k += 8192) {
    text += String.fromCharCode(...bytes.subarray(k, k + 8192));
  }
  return btoa(text);
};
"""
MODEL = 'const { network, about } = inkgrad.readModel(unpack(model), "a model");'
EVERY = [
    Network((28, 28, 1), [Conv2D(4, 5, stride=2, padding=1), LeakyReLU(), Flatten(), Dense(10)]),
    Network((28, 28, 1), [Conv2D(4, 4), Tanh(), AveragePool2D(3, stride=2), Flatten(), Dense(10)]),
    Network((28, 28, 1), [Conv2D(6, 3, padding=0), GELU(), MaxPool2D(3, width=2), Conv2D(5, 1),
                          Sigmoid(), GlobalAveragePool(), Dense(10)]),
    Network((28, 28, 1), [Conv2D(6), BatchNorm(), ReLU(), SpatialDropout(0.0), GlobalMaxPool(),
                          Dropout(0.0), Dense(10, init="glorot")]),
]  # fmt: skip


def encoded(content: bytes | np.ndarray) -> str:
    """Bytes, or numbers of 0..255."""
    return base64.b64encode(np.asarray(content, np.uint8) if isinstance(content, np.ndarray)
                            else content).decode()  # fmt: skip


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.float32)


def run(page, body: str, model: Path | None = None, **given):
    """What a piece of JavaScript returns that has these values, and `network` of the model."""
    if model is not None:
        given["model"], body = encoded(model.read_bytes()), MODEL + body
    return page.evaluate(f"async ({{ {', '.join(given)} }}) => {{ {OPEN} {body} }}", given)


def samples(count: int) -> tuple[np.ndarray, np.ndarray]:
    test = load("mnist-5k").test
    places = np.arange(count) * len(test) // count
    return test.images[places], test.labels[places]


def kept(network: Network, folder: Path) -> Path:
    rng = np.random.default_rng(5)
    network.theta += rng.normal(0, 0.02, network.theta.size).astype(np.float32)
    network.running[:] = rng.uniform(0.5, 1.5, network.running.size)
    files.save(network, folder / "m.safetensors")
    return folder / "m.safetensors"


LOGITS = """
const x = Float32Array.from(unpack(pixels), (value) => value / 255);
return pack(network.forward(x, x.length / 784));
"""


@pytest.mark.parametrize(
    ("name", "count"), [("digits", 1000), ("digits-mnist", 60), ("characters", 60)]
)
def test_a_shipped_network_answers_as_in_python(page, name, count):
    images, _ = samples(count)
    network, _ = files.load(find(name))
    ours = floats(run(page, LOGITS, find(name), pixels=encoded(images)))
    logits = network(images)
    np.testing.assert_allclose(ours.reshape(logits.shape), logits, rtol=0, atol=1e-4)
    assert (ours.reshape(logits.shape).argmax(1) == logits.argmax(1)).all()


@pytest.mark.parametrize("name", ["deck", "mlp:40-30", "lenet", "tiny", "cnn"])
def test_what_train_makes_answers_as_in_python(page, name, tmp_path):
    images, _ = samples(1000 if name == "deck" else 50)
    path = kept(build(name, seed=3), tmp_path)
    network, _ = files.load(path)
    ours = run(page, LOGITS, path, pixels=encoded(images))
    np.testing.assert_allclose(floats(ours), network(images).ravel(), rtol=0, atol=1e-4)


STEP = """
const x = Float32Array.from(unpack(pixels), (value) => value / 255);
const known = unpack(labels);
const logits = network.forward(x, known.length, true);
const { loss, dlogits } = inkgrad.softmaxCrossEntropy(logits, known, 10);
network.backward(dlogits, known.length);
return { loss, grad: pack(network.grad) };
"""


@pytest.mark.parametrize(
    "network",
    [build("deck"), build("mlp:20", normalize=True), build("lenet"), build("tiny"), *EVERY],
    ids=lambda network: "-".join(type(layer).__name__ for layer in network.layers)[:40],
)
def test_a_gradient_is_that_of_python(page, network, tmp_path):
    images, labels = samples(16)
    path = kept(network, tmp_path)
    network, _ = files.load(path)
    ours = run(page, STEP, path, pixels=encoded(images), labels=encoded(labels))
    loss, dlogits = softmax_cross_entropy(network.forward(images), labels)
    network.backward(dlogits)
    assert ours["loss"] == pytest.approx(loss, abs=1e-4)
    np.testing.assert_allclose(floats(ours["grad"]), network.grad, rtol=0, atol=1e-4)


def test_every_layer_that_reads_characters_is_in_the_page_and_is_compared_here(page):
    known = set(page.evaluate("Object.keys(inkgrad.LAYERS)"))
    assert known == set(files.LAYERS) - {"Columns", "Conv1D"}, "those of readers of lines"
    compared = {
        type(layer).__name__ for network in [*EVERY, build("deck")] for layer in network.layers
    }
    assert compared == known


TWENTY = """
const optimizer = new inkgrad[kind](network.theta.length, settings);
const x = Float32Array.from(unpack(pixels), (value) => value / 255);
const known = unpack(labels);
for (let step = 0; step < 20; step++) {
  const some = x.subarray(step * 16 * 784, (step + 1) * 16 * 784);
  const logits = network.forward(some, 16, true);
  const right = known.subarray(step * 16, step * 16 + 16);
  const { dlogits } = inkgrad.softmaxCrossEntropy(logits, right, 10);
  network.backward(dlogits, 16);
  optimizer.step(network.theta, network.grad, rate);
}
return pack(network.theta);
"""


@pytest.mark.parametrize(
    ("kind", "settings", "optimizer", "model"),
    [
        ("SGD", {"momentum": 0.9}, SGD(0.05, momentum=0.9), "deck"),
        ("Adam", {}, Adam(0.001), "deck"),
        ("Adam", {"decay": 0.01}, AdamW(0.001), "deck"),
        ("SGD", {"momentum": 0}, SGD(0.01, momentum=0), "lenet"),
    ],
)
def test_twenty_steps_end_where_those_of_python_end(
    page, kind, settings, optimizer, model, tmp_path
):
    images, labels = samples(320)
    path = kept(build(model), tmp_path)
    network, _ = files.load(path)
    given = {"pixels": encoded(images), "labels": encoded(labels)}
    rate = optimizer.learning_rate
    ours = run(page, TWENTY, path, kind=kind, settings=settings, rate=rate, **given)
    state = optimizer.start()
    for at in range(0, 320, 16):
        some = slice(at, at + 16)
        network.backward(softmax_cross_entropy(network.forward(images[some]), labels[some])[1])
        state.step(network)
    np.testing.assert_allclose(floats(ours), network.theta, rtol=0, atol=1e-3)


def blots(count: int) -> list[np.ndarray]:
    """Ink of many sizes and shapes: smooth strokes, as pens leave them."""
    rng, made = np.random.default_rng(11), []
    for _ in range(count):
        height, width = rng.integers(10, 200, 2)
        y, x = np.mgrid[:height, :width]
        ink = np.zeros((height, width))
        for _ in range(rng.integers(2, 12)):
            middle, broad = rng.uniform(0, 1, 2) * (height, width), rng.uniform(1, 12)
            ink += np.exp(-((y - middle[0]) ** 2 + (x - middle[1]) ** 2) / broad**2)
        made.append((255 * np.clip(ink, 0, 1)).astype(np.uint8))
    return made


def test_a_glyph_is_that_of_python_within_one_grey_level(page):
    for ink in [*blots(60), *load("mnist-5k").test.images[:40]]:
        body = "return pack(inkgrad.toGlyph(unpack(ink), h, w));"
        ours = floats(run(page, body, ink=encoded(ink), h=ink.shape[0], w=ink.shape[1]))
        difference = ours - to_glyph(ink).ravel()
        assert abs(difference).max() <= 1


def test_paper_without_ink_has_no_glyph(page):
    assert page.evaluate("inkgrad.toGlyph(new Uint8Array(100), 10, 10)") is None


def test_what_the_page_saves_is_read_in_python(page, tmp_path):
    save = """
    const network = new inkgrad.Network(inkgrad.architecture(name), 4);
    const bytes = inkgrad.writeModel(network, { data: "drawn" });
    return { bytes: pack(bytes), theta: pack(network.theta) };
    """
    for name in ("deck", "tiny"):
        made = run(page, save, name=name)
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(floats(made["bytes"]).astype(np.uint8).tobytes())
        network, about = files.load(path)
        np.testing.assert_array_equal(network.theta, floats(made["theta"]))
        assert about["data"] == "drawn"
        assert files.architecture(network) == files.architecture(build(name))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda content: content[:5], "is no safetensors file"),
        (lambda content: content[: len(content) // 2], "is cut short"),
        (lambda content: b"\xff" * 16 + content[16:], "is no whole safetensors file"),
        (lambda content: content.replace(b'"inkgrad"', b'"inkgraf"'), "was not written by inkgrad"),
        (lambda content: content.replace(b"Dense", b"Danse"), "layer Danse is unknown"),
        (lambda content: content[:-4] + b"\xff\xff\xff\x7f", "is not finite"),
    ],
)
def test_a_bad_model_file_is_told_in_one_line(page, spoil, fault, tmp_path):
    files.save(build("deck"), tmp_path / "good.safetensors")
    bad = spoil((tmp_path / "good.safetensors").read_bytes())
    body = "try { inkgrad.readModel(unpack(bad), 'bad'); } catch (error) { return error.message; }"
    said = run(page, body, bad=encoded(bad))
    assert said.startswith("bad: ")
    assert fault in said
    assert "\n" not in said


def test_a_reader_of_lines_is_refused(page):
    with pytest.raises(Exception, match="reads lines, expected a network for one character"):
        run(page, "", find("numbers"))


def test_the_digits_in_the_page_are_those_of_python(page):
    body = """
    const { train, test } = await inkgrad.openDigits();
    const packed = ({ images, labels }) => ({ images: pack(images), labels: pack(labels) });
    return [packed(train), packed(test)];
    """
    found = run(page, body)
    data = load("mnist-5k")
    for got, part in zip(found, (data.train, data.test), strict=True):
        np.testing.assert_array_equal(floats(got["images"]), part.images.ravel())
        np.testing.assert_array_equal(floats(got["labels"]), part.labels)
