"""What shipped models have in common in the making: training that goes on after a kill."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inkgrad import __version__
from inkgrad.nn import files
from inkgrad.nn.losses import count_right
from inkgrad.nn.network import Network
from inkgrad.training.step import Loss, Score, Source
from inkgrad.training.train import Epoch, Settings, train


class Making(ABC):
    """One model in the making: iterate over `epochs()`, then call `finish()`.

    Stopped or killed, the same call goes on from the last whole epoch.
    """

    network: Network
    source: Source
    validation: Source
    settings: Settings
    loss: Loss
    score: Score = staticmethod(count_right)

    def __init__(self, name: str, folder: Path, seed: int, epochs: int) -> None:
        self.name, self.seed, self.number = name, seed, epochs
        self.path = folder / f"{name}.safetensors"
        self._checkpoint = folder / f"{name}-{seed}-{epochs}.checkpoint.safetensors"
        self.seconds = 0.0

    def epochs(self, source: Source | None = None) -> Iterator[Epoch]:
        """Train; `source` stands in for the recipe's own."""
        for epoch in train(
            self.network,
            source or self.source,
            self.settings,
            validation=self.validation,
            loss=self.loss,
            score=self.score,
            checkpoint=self._checkpoint,
        ):
            self.seconds += epoch.seconds
            yield epoch

    def finish(self) -> dict[str, Any]:
        """Calibrate, measure, write the file; returns what it says."""
        about = {
            **self.measured(),
            "seed": self.seed,
            "epochs": self.number,
            "seconds": round(self.seconds, 1),
            "inkgrad": __version__,
        }
        files.save(self.network, self.path, about)
        self._checkpoint.unlink(missing_ok=True)
        return about

    @abstractmethod
    def measured(self) -> dict[str, Any]:
        """What is to be said of the trained network: classes, calibration, scores."""

    @abstractmethod
    def told(self, about: dict[str, Any]) -> list[str]:
        """The scores in words."""
