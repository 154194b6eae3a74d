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
from inkgrad.recognition.crossings import crossed_out, tells


class CrossingReader:
    """Tells which words of a line are crossed out. Threads may share one."""

    def __init__(self, network: Network, about: About) -> None:
        if not tells(about.get("alphabet", "")) or not network.any_width:
            raise ModelError("tells no words that are crossed out, expected a model that does")
        self.network = network.fold()

    @classmethod
    def load(cls, path: Path) -> CrossingReader:
        """Raises ModelError, naming the file, for what tells no such thing."""
        networks, about = files.load_together(path)
        try:
            reader = cls(networks[0], about)
            files.only(networks)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None
        return reader

    def likely(self, line: NDArray[np.uint8], words: Sequence[tuple[int, int]]) -> list[float]:
        """How likely each word is crossed out, from one pixel to another of a line (32, w).

        From `recognition.crossings.SURE` on it is said.
        """
        log_p = log_softmax(self.network(line[None])[0].astype(np.float64))
        return crossed_out(log_p, line.shape[1], words)
