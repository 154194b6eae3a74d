"""cnn("large") on MNIST by the recipe of the shipped `digits-mnist`, alone and together.

One network, one network over nine shifted views of each digit, and all of them over nine views. The
recipe was not chosen on the test set; "together" counts five networks at most.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import numpy as np
from built import mean_and_spread, networks

from inkgrad.data.datasets import load
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import ensemble_logits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 0 on")
    parser.add_argument("--views", type=int, default=9)
    parser.add_argument("--runs", type=Path, help="folder to keep the models in, and to go on from")
    arguments = parser.parse_args()
    test = load("mnist").test

    def right(members: list[Network], views: int) -> float:
        answers = ensemble_logits(members, test.images, views).argmax(axis=1)
        return float(np.mean(answers == test.labels))

    with tempfile.TemporaryDirectory() as temporary:
        made = list(networks("digits-mnist", arguments.seeds, arguments.runs or Path(temporary)))
    members = [network for network, _ in made]
    minutes = statistics.mean(seconds for _, seconds in made) / 60
    alone = [right([network], 1) for network in members]
    print(f'cnn("large"): test {mean_and_spread(alone)} (goal 99.75 %), {minutes:.1f} minutes each')
    views = [right([network], arguments.views) for network in members]
    print(f"the same over {arguments.views} views: {mean_and_spread(views)}")
    together = right(members[:5], arguments.views)
    print(f"{len(members[:5])} together over {arguments.views} views: {100 * together:.2f} %")


if __name__ == "__main__":
    main()
