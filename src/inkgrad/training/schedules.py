"""The learning rate at every step, as pure functions of the step and of what validation said.

A schedule is called with the step, counted from 0, and the validation losses of the epochs that
have ended; all but `on_plateau` look at the step alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Schedule = Callable[[int, Sequence[float]], float]


def constant(peak: float) -> Schedule:
    """The same all along."""
    return lambda step, losses: peak


def step_decay(peak: float, every: int, factor: float = 0.5) -> Schedule:
    """Multiplied by `factor` after every `every` steps."""
    return lambda step, losses: peak * factor ** (step // every)


def exponential(peak: float, steps: int, last: float = 0.01) -> Schedule:
    """Falling evenly in proportion, to `last` times the peak after `steps`."""
    return lambda step, losses: peak * last ** (step / steps)


def cosine(peak: float, steps: int, last: float = 0.0) -> Schedule:
    """Half a cosine from the peak to `last` times it (Loshchilov and Hutter 2017)."""

    def rate(step: int, losses: Sequence[float]) -> float:
        done = min(step / steps, 1.0)
        return peak * (last + (1 - last) * (1 + math.cos(math.pi * done)) / 2)

    return rate


def one_cycle(peak: float, steps: int, rise: float = 0.25, start: float = 0.04) -> Schedule:
    """Up for a `rise` of the steps from `start` times the peak, then down to nothing (Smith 2018).

    Both ways along half a cosine.
    """
    top = max(1.0, rise * steps)

    def rate(step: int, losses: Sequence[float]) -> float:
        if step < top:
            return peak * (start + (1 - start) * (1 - math.cos(math.pi * step / top)) / 2)
        done = min((step - top) / max(1.0, steps - top), 1.0)
        return peak * (1 + math.cos(math.pi * done)) / 2

    return rate


def warm_up(schedule: Schedule, steps: int) -> Schedule:
    """Another schedule, scaled up evenly from nothing over the first `steps`."""
    return lambda step, losses: schedule(step, losses) * min(1.0, (step + 1) / max(1, steps))


def on_plateau(peak: float, factor: float = 0.3, patience: int = 2) -> Schedule:
    """Multiplied by `factor` whenever `patience` epochs have brought no lower validation loss."""

    def rate(step: int, losses: Sequence[float]) -> float:
        best, waited, current = math.inf, 0, peak
        for loss in losses:
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            if waited == patience:
                waited, current = 0, current * factor
        return current

    return rate


NAMES = ("constant", "step", "exponential", "cosine", "one-cycle", "warm-up", "on-plateau")


def by_name(name: str, peak: float, steps: int, steps_an_epoch: int) -> Schedule:
    """The schedules of the command line: `peak` learning rate, `steps` in the whole run.

    "step" halves after each fifth of the run; "warm-up" rises over the first epoch, then falls
    along a cosine. Raises KeyError for a name that is none.
    """
    made: dict[str, Callable[[], Schedule]] = {
        "constant": lambda: constant(peak),
        "step": lambda: step_decay(peak, max(1, steps // 5)),
        "exponential": lambda: exponential(peak, steps),
        "cosine": lambda: cosine(peak, steps),
        "one-cycle": lambda: one_cycle(peak, steps),
        "warm-up": lambda: warm_up(cosine(peak, steps), steps_an_epoch),
        "on-plateau": lambda: on_plateau(peak),
    }
    return made[name]()
