"""Photos of 12 megapixels to text: seconds and memory of the whole command, of five pages.

    python benchmarks/photo_speed.py [--count 5] [--json]

Pages and light as in accuracy/page_photos.py, 4000 x 3000 pixels, JPEG of quality 88; needs the
data sets that pages are composed of.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from PIL import Image

import machine
from inkgrad.randomness import generator
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.photos import photographed
from page_speed import command

_WIDE, _HIGH, _QUALITY, _SEED = 4000, 3000, 88, 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one object")
    arguments = parser.parse_args()
    source, times, peaks = pages(0), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(arguments.count):
            rng, path = generator(_SEED, "sample", 41, i), Path(folder) / f"{i}.jpg"
            photo = photographed(source.compose(rng).grey, (_WIDE, _HIGH), rng)
            Image.fromarray(photo.grey).save(path, quality=_QUALITY)
        command(Path(folder) / "0.jpg")  # compiled kernels are loaded
        for i in range(arguments.count):
            seconds, peak = command(Path(folder) / f"{i}.jpg")
            times.append(seconds)
            peaks.append(peak)
    if arguments.json:
        found = {"seconds": times, "peak_mb": peaks, "machine": machine.describe()}
        print(json.dumps(found))
        return
    print(machine.describe())
    print(f"seconds: {', '.join(f'{seconds:.1f}' for seconds in times)} (goal 4)")
    print(f"memory: {max(peaks):,.0f} MB at most (goal 600)")


if __name__ == "__main__":
    main()
