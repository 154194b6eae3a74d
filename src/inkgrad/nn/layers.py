"""What a network is made of: each layer's forward and backward pass, side by side.

Shapes are written by letter: n samples, i inputs, o outputs. A gradient is `d` and the name of what
it belongs to: `dy` is the gradient of the loss by the layer's output, `dx` by its input.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from inkgrad.errors import ModelError, ShapeError
from inkgrad.nn.vectors import Array, Shape


@dataclass(eq=False)
class Layer:
    """A step of the network. Calling it predicts; `forward` and `backward` train.

    The fields of a layer are its settings: a layer of one's own is a dataclass too. The network
    that it is put into gives it its parameters (`W`, `b`, ...), their gradients (`dW`, `db`, ...)
    and, where it needs one, a generator.
    """

    stochastic: ClassVar[bool] = False  # draws from self.rng during training
    by_columns: ClassVar[bool] = False  # what follows works column by column, however many

    def settings(self) -> dict[str, Any]:
        """What to build an equal layer from."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.init}

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        """The shapes of the parameters by name, and of one output, for one input of that shape.

        Raises ShapeError, saying what the layer needs, where the input does not fit.
        """
        return {}, inputs

    def statistics(self, inputs: Shape) -> dict[str, Shape]:
        """The shapes of running statistics by name: kept with the weights, but not learned."""
        return {}

    def initial(self, name: str, shape: Shape, rng: np.random.Generator) -> Array | float:
        """What parameter or statistic `name` starts from."""
        return 0.0

    def multiply_adds(self, inputs: Shape) -> int:
        """Multiplications with an addition, for one sample, forward."""
        return 0

    def rescaling(self) -> tuple[Array, Array] | None:
        """Scale and shift (c,), where that is all the layer does in prediction."""
        return None

    def __call__(self, x: Array) -> Array:
        """The output for a batch, with nothing remembered: threads may share the layer."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")

    def forward(self, x: Array) -> Array:
        """The output in training; remembers what `backward` needs."""
        self.x = x
        return self(x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Write the gradients of the parameters; return `dx`, or None where it is not needed."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its gradient is")


@dataclass(eq=False)
class Dense(Layer):
    """y = x @ W + b: x (n, i), W (i, o), b (o,), y (n, o)

    `init` draws W: "he" for layers before a rectifier (He 2015), "glorot" for tanh and sigmoid
    (Glorot and Bengio 2010), or a number: the standard deviation of a plain normal.
    """

    units: int
    init: str | float = "he"

    W: ClassVar[Array]
    b: ClassVar[Array]
    dW: ClassVar[Array]
    db: ClassVar[Array]

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if self.units < 1:
            raise ShapeError(f"has {self.units} units, needs at least 1")
        if len(inputs) != 1:
            raise ShapeError(f"got {inputs}, needs a flat input (i,): put Flatten() before it")
        (i,), o = inputs, self.units
        return {"W": (i, o), "b": (o,)}, (o,)

    def initial(self, name: str, shape: Shape, rng: np.random.Generator) -> Array | float:
        return 0.0 if name == "b" else draw(self.init, shape, shape[0], shape[1], rng)

    def multiply_adds(self, inputs: Shape) -> int:
        return inputs[0] * self.units

    def __call__(self, x: Array) -> Array:
        y: Array = x @ self.W
        y += self.b
        return y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        np.matmul(self.x.T, dy, out=self.dW)
        np.add.reduce(dy, axis=0, out=self.db)
        return np.matmul(dy, self.W.T) if need_dx else None


@dataclass(eq=False)
class Flatten(Layer):
    """y = x, each sample as one row: x (n, ...), y (n, o)"""

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        return {}, (math.prod(inputs),)

    def __call__(self, x: Array) -> Array:
        return x.reshape(len(x), -1)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        return dy.reshape(self.x.shape)


@dataclass(eq=False)
class Dropout(Layer):
    """y = x * mask / (1 - rate) in training, y = x in prediction: x, y (n, ...)

    Each value is dropped with probability `rate`; the rest is scaled up, so that prediction needs
    no change (inverted dropout; Srivastava 2014).
    """

    rate: float = 0.5
    stochastic: ClassVar[bool] = True
    rng: ClassVar[np.random.Generator]

    def mask_shape(self, x: Array) -> Shape:
        """One decision for each value; a subclass may let values share one."""
        return x.shape

    def shapes(self, inputs: Shape) -> tuple[dict[str, Shape], Shape]:
        if not 0 <= self.rate < 1:
            raise ShapeError(f"has rate {self.rate}, needs 0 <= rate < 1")
        return {}, inputs

    def __call__(self, x: Array) -> Array:
        return x

    def forward(self, x: Array) -> Array:
        # 16 random bits a value are drawn four times as fast as a float32 is.
        drawn = self.rng.integers(0, 65536, self.mask_shape(x), np.uint16)
        kept = drawn >= round(self.rate * 65536)
        self.mask = np.multiply(kept, 1 / (1 - self.rate), dtype=x.dtype)
        return np.multiply(x, self.mask)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        return np.multiply(dy, self.mask) if need_dx else None


@dataclass(eq=False)
class SpatialDropout(Dropout):
    """Dropout of whole channels: x, y (n, h, w, c), mask (n, 1, 1, c) (Tompson 2015)"""

    def mask_shape(self, x: Array) -> Shape:
        return (len(x), *[1] * (x.ndim - 2), x.shape[-1])


def require_settings(layers: Sequence[Layer]) -> None:
    """Every layer can be built again from its settings: so it is copied, pickled and saved.

    Raises ModelError for one that cannot, saying what is missing.
    """
    for place, layer in enumerate(layers, 1):
        kind = type(layer)
        told = layer.settings()
        asked = set(inspect.signature(kind).parameters)
        fault = ""
        if kind.settings is Layer.settings and asked != set(told):
            fault = f"{', '.join(sorted(asked ^ set(told)))} is no field of it"
        else:
            try:
                if kind(**told).settings() != told:
                    fault = "it comes back with others"
            except (TypeError, ValueError) as error:
                fault = str(error)
        if fault:
            raise ModelError(
                f"layer {place}, {kind.__name__}: its settings cannot be told ({fault}), "
                "expected a dataclass with a field for each"
            )


def draw(
    init: str | float, shape: Shape, inputs: int, outputs: int, rng: np.random.Generator
) -> Array:
    """Initial weights: "he", "glorot", or the standard deviation of a plain normal."""
    if isinstance(init, int | float):
        return rng.standard_normal(shape) * init
    if init == "he":
        return rng.standard_normal(shape) * math.sqrt(2 / inputs)
    if init == "glorot":
        limit = math.sqrt(6 / (inputs + outputs))
        return rng.uniform(-limit, limit, shape)
    raise ShapeError(f'has init {init!r}, needs "he", "glorot" or a standard deviation')
