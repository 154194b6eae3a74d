"""The best 784-h1-h2-10 network without augmentation that is found in 30 minutes.

    python benchmarks/tuning_best_mlp.py [--minutes 18] [--epochs 20] [--seed 0]

Trials begin for 18 minutes; then the finalists meet another seed, and the winner is trained on all
training data and tested once. What is tried is in tuning_best_mlp.toml.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from machine import describe
from tuning_runs import search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--minutes", type=float, default=18)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--strategy", default="tpe")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(describe())
    found = search(
        *("--data", given.data, "--space", Path(__file__).with_suffix(".toml")),
        *("--strategy", given.strategy, "--trials", 200, "--minutes", given.minutes),
        *("--epochs", given.epochs, "--workers", given.workers, "--seed", given.seed),
        *("--finalists", 2, "--seeds", 2),
    )
    winner = found["winner"]
    print(
        f"{found['trials']} trials, {found['pruned']} stopped early, "
        f"{found['wall_seconds'] / 60:.1f} minutes in all (goal 30): "
        f"test {100 * found['test_accuracy']:.2f} % (goal 98.6 %), validation "
        f"{100 * winner['mean']:.2f} +- {100 * winner['spread']:.2f} %\n{found['command']}"
    )


if __name__ == "__main__":
    main()
