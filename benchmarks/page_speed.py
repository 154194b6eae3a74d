"""How long a page of notes takes, and how much memory: 30 lines on A4 at 300 dpi, and a large scan.

    python benchmarks/page_speed.py [--json]

Seconds are from the grey image to the page with the model loaded; "start-up" is the time of the
whole command on an image with a single word less what that word takes; the large scan has 35
megapixels and goes through the whole command, whose peak memory is told.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import machine
from inkgrad.pretrained.pages import page_reader
from inkgrad.synthetic.wording import Wording


def page(width: int, height: int, lines: int, tall: int) -> Image.Image:
    """Phrases in the font that comes with Pillow, on paper with some grain."""
    rng, wording = np.random.default_rng(0), Wording()
    image = Image.fromarray(rng.normal(235, 4, (height, width)).clip(0, 255).astype(np.uint8))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(tall)
    for i in range(lines):
        y = height * (i + 1) / (lines + 2)
        draw.text((0.08 * width, y), wording.phrase(40, rng)[:48], fill=50, font=font)
    return image


# A child's peak begins with what its parent has at that moment: the parent has to be small.
_MEASURED = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
seconds = time.perf_counter() - started
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


def command(path: Path) -> tuple[float, float]:
    """Seconds and megabytes of reading one file as text."""
    read = [sys.executable, "-m", "inkgrad", "read", "--as", "text", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *read], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"reading {path} failed")
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object")
    arguments = parser.parse_args()
    read = page_reader()
    grey = np.asarray(page(2480, 3508, 30, 64))
    word = np.asarray(page(600, 200, 1, 40))
    read(word)  # compiled kernels are loaded
    times, lines = [], 0
    for _ in range(5):
        started = time.perf_counter()
        lines = len(list(read(grey).lines))
        times.append(time.perf_counter() - started)
    started = time.perf_counter()
    read(word)
    of_word = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.png", Path(folder) / "large.png"
        Image.fromarray(word).save(small)
        page(5000, 7000, 30, 130).save(large)
        start_up = min(command(small)[0] for _ in range(3)) - of_word
        seconds, peak = command(large)
    found = {
        "lines": lines,
        "seconds": min(times),
        "start_up_seconds": start_up,
        "large_seconds": seconds,
        "large_peak_mb": peak,
    }
    if arguments.json:
        print(json.dumps({**found, "machine": machine.describe()}))
        return
    print(machine.describe())
    print(f"a page of {lines} lines: {min(times):.2f} s (goal 4 s)")
    print(f"start-up: {start_up:.2f} s (goal 1 s)")
    print(f"a scan of 35 megapixels: {seconds:.1f} s, {peak:,.0f} MB at most (goal 1,200 MB)")


if __name__ == "__main__":
    main()
