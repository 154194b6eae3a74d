"""The learning rate at every step, as pure functions of the step and of what validation said.

A schedule is called with the step, counted from 0, and the validation losses of the epochs that
have ended; all but `OnPlateau` look at the step alone. Those here are frozen and comparable, and
any function of the two will do as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Schedule = Callable[[int, Sequence[float]], float]


@dataclass(frozen=True)
class Constant:
    """The same all along."""

    peak: float

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        return self.peak


@dataclass(frozen=True)
class StepDecay:
    """Multiplied by `factor` after every `every` steps."""

    peak: float
    every: int
    factor: float = 0.5

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        return self.peak * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential:
    """Falling evenly in proportion, to `last` times the peak after `steps`."""

    peak: float
    steps: int
    last: float = 0.01

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        return self.peak * self.last ** (step / self.steps)


@dataclass(frozen=True)
class Cosine:
    """Half a cosine from the peak to `last` times it (Loshchilov and Hutter 2017)."""

    peak: float
    steps: int
    last: float = 0.0

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        done = min(step / self.steps, 1.0)
        return self.peak * (self.last + (1 - self.last) * (1 + math.cos(math.pi * done)) / 2)


@dataclass(frozen=True)
class OneCycle:
    """Up for a `rise` of the steps from `start` times the peak, then down to nothing (Smith 2018).

    Both ways along half a cosine.
    """

    peak: float
    steps: int
    rise: float = 0.25
    start: float = 0.04

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        top = max(1.0, self.rise * self.steps)
        if step < top:
            cosine = math.cos(math.pi * step / top)
            return self.peak * (self.start + (1 - self.start) * (1 - cosine) / 2)
        done = min((step - top) / max(1.0, self.steps - top), 1.0)
        return self.peak * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True)
class WarmUp:
    """Another schedule, scaled up evenly from nothing over the first `steps`."""

    schedule: Schedule
    steps: int

    @property
    def needs_validation(self) -> bool:
        return needs_validation(self.schedule)

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        return self.schedule(step, losses) * min(1.0, (step + 1) / max(1, self.steps))


@dataclass(frozen=True)
class OnPlateau:
    """Multiplied by `factor` whenever `patience` epochs have brought no lower validation loss."""

    peak: float
    factor: float = 0.3
    patience: int = 2

    needs_validation = True

    def __call__(self, step: int, losses: Sequence[float]) -> float:
        best, waited, current = math.inf, 0, self.peak
        for loss in losses:
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            if waited == self.patience:
                waited, current = 0, current * self.factor
        return current


constant, step_decay, exponential, cosine = Constant, StepDecay, Exponential, Cosine
one_cycle, warm_up, on_plateau = OneCycle, WarmUp, OnPlateau


def needs_validation(schedule: Schedule) -> bool:
    """Whether a schedule goes by validation losses, so that it means nothing without them."""
    return bool(getattr(schedule, "needs_validation", False))


NAMES = ("constant", "step", "exponential", "cosine", "one-cycle", "warm-up", "on-plateau")


def by_name(name: str, peak: float, steps: int, steps_an_epoch: int) -> Schedule:
    """The schedules of the command line: `peak` learning rate, `steps` in the whole run.

    "step" halves after each fifth of the run; "warm-up" rises over the first epoch, then falls
    along a cosine. Raises KeyError for a name that is none.
    """
    made: dict[str, Callable[[], Schedule]] = {
        "constant": lambda: Constant(peak),
        "step": lambda: StepDecay(peak, max(1, steps // 5)),
        "exponential": lambda: Exponential(peak, steps),
        "cosine": lambda: Cosine(peak, steps),
        "one-cycle": lambda: OneCycle(peak, steps),
        "warm-up": lambda: WarmUp(Cosine(peak, steps), steps_an_epoch),
        "on-plateau": lambda: OnPlateau(peak),
    }
    return made[name]()
