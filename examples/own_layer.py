"""A layer of one's own: its gradient checked, trained, saved and loaded."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from inkgrad import Dense, Layer, Network, fit, gradient_error, load, load_network, save_network
from inkgrad import softmax_cross_entropy as cross_entropy

Array = NDArray[Any]


@dataclass(eq=False)
class Swish(Layer):
    """y = x * sigmoid(a * x), with one a for each value, learned; x, y (n, i)  a (i,)"""

    start: float = 1.0

    a: ClassVar[Array]
    da: ClassVar[Array]

    def shapes(self, inputs: tuple[int, ...]) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
        return {"a": inputs}, inputs

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Array | float:
        return self.start

    def __call__(self, x: Array) -> Array:
        return x * self._gate(x)

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        gate = self._gate(self.x)
        dgate = gate * (1 - gate) * self.x  # by a
        self.da[...] = (dy * self.x * dgate).sum(axis=0)
        return dy * (gate + self.a * dgate) if need_dx else None

    def _gate(self, x: Array) -> Array:
        gate: Array = (1 + np.tanh(0.5 * self.a * x)) / 2
        return gate


rng = np.random.default_rng(0)
small = Network((6,), [Dense(5), Swish(0.7), Dense(3)], dtype=np.float64)
error = gradient_error(small, rng.random((4, 6)), rng.integers(0, 3, 4), cross_entropy)
print(f"its gradient is off by {error:.1e}")

data = load("mnist-5k")
network = Network((784,), [Dense(64), Swish(), Dense(10)])
print(fit(network, data, epochs=5))
with TemporaryDirectory() as folder:
    path = Path(folder) / "swish.safetensors"
    save_network(network, path, layers=[Swish])
    loaded, _ = load_network(path, layers=[Swish])
print("as it was saved:", loaded.state() == network.state())
