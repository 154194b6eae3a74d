"""The shipped `characters` on the test part of the EMNIST pool: 47 classes, and 36.

For 36 classes the small letters among the 47 answer as their capitals. The pool's parts are split
by image, so writers are in both; it is not EMNIST Balanced.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from built import mean_and_spread, networks

from inkgrad.data.datasets import load
from inkgrad.data.sources import CLASSES_47
from inkgrad.nn.prediction import logits_of
from inkgrad.pretrained.recipes import refit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 on")
    parser.add_argument("--runs", type=Path, help="folder to keep the models in, and to go on from")
    arguments = parser.parse_args()
    pool, merged = load("emnist-pool"), load("emnist-pool-36")
    to_36 = np.array([merged.classes.index(name.upper()) for name in CLASSES_47])
    test, test_36 = refit(pool.test), refit(merged.test)
    found: tuple[list[float], list[float]] = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.runs or Path(temporary)
        for network, _ in networks("characters", arguments.seeds, folder):
            answers = logits_of(network, test.images).argmax(axis=1)
            found[0].append(float(np.mean(answers == test.labels)))
            answers = to_36[logits_of(network, test_36.images).argmax(axis=1)]
            found[1].append(float(np.mean(answers == test_36.labels)))
    print(f"47 classes: test {mean_and_spread(found[0])} (goal 88 %)")
    print(f"36 classes: test {mean_and_spread(found[1])} (goal 93 %)")


if __name__ == "__main__":
    main()
