"""What shipped models have in common in the making: training that goes on after a kill.

A model is one network, or several that answer together, trained one after the other; a network may
be trained in several stages, each on something else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inkgrad import __version__
from inkgrad.nn import files
from inkgrad.nn.losses import Loss, count_right
from inkgrad.nn.network import Network
from inkgrad.training.settings import Settings
from inkgrad.training.step import CountRight, Source
from inkgrad.training.train import Epoch, train


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Stage:
    """One training: of which network, on what, how; `begin` prepares what it starts from."""

    network: Network
    source: Source
    settings: Settings
    begin: Callable[[], None] = _nothing


class Making(ABC):
    """One model in the making: iterate over `epochs()`, then call `finish()`.

    Stopped or killed, the same call goes on from the last whole epoch.
    """

    networks: Sequence[Network]  # of the model
    validation: Source
    loss: Loss
    score: CountRight = staticmethod(count_right)

    def __init__(self, name: str, folder: Path, seed: int, stages: Sequence[Stage]) -> None:
        self.name, self.seed, self.stages = name, seed, stages
        self.number = sum(stage.settings.epochs for stage in stages)
        self.path = folder / f"{name}.safetensors"
        self._checkpoints = [
            folder / f"{name}-{seed}-{stage.settings.epochs}-{place}.checkpoint.safetensors"
            for place, stage in enumerate(stages, 1)
        ]
        self.seconds = 0.0

    @property
    def parameters(self) -> int:
        """How many weights there are in all."""
        return sum(network.theta.size for network in self.networks)

    def epochs(self, watched: Callable[[Source], Source] | None = None) -> Iterator[Epoch]:
        """Train, stage by stage; `watched` wraps what a stage is trained on. Epochs count on."""
        before = 0
        for stage, checkpoint in zip(self.stages, self._checkpoints, strict=True):
            stage.begin()
            for epoch in train(
                stage.network,
                watched(stage.source) if watched else stage.source,
                stage.settings,
                validation=self.validation,
                loss=self.loss,
                score=self.score,
                checkpoint=checkpoint,
            ):
                self.seconds += epoch.seconds
                yield replace(epoch, number=before + epoch.number)
            before += stage.settings.epochs

    def finish(self) -> dict[str, Any]:
        """Calibrate, measure, write the file; returns what it says."""
        about = {
            **self.measured(),
            "seed": self.seed,
            "epochs": [stage.settings.epochs for stage in self.stages],
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
