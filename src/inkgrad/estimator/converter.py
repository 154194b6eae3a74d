"""A `NetworkClassifier`, alone or in a pipeline, as ONNX by sklearn-onnx.

from inkgrad.estimator import register_converter
from skl2onnx import to_onnx

register_converter()
onnx = to_onnx(make_pipeline(StandardScaler(), NetworkClassifier("mlp:64-32")).fit(X, y), X[:1])

The graph takes what `predict` takes, rows or images, and answers `label` (n,) and
`probabilities` (n, k). The network computes in float32 there, whatever it does here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from inkgrad.errors import needed
from inkgrad.estimator.classifier import NetworkClassifier
from inkgrad.estimator.values import EstimatorError, resampling
from inkgrad.interchange.channels_first import steps_of
from inkgrad.interchange.onnx_layers import OnnxGraph, through

_ALIAS = "InkgradNetworkClassifier"


def register_converter() -> None:
    """Tell sklearn-onnx how a NetworkClassifier is converted; needs to be called once.

    Raises UsageError where it is not installed.
    """
    needed("skl2onnx", "skl2onnx", "converting with scikit-learn's pipelines")
    from skl2onnx import update_registered_converter

    update_registered_converter(
        NetworkClassifier, _ALIAS, _tell_types, _convert, overwrite=True, options={}
    )


def _tell_types(operator: Any) -> None:
    """The types of `label` (n,) and `probabilities` (n, k)."""
    from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType

    count = operator.inputs[0].get_first_dimension()
    classes = operator.raw_operator.classes_
    label = Int64TensorType if _as_integers(classes) else StringTensorType
    operator.outputs[0].set_type(label([count]))
    operator.outputs[1].set_type(FloatTensorType([count, len(classes)]))


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the operators of one classifier to the container of a graph."""
    from onnx import TensorProto, helper, numpy_helper
    from skl2onnx.common.data_types import UInt8TensorType

    classifier: NetworkClassifier = operator.raw_operator
    given = operator.inputs[0]
    label, probabilities = (output.full_name for output in operator.outputs)
    graph = OnnxGraph(f"{scope.get_unique_operator_name('network')}.")
    pixels = isinstance(given.type, UInt8TensorType)
    x = graph.add("Cast", [given.full_name], to=TensorProto.FLOAT)
    if pixels:
        x = graph.add("Mul", [x, graph.scalar("white", 1 / 255)])
    x = through(graph, steps_of(classifier.network_.fold()), _formed(graph, classifier, x))
    graph.add("Softmax", [x], probabilities, axis=-1)
    best = graph.add("ArgMax", [probabilities], axis=1, keepdims=0)
    classes = classifier.classes_
    names = (
        graph.constant("classes", classes.astype(np.int64))
        if _as_integers(classes)
        else graph.constant("classes", np.array([str(each) for each in classes], dtype=object))
    )
    graph.add("Gather", [names, best], label, axis=0)
    for tensor in graph.constants:
        values = numpy_helper.to_array(tensor)
        container.add_initializer(tensor.name, tensor.data_type, values.shape, values.ravel())
    for node in graph.nodes:
        settings = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        container.add_node(
            node.op_type, list(node.input), list(node.output), name=node.name, **settings
        )


def _formed(graph: OnnxGraph, classifier: NetworkClassifier, x: str) -> str:
    """X as the network takes it, channels first, brought to its size."""
    if classifier.image_shape_ is not None and classifier.resize is not None:
        before, size = classifier.image_shape_, classifier.network_.input_shape
        after = size[:2] if len(size) == 3 else tuple(classifier.resize)
        images = graph.constant("images", np.array([-1, *before], np.int64))
        x = graph.add("Reshape", [x, images])
        down, across = (
            resampling(a, b, np.dtype(np.float32)) for a, b in zip(before, after, strict=True)
        )
        x = graph.add("MatMul", [graph.constant("down", down), x])
        x = graph.add("MatMul", [x, graph.constant("across", across.T)])
    shape = classifier.network_.input_shape
    wanted = [1, *shape[:2]] if len(shape) == 3 else [math.prod(shape)]
    return graph.add("Reshape", [x, graph.constant("shape", np.array([-1, *wanted], np.int64))])


def _as_integers(classes: Any) -> bool:
    """Whether classes are told as integers; as text otherwise. EstimatorError for other numbers."""
    if classes.dtype.kind in "iub":
        return True
    if classes.dtype.kind == "f":
        if (classes != np.floor(classes)).any():
            raise EstimatorError(
                f"classes are {classes}, but ONNX takes integers or text: expected no fractions"
            )
        return True
    return False
