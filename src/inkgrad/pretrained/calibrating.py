"""Thresholds found anew, for weights that nobody measured: of numbers, and of envelopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.fields import on_paper
from inkgrad.data.synthetic import Numbers
from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import readable
from inkgrad.nn import files
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.line_recipes import digit_hands, envelopes
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading import calibration, kinds
from inkgrad.reading.batch import Task
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.number import NumberReader

ERRORS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_SEED = 11  # of composed envelopes to find thresholds by: others than those to measure by

Sample = Callable[[], tuple[NDArray[np.uint8], str]]


def thresholds(read: Task, reader: NumberReader | EnvelopeReader, sample: Sample, count: int
) -> calibration.Thresholds:  # fmt: skip
    """Pairs of an error and a confidence, by so many images that are read as a task says.

    As if the surest had been wrong once more: what is chosen by a sample is lucky in it.
    """
    one, sure, right = read.one(reader), np.ones(count + 1), np.zeros(count + 1, bool)
    with one_blas_thread():
        for i in range(count):
            grey, text = sample()
            try:
                found = one(grey)
            except ImageError:
                sure[i] = 0.0
                continue
            sure[i], right[i] = found.confidence, found.text == text
    return tuple((error, float(readable(sure, right, error)[1])) for error in ERRORS)


def calibrate_numbers(model: Path, count: int, seed: int = 0) -> calibration.Thresholds:
    """Find the thresholds of a reader of numbers and write them into its file.

    On lines of the writers of UNIPEN held out, laid on paper.
    """
    networks, about = files.load_together(model)
    numbers, rng = Numbers(digit_hands(seed)[1], 0, drawn=1.0), generator(seed, "split", 2)

    def sample() -> tuple[NDArray[np.uint8], str]:
        string = rng.integers(0, 10, int(rng.integers(1, 11)))
        return on_paper(numbers.line(string, rng), rng), "".join(map(str, string))

    found = thresholds(Task(), NumberReader.load(model), sample, count)
    about = {**about, "thresholds": [(error, least) for error, least in found]}
    if len(networks) == 1:
        files.save(networks[0], model, about)
    else:
        files.save_together(networks, model, about)
    return found


def calibrate_envelopes(numbers: Path, texts: Path, count: int) -> calibration.Thresholds:
    """Find the thresholds of two models that read envelopes together; kept beside the first."""
    source, rng = envelopes(seed=0), np.random.default_rng(_SEED)

    def sample() -> tuple[NDArray[np.uint8], str]:
        made = source.compose(rng)
        return made.grey, made.code

    reader = EnvelopeReader.load(numbers, texts)
    found = thresholds(Task("envelope"), reader, sample, count)
    calibration.save([numbers, texts], found)
    return found


def calibrate(model: str | Path, kind: str = "number", count: int = 1000) -> calibration.Thresholds:
    """Find the thresholds of a model, by name or file, as a reader of a kind, and keep them.

    Of kinds that are measured as another is, the thresholds are those of that one. Raises
    UsageError for a kind whose errors cannot be measured.
    """
    entry = kinds.named(kind, lambda each: each.measured)
    paths = [find(name) for name in kinds.named(entry.measured).models_with(model)]
    return _WAYS[entry.measured](paths, count)


_WAYS: dict[str, Callable[[Sequence[Path], int], calibration.Thresholds]] = {
    "number": lambda paths, count: calibrate_numbers(paths[0], count),
    "envelope": lambda paths, count: calibrate_envelopes(paths[0], paths[1], count),
}
"""By the kind whose images are composed, what measures on them."""
