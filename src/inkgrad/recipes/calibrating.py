"""Thresholds found anew, for weights that nobody measured: of numbers, amounts and envelopes.

They are found on images with known answers: composed ones in hands that no shipped reader learned
from, or somebody's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write
from inkgrad.batch.rows import Task
from inkgrad.data.labelled import labelled
from inkgrad.desk.truths import Truths
from inkgrad.errors import DataError, ImageError, ModelError, UsageError
from inkgrad.evaluation.metrics import readable
from inkgrad.images.files import open_grey
from inkgrad.nn import files
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading import kinds
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.kinds import ImageReader
from inkgrad.reading.result import Reading
from inkgrad.recipes.hands import digit_hands, envelopes
from inkgrad.recipes.lines import held_out_marked
from inkgrad.recognition import calibration
from inkgrad.recognition.amounts import value_of
from inkgrad.synthetic.marked_numbers import MARKED
from inkgrad.synthetic.numbers import Numbers
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.written_amounts import amount

ERRORS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_IMAGES = 3.0  # over an error: in so many, none of them wrong, it is no larger with 95 % certainty
_SEED = 11  # of composed envelopes to find thresholds by: others than those to measure by
_ALPHABETS = {"number": "0123456789", "amount": MARKED}

Sample = tuple[NDArray[np.uint8], str]
Watch = Callable[[Iterable[Sample], int], Iterable[Sample]]
"""Hands samples on, told how many there will be: a progress bar."""


@dataclass(frozen=True)
class Samples:
    """So many images with what they say; each is made or opened when it is asked for."""

    count: int
    each: Iterable[Sample]

    @classmethod
    def composed(cls, kind: str, count: int) -> Samples:
        """Composed fields with a "number", or composed envelopes ("envelope").

        In hands of UNIPEN's writers held out; they need the data in INKGRAD_DATA.
        """
        return cls(count, _COMPOSED[kind](count))

    @classmethod
    def own(cls, folder: Path) -> Samples:
        """The labelled images of a folder, as `labelled` finds them."""
        found = labelled(folder)
        return cls(len(found), ((open_grey(path), text) for path, text in found))


def images_for(error: float) -> int:
    """How many images it takes to promise that no larger part is wrong."""
    return math.ceil(round(_IMAGES / error, 6))


def composed_numbers(count: int, seed: int = 0) -> Iterator[Sample]:
    """Lines of 1 to 10 digits on paper."""
    numbers, rng = Numbers(digit_hands(seed)[1], 0, drawn=1.0), generator(seed, "split", 2)
    for _ in range(count):
        string = rng.integers(0, 10, int(rng.integers(1, 11)))
        yield on_paper(numbers.line(string, rng), rng), "".join(map(str, string))


def composed_amounts(
    count: int, seed: int = 0, fair: float = 1.0
) -> Iterator[tuple[NDArray[np.uint8], str, str]]:
    """Amounts of money on paper, in hands held out, with their texts and what they are worth.

    `fair` is the part of an even pen: the paper and the scan are worn in any case.
    """
    lines = replace(held_out_marked(0), fair=fair)  # held out from the shipped reader
    for i in range(count):
        rng = generator(seed, "split", 4, i)
        text, worth = amount(rng)
        yield on_paper(lines.line(text, rng), rng), text, worth


def composed_mail(count: int) -> Iterator[Sample]:
    """Envelopes with the ZIP codes of their destinations."""
    source, rng = envelopes(seed=0), np.random.default_rng(_SEED)
    for _ in range(count):
        made = source.compose(rng)
        yield made.grey, made.code


def _unwatched(samples: Iterable[Sample], count: int) -> Iterable[Sample]:
    return samples


def thresholds(
    task: Task, reader: ImageReader, samples: Samples, watch: Watch = _unwatched
) -> calibration.Thresholds:
    """Pairs of an error and a confidence, of images that are read as a task says.

    As if the surest had been wrong once more: what is chosen by a sample is lucky in it. Raises
    DataError for fewer images than the largest error takes; smaller ones that take more are left
    out.
    """
    if samples.count < images_for(ERRORS[-1]):
        takes = ", ".join(f"{images_for(e):,} for {100 * e:g} %" for e in reversed(ERRORS))
        raise DataError(f"{samples.count:,} images are too few, expected for an error: {takes}")
    one = task.one(reader)
    sure, right = np.ones(samples.count + 1), np.zeros(samples.count + 1, bool)
    with one_blas_thread():
        for i, (grey, text) in enumerate(watch(samples.each, samples.count)):
            try:
                found = one(grey)
            except ImageError:
                sure[i] = 0.0
                continue
            sure[i], right[i] = found.confidence, _says(found, text)
    return tuple(
        (error, float(readable(sure, right, error)[1]))
        for error in ERRORS
        if images_for(error) <= samples.count
    )


def _says(found: Reading, text: str) -> bool:
    """Whether a reading says what a text says: of an amount, whether it is worth as much."""
    if found.value is not None:
        return found.value == value_of(text)[0]
    return found.text == text


def calibrate_numbers(
    model: Path,
    target: Path,
    samples: Samples,
    watch: Watch = _unwatched,
    *,
    kind: str = "number",
) -> calibration.Thresholds:
    """Find the thresholds of a reader of numbers; the model with them in it becomes `target`.

    As a kind of fields, "number" or "amount". Raises ModelError for what is no reader of such.
    """
    networks, about = files.load_together(model)
    reader, alphabet = kinds.named(kind).open([model]), _ALPHABETS[kind]
    if reader.alphabet != alphabet:
        raise ModelError(f"{model}: reads {reader.alphabet!r}, expected a reader of {alphabet!r}")
    found = thresholds(Task(kind), reader, samples, watch)
    about = {**about, "thresholds": [(error, least) for error, least in found]}
    if len(networks) == 1:
        files.save(networks[0], target, about)
    else:
        files.save_together(networks, target, about)
    return found


def calibrate_envelopes(
    models: tuple[Path, Path], target: Path, samples: Samples, watch: Watch = _unwatched
) -> calibration.Thresholds:
    """Find the thresholds of a reader of numbers and one of text that read envelopes together.

    They are kept beside `target`: the reader of numbers, or a copy of it that is made there.
    """
    numbers, texts = models
    found = thresholds(Task("envelope"), EnvelopeReader.load(numbers, texts), samples, watch)
    if target.absolute() != numbers.absolute():
        atomic_write(target, numbers.read_bytes())
    calibration.save([target, texts], found)
    return found


def calibrate(
    model: str | Path,
    kind: str = "number",
    count: int = 1000,
    *,
    data: Path | None = None,
    desk: Path | None = None,
    out: Path | None = None,
    watch: Watch = _unwatched,
) -> calibration.Thresholds:
    """Find the thresholds of a model, by name or file, as a reader of a kind, and keep them.

    On so many composed images, on the labelled ones in the folder `data`, or on what people said on
    the desk in the folder `desk`; in the model's own file, or in a copy at `out`. Of kinds that are
    measured as another is, the thresholds are those of that one. Raises UsageError for a kind whose
    errors cannot be measured, and for both a folder and a desk.
    """
    measured = kinds.named(kind, lambda each: each.measured).measured
    paths = [find(name) for name in kinds.named(measured).models_with(model)]
    if data and desk:
        raise UsageError("images come from a folder or from a desk, expected one of them")
    if desk:
        truths = Truths(desk, measured)
        samples = Samples(len(truths), truths)
    else:
        samples = Samples.own(data) if data else Samples.composed(measured, count)
    return _WAYS[measured](paths, out or paths[0], samples, watch)


_COMPOSED: dict[str, Callable[[int], Iterator[Sample]]] = {
    "number": lambda count: composed_numbers(count),
    "envelope": lambda count: composed_mail(count),
    "amount": lambda count: ((grey, text) for grey, text, _ in composed_amounts(count, 1)),
}
"""By the kind that is measured, what composes its images."""
_WAYS: dict[str, Callable[[Sequence[Path], Path, Samples, Watch], calibration.Thresholds]] = {
    "number": lambda paths, *more: calibrate_numbers(paths[0], *more),
    "envelope": lambda paths, *more: calibrate_envelopes((paths[0], paths[1]), *more),
    "amount": lambda paths, target, samples, watch: calibrate_numbers(
        paths[0], target, samples, watch, kind="amount"
    ),
}
"""By the kind whose images are composed, what measures on them."""
