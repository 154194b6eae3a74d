"""One trial: a network trained on the training part, scored on what is held out of it.

The test part of the data stays with whoever leads the search: no trial can look at it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from inkgrad.arguments import Arguments
from inkgrad.data.dataset import Dataset, Split
from inkgrad.nn.architectures import deck
from inkgrad.nn.parallel import cores
from inkgrad.runs import network_of, parts_of, settings_of, source_of
from inkgrad.training.schedules import needs_validation
from inkgrad.training.train import measure, train
from inkgrad.tuning.parameters import arguments_of
from inkgrad.tuning.space import Parameters
from inkgrad.tuning.workers import Report


@dataclass(frozen=True)
class TrialTraining:
    """A score: trains as `base` and the parameters say, on one thread; the validation accuracy.

    The same setting and seed give the same bits in any process, and in `inkgrad train`.
    """

    base: Arguments
    classes: tuple[str, ...]
    training: Split
    validation: Split

    @classmethod
    def of(cls, base: Arguments, data: Dataset) -> TrialTraining:
        """Training on the training part of `data`, a part of which is held out to score by."""
        parts = parts_of(base, data)
        return cls(base, data.classes, parts.train, parts.test)

    def prepare(self) -> None:
        """Load the compiled kernels, so that the first trial of a process is not the slowest."""
        _load_kernels()

    def __call__(self, parameters: Parameters, report: Report) -> float:
        """Reports the validation accuracy of each epoch. Raises TrainingError where it diverges."""
        arguments = replace(arguments_of(self.base, parameters), threads=1)
        network = network_of(arguments, len(self.classes))
        accuracy = 0.0
        for epoch in train(
            network,
            source_of(arguments, self.training),
            settings_of(arguments, self.training, self.classes),
            validation=self.validation,
        ):
            accuracy = epoch.validation_accuracy or 0.0
            report(epoch.number, accuracy)
        return accuracy


@cache
def _load_kernels() -> None:
    split = Split(np.zeros((4, 28, 28), np.uint8), np.arange(4))
    settings = settings_of(Arguments(epochs=1), split, "0123")
    for _ in train(deck(), split, replace(settings, threads=1)):
        pass


@dataclass(frozen=True)
class Tested:
    """The winner, trained on all training data and tested once: accuracy, seconds of training."""

    accuracy: float
    seconds: float


def train_and_test(arguments: Arguments, data: Dataset) -> Tested:
    """Train a setting on training and validation data together, and look at the test data once."""
    started = time.perf_counter()
    network = network_of(arguments, len(data.classes))
    source = source_of(arguments, data.train)
    settings = settings_of(arguments, data.train, data.classes)
    if settings.goes_by_validation:  # nothing is held out to go by: all epochs, at the peak rate
        schedule = settings.schedule
        if schedule and needs_validation(schedule):
            schedule = None
        settings = replace(settings, patience=None, schedule=schedule)
    for _ in train(network, source, replace(settings, threads=cores())):
        pass
    seconds = time.perf_counter() - started
    return Tested(measure(network, data.test)[1], seconds)
