"""How shipped line readers are made again: their hands, their network, their training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inkgrad import __version__
from inkgrad.data.datasets import load
from inkgrad.data.synthetic import Hands, Lines, Numbers
from inkgrad.data.unipen import Handwriting, load_unipen
from inkgrad.errors import ModelError
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.ctc import count_read, ctc_loss
from inkgrad.pretrained.recipes import joined
from inkgrad.randomness import generator
from inkgrad.training.optimizers import AdamW
from inkgrad.training.schedules import one_cycle
from inkgrad.training.step import Source
from inkgrad.training.train import Epoch, Settings, train

_BATCH, _PEAK = 64, 0.003
_LINES = 32_000  # of an epoch
READERS = {"numbers": 20}
"""Each with the epochs that its shipped weights were trained for."""


class BuildReader:
    """A reader of numbers in the making: iterate over `epochs()`, then call `finish()`."""

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        if name not in READERS:
            raise ModelError(f"{name}: no such reader, expected one of {', '.join(READERS)}")
        self.name, self.seed, self.number = name, seed, epochs or READERS[name]
        mine, theirs = _hands(seed)
        self.source = Numbers(mine, _LINES)
        rng = generator(seed, "split")
        self.validation = Lines.of(Numbers(theirs, 0), 2000, rng)
        self.network = line_reader("0123456789", seed=seed)
        self.path = folder / f"{name}.safetensors"
        self._checkpoint = folder / f"{name}-{seed}-{self.number}.checkpoint.safetensors"
        self.seconds = 0.0

    def epochs(self, source: Source | None = None) -> Iterator[Epoch]:
        """Train; stopped or killed, the same call goes on from the last whole epoch."""
        steps = self.number * -(-_LINES // _BATCH)
        settings = Settings(
            epochs=self.number,
            batch_size=_BATCH,
            optimizer=AdamW(_PEAK, weight_decay=0.02),
            schedule=one_cycle(_PEAK, steps),
            clip=5.0,
            seed=self.seed,
        )
        for epoch in train(
            self.network,
            source or self.source,
            settings,
            validation=self.validation,
            loss=ctc_loss,
            score=count_read,
            checkpoint=self._checkpoint,
        ):
            self.seconds += epoch.seconds
            yield epoch

    def finish(self) -> dict[str, Any]:
        """Write the file; returns what it says."""
        about = {
            "alphabet": "0123456789",
            "seed": self.seed,
            "epochs": self.number,
            "seconds": round(self.seconds, 1),
            "inkgrad": __version__,
        }
        files.save(self.network, self.path, about)
        self._checkpoint.unlink(missing_ok=True)
        return about


def _hands(seed: int) -> tuple[Hands, Hands]:
    """Hands to learn from, and those of other writers and images to measure by."""
    rng = generator(seed, "sample")
    mnist, pool = load("mnist"), load("emnist-pool-62")
    of_pool = np.flatnonzero(pool.train.labels < 10)
    images = joined([mnist.train, pool.train.take(rng.choice(of_pool, 60_000, replace=False))])
    order = rng.permutation(len(images))
    mine, theirs = (_digits(part) for part in load_unipen().by_writer(0.2, seed))
    return (
        Hands.of(images.take(order[6000:]), mine, 10),
        Hands.of(images.take(order[:6000]), theirs, 10),
    )


def _digits(hands: Handwriting) -> Handwriting:
    return hands.only(hands.labels < 10)
