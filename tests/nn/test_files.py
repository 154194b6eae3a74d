from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from safetensors.numpy import save as to_bytes

from inkgrad.errors import ModelError
from inkgrad.nn.about import known_data
from inkgrad.nn.activations import GELU, LeakyReLU, Sigmoid, Tanh
from inkgrad.nn.architectures import deck
from inkgrad.nn.files import architecture, load, load_together, save, save_together
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm


def test_a_network_comes_back_as_it_was(tmp_path, rng):
    layers = [Flatten(), Dense(7, "glorot"), Tanh(), Dropout(0.1), Dense(6), GELU(), Dense(5)]
    network = Network((4, 3), [*layers, LeakyReLU(0.2), Dense(3, 0.1), Sigmoid()], seed=2)
    save(network, tmp_path / "m.safetensors", {"classes": ["a", "b", "c"]})
    loaded, about = load(tmp_path / "m.safetensors")
    x = rng.random((5, 4, 3), np.float32)
    np.testing.assert_array_equal(loaded(x), network(x))
    assert architecture(loaded) == architecture(network)
    assert about == {"classes": ["a", "b", "c"]}


def test_networks_that_answer_together_come_back_to_a_thousandth(tmp_path, rng):
    layers = [Flatten(), Dense(7), BatchNorm(), Tanh(), Dense(3)]
    networks = [Network((4, 3), layers, seed=1), deck()]
    networks[0].statistics()["2.variance"][:] = rng.random(7, np.float32)
    path = tmp_path / "m.safetensors"
    save_together(networks, path, {"alphabet": "abc"})
    loaded, about = load_together(path)
    assert about == {"alphabet": "abc"}
    assert path.stat().st_size < 2.2 * sum(network.theta.size for network in networks)
    for mine, theirs in zip(networks, loaded, strict=True):
        assert architecture(mine) == architecture(theirs)
        np.testing.assert_allclose(theirs.theta, mine.theta, rtol=1e-3, atol=1e-7)
        np.testing.assert_allclose(theirs.running, mine.running, rtol=1e-3, atol=1e-7)
    with pytest.raises(ModelError, match="holds 2 networks, expected one"):
        load(path)


def test_networks_too_large_for_16_bits_are_refused(tmp_path):
    network = deck()
    network.theta[0] = 1e5
    with pytest.raises(ModelError, match="does not fit in 16 bits"):
        save_together([network], tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


def together(**changes) -> bytes:
    weights = {f"0.{name}": values for name, values in deck().parameters().items()}
    facts = {"format": "1", "architectures": [architecture(deck())], "about": {}, **changes}
    return to_bytes(weights, {"inkgrad": json.dumps(facts)})


def described(**changes) -> bytes:
    network = deck()
    description = {**architecture(network), **changes}
    return to_bytes(
        dict(network.parameters()),
        {"inkgrad": json.dumps({"format": "1", "architecture": description, "about": {}})},
    )


WEIGHTS = {"a": np.zeros(3)}
GOOD = architecture(deck())["layers"]
BROKEN = {
    "empty": (b"", "is no whole safetensors file"),
    "noise": (bytes(range(256)) * 4, "is no whole safetensors file"),
    "truncated": (described()[:-1000], "is no whole safetensors file"),
    "another format": (to_bytes(WEIGHTS, {"inkgrad": '{"format": "9"}'}), "is of format 9"),
    "another program": (to_bytes(WEIGHTS, {"format": "pt"}), "was not written by inkgrad"),
    "no metadata": (to_bytes(WEIGHTS), "was not written by inkgrad"),
    "no object": (to_bytes(WEIGHTS, {"inkgrad": "[1]"}), "does not hold together"),
    "unknown layer": (described(layers=[{"type": "os.system"}]), "layer type 'os.system'"),
    "unknown setting": (
        described(layers=[{"type": "Dense", "units": 10, "shell": "ls"}]),
        "unknown setting shell",
    ),
    "absurd size": (
        described(layers=[{"type": "Dense", "units": 10**9}]),
        "asks for more weights than there are",
    ),
    "layers that do not fit": (
        described(layers=[{"type": "Flatten"}, *GOOD[2:]]),
        "do not match|description|is float32",
    ),
    "no networks": (together(architectures=[]), "do not match the architectures: 0."),
    "a network without weights": (
        together(architectures=[architecture(deck())] * 2),
        "do not match the architecture: ",
    ),
    "networks that are no list": (together(architectures=3), "does not hold together"),
    "no layers": (described(layers=None), "does not hold together"),
    "units that are no number": (
        described(layers=[{"type": "Dense", "units": "ten"}]),
        "does not hold together",
    ),
    "a stride of nothing": (
        described(layers=[{"type": "Conv2D", "channels": 2, "stride": 0}], input_shape=[1, 28, 28]),
        "does not hold together",
    ),
    "numbers out of reach": (
        described(layers=[{"type": "Dense", "units": 10**30}]),
        "unknown setting units",
    ),
    "deep nesting": (
        to_bytes(WEIGHTS, {"inkgrad": "[" * 100_000 + "]" * 100_000}),
        "does not hold together",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_one_clear_line(fault, tmp_path):
    content, message = BROKEN[fault]
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"temperature": "hot"}, r"Expected `float`, got `str` - at `\$\.temperature`"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": -1.0}, "temperature"),
        ({"refuse_below": 1.5}, "refuse_below"),
        ({"refuse_below": [0.5]}, "refuse_below"),
        ({"thresholds": [0.1, 0.2]}, "thresholds"),
        ({"thresholds": [[0.1, "sure"]]}, "thresholds"),
        ({"alphabet": 7}, "alphabet"),
        ({"alphabet": "abca"}, "'abca' has a character twice"),
        ({"classes": "0123456789"}, "classes"),
        ({"classes": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}, "classes"),
        ({"classes": ["a", "b"]}, "names 2 classes, expected 10"),
        ({"data": ["mnist"]}, "data"),
        ({"validation": 1e99}, "validation"),
        ({"seed": None}, "seed"),
        ([1], "Expected `object`, got `array`"),
        (None, "Expected `object`, got `null`"),
    ],
)
def test_what_a_model_says_of_itself_is_looked_at_where_it_is_read(said, message, tmp_path):
    path = tmp_path / "m.safetensors"
    weights = {f"0.{name}": values for name, values in deck().parameters().items()}
    facts = {"format": "1", "architectures": [architecture(deck())], "about": said}
    path.write_bytes(to_bytes(weights, {"inkgrad": json.dumps(facts)}))
    with pytest.raises(ModelError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_nothing_is_written_that_could_not_be_read(tmp_path):
    path = tmp_path / "m.safetensors"
    with pytest.raises(ModelError, match="temperature"):
        save(deck(), path, {"temperature": float("nan")})
    with pytest.raises(ModelError, match="names 1 classes, expected 10"):
        save_together([deck(), deck()], path, {"classes": ["a"]})
    with pytest.raises(ModelError, match="is no plain JSON"):
        save(deck(), path, {"more": {1, 2}})
    with pytest.raises(ModelError, match="is no plain JSON"):
        save(deck(), path, {"figures": {"loss": float("inf")}})
    assert not path.exists()


def test_what_else_a_model_says_is_handed_on(tmp_path):
    said = {"temperature": 2, "author": {"name": "me", "of": [1, None, "x"]}}
    save(deck(), tmp_path / "m.safetensors", said)
    _, about = load(tmp_path / "m.safetensors")
    assert about == said
    assert type(about["temperature"]) is float


def test_a_model_names_a_data_set_and_never_a_path():
    assert known_data({"data": "mnist"}, ("mnist-5k", "mnist")) == "mnist"
    assert known_data({}, ("mnist-5k", "mnist")) == "mnist-5k"
    with pytest.raises(ModelError, match=r"m: was trained on '/etc/passwd', expected --data"):
        known_data({"data": "/etc/passwd"}, ("mnist-5k", "mnist"), "m")


def test_weights_that_are_not_finite_are_refused(tmp_path):
    network, path = deck(), tmp_path / "m.safetensors"
    weights = {name: values.copy() for name, values in network.parameters().items()}
    weights["0.W"][0] = np.nan
    facts = {"format": "1", "architecture": architecture(network), "about": {}}
    path.write_bytes(to_bytes(weights, {"inkgrad": json.dumps(facts)}))
    with pytest.raises(ModelError, match="not finite"):
        load(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        load(tmp_path / "none.safetensors")


@dataclass(eq=False)
class Scale(Layer):
    """y = factor * x"""

    factor: float = 1.0

    def __call__(self, x):
        return x * np.float32(self.factor)

    def backward(self, dy, need_dx=True):
        return dy * np.float32(self.factor)


def test_a_layer_of_ones_own_is_saved_and_loaded_by_its_class(tmp_path, rng):
    network, path = Network((3,), [Dense(4), Scale(2.5), Dense(2)]), tmp_path / "m.safetensors"
    x = rng.random((5, 3), np.float32)
    save(network, path, layers=[Scale])
    loaded, _ = load(path, layers=[Scale])
    assert loaded.layers[1].factor == 2.5
    np.testing.assert_array_equal(loaded(x), network(x))
    with pytest.raises(ModelError, match=r"layer type 'Scale' is unknown.*layers=\[\.\.\.\]"):
        load(path)
    save_together([network, deck()], path, layers=[Scale])
    assert load_together(path, layers=[Scale])[0][0].layers[1].factor == 2.5


def test_what_could_not_be_read_back_is_not_saved(tmp_path):
    own = Network((3,), [Dense(2), Scale()])

    class Dense2(Dense):
        pass

    Dense2.__name__ = "Dense"
    namesake = Network((3,), [Dense2(2)])
    double = Network((3,), [Dense(2)], dtype=np.float64)
    infinite = Network((3,), [Dense(2)])
    infinite.theta[0] = np.inf
    cases = [
        (own, {}, r"layer 2, Scale, is none of inkgrad's.*layers=\[Scale\]"),
        (namesake, {}, "layer 1, Dense, is none of inkgrad's"),
        (namesake, {"layers": [Dense2]}, "there are two layers Dense: rename yours"),
        (own, {"layers": [Scale()]}, "expected classes of layers"),
        (double, {}, "is of float64, expected float32"),
        (infinite, {}, "0.W holds values that are not finite"),
        (deck(), {"about": {"seen": {1, 2}}}, "is no plain JSON"),
    ]
    for network, given, message in cases:
        with pytest.raises(ModelError, match=message):
            save(network, tmp_path / "m.safetensors", **given)
    with pytest.raises(ModelError, match="is none of inkgrad's"):
        save_together([deck(), own], tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())
