"""Each layer as modules of PyTorch, in the text of a Sequential: one function a layer.

PyTorch itself is not needed: what its modules are called, and how their weights, is all there is.
https://docs.pytorch.org/docs/stable/nn.html describes them.
"""

from __future__ import annotations

from collections.abc import Callable

from inkgrad.interchange.channels_first import Step
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D

THEIRS = {
    "W": "weight",
    "b": "bias",
    "gamma": "weight",
    "beta": "bias",
    "mean": "running_mean",
    "variance": "running_var",
}
"""What PyTorch calls the parameters and statistics of a layer."""


def modules_of(step: Step) -> list[str]:
    """The modules that a layer is there; the last but of global pools has its weights.

    Raises ModelError for a layer that has no form there.
    """
    form = MODULES.get(type(step.layer))
    if form is None:
        raise step.of_another_kind("in PyTorch")
    return form(step)


def _plain(text: str) -> Callable[[Step], list[str]]:
    return lambda step: [f"nn.{text}"]


def _dense(step: Step) -> list[str]:
    return [f"nn.Linear({step.inputs[0]}, {step.output[0]})"]


def _dropout(step: Step) -> list[str]:
    assert isinstance(step.layer, Dropout)
    kind = "Dropout"
    if isinstance(step.layer, SpatialDropout):
        kind = {1: "Dropout", 2: "Dropout1d", 3: "Dropout2d"}[len(step.inputs)]
    return [f"nn.{kind}({step.layer.rate!r})"]


def _leaky(step: Step) -> list[str]:
    assert isinstance(step.layer, LeakyReLU)
    return [f"nn.LeakyReLU({step.layer.slope!r})"]


def _conv2d(step: Step) -> list[str]:
    layer = step.layer
    assert isinstance(layer, Conv2D)
    before, after = layer.pads()
    settings = [f"{step.inputs[2]}", f"{layer.channels}", f"{layer.kernel}"]
    if layer.stride != 1:
        settings.append(f"stride={layer.stride}")
    if before == after and before:
        settings.append(f"padding={before}")
    padded = [f"nn.ZeroPad2d(({before}, {after}, {before}, {after}))"] if before != after else []
    return [*padded, f"nn.Conv2d({', '.join(settings)})"]


def _conv1d(step: Step) -> list[str]:
    assert isinstance(step.layer, Conv1D)
    k = step.layer.kernel
    padding = f", padding={k // 2}" if k > 1 else ""
    return [f"nn.Conv1d({step.inputs[1]}, {step.layer.channels}, {k}{padding})"]


def _batch_norm(step: Step) -> list[str]:
    assert isinstance(step.layer, BatchNorm)
    kind = "BatchNorm2d" if len(step.inputs) == 3 else "BatchNorm1d"
    epsilon = "" if step.layer.epsilon == 1e-5 else f", eps={step.layer.epsilon!r}"
    return [f"nn.{kind}({step.inputs[-1]}{epsilon})"]


def _pool(kind: str) -> Callable[[Step], list[str]]:
    def form(step: Step) -> list[str]:
        layer = step.layer
        assert isinstance(layer, MaxPool2D | AveragePool2D)
        stride = "" if layer.steps == layer.sizes else f", stride={layer.steps}"
        return [f"nn.{kind}({layer.sizes}{stride})"]

    return form


def _global(kind: str) -> Callable[[Step], list[str]]:
    return lambda step: [f"nn.{kind}(1)", "nn.Flatten()"]


MODULES: dict[type[Layer], Callable[[Step], list[str]]] = {
    Dense: _dense,
    Flatten: _plain("Flatten()"),
    Dropout: _dropout,
    SpatialDropout: _dropout,
    ReLU: _plain("ReLU()"),
    LeakyReLU: _leaky,
    Tanh: _plain("Tanh()"),
    Sigmoid: _plain("Sigmoid()"),
    GELU: _plain('GELU(approximate="tanh")'),
    Conv2D: _conv2d,
    Conv1D: _conv1d,
    Columns: _plain("Flatten(1, 2)"),
    MaxPool2D: _pool("MaxPool2d"),
    AveragePool2D: _pool("AvgPool2d"),
    GlobalMaxPool: _global("AdaptiveMaxPool2d"),
    GlobalAveragePool: _global("AdaptiveAvgPool2d"),
    BatchNorm: _batch_norm,
}
