"""One pass through a network with everything in it kept, to look at: what backpropagation is.

Shapes by letter: n samples, i inputs, o outputs of a layer, k classes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from inkgrad.nn.layers import Layer
from inkgrad.nn.losses import softmax, softmax_cross_entropy
from inkgrad.nn.vectors import Array


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """A layer with weights and what follows it up to the next: z = x @ W + b, a = f(z).

    `dz`, `dW` and `db` are the gradients of the batch's mean loss. For a dense layer x and
    dW are (n, i) and (i, o); z, a and dz (n, o); db (o,). A convolution has these as its own
    shapes are.
    """

    place: int  # of the layer among `network.layers`; its weights are f"{place}.W" and ".b"
    layer: str
    x: Array
    z: Array
    a: Array
    dz: Array
    dW: Array
    db: Array


def trace(
    layers: Sequence[Layer], parameters: Collection[str], x: Array, y: Array
) -> list[LayerTrace]:
    """See `Network.trace`. The layers given are written into: those of a copy.

    `parameters` are their names ("0.W", ...); x is as the first layer takes it.
    """
    values = [x]
    for layer in layers:
        values.append(np.array(layer.forward(values[-1])))
    _, gradient = softmax_cross_entropy(values[-1], y)
    gradients = [np.asarray(gradient, x.dtype)]
    places = [i for i in range(len(layers)) if {f"{i}.W", f"{i}.b"} <= set(parameters)]
    first = min((int(name.split(".")[0]) for name in parameters), default=len(layers))
    for place in range(len(layers) - 1, first - 1, -1):
        dy = layers[place].backward(gradients[-1], need_dx=place > first)
        if dy is not None:
            gradients.append(np.array(dy))
    after = dict(zip(range(len(layers) - 1, -1, -1), gradients, strict=False))
    ends = [*places[1:], len(layers)]
    return [
        LayerTrace(
            place,
            str(layers[place]),
            x=values[place],
            z=values[place + 1],
            a=softmax(values[-1]) if end == len(layers) else values[end],
            dz=after[place],
            dW=layers[place].dW,  # type: ignore[attr-defined]
            db=layers[place].db,  # type: ignore[attr-defined]
        )
        for place, end in zip(places, ends, strict=False)
    ]
