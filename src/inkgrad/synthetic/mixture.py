"""Several sources of samples as one: each batch comes from one of them, by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Batches(Protocol):
    """Anything that composes batches."""

    def batch(
        self, places: NDArray[Any], rng: np.random.Generator
    ) -> tuple[NDArray[Any], NDArray[Any]]: ...


@dataclass(frozen=True)
class Mixture:
    """`size` samples an epoch; a batch comes from source i with the probability `parts[i]`."""

    sources: Sequence[Batches]
    parts: Sequence[float]
    size: int

    def __len__(self) -> int:
        return self.size

    def batch(
        self, places: NDArray[Any], rng: np.random.Generator
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """A batch of one of the sources."""
        which = rng.choice(len(self.sources), p=np.asarray(self.parts))
        return self.sources[int(which)].batch(places, rng)
