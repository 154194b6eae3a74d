"""Networks of the recipe of `large.py`, averaged, each over nine shifted views of every digit."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import large
from seeds import name_of, one_run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many networks, at most 5")
    parser.add_argument("--views", type=int, default=9)
    parser.add_argument("--runs", type=Path, help="folder to keep the runs in, and to go on from")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.runs or Path(temporary)
        models = [folder / f"{name_of(large.RECIPE)}-{seed}" for seed in range(arguments.seeds)]
        for seed, model in enumerate(models):
            one_run(large.RECIPE, seed, model)
        command = [sys.executable, "-m", "inkgrad", "evaluate", *map(str, models), "--json"]
        for views in (1, arguments.views):
            done = subprocess.run(
                [*command, "--data", "mnist", "--views", str(views)],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            figures = json.loads(done.stdout)
            print(
                f"{arguments.seeds} networks, {views} views: test "
                f"{100 * figures['test_accuracy']:.2f} % (goal 99.82 %)"
            )


if __name__ == "__main__":
    main()
