"""Fields read a second: 400 numbers of embedded digits on grey paper, 40 to 80 pixels high.

    python benchmarks/reading_speed.py [--as envelope] [--count 400] [--json]

Or envelopes: 40 composed ones of 1600x1000 pixels, in the fonts of INKGRAD_FONTS and in hands of
the data in INKGRAD_DATA. From files to rows, opening included, with one thread and with two; the
models are loaded before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import machine
from inkgrad.batch.rows import Task, read_all
from inkgrad.data.datasets import load
from inkgrad.pretrained.shipped import find
from inkgrad.reading import kinds
from inkgrad.recipes.hands import envelopes

_USUAL = {"number": 400, "envelope": 40}
_GOALS = {"number": 60, "envelope": 6}


def write_fields(folder: Path, count: int) -> list[Path]:
    """Numbers of three to eight digits, in dark ink on paper with some grain."""
    rng = np.random.default_rng(0)
    digits = load("mnist-5k").test.images
    paths = []
    for i in range(count):
        row = np.hstack(digits[rng.integers(0, len(digits), rng.integers(3, 9))])
        paper = np.full((44, row.shape[1] + 24), 215.0) + rng.normal(0, 4, (44, row.shape[1] + 24))
        paper[8:36, 12:-12] -= 0.6 * row
        scale = rng.uniform(0.9, 1.8)
        image = Image.fromarray(paper.clip(0, 255).astype(np.uint8))
        size = (round(image.width * scale), round(image.height * scale))
        paths.append(folder / f"{i:04}.png")
        image.resize(size).save(paths[-1])
    return paths


def write_envelopes(folder: Path, count: int) -> list[Path]:
    """Envelopes by hand and in type, on paper of all kinds."""
    source, rng = envelopes(seed=0), np.random.default_rng(7)
    paths = []
    for i in range(count):
        paths.append(folder / f"{i:04}.png")
        Image.fromarray(source.compose(rng).grey).save(paths[-1])
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as", dest="kind", choices=_USUAL, default="number")
    parser.add_argument("--count", type=int, help="how many images", metavar="N")
    parser.add_argument("--json", action="store_true", help="one object")
    arguments = parser.parse_args()
    kind, write = arguments.kind, write_fields
    if kind == "envelope":
        write = write_envelopes
    entry = kinds.named(kind)
    reader, task = entry.open([find(name) for name in entry.models]), Task(kind)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), arguments.count or _USUAL[kind])
        for threads in (1, 2):
            list(read_all(reader, task, paths[:20], threads))
            started = time.perf_counter()
            list(read_all(reader, task, paths, threads))
            found[str(threads)] = len(paths) / (time.perf_counter() - started)
    if arguments.json:
        print(json.dumps({f"{kind}s_per_second": found, "machine": machine.describe()}))
        return
    print(machine.describe())
    for threads, speed in found.items():
        print(f"{threads} threads: {speed:.1f} {kind}s a second (goal {_GOALS[kind]} on two cores)")


if __name__ == "__main__":
    main()
