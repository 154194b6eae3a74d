"""40 TPE trials with bad ones stopped early against 40 that all run to their end.

    python benchmarks/tuning_pruning.py [--data mnist] [--model mlp] [--epochs 10] [--seeds 1]

Both start from the same seed and draw from the same space; each learns from its own trials.
"""

from __future__ import annotations

import argparse
import statistics

from machine import describe
from tuning_runs import search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--model", default="deck")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1, help="searches of each kind, from seed 0")
    given = parser.parse_args()
    print(describe())
    options = ["--data", given.data, "--model", given.model, "--epochs", given.epochs]
    options += ["--strategy", "tpe", "--trials", given.trials, "--workers", given.workers]
    options += ["--finalists", 1, "--seeds", 1]
    shorter, worse = [], []
    for seed in range(given.seeds):
        whole = search(*options, "--seed", seed, "--no-prune")
        pruned = search(*options, "--seed", seed, "--prune")
        shorter.append(pruned["search_seconds"] / whole["search_seconds"])
        best = [100 * found["best_validation_accuracy"] for found in (whole, pruned)]
        worse.append(best[0] - best[1])
        print(
            f"seed {seed}: without pruning {best[0]:.2f} % in {whole['search_seconds']:.0f} s, "
            f"with {best[1]:.2f} % in {pruned['search_seconds']:.0f} s, "
            f"{pruned['pruned']} of {pruned['trials']} stopped early",
            flush=True,
        )
    print(
        f"pruning takes {statistics.mean(shorter):.2f} of the time (goal 0.5) and finds a best "
        f"{statistics.mean(worse):.2f} points lower (goal at most 0.1)"
    )


if __name__ == "__main__":
    main()
