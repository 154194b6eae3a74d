"""What shipped models have in common in the making: training that goes on after a kill.

A model is one network, or several that answer together, trained one after the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inkgrad import __version__
from inkgrad.nn import files
from inkgrad.nn.losses import Loss, count_right
from inkgrad.nn.network import Network
from inkgrad.training.settings import Settings
from inkgrad.training.step import Score, Source
from inkgrad.training.train import Epoch, train


class Making(ABC):
    """One model in the making: iterate over `epochs()`, then call `finish()`.

    Stopped or killed, the same call goes on from the last whole epoch.
    """

    networks: Sequence[Network]
    settings: Sequence[Settings]  # of each network
    source: Source
    validation: Source
    loss: Loss
    score: Score = staticmethod(count_right)

    def __init__(self, name: str, folder: Path, seed: int, epochs: Sequence[int]) -> None:
        self.name, self.seed, self.number = name, seed, sum(epochs)
        self.path = folder / f"{name}.safetensors"
        self._checkpoints = [
            folder / f"{name}-{seed}-{number}-{place}.checkpoint.safetensors"
            for place, number in enumerate(epochs, 1)
        ]
        self.seconds = 0.0

    @property
    def parameters(self) -> int:
        """How many weights there are in all."""
        return sum(network.theta.size for network in self.networks)

    def epochs(self, source: Source | None = None) -> Iterator[Epoch]:
        """Train each network; `source` stands in for the recipe's own. Epochs are counted on."""
        before = 0
        for network, settings, checkpoint in zip(
            self.networks, self.settings, self._checkpoints, strict=True
        ):
            for epoch in train(
                network,
                source or self.source,
                settings,
                validation=self.validation,
                loss=self.loss,
                score=self.score,
                checkpoint=checkpoint,
            ):
                self.seconds += epoch.seconds
                yield replace(epoch, number=before + epoch.number)
            before += settings.epochs

    def finish(self) -> dict[str, Any]:
        """Calibrate, measure, write the file; returns what it says."""
        about = {
            **self.measured(),
            "seed": self.seed,
            "epochs": [settings.epochs for settings in self.settings],
            "seconds": round(self.seconds, 1),
            "inkgrad": __version__,
        }
        if len(self.networks) == 1:
            files.save(self.networks[0], self.path, about)
        else:
            files.save_together(self.networks, self.path, about)
        for checkpoint in self._checkpoints:
            checkpoint.unlink(missing_ok=True)
        return about

    @abstractmethod
    def measured(self) -> dict[str, Any]:
        """What is to be said of what was trained: classes, calibration, scores."""

    @abstractmethod
    def told(self, about: dict[str, Any]) -> list[str]:
        """The scores in words."""
