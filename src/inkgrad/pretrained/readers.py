"""How shipped line readers are made again: their hands, their network, their training."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.datasets import load
from inkgrad.data.envelopes import Envelopes
from inkgrad.data.fields import on_paper
from inkgrad.data.fonts import Fonts
from inkgrad.data.strokes import Stroke
from inkgrad.data.synthetic import Hands, Lines, Numbers
from inkgrad.data.texts import Texts, labels_of
from inkgrad.data.unipen import Handwriting, load_unipen
from inkgrad.data.wording import ALPHABET, DIGITS, Wording
from inkgrad.errors import ImageError, ModelError
from inkgrad.evaluation import metrics
from inkgrad.nn.about import About
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.ctc import count_read, ctc_loss, log_probability, log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.nn.vectors import Array
from inkgrad.pretrained.making import Making
from inkgrad.pretrained.recipes import joined
from inkgrad.randomness import generator
from inkgrad.reading.decoding import decode
from inkgrad.reading.language import english
from inkgrad.reading.number import NumberReader
from inkgrad.reading.text import TextReader
from inkgrad.reading.zipcodes import STATES
from inkgrad.training.optimizers import AdamW
from inkgrad.training.schedules import one_cycle
from inkgrad.training.step import Source
from inkgrad.training.train import Settings

_BATCH, _PEAK = 64, 0.003
_TEMPERATURES = [0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0]
_ERRORS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
_WRITTEN_LIKE = ("", "lI", "Zz", "", "hHyY", "Ss", "bG", "", "B", "Pgq")  # 0 to 9
_HELD_OUT, _CALIBRATING, _WORD_LINES = 2000, 3000, 400  # lines


@dataclass(frozen=True)
class Recipe:
    """A line reader ready to be trained: on what, and what it is measured by.

    Its networks answer together.
    """

    alphabet: str
    networks: Sequence[Network]
    source: Source
    lines: Lines
    text: str
    unseen: Lines | None = None  # of writers held out alone, to find thresholds by
    rise: float = 0.25  # part of the steps over which the learning rate goes up


def numbers(seed: int) -> Recipe:
    """Digits of NIST's writers and of UNIPEN's, in lines."""
    (mine, theirs), fonts = digit_hands(seed), Fonts.found(DIGITS)
    lines = Lines.of(Numbers(theirs, 0), _HELD_OUT, generator(seed, "split"))
    return Recipe(
        DIGITS,
        [line_reader(DIGITS, "medium", seed=seed), line_reader(DIGITS, "small", seed=seed + 1)],
        Numbers(mine, 32_000, fonts=fonts, typed=0.1, formed=0.06, coarse=0.15),
        lines,
        "lines of digits composed of MNIST's 60,000 training digits, 60,000 of the EMNIST pool and "
        f"four fifths of UNIPEN's writers, a tenth set in {len(fonts.printed)} fonts of print and "
        f"{len(fonts.hands)} drawn after handwriting",
        Lines.of(Numbers(theirs, 0, drawn=1.0), _CALIBRATING, generator(seed, "split", 1)),
    )


def text(seed: int) -> Recipe:
    """Letters, digits and signs of the same hands, and of fonts, in lines of words."""
    mine, theirs = letter_hands(seed)
    fonts, rng = Fonts.found(ALPHABET), generator(seed, "split")
    held, wording = Texts(theirs, Wording(held=True), 0, fonts, typed=0.1), Wording(held=True)
    phrases = [wording.phrase(int(rng.integers(2, 24)), rng) for _ in range(_HELD_OUT)]
    lines = Lines.that_say(
        [labels_of(phrase) for phrase in phrases], [held.line(phrase, rng) for phrase in phrases]
    )
    return Recipe(
        ALPHABET,
        [line_reader(ALPHABET, "large", seed=seed)],
        Texts(mine, Wording(), 16_000, fonts),
        lines,
        "lines of words and numbers composed of the training part of the EMNIST pool and four "
        f"fifths of UNIPEN's writers, a fifth set in {len(fonts.printed)} fonts of print and "
        f"{len(fonts.hands)} drawn after handwriting",
        rise=0.1,
    )


READERS: dict[str, tuple[Callable[[int], Recipe], tuple[int, ...]]] = {
    "numbers": (numbers, (14, 12)),
    "text": (text, (14,)),
}
"""Each with the epochs that its shipped weights were trained for, network by network."""


class BuildReader(Making):
    """A reader of lines, made by its recipe."""

    loss = staticmethod(ctc_loss)
    score = staticmethod(count_read)

    def __init__(self, name: str, folder: Path, seed: int = 0, epochs: int | None = None) -> None:
        if name not in READERS:
            raise ModelError(f"{name}: no such reader, expected one of {', '.join(READERS)}")
        make, usual = READERS[name]
        lengths = [epochs or number for number in usual]
        super().__init__(name, folder, seed, lengths)
        self.recipe = make(seed)
        self.networks, self.source = self.recipe.networks, self.recipe.source
        self.lines = self.validation = self.recipe.lines
        self.settings = [
            self._settings(number, seed + place) for place, number in enumerate(lengths)
        ]

    def _settings(self, epochs: int, seed: int) -> Settings:
        steps = epochs * -(-len(self.source) // _BATCH)
        return Settings(
            epochs=epochs,
            batch_size=_BATCH,
            optimizer=AdamW(_PEAK, weight_decay=0.02),
            schedule=one_cycle(_PEAK, steps, self.recipe.rise),
            clip=5.0,
            seed=seed,
        )

    def measured(self) -> dict[str, Any]:
        """Calibrated on the lines held out, read as the reader will read them.

        "thresholds" are pairs of an error and the confidence from which on no larger part of the
        readings was wrong, had the surest been wrong once more: what is chosen by a sample is lucky
        in it. Fields find them where there are lines of unseen writers to lay on paper.
        """
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
        unseen = self.recipe.unseen
        sure, known = self._fields(unseen, about) if unseen else (confidences, right)
        sure, known = np.append(sure, 1.0), np.append(known, False)
        about["thresholds"] = [
            (error, metrics.readable(sure, known, error)[1]) for error in _ERRORS
        ]
        if " " in self.recipe.alphabet:
            about["word_temperature"] = self._word_temperature(about)
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
        reader, rng = NumberReader(self.networks, about), generator(self.seed, "split", 2)
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

    def _word_temperature(self, about: About) -> float:
        """The temperature at which the confidences of words surprise least, language and all."""
        lines = self.lines.lines[:: len(self.lines) // _WORD_LINES]
        labels = self.lines.labels[:: len(self.lines) // _WORD_LINES]
        truths = ["".join(self.recipe.alphabet[c] for c in row if c >= 0) for row in labels]

        def surprise(temperature: float) -> float:
            settings: About = {**about, "word_temperature": temperature}
            reader, values = TextReader(self.networks[0], settings, english()), []
            for line, truth in zip(lines, truths, strict=True):
                words = reader.read_line(line)
                if len(words) == len(truth.split()):
                    for word, meant in zip(words, truth.split(), strict=True):
                        p = word.confidence if word.text == meant else 1 - word.confidence
                        values.append(min(8.0, -math.log(max(p, 1e-9))))
            return float(np.mean(values))

        with one_blas_thread():
            return min(_TEMPERATURES, key=surprise)

    def _views(self) -> list[list[Array]]:
        """What reading sees of each line of the validation data: log probabilities (t, k)."""
        reader = NumberReader(self.networks, {"alphabet": self.recipe.alphabet})
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


def _surprise(
    views: list[list[Array]], labels: list[NDArray[np.intp]], temperature: float
) -> float:
    """The mean of -log p(string), averaged over views; no line counts for more than 20."""
    values = []
    for of_line, string in zip(views, labels, strict=True):
        logs = [log_probability(log_softmax(log_p / temperature), string) for log_p in of_line]
        values.append(min(20.0, math.log(len(logs)) - float(np.logaddexp.reduce(logs))))
    return float(np.mean(values))


def digit_hands(seed: int) -> tuple[Hands, Hands]:
    """Hands to learn digits from, and those of other writers and images to measure by."""
    rng = generator(seed, "sample")
    mnist, pool = load("mnist"), load("emnist-pool-62")
    of_pool = np.flatnonzero(pool.train.labels < 10)
    images = joined([mnist.train, pool.train.take(rng.choice(of_pool, 60_000, replace=False))])
    order = rng.permutation(len(images))
    mine, theirs = load_unipen().by_writer(0.2, seed)
    return (
        replace(Hands.of(images.take(order[6000:]), _digits(mine), 10), forms=_forms(mine)),
        replace(Hands.of(images.take(order[:6000]), _digits(theirs), 10), forms=_forms(theirs)),
    )


def letter_hands(seed: int) -> tuple[Hands, Hands]:
    """The same for 62 classes: digits, capitals, small letters."""
    pool = load("emnist-pool-62").train
    order = generator(seed, "sample").permutation(len(pool))
    mine, theirs = load_unipen().by_writer(0.2, seed)
    held = len(pool) // 20
    return (
        Hands.of(pool.take(order[held:]), mine, 62),
        Hands.of(pool.take(order[:held]), theirs, 62),
    )


def envelopes(seed: int) -> Envelopes:
    """Envelopes in hands that no reader learned from, and in the fonts that there are."""
    images, (_, theirs) = load("emnist-pool-62").test, load_unipen().by_writer(0.2, seed)
    hands, fonts, wording = Hands.of(images, theirs, 62), Fonts.found(ALPHABET), Wording()
    return Envelopes(
        Texts(hands, wording, 0, typed=0.0),
        Texts(hands, wording, 0, Fonts(fonts.printed, ()), typed=1.0),
        STATES,
    )


def _forms(hands: Handwriting) -> list[list[list[Stroke]]]:
    """For each digit, letters that look as some people write it."""
    return [
        [
            hands.strokes[i]
            for letter in letters
            for i in np.flatnonzero(hands.labels == ALPHABET.index(letter))
        ]
        for letters in _WRITTEN_LIKE
    ]


def _digits(hands: Handwriting) -> Handwriting:
    return hands.only(hands.labels < 10)
