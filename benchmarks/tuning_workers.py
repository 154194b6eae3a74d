"""Two workers against one: the same search of the deck's grid, its trials timed.

    python benchmarks/tuning_workers.py [--data mnist] [--epochs 5] [--rounds 3]

The two take turns, and what they find must be the same.
"""

from __future__ import annotations

import argparse
import statistics

from machine import describe
from tuning_runs import search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(describe())
    options = ["--data", given.data, "--space", "deck", "--epochs", given.epochs]
    options += ["--finalists", 1, "--seeds", 1]
    times: dict[int, list[float]] = {1: [], 2: []}
    found = {}
    for _ in range(given.rounds):
        for workers in times:
            found[workers] = search(*options, "--workers", workers)
            times[workers].append(found[workers]["search_seconds"])
            print(f"{workers} workers: {times[workers][-1]:.1f} s", flush=True)
    for name in ("best_validation_accuracy", "best_parameters", "test_accuracy"):
        assert found[1][name] == found[2][name], f"{name} depends on the number of workers"
    ratio = statistics.median(times[1]) / statistics.median(times[2])
    print(f"two workers are {ratio:.2f} times as fast as one (goal 1.7), with the same results")


if __name__ == "__main__":
    main()
