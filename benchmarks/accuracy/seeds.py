"""What the accuracy scripts share: one recipe, several seeds, one line with mean and spread."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from inkgrad.arguments import Arguments


def options(recipe: Arguments) -> list[str]:
    """The recipe as options of `inkgrad train`, what is default left out."""
    given = []
    for field in fields(Arguments):
        value = getattr(recipe, field.name)
        if value != field.default:
            given.append(f"--{field.name.replace('_', '-')}")
            given += [] if value is True else [str(value)]
    return given


def one_run(recipe: Arguments, seed: int, folder: Path) -> dict[str, Any]:
    """The figures of one training, a process of its own; one that is complete is not repeated."""
    facts = folder / "run.json"
    command = [sys.executable, "-m", "inkgrad", "train", "--json"]
    if facts.exists():
        known = json.loads(facts.read_text())
        if known["arguments"] != asdict(replace(recipe, seed=seed)):
            raise SystemExit(f"{folder}: holds a run of another recipe, expected an empty folder")
        if known["status"] == "complete":
            return known["figures"]
        command += ["--resume", str(folder)]
    else:
        command += [*options(recipe), "--seed", str(seed), "--out", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main(what: str, recipe: Arguments, at_least: float, seeds: int = 5) -> None:
    """Train the recipe once a seed and print the figures.

    The test set is looked at once a network, after training; nothing is chosen by it.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--seeds", type=int, default=seeds, help="how many, from 0 on")
    parser.add_argument("--json", action="store_true", help="one object")
    parser.add_argument("--runs", type=Path, help="folder to keep the runs in, and to go on from")
    arguments = parser.parse_args()
    print(
        f"inkgrad train {' '.join(options(recipe))} --seed 0..{arguments.seeds - 1}",
        file=sys.stderr,
    )
    print(f"load {os.getloadavg()[0]:.2f}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.runs or Path(temporary)
        runs = [
            one_run(recipe, seed, folder / f"{name_of(recipe)}-{seed}")
            for seed in range(arguments.seeds)
        ]
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


def name_of(recipe: Arguments) -> str:
    """A folder's name for its runs."""
    return f"{recipe.model}-{recipe.data}-{recipe.augment}-{recipe.epochs}".replace(":", "-")
