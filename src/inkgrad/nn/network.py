"""The network: layers in a row, all their parameters on one vector, all gradients on another."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import DTypeLike

from inkgrad.errors import ShapeError
from inkgrad.nn.layers import Layer, require_settings
from inkgrad.nn.state import NetworkState
from inkgrad.nn.trace import LayerTrace, trace
from inkgrad.nn.vectors import Array, Shape, aligned, views
from inkgrad.notebook import shown, table_of
from inkgrad.preconditions import require
from inkgrad.randomness import generator

_LARGEST = 1 << 30  # bytes of weights: far over any network this is for
_MOST_ROWS, _LEAST_ROWS = 1024, 16  # samples pushed through at once in prediction,
_VALUES = 1 << 20  # so that a layer's output has about this many values and stays in cache

_COLUMNS = ("layer", "output", "parameters", "multiply-adds")


class Network:
    """Layers, `theta` (p,) with all parameters, `grad` (p,) with the gradient of the loss by each.

    Layers that normalize have statistics too: `running` (s,) holds those that predictions use,
    `noted` (s,) those of the batch that `forward` saw last.

    Calling a network predicts and writes nothing, so threads may share it. `forward` and `backward`
    train: they remember and write, so each thread needs a `replica()`.

    `input_shape` is the shape of one sample; a network that works by columns takes images of any
    width, and the shape is that of an ordinary one. Shapes are checked here, at construction:
    ShapeError says which layer does not fit, what it got and what it needs. So are settings: a
    layer that could not be built again from what it tells of itself is a ModelError.
    """

    def __init__(
        self,
        input_shape: Sequence[int],
        layers: Sequence[Layer],
        *,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.input_shape: Shape = tuple(int(size) for size in input_shape)
        self.layers = [copy.copy(layer) for layer in layers]
        require_settings(self.layers)
        self.inputs = list(_chain(self.input_shape, self.layers))
        self.output_shape = self.inputs.pop()
        self._shapes = [
            layer.shapes(inputs)[0] for layer, inputs in zip(self.layers, self.inputs, strict=True)
        ]
        self.any_width = any(layer.by_columns for layer in self.layers)
        # Nothing is to be learned below the first weights: backward ends there, without a dx.
        self._first_with_weights = next((i for i, s in enumerate(self._shapes) if s), 0)
        self._statistics = [
            layer.statistics(inputs) for layer, inputs in zip(self.layers, self.inputs, strict=True)
        ]
        largest = max(math.prod(shape) for shape in (*self.inputs, self.output_shape))
        self._rows = min(max(_VALUES // largest, _LEAST_ROWS), _MOST_ROWS)
        size = _size(self._shapes)
        most = _LARGEST // np.dtype(dtype).itemsize
        if size > most:
            raise ShapeError(f"the network has {size:,} weights, expected at most {most:,}")
        self.theta, self.grad = aligned(size, dtype), aligned(size, dtype)
        size = _size(self._statistics)
        self.running, self.noted = aligned(size, dtype), aligned(size, dtype)
        self._answered: Shape = ()  # the shape of the logits that forward returned last
        self._bind()
        self._initialize(generator(seed, "init"))

    def __repr__(self) -> str:
        return self.summary()

    def __call__(self, x: Array) -> Array:
        """The logits (n, k) for samples (n, ...): whole pixels 0..255, or floats 0..1.

        Only the type decides: integers are divided by 255, floats (and truth values) are taken as
        they are. Any shape with
        the right number of values a sample will do.
        """
        rows = self._rows
        if self.any_width and x.ndim > 2:
            rows = max(1, rows * self.input_shape[1] // x.shape[2])
        if len(x) <= rows:
            return self._predict(x)
        return np.concatenate(
            [self._predict(x[start : start + rows]) for start in range(0, len(x), rows)]
        )

    def _predict(self, x: Array) -> Array:
        y = self.prepare(x)
        for layer in self.layers:
            y = layer(y)
        return y

    def forward(self, x: Array) -> Array:
        """The logits in training: as calling, but layers remember, and dropout drops."""
        y = self.prepare(x)
        for layer in self.layers:
            y = layer.forward(y)
        self._answered = y.shape
        return y

    def backward(self, dlogits: Array) -> None:
        """Write `grad` for the batch that `forward` saw last; dlogits (n, k) is the loss's.

        Raises ShapeError where it is not of the shape of what `forward` returned.
        """
        if dlogits.shape != self._answered:
            raise ShapeError(
                f"got a gradient of shape {dlogits.shape}, needs that of the logits that forward "
                f"returned last: {self._answered or 'there are none yet'}"
            )
        dy: Array | None = np.asarray(dlogits, self.theta.dtype)
        for place in range(len(self.layers) - 1, self._first_with_weights - 1, -1):
            assert dy is not None
            dy = self.layers[place].backward(dy, need_dx=place > self._first_with_weights)

    def trace(self, x: Array, y: Array) -> list[LayerTrace]:
        """Backpropagation with everything kept: z, a, dz, dW, db of every layer with W and b.

        x are samples as `forward` takes them, y (n,) their labels; the loss is the mean of
        softmax and cross-entropy, and the last layer's `a` (n, k) are the probabilities. Shapes
        are in `LayerTrace`. The network is not changed; dropout draws from a generator of its own.
        Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
        Nature 323 (1986). Raises ShapeError where x or y does not fit.
        """
        twin = copy.deepcopy(self)
        return trace(twin.layers, twin.parameters().keys(), twin.prepare(x), y)

    def prepare(self, x: Array) -> Array:
        """Samples as the first layer takes them: of its shape, in the network's own precision."""
        if self.any_width and x.ndim in (3, 4) and x.shape[1] == self.input_shape[0]:
            x = x.reshape(*x.shape[:3], self.input_shape[2])
        elif x.shape[1:] != self.input_shape:
            if not x.ndim or math.prod(x.shape[1:]) != math.prod(self.input_shape):
                raise ShapeError(f"got input {x.shape}, needs (n, {_inside(self.input_shape)})")
            x = x.reshape(len(x), *self.input_shape)
        if x.dtype == self.theta.dtype:
            return x
        if x.dtype.kind in "ui":
            return np.multiply(x, 1 / 255, dtype=self.theta.dtype)
        return x.astype(self.theta.dtype)

    def parameters(self) -> dict[str, Array]:
        """Every parameter, named by its layer's place ("0.W", "0.b", ...): views on `theta`."""
        return _named(self.theta, self._shapes)

    def statistics(self) -> dict[str, Array]:
        """Every running statistic, named likewise ("1.mean", ...): views on `running`."""
        return _named(self.running, self._statistics)

    def state(self) -> NetworkState:
        """All that training changes, as it is now: weights and running statistics, copied."""
        return NetworkState(self.theta.copy(), self.running.copy())

    def restore(self, state: NetworkState) -> None:
        """Be again what `state` says. Raises ShapeError for the state of another network."""
        require("the state's theta", state.theta, self.theta.shape, self.theta.dtype)
        require("the state's running", state.running, self.running.shape, self.running.dtype)
        self.theta[:], self.running[:] = state.theta, state.running

    def replica(self) -> Network:
        """A network on the same `theta` with a `grad` and a memory of its own: one a thread."""
        twin = object.__new__(Network)  # copy.copy would give it a theta of its own
        twin.__dict__.update(self.__dict__)
        twin.layers = [copy.copy(layer) for layer in self.layers]
        twin.grad = aligned(self.grad.size, self.grad.dtype)
        twin.noted = aligned(self.noted.size, self.noted.dtype)
        twin._answered = ()
        twin._bind()
        return twin

    def fold(self) -> Network:
        """A network that predicts the same without normalization, folded into the weights before.

        Where a layer with weights W (..., o) and b (o,) is followed by one that scales and shifts,
        its weights are scaled and shifted instead. For prediction: training it is another thing.
        """
        kept: list[tuple[Layer, dict[str, Array]]] = []
        for layer, shapes, statistics in zip(
            self.layers, self._shapes, self._statistics, strict=True
        ):
            before = kept[-1][1] if kept else {}
            rescaling = layer.rescaling()
            if rescaling is not None and set(before) == {"W", "b"}:
                scale, shift = rescaling
                before["W"], before["b"] = before["W"] * scale, before["b"] * scale + shift
            else:
                values = {name: getattr(layer, name) for name in (*shapes, *statistics)}
                kept.append((layer, values))
        folded = Network(self.input_shape, [layer for layer, _ in kept], dtype=self.theta.dtype)
        for layer, (_, values) in zip(folded.layers, kept, strict=True):
            for name, value in values.items():
                getattr(layer, name)[...] = value
        return folded

    def draw_from(self, rng: np.random.Generator) -> None:
        """Give the layers that draw (dropout) this generator."""
        for layer in self.layers:
            if layer.stochastic:
                layer.rng = rng  # type: ignore[attr-defined]

    def multiply_adds(self) -> int:
        """Multiplications with an addition, for one sample, forward."""
        return sum(
            layer.multiply_adds(inputs)
            for layer, inputs in zip(self.layers, self.inputs, strict=True)
        )

    def summary(self) -> str:
        """A table of the layers: output shape, parameters, multiply-adds for one sample."""
        rows = [_COLUMNS, *self._summary_rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in rows
        )

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return shown(
            f"Network of {self.theta.size:,} parameters", table_of(_COLUMNS, self._summary_rows())
        )

    def _summary_rows(self) -> list[tuple[str, str, str, str]]:
        """The rows of the summary."""
        rows = [("input", _inside(self.input_shape), "", "")]
        outputs = [*self.inputs[1:], self.output_shape] if self.layers else []
        for layer, shapes, inputs, output in zip(
            self.layers, self._shapes, self.inputs, outputs, strict=True
        ):
            size = sum(math.prod(shape) for shape in shapes.values())
            work = layer.multiply_adds(inputs)
            rows.append((str(layer), _inside(output), f"{size:,}", f"{work:,}"))
        rows.append(("total", "", f"{self.theta.size:,}", f"{self.multiply_adds():,}"))
        return rows

    def _bind(self) -> None:
        """Make every layer's parameters, gradients and statistics views on the vectors."""
        for vector, shapes, prefix in (
            (self.theta, self._shapes, ""),
            (self.grad, self._shapes, "d"),
            (self.running, self._statistics, ""),
            (self.noted, self._statistics, "noted_"),
        ):
            for place_and_name, view in _named(vector, shapes).items():
                place, name = place_and_name.split(".")
                setattr(self.layers[int(place)], prefix + name, view)

    def _initialize(self, rng: np.random.Generator) -> None:
        self.draw_from(rng)
        for all_shapes in (self._shapes, self._statistics):
            for layer, shapes in zip(self.layers, all_shapes, strict=True):
                for name, shape in shapes.items():
                    getattr(layer, name)[...] = layer.initial(name, shape, rng)

    def __reduce__(self) -> tuple[object, ...]:
        # Views do not survive copying: what travels is settings and vectors, then bound again.
        layers = [type(layer)(**layer.settings()) for layer in self.layers]
        vectors = np.array(self.theta), np.array(self.running)
        return _rebuild, (self.input_shape, layers, self.theta.dtype.str, *vectors)


def _rebuild(
    input_shape: Shape, layers: list[Layer], dtype: str, theta: Array, running: Array
) -> Network:
    network = Network(input_shape, layers, dtype=dtype)
    network.theta[:], network.running[:] = theta, running
    return network


def _size(shapes: list[dict[str, Shape]]) -> int:
    return sum(math.prod(shape) for named in shapes for shape in named.values())


def _named(vector: Array, shapes: list[dict[str, Shape]]) -> dict[str, Array]:
    """Pieces of the vector by place of the layer and name, in order."""
    names = [f"{place}.{name}" for place, named in enumerate(shapes) for name in named]
    flat = [shape for named in shapes for shape in named.values()]
    return dict(zip(names, views(vector, flat), strict=True))


def _chain(shape: Shape, layers: Sequence[Layer]) -> Iterator[Shape]:
    """The shape of one sample before each layer and after the last."""
    if not shape or any(size < 1 for size in shape):
        raise ShapeError(f"got input shape {shape}, needs at least one size, all over 0")
    yield shape
    for place, layer in enumerate(layers, 1):
        try:
            _, shape = layer.shapes(shape)
        except ShapeError as error:
            raise ShapeError(f"layer {place}, {layer}: {error}") from None
        yield shape


def _inside(shape: Shape) -> str:
    return " x ".join(str(size) for size in shape)
