"""One character in an image -> its class, with a probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.glyph import SIDE, from_image
from inkgrad.errors import ModelError
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network


@dataclass(frozen=True)
class Reading:
    """What a character was read as. `glyph` (28, 28) uint8 is what the network saw of it."""

    label: str
    probability: float
    probabilities: dict[str, float]
    glyph: NDArray[np.uint8]

    def alternatives(self, count: int) -> list[tuple[str, float]]:
        """The likeliest classes with their probabilities, the best first."""
        return sorted(self.probabilities.items(), key=lambda item: -item[1])[:count]


def read_character(
    network: Network, classes: tuple[str, ...], grey: NDArray[np.uint8], temperature: float = 1.0
) -> Reading:
    """Read the one character in a grey image (h, w), 0 black to 255 white, of either polarity.

    Raises ImageError for a blank image, and ModelError for a network that takes no 28x28 pixels or
    has another number of classes.
    """
    if math.prod(network.input_shape) != SIDE * SIDE:
        shape = " x ".join(map(str, network.input_shape))
        raise ModelError(f"the model takes {shape} values, expected {SIDE} x {SIDE} pixels")
    if network.output_shape != (len(classes),):
        raise ModelError(f"the model names {len(classes)} classes for {network.output_shape}")
    glyph = from_image(grey)
    p = softmax(network(glyph[None]), temperature)[0]
    named = {name: float(value) for name, value in zip(classes, p, strict=True)}
    best = int(p.argmax())
    return Reading(classes[best], float(p[best]), named, glyph)
