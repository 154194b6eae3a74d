"""A network measured on data that it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Split
from inkgrad.data.from_arrays import checked_split
from inkgrad.errors import ShapeError
from inkgrad.evaluation import metrics, plots
from inkgrad.nn.losses import softmax, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import ensemble_logits
from inkgrad.notebook import grey_picture, mosaic, shown, table_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WRONG_SHOWN = 20  # in a notebook


@dataclass(frozen=True)
class Evaluation:
    """What a network answers on n samples of k classes, and the figures of that.

    `probabilities` are the network's own; `calibrated` are at `temperature`, which was fitted on
    validation data, or are the same where there is none.
    """

    classes: tuple[str, ...]
    split: Split
    loss: float
    probabilities: NDArray[np.float32]
    calibrated: NDArray[np.float32]
    temperature: float | None

    def __repr__(self) -> str:
        return (
            f"Evaluation({len(self.split):,} samples of {len(self.classes)} classes: "
            f"accuracy {100 * self.accuracy:.2f} %, loss {self.loss:.4f})"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the figures, and what was read wrong."""
        low, high = self.interval
        rows = [
            ("accuracy", f"{100 * self.accuracy:.2f} %"),
            ("95 % interval", f"{100 * low:.2f} to {100 * high:.2f} %"),
            ("loss", f"{self.loss:.4f}"),
        ]
        wrong = np.flatnonzero(self.predicted != self.split.labels)[:_WRONG_SHOWN]
        pictures = ""
        if len(wrong):
            names = ", ".join(
                f"{self.classes[self.split.labels[i]]} as {self.classes[self.predicted[i]]}"
                for i in wrong
            )
            pictures = grey_picture(f"read wrong: {names}", mosaic(self.split.images[wrong]))
        return shown(f"{len(self.split):,} samples", table_of(("", ""), rows), pictures)

    @property
    def predicted(self) -> metrics.Integers:
        return self.probabilities.argmax(axis=1)

    @property
    def accuracy(self) -> float:
        return metrics.accuracy(self.split.labels, self.predicted)

    @property
    def interval(self) -> tuple[float, float]:
        right = int(np.count_nonzero(self.split.labels == self.predicted))
        return metrics.wilson_interval(right, len(self.split))

    @property
    def confusion(self) -> NDArray[np.intp]:
        return metrics.confusion_matrix(self.split.labels, self.predicted, len(self.classes))

    def mistakes(self, count: int) -> metrics.Integers:
        """Places of the most confident mistakes, the worst first."""
        return metrics.most_confident_mistakes(self.calibrated, self.split.labels, count)

    def reliability(self, calibrated: bool) -> metrics.Reliability:
        """Confidence against accuracy, of the calibrated probabilities or the network's own."""
        probabilities = self.calibrated if calibrated else self.probabilities
        return metrics.reliability(probabilities, self.split.labels)

    def plot(self) -> Figure:
        """What was taken for what, as a matplotlib Figure. Raises UsageError without matplotlib."""
        return plots.confusion(self.confusion, self.classes)

    def as_json(self) -> dict[str, Any]:
        """All figures as plain JSON values."""
        each = metrics.per_class(self.confusion)
        worst = self.mistakes(20)
        return {
            "samples": len(self.split),
            "accuracy": self.accuracy,
            "accuracy_95_percent_interval": list(self.interval),
            "loss": self.loss,
            "calibration_error": self.reliability(calibrated=False).error,
            "calibration_error_calibrated": (
                self.reliability(calibrated=True).error if self.temperature else None
            ),
            "temperature": self.temperature,
            "classes": [
                {
                    "class": name,
                    "count": int(each.count[i]),
                    "precision": _number(each.precision[i]),
                    "recall": _number(each.recall[i]),
                    "one_against_rest": _number(each.against_rest[i]),
                }
                for i, name in enumerate(self.classes)
            ],
            "confusion": self.confusion.tolist(),
            "most_confident_mistakes": [
                {
                    "place": int(place),
                    "label": self.classes[self.split.labels[place]],
                    "predicted": self.classes[self.predicted[place]],
                    "probability": float(self.calibrated[place].max()),
                }
                for place in worst
            ],
        }


def evaluate(
    networks: Network | Sequence[Network],
    split: Split,
    classes: tuple[str, ...],
    validation: Split | None = None,
    *,
    temperature: float | None = None,
    views: int = 1,
    threads: int | None = None,
) -> Evaluation:
    """Measure a network on `split`; `validation` data, where given, set the temperature.

    Without them the `temperature` given calibrates: one that was fitted before. Several networks
    answer with the mean of their probabilities, and so do several `views`: the images as they are
    and shifted by a pixel or two. The images and labels of a split may be any arrays that can be
    told (see `inkgrad.data.from_arrays`). Raises ShapeError where a network has not as many outputs
    as there are classes, DataError where arrays are not what they should be.
    """
    split = checked_split(split.images, split.labels, classes, "the test data")
    if validation is not None:
        validation = checked_split(
            validation.images, validation.labels, classes, "the validation data"
        )
    several = [networks] if isinstance(networks, Network) else list(networks)
    for network in several:
        if network.output_shape != (len(classes),):
            outputs = " x ".join(map(str, network.output_shape))
            raise ShapeError(f"the network has {outputs} outputs, expected {len(classes)} classes")
    logits = ensemble_logits(several, split.images, views, threads)
    if validation is not None:
        held_out = ensemble_logits(several, validation.images, views, threads)
        temperature = metrics.fit_temperature(held_out, validation.labels)
    probabilities = softmax(logits)
    calibrated = softmax(logits, temperature) if temperature else probabilities
    loss = softmax_cross_entropy(logits, split.labels)[0]
    return Evaluation(classes, split, loss, probabilities, calibrated, temperature)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
