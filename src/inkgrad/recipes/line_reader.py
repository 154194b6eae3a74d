"""A shipped line reader made again: trained by its recipe, calibrated, measured, written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError, ModelError
from inkgrad.evaluation import metrics
from inkgrad.nn.about import About
from inkgrad.nn.ctc import count_read, ctc_loss, log_probability, log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.nn.vectors import Array
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.reading.text import TextReader
from inkgrad.recipes.lines import READERS, Training
from inkgrad.recipes.stages import Making, Stage
from inkgrad.recognition.decoding import decode
from inkgrad.recognition.language import english
from inkgrad.synthetic.numbers import Lines
from inkgrad.synthetic.paper import on_paper
from inkgrad.training.optimizers import AdamW
from inkgrad.training.schedules import one_cycle
from inkgrad.training.settings import Settings

_BATCH = 64
_TEMPERATURES = [0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0]
_ERRORS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
_WORD_ERRORS = [0.01, 0.02, 0.05, 0.1, 0.2]
_WORD_LINES, _WORD_TEMPERATURES = 200, [0.8, 1.0, 1.25, 1.5, 2.0, 2.5]


class BuildReader(Making):
    """A reader of lines, made by its recipe."""

    loss = staticmethod(ctc_loss)
    score = staticmethod(count_read)

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        if name not in READERS:
            raise ModelError(f"{name}: no such reader, expected one of {', '.join(READERS)}")
        make, usual = READERS[name]
        self.recipe = make(seed)
        stages = [
            _stage(training, epochs or number)
            for training, number in zip(self.recipe.trainings, usual, strict=True)
        ]
        super().__init__(name, folder, seed, stages)
        self.networks = self.recipe.networks
        self.lines = self.validation = self.recipe.lines

    @property
    def _judged(self) -> Sequence[Network]:
        return self.recipe.judged or self.recipe.networks

    def measured(self) -> dict[str, Any]:
        """Calibrated on the lines held out, read as the reader will read them.

        "thresholds" are pairs of an error and the confidence from which on no larger part of the
        readings was wrong, had the surest been wrong once more: what is chosen by a sample is lucky
        in it. Fields find them where there are lines of unseen writers to lay on paper.
        """
        self.recipe.settle()
        views = self._views()
        labels = [row[row >= 0] for row in self.lines.labels]
        temperature = min(_TEMPERATURES, key=lambda t: _surprise(views, labels, t))
        confidences, right = np.zeros(len(views)), np.zeros(len(views), bool)
        for i, (of_line, string) in enumerate(zip(views, labels, strict=True)):
            found = decode([log_softmax(log_p / temperature) for log_p in of_line], count=1)
            if found:
                right[i], confidences[i] = found[0][0] == tuple(string), found[0][1]
        about: About = {
            "alphabet": self.recipe.alphabet,
            "temperature": temperature,
            "data": self.recipe.text,
        }
        unseen, of_text = self.recipe.unseen, " " in self.recipe.alphabet
        fields = unseen is not None and not of_text
        sure, known = self._fields(unseen, about) if fields and unseen else (confidences, right)
        sure, known = np.append(sure, 1.0), np.append(known, False)
        about["thresholds"] = [
            (error, metrics.readable(sure, known, error)[1]) for error in _ERRORS
        ]
        if of_text:
            about["word_temperature"] = self._word_temperature(about)
            about["word_thresholds"] = self._word_thresholds(unseen or self.lines, about)
        return {
            **about,
            "scores": {
                "lines of other writers and images": {
                    "accuracy": float(right.mean()),
                    "images": len(right),
                }
            },
        }

    def _fields(self, lines: Lines, about: About) -> tuple[Array, NDArray[np.bool_]]:
        """How sure the reader is of these lines laid on paper, and whether it is right."""
        reader, rng = NumberReader(self._judged, about), generator(self.seed, "split", 2)
        sure, right = np.zeros(len(lines)), np.zeros(len(lines), bool)
        with one_blas_thread():
            for i, (line, row) in enumerate(zip(lines.lines, lines.labels, strict=True)):
                try:
                    found = reader.read(on_paper(line, rng))
                except ImageError:
                    continue
                sure[i] = found.confidence
                right[i] = found.text == "".join(self.recipe.alphabet[c] for c in row if c >= 0)
        return sure, right

    def _word_thresholds(self, lines: Lines, about: About) -> list[tuple[float, float]]:
        """As "thresholds", for words: read with the language, case and all."""
        reader, said = TextReader(self._judged[0], about, english()), list[tuple[float, bool]]()
        with one_blas_thread():
            for line, row in zip(lines.lines, lines.labels, strict=True):
                meant = "".join(self.recipe.alphabet[c] for c in row if c >= 0).split()
                words = reader.read_line(line)
                right = metrics.words_right(meant, [word.text for word in words])
                said += zip([word.confidence for word in words], right, strict=True)
        sure = np.array([1.0, *(confidence for confidence, _ in said)])
        known = np.array([False, *(right for _, right in said)])
        return [(error, float(metrics.readable(sure, known, error)[1])) for error in _WORD_ERRORS]

    def _word_temperature(self, about: About) -> float:
        """The temperature at which the confidences of words surprise least, language and all."""
        lines = self.lines.lines[:: len(self.lines) // _WORD_LINES]
        labels = self.lines.labels[:: len(self.lines) // _WORD_LINES]
        truths = ["".join(self.recipe.alphabet[c] for c in row if c >= 0) for row in labels]

        def surprise(temperature: float) -> float:
            settings: About = {**about, "word_temperature": temperature}
            reader, values = TextReader(self._judged[0], settings, english()), []
            for line, truth in zip(lines, truths, strict=True):
                words = reader.read_line(line)
                known = metrics.words_right(truth.split(), [word.text for word in words])
                for word, right in zip(words, known, strict=True):
                    p = word.confidence if right else 1 - word.confidence
                    values.append(min(8.0, -math.log(max(p, 1e-9))))
            return float(np.mean(values))

        with one_blas_thread():
            return min(_WORD_TEMPERATURES, key=surprise)

    def _views(self) -> list[list[Array]]:
        """What reading sees of each line of the validation data: log probabilities (t, k)."""
        reader = NumberReader(self._judged, {"alphabet": self.recipe.alphabet})
        with one_blas_thread():
            if " " in self.recipe.alphabet:  # text is read in one width
                return [[reader.columns(line)] for line in self.lines.lines]
            return [reader.log_ps(line) for line in self.lines.lines]

    def told(self, about: dict[str, Any]) -> list[str]:
        return [
            f"{what}: {100 * score['accuracy']:.2f} % of {score['images']:,} read exactly"
            for what, score in about["scores"].items()
        ] + [
            f"at most {100 * error:g} % wrong from a confidence of {least:.4f} on"
            for error, least in about["thresholds"]
        ]


def _stage(training: Training, epochs: int) -> Stage:
    steps = epochs * -(-len(training.source) // _BATCH)
    settings = Settings(
        epochs=epochs,
        batch_size=_BATCH,
        optimizer=AdamW(training.peak, weight_decay=0.02),
        schedule=one_cycle(training.peak, steps, training.rise),
        clip=5.0,
        seed=training.seed,
    )
    return Stage(training.network, training.source, settings, training.begin)


def _surprise(
    views: list[list[Array]], labels: list[NDArray[np.intp]], temperature: float
) -> float:
    """The mean of -log p(string), averaged over views; no line counts for more than 20."""
    values = []
    for of_line, string in zip(views, labels, strict=True):
        logs = [log_probability(log_softmax(log_p / temperature), string) for log_p in of_line]
        values.append(min(20.0, math.log(len(logs)) - float(np.logaddexp.reduce(logs))))
    return float(np.mean(values))
