"""How shipped line readers are made again: their hands, their network, their training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.datasets import load
from inkgrad.data.synthetic import Hands, Lines, Numbers
from inkgrad.data.unipen import Handwriting, load_unipen
from inkgrad.errors import ModelError
from inkgrad.evaluation import metrics
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.ctc import count_read, ctc_loss, log_probability, log_softmax
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.nn.vectors import Array
from inkgrad.pretrained.making import Making
from inkgrad.pretrained.recipes import joined
from inkgrad.randomness import generator
from inkgrad.reading.decoding import decode
from inkgrad.training.optimizers import AdamW
from inkgrad.training.schedules import one_cycle
from inkgrad.training.train import Settings

_BATCH, _PEAK = 64, 0.003
_LINES = 32_000  # of an epoch
_TEMPERATURES = [0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0]
_ERRORS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
READERS = {"numbers": 14}
"""Each with the epochs that its shipped weights were trained for."""


class BuildReader(Making):
    """A reader of lines of digits."""

    loss = staticmethod(ctc_loss)
    score = staticmethod(count_read)

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        if name not in READERS:
            raise ModelError(f"{name}: no such reader, expected one of {', '.join(READERS)}")
        super().__init__(name, folder, seed, epochs or READERS[name])
        mine, theirs = hands(seed)
        self.source = Numbers(mine, _LINES)
        self.lines = Lines.of(Numbers(theirs, 0), 2000, generator(seed, "split"))
        self.validation = self.lines
        self.network = line_reader("0123456789", seed=seed)
        self.settings = Settings(
            epochs=self.number,
            batch_size=_BATCH,
            optimizer=AdamW(_PEAK, weight_decay=0.02),
            schedule=one_cycle(_PEAK, self.number * -(-_LINES // _BATCH)),
            clip=5.0,
            seed=seed,
        )

    def measured(self) -> dict[str, Any]:
        """Calibrated on the lines held out.

        "thresholds" are pairs of an error and the confidence from which on no larger part of the
        readings was wrong.
        """
        logits = self._logits()
        labels = [row[row >= 0] for row in self.lines.labels]
        temperature = min(_TEMPERATURES, key=lambda t: _surprise(logits, labels, t))
        confidences, right = np.empty(len(logits)), np.empty(len(logits), bool)
        for i, (z, string) in enumerate(zip(logits, labels, strict=True)):
            best, confidences[i], _ = decode(log_softmax(z / temperature), count=1)[0]
            right[i] = best == tuple(string)
        thresholds = [[error, metrics.readable(confidences, right, error)[1]] for error in _ERRORS]
        return {
            "alphabet": "0123456789",
            "temperature": temperature,
            "thresholds": thresholds,
            "scores": {
                "lines of other writers and images": {
                    "accuracy": float(right.mean()),
                    "images": len(right),
                }
            },
        }

    def _logits(self) -> list[Array]:
        """The logits (t, k) of each line of the validation data, as it is read alone."""
        with one_blas_thread():
            return [self.network(line[None])[0].astype(np.float64) for line in self.lines.lines]

    def told(self, about: dict[str, Any]) -> list[str]:
        return [
            f"{what}: {100 * score['accuracy']:.2f} % of {score['images']:,} read exactly"
            for what, score in about["scores"].items()
        ] + [
            f"at most {100 * error:g} % wrong from a confidence of {least:.4f} on"
            for error, least in about["thresholds"]
        ]


def _surprise(logits: list[Array], labels: list[NDArray[np.intp]], temperature: float) -> float:
    """The mean of -log p(string), no line counting for more than 20."""
    return float(
        np.mean(
            [
                min(20.0, -log_probability(log_softmax(z / temperature), string))
                for z, string in zip(logits, labels, strict=True)
            ]
        )
    )


def hands(seed: int) -> tuple[Hands, Hands]:
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
