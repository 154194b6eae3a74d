"""Which words of a line are crossed out: asked of a network of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ModelError
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.ctc import log_softmax
from inkgrad.nn.network import Network
from inkgrad.reading.text import DOUBTFUL, ReadWord
from inkgrad.recognition.crossings import SURE, crossed_out, tells


class CrossingReader:
    """Tells which words of a line are crossed out. Threads may share one."""

    def __init__(self, network: Network, about: About) -> None:
        if not tells(about.get("alphabet", "")) or not network.any_width:
            raise ModelError("tells no words that are crossed out, expected a model that does")
        self.network = network.fold()

    @classmethod
    def load(cls, path: Path) -> CrossingReader:
        """Raises ModelError, naming the file, for what tells no such thing."""
        network, about = files.load(path)
        try:
            return cls(network, about)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None

    def crossed_out(
        self, line: NDArray[np.uint8], words: Sequence[ReadWord], sure: float = SURE
    ) -> list[bool]:
        """Whether each of the words in a line (32, w) is crossed out, surely enough.

        What is read well is not crossed out, whatever runs through it.
        """
        log_p = log_softmax(self.network(line[None])[0].astype(np.float64))
        likely = crossed_out(log_p, line.shape[1], [word.span for word in words])
        return [
            p >= sure and word.confidence < DOUBTFUL for word, p in zip(words, likely, strict=True)
        ]
