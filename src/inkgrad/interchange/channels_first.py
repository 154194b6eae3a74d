"""Weights for libraries that put channels first, as ONNX and PyTorch do, and the way back.

Here an image lies (h, w, c) and columns (w, c); there (c, h, w) and (c, w). So the axes of weights
change places, and where images were laid flat, or their columns, what comes after finds the values
in another order: its rows are put into that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ModelError
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Flatten, Layer
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.vectors import Array, Shape

Order = NDArray[np.intp]

# Of each layer with weights: which axis of ours comes where, of a matrix or a stack of them.
_AXES: dict[type[Layer], tuple[int, ...]] = {
    Dense: (1, 0),  # (i, o) -> (o, i)
    Conv1D: (2, 1, 0),  # (k, c, o) -> (o, c, k)
    Conv2D: (3, 2, 0, 1),  # (k, k, c, o) -> (o, c, k, k)
}


@dataclass(frozen=True)
class Arrangement:
    """How one array is laid out anew: its axes, and then the order along `axis`, if any."""

    axes: tuple[int, ...]
    axis: int = 0
    order: Order | None = None

    def there(self, ours: Array) -> Array:
        """Our array as it lies with channels first: a copy."""
        moved = ours.transpose(self.axes)
        return np.ascontiguousarray(
            moved if self.order is None else np.take(moved, self.order, self.axis)
        )

    def back(self, theirs: Array) -> Array:
        """What `there` was given, from what it returned."""
        moved = theirs
        if self.order is not None:
            moved = np.take(moved, np.argsort(self.order), self.axis)
        return np.ascontiguousarray(moved.transpose(np.argsort(self.axes)))


@dataclass(frozen=True)
class Step:
    """A layer at its place, the shapes that we give it and get, and how its arrays are laid out."""

    place: int
    layer: Layer
    inputs: Shape
    output: Shape
    arrangements: dict[str, Arrangement]

    def weights(self) -> dict[str, Array]:
        """Its parameters and statistics by our names, with channels first: copies."""
        return {name: how.there(getattr(self.layer, name)) for name, how in self.items()}

    def items(self) -> Iterator[tuple[str, Arrangement]]:
        yield from self.arrangements.items()

    def of_another_kind(self, what: str) -> ModelError:
        """The error for a layer that the other library has no form for."""
        name = type(self.layer).__name__
        return ModelError(f"layer {self.place + 1}, {name}: has no form {what}, expected ours")


def steps_of(network: Network) -> list[Step]:
    """The layers of a network with channels first.

    Raises ModelError where what comes out would be in another order than ours.
    """
    steps, order = [], None
    outputs = [*network.inputs, network.output_shape][1:]
    for place, (layer, inputs, output) in enumerate(
        zip(network.layers, network.inputs, outputs, strict=True)
    ):
        steps.append(Step(place, layer, inputs, output, _arrangements(layer, inputs, order)))
        order = _order_after(layer, inputs, order)
    if order is not None:
        raise ModelError(
            "ends with values laid flat, in another order with channels first, "
            "expected a layer of weights after them"
        )
    return steps


def _arrangements(layer: Layer, inputs: Shape, order: Order | None) -> dict[str, Arrangement]:
    shapes, _ = layer.shapes(inputs)
    if type(layer) in _AXES:
        return {"W": Arrangement(_AXES[type(layer)], 1, order), "b": Arrangement((0,))}
    if isinstance(layer, BatchNorm):
        return {name: Arrangement((0,), 0, order) for name in (*shapes, *layer.statistics(inputs))}
    return {}


def _order_after(layer: Layer, inputs: Shape, order: Order | None) -> Order | None:
    """Which of our values stands at each place with channels first; None where it is the same."""
    if isinstance(layer, Columns):
        h, _, c = inputs
        return _checked(np.arange(h * c).reshape(h, c).T.ravel())
    if isinstance(layer, Flatten):
        channels = np.arange(inputs[-1]) if order is None else order
        places = np.arange(int(np.prod(inputs[:-1])))
        return _checked((channels[:, None] + inputs[-1] * places[None, :]).ravel())
    return None if type(layer) in _AXES else order


def _checked(order: Order) -> Order | None:
    return None if np.array_equal(order, np.arange(order.size)) else order
