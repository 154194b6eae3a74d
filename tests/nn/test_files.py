from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save as to_bytes

from inkgrad.errors import ModelError
from inkgrad.nn.activations import GELU, LeakyReLU, Sigmoid, Tanh
from inkgrad.nn.architectures import deck
from inkgrad.nn.files import architecture, load, save
from inkgrad.nn.layers import Dense, Dropout, Flatten
from inkgrad.nn.network import Network


def test_a_network_comes_back_as_it_was(tmp_path, rng):
    layers = [Flatten(), Dense(7, "glorot"), Tanh(), Dropout(0.1), Dense(6), GELU(), Dense(5)]
    network = Network((4, 3), [*layers, LeakyReLU(0.2), Dense(3, 0.1), Sigmoid()], seed=2)
    save(network, tmp_path / "m.safetensors", {"classes": ["a", "b", "c"]})
    loaded, about = load(tmp_path / "m.safetensors")
    x = rng.random((5, 4, 3), np.float32)
    np.testing.assert_array_equal(loaded(x), network(x))
    assert architecture(loaded) == architecture(network)
    assert about == {"classes": ["a", "b", "c"]}


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
    "no layers": (described(layers=None), "does not hold together"),
    "units that are no number": (
        described(layers=[{"type": "Dense", "units": "ten"}]),
        "does not hold together",
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


def test_weights_that_are_not_finite_are_refused(tmp_path):
    network = deck()
    network.theta[0] = np.nan
    save(network, tmp_path / "m.safetensors")
    with pytest.raises(ModelError, match="not finite"):
        load(tmp_path / "m.safetensors")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        load(tmp_path / "none.safetensors")
