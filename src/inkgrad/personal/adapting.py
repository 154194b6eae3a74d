"""A classifier of characters gets used to a hand, and forgets next to nothing of the others.

It goes on learning the hand, and beside it to answer the data that it is to keep as it did; then it
is led back, from what it became towards what it was, until those are read as well as before
(Wortsman and others 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.augment import augment, by_name
from inkgrad.data.dataset import Dataset, Split, stratified
from inkgrad.errors import UsageError
from inkgrad.nn import files
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import logits_of
from inkgrad.nn.state import NetworkState
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.synthetic.clutter import clutter
from inkgrad.training.optimizers import AdamW

STEPS = 200
_MINE, _THEIRS = 32, 64  # samples of a batch: of the hand, and of what is to be answered as before
_STRANGE = 1000  # images of what is no character
_RATE = 0.0002
_LOSS = 0.002  # part of what is kept that may be read worse
_PARTS = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_HELD = 0.25  # part of the hand that is not learned, but measured on
_LEAST = 20  # samples of a hand


@dataclass(frozen=True)
class Figures:
    """Part read right, before and after: of a hand held out, and of the test data kept.

    How far the network went was chosen on the latter, so that they are read as well.
    """

    hand: tuple[float, float]
    hand_count: int
    kept: tuple[float, float]
    kept_count: int
    part: float
    """How far towards what it became the network is, 0 for as it was."""


def adapt(
    model: str | Path,
    hand: Dataset,
    keep: Dataset,
    out: str | Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    told: Callable[[int, int], None] = lambda step, steps: None,
) -> Figures:
    """Fit a model to a hand, and write it as `out`; what was measured of it.

    `keep` is data of the same kind that the model is to read as well as before: its training part
    is answered as before while the hand is learned, and its test part says how far to go: no more
    than 0.2 points of it are lost. A quarter of the hand is held out to measure on; the network
    written has not learned it. `told` is called after each step. Raises UsageError for classes that
    the model has not, and for too few samples.
    """
    network, about = files.load(find(model))
    classes = [str(each) for each in about.get("classes", range(network.output_shape[0]))]
    images, labels = _all_of(hand, classes)
    rest, held = stratified(labels, round(_HELD * len(labels)), seed)
    keep_labels = _as(keep.train.labels, keep.classes, classes, keep.name)
    kept = Split(keep.train.images, keep_labels)
    test = Split(keep.test.images, _as(keep.test.labels, keep.classes, classes, keep.name))
    mine = Split(images[held], labels[held])
    before = _right(network, mine), _right(network, test)
    was, least = network.state(), before[1] - _LOSS
    _learn(network, Split(images[rest], labels[rest]), kept, steps, seed, told)
    part = _led_back(network, was, network.state(), lambda: _right(network, test) >= least)
    after = _right(network, mine), _right(network, test)
    said = f"{hand.name}, {len(rest)} images, part {part} of the way; of {model}"
    files.save(network, out, {**about, "adapted to": said})
    return Figures((before[0], after[0]), len(held), (before[1], after[1]), len(test.labels), part)


def _learn(
    network: Network,
    hand: Split,
    kept: Split,
    steps: int,
    seed: int,
    told: Callable[[int, int], None],
) -> None:
    """Go on learning the hand, deformed, and to answer everything else as before.

    Else are what is kept and what is no character at all, which is refused (Li and Hoiem 2016,
    "Learning without forgetting").
    """
    optimizer, rng, how = AdamW(_RATE).start(), generator(seed, "order"), by_name("affine")
    others = np.concatenate([kept.images, clutter(_STRANGE, kept.images, rng)])
    as_before = softmax(logits_of(network, others))
    one_hot = np.eye(as_before.shape[1], dtype=np.float32)
    for step in range(steps):
        mine, theirs = (
            rng.integers(0, n, k) for n, k in ((len(hand), _MINE), (len(others), _THEIRS))
        )
        images = augment(np.concatenate([hand.images[mine], others[theirs]]), how, rng)
        wanted = np.concatenate([one_hot[hand.labels[mine]], as_before[theirs]])
        answers = softmax(network.forward(images))
        network.backward((answers - wanted) / len(images))  # of the cross-entropy
        optimizer.step(network, _RATE * (1 - step / steps))
        told(step + 1, steps)


def _led_back(
    network: Network, was: NetworkState, became: NetworkState, good: Callable[[], bool]
) -> float:
    """Lead a network back until it is good enough: what part of the way is left, 0 if none is."""
    for part in _PARTS:
        network.restore(was.towards(became, part))
        if good():
            return part
    network.restore(was)
    return 0.0


def _right(network: Network, split: Split) -> float:
    answers = logits_of(network, split.images).argmax(axis=1)
    return float(np.mean(answers == split.labels))


def _all_of(hand: Dataset, classes: list[str]) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """All images of a hand, and their places among the model's classes."""
    images = np.concatenate([hand.train.images, hand.test.images])
    labels = np.concatenate([hand.train.labels, hand.test.labels])
    if len(images) < _LEAST:
        raise UsageError(f"{hand.name}: has {len(images)} images, expected {_LEAST} at least")
    return images, _as(labels, hand.classes, classes, hand.name)


def _as(
    labels: NDArray[Any], names: tuple[str, ...] | list[str], classes: list[str], what: str
) -> NDArray[np.intp]:
    """Labels as places among the model's classes. UsageError for a class that it has not."""
    unknown = [name for name in names if name not in classes]
    if unknown:
        raise UsageError(
            f"{what}: has a class {unknown[0]!r}, expected those of the model: {', '.join(classes)}"
        )
    return np.array([classes.index(name) for name in names], np.intp)[labels]
