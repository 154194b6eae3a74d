"""One character in an image -> its class, with a probability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ModelError, UsageError
from inkgrad.ink.character import SIDE, from_image
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.reading.result import Reading
from inkgrad.recognition.patterns import Pattern, Unlikely


@dataclass(frozen=True)
class CharacterReading(Reading):
    """What a character was read as. `glyph` (28, 28) uint8 is what the network saw of it."""

    probabilities: Mapping[str, float] = field(default_factory=dict)
    glyph: NDArray[np.uint8] = field(
        default_factory=lambda: np.zeros((SIDE, SIDE), np.uint8), compare=False
    )

    @property
    def label(self) -> str:
        return self.text

    @property
    def probability(self) -> float:
        return self.confidence

    @property
    def stages(self) -> Mapping[str, NDArray[np.uint8]]:
        return {"glyph": self.glyph}


def read_character(
    network: Network, classes: tuple[str, ...], grey: NDArray[np.uint8], temperature: float = 1.0
) -> CharacterReading:
    """Read the one character in a grey image (h, w), 0 black to 255 white, of either polarity.

    Raises ImageError for a blank image, and ModelError for a network that takes no 28x28 pixels or
    has another number of classes.
    """
    _check(network, classes)
    glyph = from_image(grey)
    p = softmax(network(glyph[None]), temperature)[0]
    named = {name: float(value) for name, value in zip(classes, p, strict=True)}
    (best, sure), *others = sorted(named.items(), key=lambda item: -item[1])
    return CharacterReading(best, sure, tuple(others), probabilities=named, glyph=glyph)


def _check(network: Network, classes: tuple[str, ...]) -> None:
    if math.prod(network.input_shape) != SIDE * SIDE:
        shape = " x ".join(map(str, network.input_shape))
        raise ModelError(f"the model takes {shape} values, expected {SIDE} x {SIDE} pixels")
    if network.output_shape != (len(classes),):
        raise ModelError(f"the model names {len(classes)} classes for {network.output_shape}")


class CharacterReader:
    """Reads images of one character each. Threads may share one."""

    def __init__(self, network: Network, about: About) -> None:
        self.network = network
        self.classes = tuple(about.get("classes", map(str, range(network.output_shape[0]))))
        _check(network, self.classes)
        self.alphabet = "".join(self.classes)
        self.temperature = about.get("temperature", 1.0)
        self.refuse_below = about.get("refuse_below", 0.0)
        self.name = "the model"

    @classmethod
    def load(cls, path: Path) -> CharacterReader:
        """Raises ModelError, naming the file, for what reads no characters."""
        network, about = files.load(path)
        try:
            reader = cls(network, about)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None
        reader.name = str(path)
        return reader

    def threshold(self, max_error: float) -> float:
        """Nobody measures that of characters: raises ModelError."""
        raise ModelError(
            f"{self.name}: its confidences of characters hold for no stated part of errors, "
            "expected no max_error with it"
        )

    def read(
        self,
        grey: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> CharacterReading:
        """The character in a grey image (h, w); patterns are of lines, and refused.

        Raises ImageError for a blank image.
        """
        if patterns or unlikely:
            raise UsageError("a character has no pattern, expected none with it")
        found = read_character(self.network, self.classes, grey, self.temperature)
        return replace(found, alternatives=found.alternatives[: max(0, count - 1)])
