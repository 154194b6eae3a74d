"""The image of a field -> the number in it, with a confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.data.lines import to_line
from inkgrad.errors import ModelError
from inkgrad.nn import files
from inkgrad.nn.ctc import log_softmax
from inkgrad.nn.network import Network
from inkgrad.reading.decoding import Pattern, Unlikely, decode, places
from inkgrad.reading.image import Field, find_field

_STRETCHES = (0.9, 1.12)
_COLUMN = 4  # pixels of a line to a column of the reader


def _views(line: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """A line as it is, and narrower and wider: a reading that holds for all is a surer one."""
    image = Image.fromarray(line)
    views = [line]
    for stretch in _STRETCHES:
        wide = max(4, 4 * round(line.shape[1] * stretch / 4))
        views.append(np.asarray(image.resize((wide, line.shape[0]), Image.Resampling.BILINEAR)))
    return views


@dataclass(frozen=True)
class Reading:
    """What a field was read as.

    `alternatives` are other strings with their probabilities, the likeliest first. `spans` say for
    each character read from which to which pixel of `line` (32, w) it goes.
    """

    text: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    spans: tuple[tuple[int, int], ...]
    line: NDArray[np.uint8]
    field: Field | None = None


class NumberReader:
    """Reads fields with a line network. Threads may share one."""

    def __init__(self, network: Network, about: dict[str, Any]) -> None:
        self.network = network
        self.alphabet = str(about.get("alphabet", ""))
        if not network.any_width or network.output_shape[-1] != len(self.alphabet) + 1:
            raise ModelError("is no reader of lines, expected one with an alphabet")
        self.temperature = float(about.get("temperature", 1.0))
        self.thresholds = [
            (float(error), float(least)) for error, least in about.get("thresholds", [])
        ]

    @classmethod
    def load(cls, path: Path) -> NumberReader:
        """Raises ModelError, naming the file, for what is no reader of lines."""
        network, about = files.load(path)
        try:
            return cls(network, about)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part of the readings is wrong.

        It was found on lines of hands that the network was not trained on.
        """
        fitting = [least for error, least in self.thresholds if error <= max_error]
        return min(fitting, default=1.0)

    def read(
        self,
        grey: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> Reading:
        """The number in a grey image of one field; an empty text where no string fits.

        Raises ImageError where there is no ink.
        """
        found = find_field(grey)
        return replace(self.read_line(to_line(found.ink), patterns, count, unlikely), field=found)

    def read_line(
        self,
        line: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> Reading:
        """The number in a line (32, w) of ink, as `to_line` makes it."""
        log_ps = [self._columns(view) for view in _views(line)]
        strings = decode(log_ps, patterns, count, unlikely)
        if not strings or not strings[0][0]:
            return Reading("", 0.0, (), (), line)
        texts = [(self._text(string, pattern), p) for string, p, pattern in strings if string]
        spans = tuple(
            (_COLUMN * first, _COLUMN * last) for first, last in places(log_ps[0], strings[0][0])
        )
        return Reading(texts[0][0], texts[0][1], tuple(texts[1:]), spans, line)

    def _columns(self, line: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Log probabilities (t, k) for the columns of a line."""
        return log_softmax(self.network(line[None])[0].astype(np.float64) / self.temperature)

    def _text(self, string: tuple[int, ...], pattern: Pattern | None) -> str:
        characters = "".join(self.alphabet[c] for c in string)
        return pattern.written(characters) if pattern else characters
