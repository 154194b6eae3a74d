"""A shipped model made again: trained by its recipe, calibrated, measured, written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from inkgrad.data.dataset import Images
from inkgrad.evaluation import metrics
from inkgrad.nn.losses import open_cross_entropy, softmax
from inkgrad.nn.prediction import logits_of
from inkgrad.nn.vectors import Array
from inkgrad.recipes.characters import recipe
from inkgrad.recipes.line_reader import BuildReader
from inkgrad.recipes.lines import READERS
from inkgrad.recipes.stages import Making, Stage

REFUSED = 0.01  # part of true characters that the threshold gives up


class Build(Making):
    """A model of single characters, made by its recipe."""

    loss = staticmethod(open_cross_entropy)

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        made = self.recipe = recipe(name, seed, epochs)
        super().__init__(name, folder, seed, [Stage(made.network, made.source, made.settings)])
        self.networks, self.validation = [made.network], made.validation

    def measured(self) -> dict[str, Any]:
        """Calibrated on the validation data.

        "refuse_below" is the probability that one in a hundred of the validation characters does
        not reach; "refused" says which part of images that are no such character does not either.
        """
        made = self.recipe
        logits = logits_of(made.network, made.validation.images)
        temperature = metrics.fit_temperature(logits, made.validation.labels)
        threshold = float(np.quantile(_confidence(logits, temperature), REFUSED))

        def refused(images: Images) -> float:
            confidence = _confidence(logits_of(made.network, images), temperature)
            return float(np.mean(confidence < threshold))

        scores = {}
        for what, split in made.tests.items():
            answers = logits_of(made.network, split.images).argmax(axis=1)
            scores[what] = {
                "accuracy": metrics.accuracy(split.labels, answers),
                "images": len(split),
                "refused": refused(split.images),
            }
        return {
            "classes": list(made.classes),
            "temperature": temperature,
            "refuse_below": threshold,
            "data": made.text,
            "scores": scores,
            "refused": {what: refused(images) for what, images in made.strangers.items()},
        }

    def told(self, about: dict[str, Any]) -> list[str]:
        return [
            f"{what}: {100 * score['accuracy']:.2f} % of {score['images']:,}, "
            f"{100 * score['refused']:.2f} % refused below {about['refuse_below']:.3f}"
            for what, score in about["scores"].items()
        ] + [f"{what}: {100 * part:.2f} % refused" for what, part in about["refused"].items()]


def build_model(name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> Making:
    """A shipped model in the making, by name. Raises ModelError for a name that is none."""
    kind = BuildReader if name in READERS else Build
    return kind(name, folder, seed, epochs)


def _confidence(logits: Array, temperature: float) -> Array:
    best: Array = softmax(logits, temperature).max(axis=1)
    return best
