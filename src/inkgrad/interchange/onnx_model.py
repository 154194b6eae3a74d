"""A model as ONNX: one graph from pixels to probabilities, with what a program must know to use it.

    x               (n, ...) float32, 0..1; images (n, c, h, w), lines of any width w
    logits          (n, k), or (n, columns, k) of a reader of lines
    probabilities   softmax(logits / temperature); of a reader of lines their logarithms, as
                    `log_probabilities`

Networks that answer together are one graph, in which their probabilities are averaged, where they
classify images. Readers of lines are one file each: each is shown the line in another width, and
their columns do not stand in the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inkgrad import __version__
from inkgrad.atomic import atomic_write
from inkgrad.errors import ModelError, needed
from inkgrad.interchange.channels_first import steps_of
from inkgrad.interchange.ensemble import Ensemble, opened, targets
from inkgrad.interchange.onnx_layers import OnnxGraph, through
from inkgrad.nn.network import Network

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

OPSET = 17
IR_VERSION = 8  # of onnx 1.12 and onnxruntime 1.12, of 2022: newer ones read it too


def export_onnx(model: str | Path | Ensemble, path: str | Path) -> list[Path]:
    """Write a model (a name, a file, a run) as ONNX; the files, as `onnx_targets` says.

    Raises UsageError where the library onnx is not installed, and ModelError for what is no model
    and for layers that have no form there.
    """
    needed("onnx", "onnx", "writing ONNX")
    model = model if isinstance(model, Ensemble) else opened(model)
    paths = onnx_targets(model, path)
    for target, part in zip(paths, _parts(model), strict=True):
        atomic_write(target, part.SerializeToString(deterministic=True))
    return paths


def onnx_targets(model: Ensemble, path: str | Path) -> list[Path]:
    """The files that a model needs: `path`, or one each of several readers of lines."""
    return targets(path, len(model.networks) if model.reads_lines else 1)


def _parts(model: Ensemble) -> list[ModelProto]:
    try:
        if not model.reads_lines:
            return [_model(model, model.networks)]
        together = len(model.networks)
        return [
            _model(model, [network], f"{place} of {together}" if together > 1 else "")
            for place, network in enumerate(model.networks, 1)
        ]
    except ModelError as error:
        raise ModelError(f"{model.name}: {error}") from None


def _model(model: Ensemble, networks: Sequence[Network], part: str = "") -> ModelProto:
    import onnx
    from onnx import helper

    first = networks[0]
    for other in networks[1:]:
        if (other.input_shape, other.output_shape) != (first.input_shape, first.output_shape):
            raise ModelError("its networks take or answer other shapes, expected one for all")
    graph = OnnxGraph()
    logits = _answer(graph, networks)
    scaled = graph.add(
        "Mul", [logits, graph.scalar("cooling", 1 / model.about.get("temperature", 1.0))]
    )
    kind, last = ("LogSoftmax", "log_probabilities") if model.reads_lines else _SOFTMAX
    graph.add(kind, [scaled], last, axis=-1)
    built = helper.make_model(
        helper.make_graph(
            graph.nodes,
            model.name,
            [_value("x", _channels_first(first))],
            [_value(name, _answer_shape(first)) for name in ("logits", last)],
            graph.constants,
        ),
        producer_name="inkgrad",
        producer_version=__version__,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(built, model.facts() | ({"part": part} if part else {}))
    onnx.checker.check_model(built, full_check=True)
    return built


_SOFTMAX = ("Softmax", "probabilities")


def _answer(graph: OnnxGraph, networks: Sequence[Network]) -> str:
    """The graph up to `logits`: of several networks, the logarithm of their mean probability."""
    if len(networks) == 1:
        return _through(graph, networks[0], "logits")
    each = []
    for place, network in enumerate(networks, 1):
        graph.prefix = f"network{place}."
        each.append(graph.add("Softmax", [_through(graph, network)], axis=-1))
    graph.prefix = ""
    tiny = graph.scalar("tiny", float(np.finfo(np.float32).tiny))
    return graph.add("Log", [graph.add("Max", [graph.add("Mean", each), tiny])], "logits")


def _through(graph: OnnxGraph, network: Network, name: str = "") -> str:
    """One network, its normalizations folded into its weights, its answer in our order."""
    x = through(graph, steps_of(network.fold()), "x")
    ways = {1: (0, 1), 2: (0, 2, 1), 3: (0, 2, 3, 1)}
    way = ways[len(network.output_shape)]
    return (
        graph.add("Transpose", [x], name, perm=way)
        if len(way) > 2
        else graph.add("Identity", [x], name)
    )


def _channels_first(network: Network) -> list[str | int]:
    *sides, c = network.input_shape
    shape: list[str | int] = ["n", c, *sides]
    if _any_width(network):
        shape[-1] = "width"
    return shape


def _answer_shape(network: Network) -> list[str | int]:
    shape: list[str | int] = ["n", *network.output_shape]
    if _any_width(network):
        shape[1] = "columns"
    return shape


def _any_width(network: Network) -> bool:
    """Columns may be laid flat again, which makes their number a fixed one."""
    return network.any_width and len(network.output_shape) == 2


def _value(name: str, shape: Sequence[str | int]) -> ValueInfoProto:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
