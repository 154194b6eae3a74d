"""What the accuracy scripts share: one recipe, several seeds, one line with mean and spread."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import fields

from inkgrad.runs import Arguments


def options(recipe: Arguments) -> list[str]:
    """The recipe as options of `inkgrad train`, what is default left out."""
    given = []
    for field in fields(Arguments):
        value = getattr(recipe, field.name)
        if value != field.default:
            given.append(f"--{field.name.replace('_', '-')}")
            given += [] if value is True else [str(value)]
    return given


def main(what: str, recipe: Arguments, at_least: float, seeds: int = 5) -> None:
    """Train the recipe once a seed, each in a process of its own, and print the figures.

    The test set is looked at once a network, after training; nothing is chosen by it.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--seeds", type=int, default=seeds, help="how many, from 0 on")
    parser.add_argument("--json", action="store_true", help="one object")
    arguments = parser.parse_args()
    command = ["train", *options(recipe)]
    print(f"inkgrad {' '.join(command)} --seed 0..{arguments.seeds - 1}", file=sys.stderr)
    print(f"load {os.getloadavg()[0]:.2f}", file=sys.stderr)
    runs = []
    for seed in range(arguments.seeds):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "inkgrad", *command, "--seed", str(seed), "--json"],
                cwd=folder,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
        runs.append(json.loads(done.stdout))
    tests = [run["test_accuracy"] for run in runs]
    row = {
        "what": what,
        "seeds": arguments.seeds,
        "test_accuracy": statistics.mean(tests),
        "spread": statistics.stdev(tests) if len(tests) > 1 else 0.0,
        "validation_accuracy": statistics.mean(run["validation_accuracy"] for run in runs),
        "train_seconds": statistics.mean(run["train_seconds"] for run in runs),
        "peak_memory_mb": max(run["peak_memory_mb"] for run in runs),
        "parameters": runs[0]["parameters"],
        "at_least": at_least,
    }
    if arguments.json:
        print(json.dumps(row))
        return
    print(
        f"{what}: test {100 * row['test_accuracy']:.3f} +- {100 * row['spread']:.3f} % over "
        f"{arguments.seeds} seeds (goal {100 * at_least:.2f} %), "
        f"validation {100 * row['validation_accuracy']:.3f} %, "
        f"{row['train_seconds']:.1f} s of training, {row['peak_memory_mb']:.0f} MB at most, "
        f"{row['parameters']:,} parameters"
    )
