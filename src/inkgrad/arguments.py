"""Everything that a training run depends on, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inkgrad.data.augment import AUGMENTATIONS
from inkgrad.data.from_arrays import listed
from inkgrad.data.split import Labels
from inkgrad.errors import UsageError
from inkgrad.training import schedules
from inkgrad.training.optimizers import OPTIMIZERS
from inkgrad.training.weights import BALANCED, ClassWeight, balanced


@dataclass(frozen=True)
class Arguments:
    """Everything that a run depends on; the command line has an option for each.

    `learning_rate` and `weight_decay` None take what suits the optimizer. `validation` None holds
    out a tenth of the training data, at most 5,000. `label` and `as_is` say how data at a path are
    read, as `load` takes them. `class_weight` is "balanced", or what samples of some classes count
    in the loss: "0=1,7=3".
    """

    data: str = "mnist-5k"
    model: str = "deck"
    epochs: int = 10
    batch_size: int = 64
    optimizer: str = "adamw"
    learning_rate: float | None = None
    schedule: str = "one-cycle"
    dropout: float = 0.0
    input_dropout: float = 0.15
    normalize: bool = False
    weight_decay: float | None = None
    label_smoothing: float = 0.05
    augment: str = "none"
    strength: float = 1.0
    patience: int | None = None
    clip: float | None = None
    average: float | None = None
    validation: int | None = None
    seed: int = 0
    threads: int | None = None
    label: str | None = None
    as_is: bool = False
    class_weight: str | None = None

    def __post_init__(self) -> None:
        for name, choices in (
            ("optimizer", OPTIMIZERS),
            ("schedule", schedules.NAMES),
            ("augment", AUGMENTATIONS),
        ):
            if getattr(self, name) not in choices:
                raise UsageError(
                    f"{name} {getattr(self, name)!r} is unknown, "
                    f"expected one of {', '.join(choices)}"
                )
        positive = (
            "epochs",
            "batch_size",
            "learning_rate",
            "patience",
            "clip",
            "validation",
            "strength",
        )
        for name in (*positive, "threads"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} is {value}, expected more than 0")
        for name in ("dropout", "input_dropout", "label_smoothing", "average"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise UsageError(f"{name} is {value}, expected at least 0 and under 1")
        if self.seed < 0:
            raise UsageError(f"seed is {self.seed}, expected 0 or more")
        if self.class_weight not in (None, BALANCED):
            self._weights()

    def class_weights(self, classes: Sequence[str], labels: Labels) -> ClassWeight:
        """What classes count, where samples have these labels; UsageError for one that is none."""
        if self.class_weight is None:
            return None
        if self.class_weight == BALANCED:
            return balanced(labels, len(classes)).tolist()
        weights = self._weights()
        for name in weights:
            if name not in classes:
                raise UsageError(
                    f"class_weight names class {name!r}, expected some of {listed(classes)}"
                )
        return {list(classes).index(name): weight for name, weight in weights.items()}

    def _weights(self) -> dict[str, float]:
        """Weights by the names of classes; UsageError for what cannot be told."""
        wrong = f"class_weight is {self.class_weight!r}, expected balanced, or such as 0=1,7=3"
        found: dict[str, float] = {}
        for part in str(self.class_weight).split(","):
            name, _, number = (word.strip() for word in part.rpartition("="))
            try:
                weight = float(number)
            except ValueError:
                raise UsageError(wrong) from None
            if not name or name in found or not 0 <= weight < math.inf:
                raise UsageError(wrong)
            found[name] = weight
        return found
