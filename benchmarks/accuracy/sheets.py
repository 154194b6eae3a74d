"""200 photos of a digit on a sheet on a desk: sheets found, digits read right.

    python benchmarks/accuracy/sheets.py [--count 200] [--model digits] [--seed 0]

The digits are MNIST's test digits, on sheets of 360 x 480 pixels, composed as
`synthetic/photos.py` says: desks of six kinds, some with things on them, turned and tilted by up to
35 degrees, in gradients of up to 3 to 1, shadows and flash, blurred, with noise, as JPEG. A sheet
is found where each corner is within 3 % of the photo's diagonal. What tells a sheet was fitted to
other photos, some of which are composed likewise (`sheet_weights.py`).
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.datasets import load
from inkgrad.errors import ImageError
from inkgrad.imaging.edges import Doubles
from inkgrad.imaging.filters import rescaled
from inkgrad.imaging.sheet import find_corners
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.opening import open_reader
from inkgrad.randomness import generator
from inkgrad.synthetic.photos import Photo, photographed

_SHEET, _PHOTO, NEAR = (480, 360), (800, 600), 0.03


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="digits", help="a name or a file")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    reader, test = open_reader("character", arguments.model), load("mnist").test
    found, right, desks = 0, 0, Counter[str]()
    with one_blas_thread():
        for i in range(arguments.count):
            rng = generator(arguments.seed, "sample", 40, i)
            which = int(rng.integers(len(test)))
            photo = photographed(sheet(test.images[which], rng), _PHOTO, rng)
            there, label = is_found(photo), str(test.labels[which])
            try:
                read = reader.read(photo.grey).text
            except ImageError:
                read = ""
            found, right = found + there, right + (read == label)
            if not there or read != label:
                desks[photo.desk] += 1
                what = "found" if there else "not found"
                print(f"{i}: on {photo.desk}, sheet {what}, {label} read as {read!r}", flush=True)
    n = arguments.count
    print(f"{n} photos: sheet found {100 * found / n:.1f} % (goal 98), ", end="")
    print(f"digit read right {100 * right / n:.1f} % (goal 97); not so by desk: {dict(desks)}")


def sheet(digit: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A sheet with a digit on it, a third to two thirds as high as the sheet is wide."""
    height, width = _SHEET if rng.random() < 0.5 else _SHEET[::-1]
    ink = rescaled(digit, rng.uniform(6, 12))
    paper = np.full((height, width), rng.uniform(190, 245), np.float32)
    top, left = (
        int(rng.integers(n - side)) for n, side in zip(paper.shape, ink.shape, strict=True)
    )
    pen = rng.uniform(100, 170) / 255
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] -= pen * ink.clip(0, 255)
    return paper.clip(0, 255).astype(np.uint8)


def is_found(photo: Photo) -> bool:
    """Whether the corners that are found are the sheet's, from whichever of them on."""
    corners = find_corners(photo.grey)
    if corners is None:
        return False
    return bool(apart(corners[None], photo.corners)[0] <= NEAR * np.hypot(*photo.grey.shape))


def apart(corners: Doubles, true: Doubles) -> Doubles:
    """How far the farthest corner of each sheet (n, 4, 2) is from where it is (4, 2), in pixels.

    From whichever of them on, the same way round.
    """
    ways = [np.roll(corners, k, 1) - true for k in range(4)]
    return np.min([np.hypot(way[..., 0], way[..., 1]).max(1) for way in ways], axis=0)


if __name__ == "__main__":
    main()
