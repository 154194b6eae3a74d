"""Each layer as operators of ONNX: one function a layer, listed in `FORMS`.

Images are (n, c, h, w) and columns (n, c, w). Operators are those of opset 17.
https://onnx.ai/onnx/operators describes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inkgrad.interchange.channels_first import Step
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D
from inkgrad.nn.vectors import Array

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto


class OnnxGraph:
    """Operators one after another; names of what they compute begin with `prefix`."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, values: Array) -> str:
        """An array kept in the file; its name there."""
        from onnx import numpy_helper

        name = f"{self.prefix}{name}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str = "", **settings: Any) -> str:
        """An operator; the name of what it computes."""
        from onnx import helper

        output = output or f"{self.prefix}{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **settings))
        return output

    def scalar(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, np.float32))


Form = Callable[[OnnxGraph, Step, str, Sequence[str]], str]
"""Adds a layer behind value `x`, with the names of its weights; the name of what it computes."""


def through(graph: OnnxGraph, steps: Sequence[Step], x: str) -> str:
    """All layers behind value `x`. Raises ModelError for one that has no form here."""
    for step in steps:
        form = FORMS.get(type(step.layer))
        if form is None:
            raise step.of_another_kind("in ONNX")
        weights = [
            graph.constant(f"{step.place}.{name}", values.astype(np.float32))
            for name, values in step.weights().items()
        ]
        x = form(graph, step, x, weights)
    return x


def _plain(kind: str, **settings: Any) -> Form:
    return lambda graph, step, x, weights: graph.add(kind, [x, *weights], **settings)


def _nothing(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    return x  # dropout, in prediction


def _conv2d(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    layer = step.layer
    assert isinstance(layer, Conv2D)
    before, after = layer.pads()
    return graph.add(
        "Conv",
        [x, *weights],
        kernel_shape=[layer.kernel] * 2,
        strides=[layer.stride] * 2,
        pads=[before, before, after, after],
    )


def _conv1d(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    assert isinstance(step.layer, Conv1D)
    k = step.layer.kernel
    return graph.add("Conv", [x, *weights], kernel_shape=[k], pads=[k // 2, k // 2])


def _columns(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    h, _, c = step.inputs
    shape = graph.constant(f"{step.place}.shape", np.array([0, c * h, -1], np.int64))
    return graph.add("Reshape", [x, shape])


def _pool(kind: str) -> Form:
    def form(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
        layer = step.layer
        assert isinstance(layer, MaxPool2D | AveragePool2D)
        sizes, steps = list(layer.sizes), list(layer.steps)
        return graph.add(kind, [x], kernel_shape=sizes, strides=steps)

    return form


def _global(kind: str) -> Form:
    return lambda graph, step, x, weights: graph.add("Flatten", [graph.add(kind, [x])], axis=1)


def _leaky(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    assert isinstance(step.layer, LeakyReLU)
    return graph.add("LeakyRelu", [x], alpha=float(step.layer.slope))


def _gelu(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    """ONNX has the operator from opset 20 on; these are its parts."""
    cube = graph.add("Mul", [x, graph.add("Mul", [x, x])])
    bent = graph.add("Mul", [cube, graph.scalar(f"{step.place}.cubic", 0.044715)])
    inner = graph.add("Add", [x, bent])
    u = graph.add("Mul", [inner, graph.scalar(f"{step.place}.scale", math.sqrt(2 / math.pi))])
    one = graph.add("Add", [graph.add("Tanh", [u]), graph.scalar(f"{step.place}.one", 1.0)])
    half = graph.add("Mul", [x, graph.scalar(f"{step.place}.half", 0.5)])
    return graph.add("Mul", [half, one])


def _batch_norm(graph: OnnxGraph, step: Step, x: str, weights: Sequence[str]) -> str:
    assert isinstance(step.layer, BatchNorm)
    return graph.add("BatchNormalization", [x, *weights], epsilon=float(step.layer.epsilon))


FORMS: dict[type[Layer], Form] = {
    Dense: _plain("Gemm", transB=1),
    Flatten: _plain("Flatten", axis=1),
    Dropout: _nothing,
    SpatialDropout: _nothing,
    ReLU: _plain("Relu"),
    LeakyReLU: _leaky,
    Tanh: _plain("Tanh"),
    Sigmoid: _plain("Sigmoid"),
    GELU: _gelu,
    Conv2D: _conv2d,
    Conv1D: _conv1d,
    Columns: _columns,
    MaxPool2D: _pool("MaxPool"),
    AveragePool2D: _pool("AveragePool"),
    GlobalMaxPool: _global("GlobalMaxPool"),
    GlobalAveragePool: _global("GlobalAveragePool"),
    BatchNorm: _batch_norm,
}
