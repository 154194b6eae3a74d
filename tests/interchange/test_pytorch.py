"""Weights for PyTorch: the printed lines are run with its modules in NumPy, and give what we give.

The modules below are PyTorch's by their definitions, channels first; benchmarks/torch_exchange.py
runs the same with PyTorch itself.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from inkgrad.errors import ModelError
from inkgrad.interchange.ensemble import Ensemble
from inkgrad.interchange.pytorch import export_torch, import_torch
from inkgrad.interchange.pytorch_layers import MODULES
from inkgrad.nn import files
from inkgrad.nn.activations import ReLU
from inkgrad.nn.architectures import build, line_reader
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import find


def windows(x, sizes, steps):
    """(n, c, p, q, kh, kw) of x (n, c, h, w)."""
    return sliding_window_view(x, sizes, (2, 3))[:, :, :: steps[0], :: steps[1]]


class Module:
    def __init__(self, *given, **settings):
        self.given, self.settings, self.state = given, settings, {}


def module(compute):
    return type(compute.__name__, (Module,), {"__call__": compute})


def Linear(self, x):
    return x @ self.state["weight"].T + self.state["bias"]


def Conv2d(self, x):
    _, _, k = self.given
    pad, stride = self.settings.get("padding", 0), self.settings.get("stride", 1)
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    y = np.einsum("ncpqij,ocij->nopq", windows(x, (k, k), (stride,) * 2), self.state["weight"])
    return y + self.state["bias"][:, None, None]


def Conv1d(self, x):
    _, _, k = self.given
    pad = self.settings.get("padding", 0)
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    y = np.einsum("ncwi,oci->now", sliding_window_view(x, k, 2), self.state["weight"])
    return y + self.state["bias"][:, None]


def BatchNorm(self, x):
    shape = (-1, *[1] * (x.ndim - 2))
    mean, var = self.state["running_mean"], self.state["running_var"]
    scale = self.state["weight"] / np.sqrt(var + self.settings.get("eps", 1e-5))
    return (x - mean.reshape(shape)) * scale.reshape(shape) + self.state["bias"].reshape(shape)


def ZeroPad2d(self, x):
    left, right, top, bottom = self.given[0]
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))


def pooled(reduce):
    def compute(self, x):
        sizes = self.given[0]
        return reduce(windows(x, sizes, self.settings.get("stride", sizes)), (4, 5))

    return module(compute)


def Flatten(self, x):
    first, last = self.given or (1, x.ndim - 1)
    return x.reshape(*x.shape[:first], -1, *x.shape[last + 1 :])


def GELU(self, x):
    assert self.settings == {"approximate": "tanh"}
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


class Sequential:
    def __init__(self, *modules):
        self.modules = modules

    def load_state_dict(self, state):
        for name, values in state.items():
            place, key = name.split(".")
            self.modules[int(place)].state[key] = values

    def eval(self):
        return self

    def __call__(self, x):
        for each in self.modules:
            x = each(x)
        return x


NN = SimpleNamespace(
    **{f.__name__: module(f) for f in (Linear, Conv2d, Conv1d, ZeroPad2d, Flatten, GELU)},
    **{f"BatchNorm{d}d": module(BatchNorm) for d in (1, 2)},
    **{f"Dropout{d}": module(lambda self, x: x) for d in ("", "1d", "2d")},
    ReLU=module(lambda self, x: np.maximum(x, 0)),
    LeakyReLU=module(lambda self, x: np.where(x > 0, x, x * self.given[0])),
    Tanh=module(lambda self, x: np.tanh(x)),
    Sigmoid=module(lambda self, x: 1 / (1 + np.exp(-x))),
    MaxPool2d=pooled(np.max),
    AvgPool2d=pooled(np.mean),
    AdaptiveMaxPool2d=module(lambda self, x: x.max((2, 3), keepdims=True)),
    AdaptiveAvgPool2d=module(lambda self, x: x.mean((2, 3), keepdims=True)),
    Sequential=Sequential,
)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """What the printed lines make of the file, with those modules in the place of PyTorch's."""
    torch, loader = ModuleType("torch"), ModuleType("safetensors.torch")
    torch.nn, loader.load_file = NN, load_file
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "safetensors.torch", loader)
    monkeypatch.chdir(tmp_path)

    def loaded(network: Network) -> Sequential:
        (file,) = export_torch(Ensemble([network], {}, "it"), tmp_path / "it.safetensors")
        (tmp_path / "it.py").write_text(file.code)
        return runpy.run_path(str(tmp_path / "it.py"))["model"]

    return loaded


def same(model: Sequential, network: Network, x: np.ndarray) -> None:
    ours = network(x)
    theirs = model(np.moveaxis(x, -1, 1) if x.ndim > 2 else x)
    theirs = np.moveaxis(theirs, 1, -1)
    assert theirs.shape == ours.shape
    assert np.abs(theirs - ours).max() <= 2e-5 * max(1.0, float(np.abs(ours).max()))


def test_every_layer_has_a_form_and_is_among_those_tested(layers_tested):
    assert layers_tested == set(files.LAYERS.values()) == set(MODULES)


def test_a_layer_computes_the_same_there(few_layers, run, rng):
    x = rng.standard_normal((5, *few_layers.input_shape)).astype(np.float32)
    same(run(few_layers), few_layers, x)


@pytest.mark.parametrize("name", ["deck", "mlp:64-32", "lenet", "tiny"])
def test_an_architecture_answers_the_same_there(name, run, unsettled, rng):
    network = unsettled(build(name, dropout=0.1, normalize=name == "mlp:64-32"))
    same(run(network), network, rng.random((3, *network.input_shape), np.float32))


def test_a_reader_of_lines_answers_the_same_there_at_any_width(run, unsettled, rng):
    network = unsettled(line_reader("0123", "large"))
    model = run(network)
    for width in (32, 77):
        same(model, network, rng.random((2, 32, width, 1), np.float32))


def test_the_file_says_what_pytorch_asks_for(tmp_path):
    path = export_torch("digits", tmp_path / "digits.safetensors")[0].path
    with safe_open(path, "numpy") as file:
        assert file.metadata()["format"] == "pt"
        assert file.get_tensor("0.weight").shape == (32, 1, 3, 3)
        assert file.get_tensor("1.num_batches_tracked").shape == ()
    first, *others = export_torch("numbers", tmp_path / "numbers.safetensors")
    assert [each.path.name for each in (first, *others)] == [
        f"numbers-{number}.safetensors" for number in (1, 2, 3)
    ]
    assert "float32 (n, 1, 32, 128), 0..1 -> logits (n, 11, 32); any width" in first.code


def test_what_was_exported_comes_back_bit_for_bit(few_layers, tmp_path):
    about = {"temperature": 0.7}
    (file,) = export_torch(Ensemble([few_layers], about, "it"), tmp_path / "it.safetensors")
    import_torch(file.path, tmp_path / "back.safetensors")
    back, told = files.load(tmp_path / "back.safetensors")
    assert files.architecture(back) == files.architecture(few_layers)
    assert told == about
    np.testing.assert_array_equal(back.theta, few_layers.theta)
    np.testing.assert_array_equal(back.running, few_layers.running)


def test_a_shipped_model_comes_back_with_all_that_it_says(tmp_path):
    (file,) = export_torch("characters", tmp_path / "it.safetensors")
    import_torch(file.path, tmp_path / "back.safetensors")
    assert files.load(tmp_path / "back.safetensors")[1] == files.load(find("characters"))[1]


@pytest.mark.parametrize(
    ("name", "alphabet"), [("lenet", None), ("line:small", "0123"), ("model", None)]
)
def test_weights_with_other_names_fit_a_network_that_is_named(name, alphabet, tmp_path, unsettled):
    network = unsettled(line_reader("0123") if alphabet else build("lenet", 7))
    files.save(
        network, tmp_path / "like.safetensors", {"classes": [*"abcdefg"]} if not alphabet else {}
    )
    (file,) = export_torch(Ensemble([network], {}, "it"), tmp_path / "it.safetensors")
    state = {
        f"net.layer{10 + int(k.split('.')[0])}.{k.split('.')[1]}": v
        for k, v in load_file(file.path).items()
    }
    save_file(state, tmp_path / "theirs.safetensors")
    like = tmp_path / "like.safetensors" if name == "model" else name
    import_torch(tmp_path / "theirs.safetensors", tmp_path / "back.safetensors", like, alphabet)
    back, about = files.load(tmp_path / "back.safetensors")
    np.testing.assert_array_equal(back.theta, network.theta)
    expected = {"alphabet": alphabet} if alphabet else {}
    assert about == ({"classes": [*"abcdefg"]} if name == "model" else expected)


def changed(tmp_path: Path, **changes) -> Path:
    """The weights of a small network as PyTorch has them, some changed, left out or added."""
    state = {"0.weight": np.zeros((4, 5)), "0.bias": np.zeros(4)}
    state |= {"2.weight": np.zeros((3, 4)), "2.bias": np.zeros(3)}
    for name, values in changes.items():
        state[name.replace("_", ".")] = values
    path = tmp_path / "theirs.safetensors"
    save_file({name: v for name, v in state.items() if v is not None}, path)
    return path


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"0_weight": np.zeros((5, 4))}, r"0.weight is float64 \(5, 4\), expected floats \(4, 5\)"),
        ({"0_weight": np.zeros((4, 5), np.int8)}, r"0.weight is int8 \(4, 5\), expected floats"),
        ({"2_bias": None}, "has no 2.bias, expected it for layer 3, Dense"),
        ({"2_more": np.zeros(1)}, "has 2.more, expected no such weights"),
        ({"4_weight": np.zeros((1, 1))}, "has 3 modules with weights, expected 2"),
        ({"0_bias": np.full(4, np.nan)}, "0.b holds values that are not finite"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(changes, fault, tmp_path):
    like = tmp_path / "like.safetensors"
    files.save(Network((5,), [Dense(4), ReLU(), Dense(3)]), like)
    with pytest.raises(ModelError, match=f"theirs.safetensors: {fault}"):
        import_torch(changed(tmp_path, **changes), tmp_path / "out.safetensors", like)
    assert not (tmp_path / "out.safetensors").exists()


def test_a_file_that_does_not_say_of_what_it_is_needs_a_network(tmp_path):
    with pytest.raises(ModelError, match="expected --network"):
        import_torch(changed(tmp_path), tmp_path / "out.safetensors")
    with pytest.raises(ModelError, match="model 'rnn' is unknown"):
        import_torch(changed(tmp_path), tmp_path / "out.safetensors", "rnn")
    with pytest.raises(ModelError, match="expected its --alphabet"):
        import_torch(changed(tmp_path), tmp_path / "out.safetensors", "line:small")


@pytest.mark.parametrize(
    "said",
    [
        "{",
        json.dumps({"architecture": {"input_shape": [5], "layers": [{"kind": 1}]}, "about": {}}),
        json.dumps(
            {
                "architecture": {
                    "input_shape": [1 << 20],
                    "layers": [{"type": "Dense", "units": 1 << 20}],
                },
                "about": {},
            }
        ),
        json.dumps({"architecture": {"input_shape": [5], "layers": []}, "about": {"classes": []}}),
    ],
)
def test_a_file_that_says_nonsense_of_itself_is_one_line(said, tmp_path):
    path = tmp_path / "odd.safetensors"
    save_file({"0.weight": np.zeros((4, 5))}, path, {"made_of": said})
    with pytest.raises(ModelError, match=r"odd\.safetensors: "):
        import_torch(path, tmp_path / "out.safetensors")


def test_what_is_no_file_of_weights_is_one_line(tmp_path):
    path = tmp_path / "odd.safetensors"
    with pytest.raises(ModelError, match="no such file"):
        import_torch(path, tmp_path / "out.safetensors")
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(ModelError, match="is no whole safetensors file"):
        import_torch(path, tmp_path / "out.safetensors")
