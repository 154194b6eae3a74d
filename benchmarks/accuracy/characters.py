"""The shipped `characters` on the test part of the EMNIST pool: 47 classes, and 36.

For 36 classes the small letters among the 47 count as their capitals: the likeliest class answers,
or the likeliest sum of those that become one, or that with a prior for each class, fitted to the
characters held out of training. The pool's parts are split by image, so writers are in both; it is
not EMNIST Balanced.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from built import mean_and_spread, networks
from numpy.typing import NDArray

from inkgrad.data.catalogue import CLASSES_47
from inkgrad.data.dataset import Images, stratified
from inkgrad.data.datasets import load
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import logits_of
from inkgrad.recipes.characters import refit

_ROUNDS = 100
_WAYS = ("the likeliest of 47", "added up", "added up, with a prior")


def summed(network: Network, images: Images, to_36: NDArray[np.intp]) -> NDArray[np.float32]:
    """Probabilities (n, 36) of classes that become one, added up."""
    found = np.zeros((len(images), 36), np.float32)
    np.add.at(found.T, to_36, softmax(logits_of(network, images)).T)
    return found


def prior(p: NDArray[np.float32], labels: NDArray[np.intp]) -> NDArray[np.float32]:
    """Factors (36,) with which each class is as often likely as it is true."""
    true, factors = np.bincount(labels, minlength=36) + 1.0, np.ones(36)
    for _ in range(_ROUNDS):
        weighted = p * factors
        factors *= true / ((weighted / weighted.sum(axis=1, keepdims=True)).sum(axis=0) + 1.0)
    return factors.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 on")
    parser.add_argument("--runs", type=Path, help="folder to keep the models in, and to go on from")
    arguments = parser.parse_args()
    pool, merged = load("emnist-pool"), load("emnist-pool-36")
    to_36 = np.array([merged.classes.index(name.upper()) for name in CLASSES_47])
    test, test_36 = refit(pool.test), refit(merged.test)
    right: list[float] = []
    right_36: dict[str, list[float]] = {way: [] for way in _WAYS}
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.runs or Path(temporary)
        made = networks("characters", arguments.seeds, folder)
        for seed, (network, _) in enumerate(made):
            answers = logits_of(network, test.images).argmax(axis=1)
            right.append(float(np.mean(answers == test.labels)))
            held = refit(pool.train.take(stratified(pool.train.labels, 5000, seed)[1]))
            factors = prior(summed(network, held.images, to_36), to_36[held.labels])
            p = summed(network, test_36.images, to_36)
            likeliest = to_36[logits_of(network, test_36.images).argmax(axis=1)]
            ways = (likeliest, p.argmax(axis=1), (p * factors).argmax(axis=1))
            for way, answers in zip(_WAYS, ways, strict=True):
                right_36[way].append(float(np.mean(answers == test_36.labels)))
    print(f"47 classes: test {mean_and_spread(right)} (goal 88 %)")
    for way, values in right_36.items():
        print(f"36 classes, {way}: test {mean_and_spread(values)} (goal 93 %)")


if __name__ == "__main__":
    main()
