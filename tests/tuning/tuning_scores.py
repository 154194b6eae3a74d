"""Scores that tests search: cheap, and in a module of their own, as worker processes import it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from inkgrad.errors import DivergedError
from inkgrad.tuning.space import Choice, Integers, Space, Uniform

SPACE = Space(
    {
        "x": Uniform(0.0, 1.0, count=4),
        "kind": Choice(("round", "square")),
        "n": Integers(1, 3, when={"kind": ("square",)}),
    }
)
EPOCHS = 5


def bowl(parameters, report):
    """Highest at x = 0.3; each epoch comes closer to the end."""
    best = 1 - (parameters["x"] - 0.3) ** 2 - 0.01 * parameters.get("n", 0)
    for epoch in range(1, EPOCHS + 1):
        report(epoch, best * epoch / EPOCHS)
    return best


def slow_bowl(parameters, report):
    time.sleep(0.15)
    return bowl(parameters, report)


def patient_bowl(parameters, report):
    """A bowl of many epochs, each of which takes its time."""
    best = 1 - (parameters["x"] - 0.3) ** 2
    for epoch in range(1, 41):
        time.sleep(0.02)
        report(epoch, best * epoch / 40)
    return best


def diverging(parameters, report):
    if parameters["x"] > 0.6:
        raise DivergedError(3, 0.5, float("nan"))
    return float("nan") if parameters["x"] > 0.3 else bowl(parameters, report)


def faulty(parameters, report):
    raise KeyError("a fault of the score")


@dataclass(frozen=True)
class Deadly:
    """A bowl whose worker is killed at work, the first `times` times."""

    folder: Path
    times: int = 1

    def __call__(self, parameters, report):
        report(1, 0.1)
        if len(list(self.folder.iterdir())) < self.times:
            (self.folder / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return bowl(parameters, lambda epoch, value: None)
