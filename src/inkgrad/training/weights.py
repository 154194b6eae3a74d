"""How much each sample counts: by a weight of its own, by its class, or both multiplied.

A weighted loss is the sum of weight times loss, divided by the sum of the weights, of a batch as of
an epoch: a sample of weight 2 counts as two of them, one of weight 0 as none, and doubling all
weights changes nothing. Accuracies count samples, whatever their weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.augment import Augmented
from inkgrad.data.dataset import Split
from inkgrad.errors import DataError, UsageError
from inkgrad.nn.vectors import Array
from inkgrad.training.step import Source

ClassWeight = str | Mapping[int, float] | Iterable[Any] | None
"""As it may be given: "balanced", {class: weight}, or a weight for each class in order."""

Pairs = tuple[tuple[int, float], ...]
BALANCED = "balanced"


@dataclass(frozen=True, eq=False)
class WeightedSource:
    """A source of samples like the one it stands for, that count `weights` (n,) in the loss.

    `WeightedSource(split, weights)` is trained on or validated with as the split is; of an
    `Augmented` one too. Raises DataError for weights that are not one a sample, finite and at least
    0, or are all 0.
    """

    source: Source
    weights: Array

    def __post_init__(self) -> None:
        weights = checked_weights(self.weights, len(self.source))
        object.__setattr__(self, "weights", weights)

    def __len__(self) -> int:
        return len(self.source)

    def __repr__(self) -> str:
        return f"WeightedSource({self.source!r}, weights of {self.weights.sum():g} in all)"

    def batch(self, places: NDArray[Any], rng: np.random.Generator) -> tuple[Array, Array]:
        """What the source gives; the weights are looked up beside it."""
        return self.source.batch(places, rng)


def checked_weights(weights: Any, samples: int) -> Array:
    """Weights (n,) as float64; DataError where they are not one a sample, or mean nothing."""
    try:
        found = np.asarray(weights, np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(f"the sample weights are no numbers ({error})") from None
    if found.shape != (samples,):
        raise DataError(
            f"the sample weights have shape {found.shape}, expected ({samples:,},): one a sample"
        )
    if not np.isfinite(found).all() or (found < 0).any():
        bad = found[~(np.isfinite(found) & (found >= 0))][0]
        raise DataError(f"a sample weight is {bad:g}, expected finite ones of at least 0")
    if not found.any():
        raise DataError("the sample weights are all 0, expected some above")
    return found


def class_pairs(given: ClassWeight) -> str | Pairs | None:
    """Class weights in the one form that is kept: "balanced", or (class, weight) in order.

    Raises UsageError for what is neither.
    """
    if given is None or given == BALANCED:
        return given
    wrong = f"class_weight is {given!r}, expected 'balanced', a dictionary or one weight a class"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise UsageError(wrong)
    items = list(given.items() if isinstance(given, Mapping) else given)
    if not all(isinstance(item, tuple | list) for item in items):
        items = list(enumerate(items))
    try:
        pairs = tuple(sorted((int(label), float(weight)) for label, weight in items))
    except (ValueError, TypeError):
        raise UsageError(wrong) from None
    for label, weight in pairs:
        if label < 0 or not 0 <= weight < math.inf:
            raise UsageError(
                f"class_weight has {label}: {weight:g}, expected weights of at least 0"
            )
    if len({label for label, _ in pairs}) < len(pairs):
        raise UsageError("class_weight names a class twice, expected one weight for each")
    return pairs


def balanced(labels: NDArray[Any], classes: int, weights: Array | None = None) -> Array:
    """Weights (k,) by which the classes that occur count the same, and all together as before.

    They are n / (classes that occur * samples of the class), where samples with `weights` (n,)
    count as those say. Labels under 0 belong to no class; a class that does not occur has weight 1.
    """
    of_class = labels >= 0
    each = None if weights is None else weights[of_class]
    counts = np.bincount(labels[of_class], each, minlength=classes).astype(np.float64)
    there = counts > 0
    found = np.ones(len(counts))
    found[there] = counts.sum() / (np.count_nonzero(there) * counts[there])
    return found


@dataclass(frozen=True, eq=False)
class Weighing:
    """The weights of samples, from their places and labels: `by_sample` (n,), `by_class` (k + 1,).

    The last of `by_class` is 1: it is what a label of -1, of no class, finds there.
    """

    by_sample: Array | None
    by_class: Array | None

    def __call__(self, places: NDArray[Any], labels: Array) -> Array:
        """Weights (n,) of the samples at these places, with these labels."""
        weights = np.ones(len(places)) if self.by_sample is None else self.by_sample[places]
        if self.by_class is None:
            return weights
        if labels.ndim != 1:
            raise UsageError(
                f"class_weight is given, but labels have shape {labels.shape}: expected one class "
                "a sample (weigh samples instead: WeightedSource(source, weights))"
            )
        return weights * self.by_class[labels]


def weighing(data: Source, by_class: Array | None) -> Weighing | None:
    """How these data are weighed, also by their class; None where every sample counts the same."""
    by_sample = data.weights if isinstance(data, WeightedSource) else None
    return None if by_sample is None and by_class is None else Weighing(by_sample, by_class)


def class_vector(data: Source, class_weight: ClassWeight, classes: int) -> Array | None:
    """What a sample of each class counts, (k + 1,) as `Weighing` has it; None for no weights.

    Raises UsageError for class weights of classes that there are not, and where they should be
    balanced and the data do not tell their labels beforehand.
    """
    pairs = class_pairs(class_weight)
    if pairs is None:
        return None
    by_class = np.ones(classes + 1)
    if isinstance(pairs, str):
        by_sample = data.weights if isinstance(data, WeightedSource) else None
        by_class[:classes] = balanced(_labels_of(data), classes, by_sample)
    else:
        for label, weight in pairs:
            if label >= classes:
                raise UsageError(
                    f"class_weight names class {label}, expected 0..{classes - 1} for the "
                    "network's outputs"
                )
            by_class[label] = weight
    return by_class


def split_of(source: Source) -> Source:
    """The samples themselves, without the weights and deformations around them."""
    while isinstance(source, WeightedSource | Augmented):
        source = source.source if isinstance(source, WeightedSource) else source.split
    return source


def _labels_of(data: Source) -> NDArray[Any]:
    split = split_of(data)
    if not isinstance(split, Split):
        raise UsageError(
            f"class_weight is balanced, but a {type(split).__name__} does not tell its labels "
            "beforehand: expected a Split, or weights for each class"
        )
    return np.asarray(split.labels)
