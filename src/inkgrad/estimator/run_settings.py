"""The parameters of a NetworkClassifier as a training run has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from inkgrad.arguments import Arguments
from inkgrad.data.dataset import Split
from inkgrad.errors import InkgradError
from inkgrad.estimator.values import EstimatorError, Rows
from inkgrad.nn.vectors import Array
from inkgrad.runs import settings_of
from inkgrad.training.settings import Settings
from inkgrad.training.weights import balanced

_FULL = 256  # samples that are one batch, by themselves
_BATCH = 64
_STEPS, _EPOCHS = 200, 10  # at least, where nothing is said
_AS_THEY_ARE = (
    *("optimizer", "learning_rate", "dropout", "input_dropout", "normalize", "weight_decay"),
    *("label_smoothing", "augment", "strength", "clip", "threads"),
)


def settings_for(
    given: Mapping[str, Any], rows: Rows, samples: int, seed: int, epochs: int | None = None
) -> tuple[Arguments, Settings]:
    """What a run with these parameters is, for so many samples; `epochs` of partial fitting.

    Raises EstimatorError for what makes no sense.
    """
    batch, said = _lengths(given, samples, epochs)
    try:
        arguments = Arguments(
            model=str(given["model"]).replace(",", "-"),
            epochs=said,
            batch_size=batch,
            schedule="constant" if epochs else given["schedule"],
            patience=given["patience"] if given["early_stopping"] else None,
            average=None if epochs else given["average"],
            seed=seed,
            **{name: given[name] for name in _AS_THEY_ARE},
        )
        return arguments, settings_of(arguments, cast(Split, rows), ())
    except InkgradError as error:
        raise EstimatorError(str(error)) from None


def _lengths(given: Mapping[str, Any], samples: int, epochs: int | None) -> tuple[int, int]:
    """The samples of a batch, and the epochs."""
    batch, said = given["batch_size"], epochs or given["epochs"]
    if batch == "auto":
        batch = samples if samples <= _FULL else _BATCH
    if said == "auto":
        said = max(_EPOCHS, math.ceil(_STEPS / math.ceil(samples / max(1, int(batch)))))
    for name, value in (("epochs", said), ("batch_size", batch)):
        if isinstance(value, str) or value != int(value):
            raise EstimatorError(f"{name} is {value!r}, expected a whole number or 'auto'")
    return int(batch), int(said)


def class_weights(
    given: Any, classes: NDArray[Any], labels: NDArray[np.intp], weights: Array
) -> Array:
    """What each class counts (k,): "balanced", or a dictionary; labels and weights are (n,)."""
    if isinstance(given, str) and given == "balanced":
        return balanced(labels, len(classes), weights)
    if not isinstance(given, dict):
        raise EstimatorError(
            f"class_weight is {given!r}, expected 'balanced' or a dictionary of classes"
        )
    found = np.ones(len(classes))
    for name, weight in given.items():
        place = np.flatnonzero(classes == name)
        if not 0 <= weight < math.inf:
            raise EstimatorError(f"class_weight of {name!r} is {weight}, expected at least 0")
        found[place] = weight  # of a class that is not there: no sample is
    return found
