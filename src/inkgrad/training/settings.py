"""How to train: a specification that any number of networks may share."""

from __future__ import annotations

from dataclasses import dataclass, field

from inkgrad.errors import UsageError
from inkgrad.training.optimizers import AdamW, Optimizer
from inkgrad.training.schedules import Constant, Schedule, needs_validation
from inkgrad.training.weights import ClassWeight, class_pairs


@dataclass(frozen=True)
class Settings:
    """How to train. `schedule` is asked with the step and the validation losses so far.

    `patience`: epochs without a lower validation loss before training stops, and then the best
    weights are kept. `clip`: largest norm of a gradient. `average`: decay of the moving average
    of weights that is evaluated and kept in place of the last ones. `class_weight`: what a sample
    of a class counts in the loss, as {class: weight}, a weight for each class, or "balanced": all
    classes the same in sum. It is kept as (class, weight) in order; other classes count 1.

    Nothing in it changes in training. Raises UsageError for values that mean nothing.
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
    class_weight: ClassWeight = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience", "clip", "threads"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} is {value}, expected more than 0")
        for name in ("label_smoothing", "average"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise UsageError(f"{name} is {value}, expected at least 0 and under 1")
        object.__setattr__(self, "class_weight", class_pairs(self.class_weight))
        if not isinstance(self.optimizer, Optimizer):
            raise UsageError(
                f"optimizer is {self.optimizer!r}, expected one such as AdamW(0.003), not started"
            )
        if self.schedule is not None and not callable(self.schedule):
            raise UsageError(
                f"schedule is {self.schedule!r}, expected one such as schedules.OneCycle(0.003, "
                "steps), or a function of the step and the validation losses"
            )

    @property
    def rates(self) -> Schedule:
        """The schedule, or the optimizer's own learning rate all along."""
        return self.schedule or Constant(self.optimizer.learning_rate)

    @property
    def goes_by_validation(self) -> str:
        """The name of the setting that means nothing without validation data; empty for none."""
        if self.patience is not None:
            return "patience"
        return "schedule" if self.schedule and needs_validation(self.schedule) else ""
