"""The training loop: batches forward, their slopes back, a step; one fact an epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from inkgrad.errors import DivergedError
from inkgrad.nn.losses import count_right, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import Team, cores, one_blas_thread
from inkgrad.nn.vectors import Array
from inkgrad.randomness import generator
from inkgrad.training.checkpoints import Checkpoint, EpochFacts, read_checkpoint, write_checkpoint
from inkgrad.training.optimizers import AdamW, MovingAverage, Optimizer, clip_by_norm
from inkgrad.training.schedules import Schedule, constant
from inkgrad.training.step import BatchGradient, Loss, Score, Source

_EVALUATION_ROWS = 512


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training data brought.

    Losses are means in nats (with label smoothing, where it is on, in training only); accuracies
    are parts of 1. `accuracy` is over the training samples as the network met them, before each
    step. `best` marks the lowest validation loss so far; `stopped` that patience has run out.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    learning_rate: float
    seconds: float
    samples: int
    best: bool = False
    stopped: bool = False

    @property
    def samples_per_second(self) -> float:
        return self.samples / self.seconds if self.seconds else math.inf


@dataclass
class Settings:
    """How to train. `schedule` is asked with the step and the validation losses so far.

    `patience`: epochs without a lower validation loss before training stops, and then the best
    weights are kept. `clip`: largest norm of a gradient. `average`: decay of the moving average
    of weights that is evaluated and kept in place of the last ones.
    """

    epochs: int = 10
    batch_size: int = 64
    optimizer: Optimizer = field(default_factory=AdamW)
    schedule: Schedule | None = None
    label_smoothing: float = 0.0
    patience: int | None = None
    clip: float | None = None
    average: float | None = None
    seed: int = 0
    threads: int | None = None


def train(
    network: Network,
    data: Source,
    settings: Settings,
    *,
    validation: Source | None = None,
    loss: Loss = softmax_cross_entropy,
    score: Score = count_right,
    checkpoint: Path | None = None,
) -> Iterator[Epoch]:
    """Train `network` in place; yields an Epoch after each pass, and ends with the weights to keep.

    With a `checkpoint` path the state is written there after every epoch, and read from there at
    the start, so a run that was killed goes on from its last whole epoch and ends with the same
    bits. The epochs that it had already are yielded again first. Raises DivergedError where the
    loss is no longer finite; the checkpoint then still holds the last good epoch.
    """
    run = _Run(network, data, settings, validation, loss, score)
    if checkpoint is not None and checkpoint.exists():
        run.restore(read_checkpoint(checkpoint, network.theta.size, network.running.size))
        yield from run.history
    with Team(settings.threads or cores()) as team:
        while not run.ended:
            with one_blas_thread():
                epoch = run.epoch(team)
            if checkpoint is not None:
                write_checkpoint(checkpoint, run.state())
            yield epoch
    run.keep_best()


class _Run:
    """The state of training between epochs, and the work of one."""

    def __init__(
        self,
        network: Network,
        data: Source,
        settings: Settings,
        validation: Source | None,
        loss: Loss,
        score: Score,
    ) -> None:
        self.network, self.data, self.settings = network, data, settings
        self.validation, self.loss, self.score = validation, loss, score
        self.optimizer = settings.optimizer
        self.schedule = settings.schedule or constant(settings.optimizer.learning_rate)
        self.batches = BatchGradient(network, min(settings.batch_size, len(data)), score)
        self.average = settings.average and MovingAverage(network.theta, settings.average)
        self.best = network.theta.copy() if settings.patience else None
        self.history: list[Epoch] = []

    @property
    def ended(self) -> bool:
        done = len(self.history) >= self.settings.epochs
        return done or bool(self.history and self.history[-1].stopped)

    def epoch(self, team: Team) -> Epoch:
        settings, number = self.settings, len(self.history) + 1
        losses = [e.validation_loss for e in self.history if e.validation_loss is not None]
        order = generator(settings.seed, "order", number).permutation(len(self.data))
        self.batches.begin(settings.seed, number)
        loss = partial(self.loss, smoothing=settings.label_smoothing)
        started = time.perf_counter()
        total, correct, rate = 0.0, 0, 0.0
        for start in range(0, len(order), settings.batch_size):
            places = order[start : start + settings.batch_size]
            rate = self.schedule(self.optimizer.steps, losses)
            value, right = self.batches.compute(self.data, places, loss, team)
            if not math.isfinite(value):
                raise DivergedError(self.optimizer.steps + 1, rate, value)
            if settings.clip:
                clip_by_norm(self.network.grad, settings.clip)
            self.optimizer.step(self.network.theta, self.network.grad, rate)
            if self.average:
                self.average.update(self.network.theta, self.optimizer.steps)
            total += value * len(places)
            correct += right
        if not np.isfinite(self.network.theta).all():  # the last step went too far
            raise DivergedError(self.optimizer.steps, rate, math.inf)
        seconds = time.perf_counter() - started
        self._record(number, total / len(order), correct / len(order), rate, seconds, team)
        return self.history[-1]

    def _record(
        self, number: int, loss: float, accuracy: float, rate: float, seconds: float, team: Team
    ) -> None:
        epoch = Epoch(number, loss, accuracy, None, None, rate, seconds, len(self.data))
        if self.validation is not None:
            kept = self._use_average()
            there, right = measure(self.network, self.validation, self.loss, self.score, team)
            best = there < min((e.validation_loss or 0 for e in self.history), default=math.inf)
            if best and self.best is not None:
                self.best[:] = self.network.theta
            self._put_back(kept)
            last_best = number if best else max(e.number for e in self.history if e.best)
            patience = self.settings.patience
            epoch = replace(
                epoch,
                validation_loss=there,
                validation_accuracy=right,
                best=best,
                stopped=patience is not None and number - last_best >= patience,
            )
        self.history.append(epoch)

    def _use_average(self) -> Array | None:
        if not self.average:
            return None
        kept = self.network.theta.copy()
        self.network.theta[:] = self.average.theta
        return kept

    def _put_back(self, kept: Array | None) -> None:
        if kept is not None:
            self.network.theta[:] = kept

    def keep_best(self) -> None:
        """Leave the weights to keep in the network: the best, the average, or the last."""
        if self.best is not None and self.validation is not None:
            self.network.theta[:] = self.best
        elif self.average:
            self.network.theta[:] = self.average.theta

    def state(self) -> Checkpoint:
        vectors = {f"optimizer.{name}": v for name, v in self.optimizer.memory.items()}
        vectors["theta"] = self.network.theta
        vectors["running"] = self.network.running
        if self.average:
            vectors["average"] = self.average.theta
        if self.best is not None:
            vectors["best"] = self.best
        history = [cast(EpochFacts, asdict(epoch)) for epoch in self.history]
        return Checkpoint(vectors, {"steps": self.optimizer.steps, "history": history})

    def restore(self, state: Checkpoint) -> None:
        self.history = [Epoch(**epoch) for epoch in state.facts["history"]]
        self.optimizer.steps = state.facts["steps"]
        self.network.theta[:] = state.vectors["theta"]
        self.network.running[:] = state.vectors["running"]
        if self.average:
            self.average.theta[:] = state.vectors["average"]
        if self.best is not None:
            self.best[:] = state.vectors["best"]
        for name, vector in state.vectors.items():
            if name.startswith("optimizer."):
                self.optimizer.memory[name.removeprefix("optimizer.")] = vector


def measure(
    network: Network,
    data: Source,
    loss: Loss = softmax_cross_entropy,
    score: Score = count_right,
    team: Team | None = None,
) -> tuple[float, float]:
    """The mean loss, without smoothing, and the accuracy of `network` on `data`."""
    rng = generator(0, "augmentation")
    starts = range(0, len(data), _EVALUATION_ROWS)
    found: list[tuple[float, int]] = [(0.0, 0)] * len(starts)

    def job(i: int, start: int) -> None:
        places = np.arange(start, min(start + _EVALUATION_ROWS, len(data)))
        x, labels = data.batch(places, rng)
        logits = network(x)
        right = score(logits, labels)
        found[i] = loss(logits, labels, samples=len(data))[0], right

    jobs: Sequence[Callable[[], None]] = [partial(job, i, s) for i, s in enumerate(starts)]
    with one_blas_thread():
        if team:
            team.run(jobs)
        else:
            for work in jobs:
                work()
    return math.fsum(value for value, _ in found), sum(right for _, right in found) / len(data)
