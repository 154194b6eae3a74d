"""The teaching deck's grid on MNIST: 3 learning rates x 3 sizes, 5 epochs each, 9 trials.

    python benchmarks/tuning_grid.py [--workers 2] [--data mnist]

Seconds from the start of the command to its end: trials, finalists with other seeds, the winner
trained again on all training data and tested.
"""

from __future__ import annotations

import argparse
import json
import sys

from machine import describe
from tuning_runs import search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--finalists", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one object")
    given = parser.parse_args()
    print(describe(), file=sys.stderr)
    options = ["--data", given.data, "--space", "deck", "--epochs", 5, "--workers", given.workers]
    found = search(*options, "--finalists", given.finalists, "--seeds", given.seeds)
    if given.json:
        print(json.dumps(found))
        return
    winner = found["winner"]
    print(
        f"deck's grid on {given.data}, {given.workers} workers: {found['wall_seconds']:.1f} s in "
        f"all, {found['search_seconds']:.1f} s for {found['trials']} trials (goal under 60 s); "
        f"winner {winner['parameters']}, validation {100 * winner['mean']:.2f} +- "
        f"{100 * winner['spread']:.2f} %, test {100 * found['test_accuracy']:.2f} %"
    )


if __name__ == "__main__":
    main()
