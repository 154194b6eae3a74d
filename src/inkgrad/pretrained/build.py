"""A shipped model made again: trained by its recipe, calibrated, measured, written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inkgrad import __version__
from inkgrad.data.dataset import Images
from inkgrad.evaluation import metrics
from inkgrad.nn import files
from inkgrad.nn.losses import open_cross_entropy, softmax
from inkgrad.nn.prediction import logits_of
from inkgrad.nn.vectors import Array
from inkgrad.pretrained.readers import READERS, BuildReader
from inkgrad.pretrained.recipes import RECIPES, recipe
from inkgrad.training.step import Source
from inkgrad.training.train import Epoch, train

REFUSED = 0.01  # part of true characters that the threshold gives up


class Build:
    """One model in the making: iterate over `epochs()`, then call `finish()`.

    Stopped or killed, the same call goes on from the last whole epoch.
    """

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        self.name, self.seed = name, seed
        self.recipe = recipe(name, seed, epochs)
        self.number = epochs or RECIPES[name][1]
        self.path = folder / f"{name}.safetensors"
        self._checkpoint = folder / f"{name}-{seed}-{self.number}.checkpoint.safetensors"
        self.seconds = 0.0
        self.network, self.source = self.recipe.network, self.recipe.source

    def epochs(self, source: Source | None = None) -> Iterator[Epoch]:
        """Train; `source` stands in for the recipe's own."""
        for epoch in train(
            self.recipe.network,
            source or self.source,
            self.recipe.settings,
            validation=self.recipe.validation,
            loss=open_cross_entropy,
            checkpoint=self._checkpoint,
        ):
            self.seconds += epoch.seconds
            yield epoch

    def finish(self) -> dict[str, Any]:
        """Calibrate on the validation data, measure, write the file; returns what it says.

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
        about = {
            "classes": list(made.classes),
            "temperature": temperature,
            "refuse_below": threshold,
            "data": made.text,
            "seed": self.seed,
            "epochs": self.number,
            "seconds": round(self.seconds, 1),
            "inkgrad": __version__,
            "scores": scores,
            "refused": {what: refused(images) for what, images in made.strangers.items()},
        }
        files.save(made.network, self.path, about)
        self._checkpoint.unlink(missing_ok=True)
        return about

    def told(self, about: dict[str, Any]) -> list[str]:
        """The scores in words."""
        return [
            f"{what}: {100 * score['accuracy']:.2f} % of {score['images']:,}, "
            f"{100 * score['refused']:.2f} % refused below {about['refuse_below']:.3f}"
            for what, score in about["scores"].items()
        ] + [f"{what}: {100 * part:.2f} % refused" for what, part in about["refused"].items()]


def making(
    name: str, folder: Path, seed: int = 0, epochs: int | None = None
) -> Build | BuildReader:
    """A shipped model in the making, by name. Raises ModelError for a name that is none."""
    kind = BuildReader if name in READERS else Build
    return kind(name, folder, seed, epochs)


def _confidence(logits: Array, temperature: float) -> Array:
    best: Array = softmax(logits, temperature).max(axis=1)
    return best
