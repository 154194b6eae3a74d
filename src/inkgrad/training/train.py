"""The training loop: batches forward, their gradients back, a step; one fact an epoch."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from inkgrad.errors import DivergedError, TrainingError
from inkgrad.nn.losses import Loss, count_right, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import Team, cores, one_blas_thread
from inkgrad.nn.state import NetworkState
from inkgrad.randomness import generator
from inkgrad.training.checkpoints import Checkpoint, EpochFacts, read_checkpoint, write_checkpoint
from inkgrad.training.optimizers import MovingAverage, OptimizerState, clip_by_norm
from inkgrad.training.requirements import admitted
from inkgrad.training.settings import Settings
from inkgrad.training.step import BatchGradient, CountRight, Source, Weigh, part_loss
from inkgrad.training.weights import class_vector, weighing

_EVALUATION_ROWS = 512


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training data brought.

    Losses are means in nats (with label smoothing, where it is on, in training only), weighted ones
    where samples or classes have weights; accuracies are parts of 1 of the samples, whatever they
    weigh. `accuracy` is over the training samples as the network met them, before each
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


class Epochs(Iterator[Epoch]):
    """The epochs of a training, each trained when it is asked for.

    Stopping early is leaving the loop; `close()` ends its threads at once. One that nobody asks for
    an epoch warns when it is thrown away: nothing was trained.
    """

    def __init__(self, epochs: Generator[Epoch, None, None]) -> None:
        self._epochs, self._asked = epochs, False

    def __next__(self) -> Epoch:
        self._asked = True
        return next(self._epochs)

    def __repr__(self) -> str:
        begun = "begun" if self._asked else "nothing is trained yet: iterate over them, or use fit"
        return f"Epochs({begun})"

    def close(self) -> None:
        """End it, with the network as it is."""
        self._asked = True
        self._epochs.close()

    def __del__(self) -> None:
        if not self._asked:
            warnings.warn(
                "train(...) trains while one iterates over it, and nobody did: nothing was trained "
                "(fit(...) trains to the end)",
                RuntimeWarning,
                stacklevel=2,
            )


def train(
    network: Network,
    data: Source,
    settings: Settings | None = None,
    *,
    validation: Source | None = None,
    loss: Loss = softmax_cross_entropy,
    score: CountRight = count_right,
    checkpoint: str | Path | None = None,
    optimizer: OptimizerState | None = None,
) -> Epochs:
    """Train `network` in place; yields an Epoch after each pass, and ends with the weights to keep.

    A `loss` takes logits and labels, and returns the mean over them and its gradient by the logits.
    Of a `WeightedSource`, or with `settings.class_weight`, each batch's loss is the sum of weight
    times loss divided by the sum of the weights, of validation data as well.
    `optimizer` is a state to go on with from an earlier training, of which it then is part.
    With a `checkpoint` path the state is written there after every epoch, and read from there at
    the start, so a run that was killed goes on from its last whole epoch and ends with the same
    bits. The epochs that it had already are yielded again first.

    Raises UsageError, DataError or ShapeError at once for what cannot be trained; DivergedError in
    the loop, where the loss is no longer finite: the checkpoint then still holds the last good
    epoch.
    """
    settings = settings or Settings()
    data, validation = admitted(network, data, settings, validation, loss)
    by_class = class_vector(data, settings.class_weight, network.output_shape[-1])
    there = None if validation is None else weighing(validation, by_class)
    weigh = weighing(data, by_class), there
    for each in weigh:
        part_loss(loss, settings.label_smoothing, each is not None)
    path, kept = None if checkpoint is None else Path(checkpoint), None
    if path is not None and path.exists():
        kept = read_checkpoint(path, network.theta.size, network.running.size)

    def epochs() -> Generator[Epoch, None, None]:
        run = _Run(network, data, settings, validation, loss, score, weigh, optimizer)
        if kept is not None:
            run.restore(kept, f"{path}")
            yield from run.history
        with Team(settings.threads or cores()) as team:
            while not run.ended:
                with one_blas_thread():
                    epoch = run.epoch(team)
                if path is not None:
                    write_checkpoint(path, run.state())
                yield epoch
        run.keep_best()

    return Epochs(epochs())


class _Run:
    """The state of training between epochs, and the work of one."""

    def __init__(
        self,
        network: Network,
        data: Source,
        settings: Settings,
        validation: Source | None,
        loss: Loss,
        score: CountRight,
        weigh: tuple[Weigh | None, Weigh | None],
        optimizer: OptimizerState | None,
    ) -> None:
        self.network, self.data, self.settings = network, data, settings
        self.validation, self.loss, self.score = validation, loss, score
        self.optimizer, self.rates = optimizer or settings.optimizer.start(), settings.rates
        self.weigh, self.weigh_there = weigh
        rows = min(settings.batch_size, len(data))
        self.batches = BatchGradient(network, rows, score, self.weigh)
        self.average = MovingAverage(network, settings.average) if settings.average else None
        self.best = network.state() if settings.patience else None
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
        loss = part_loss(self.loss, settings.label_smoothing, self.weigh is not None)
        started = time.perf_counter()
        total, counted, correct, rate = 0.0, 0.0, 0, 0.0
        for start in range(0, len(order), settings.batch_size):
            places = order[start : start + settings.batch_size]
            rate = self.rates(self.optimizer.steps, losses)
            value, right = self.batches.compute(self.data, places, loss, team)
            if not math.isfinite(value):
                raise DivergedError(self.optimizer.steps + 1, rate, value)
            if settings.clip:
                clip_by_norm(self.network.grad, settings.clip)
            self.optimizer.step(self.network, rate)
            if self.average:
                self.average.update(self.network, self.optimizer.steps)
            total += value * self.batches.weight
            counted += self.batches.weight
            correct += right
        if not np.isfinite(self.network.theta).all():  # the last step went too far
            raise DivergedError(self.optimizer.steps, rate, math.inf)
        if not counted:
            raise TrainingError("the weights of all samples are 0, expected some above")
        seconds = time.perf_counter() - started
        self._record(number, total / counted, correct / len(order), rate, seconds, team)
        return self.history[-1]

    def _record(
        self, number: int, loss: float, accuracy: float, rate: float, seconds: float, team: Team
    ) -> None:
        epoch = Epoch(number, loss, accuracy, None, None, rate, seconds, len(self.data))
        if self.validation is not None:
            kept = self._use_average()
            there, right = measure(
                self.network, self.validation, self.loss, self.score, team, self.weigh_there
            )
            best = there < min((e.validation_loss or 0 for e in self.history), default=math.inf)
            if best and self.best is not None:
                self.best = self.network.state()
            if kept is not None:
                self.network.restore(kept)
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

    def _use_average(self) -> NetworkState | None:
        """Put the moving average into the network; what was there before, to be put back."""
        if not self.average:
            return None
        kept = self.network.state()
        self.network.restore(self.average.state)
        return kept

    def keep_best(self) -> None:
        """Leave the state to keep in the network: the best, the average, or the last."""
        if self.best is not None:
            self.network.restore(self.best)
        elif self.average:
            self.network.restore(self.average.state)

    def state(self) -> Checkpoint:
        vectors = {f"optimizer.{name}": v for name, v in self.optimizer.memory.items()}
        vectors |= {"theta": self.network.theta, "running": self.network.running}
        for name, kept in self._kept().items():
            vectors[name] = kept.theta
            if kept.running.size:
                vectors[f"{name}.running"] = kept.running
        history = [cast(EpochFacts, asdict(epoch)) for epoch in self.history]
        return Checkpoint(vectors, {"steps": self.optimizer.steps, "history": history})

    def restore(self, state: Checkpoint, path: str) -> None:
        """Go on from a checkpoint. Raises TrainingError for one of a run with other settings."""
        self.history = [Epoch(**epoch) for epoch in state.facts["history"]]
        vectors = {name: v for name, v in state.vectors.items() if "optimizer." not in name}
        moments = {
            name.removeprefix("optimizer."): v
            for name, v in state.vectors.items()
            if name not in vectors
        }
        try:
            self.optimizer.restore(state.facts["steps"], moments)
            self.network.theta[:], self.network.running[:] = vectors["theta"], vectors["running"]
            for name, kept in self._kept().items():
                kept.theta[:] = vectors[name]
                if kept.running.size:
                    kept.running[:] = vectors[f"{name}.running"]
        except KeyError as error:
            raise TrainingError(f"{path}: holds no {error}: its run had other settings") from None
        except TrainingError as error:
            raise TrainingError(f"{path}: {error}") from None

    def _kept(self) -> dict[str, NetworkState]:
        """The states beside the network's own that a checkpoint holds."""
        states = {} if self.average is None else {"average": self.average.state}
        return states if self.best is None else {**states, "best": self.best}


def measure(
    network: Network,
    data: Source,
    loss: Loss = softmax_cross_entropy,
    score: CountRight = count_right,
    team: Team | None = None,
    weigh: Weigh | None = None,
) -> tuple[float, float]:
    """The mean loss, without smoothing, and the accuracy of `network` on `data`.

    Where `weigh` says what samples count, the loss is divided by the sum of that (0 where nothing
    counts); the accuracy is of samples all the same.
    """
    rng = generator(0, "augmentation")
    starts = range(0, len(data), _EVALUATION_ROWS)
    found: list[tuple[float, int, float]] = [(0.0, 0, 0.0)] * len(starts)
    of_part = part_loss(loss, weighted=weigh is not None)

    def job(i: int, start: int) -> None:
        places = np.arange(start, min(start + _EVALUATION_ROWS, len(data)))
        x, labels = data.batch(places, rng)
        logits = network(x)
        right = score(logits, labels)
        weights = None if weigh is None else weigh(places, labels)
        counted = len(places) if weights is None else float(weights.sum())
        found[i] = of_part(logits, labels, len(data), weights)[0], right, counted

    jobs: Sequence[Callable[[], None]] = [partial(job, i, s) for i, s in enumerate(starts)]
    with one_blas_thread():
        if team:
            team.run(jobs)
        else:
            for work in jobs:
                work()
    value, accuracy = math.fsum(each[0] for each in found), sum(e[1] for e in found) / len(data)
    if weigh is None:
        return value, accuracy
    counted = math.fsum(each[2] for each in found)
    return (value * len(data) / counted if counted else 0.0), accuracy
