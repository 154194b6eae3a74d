"""The three finders of ink, each given the work of the others: would one do for all?

    python benchmarks/accuracy/finders.py [--count 300]

Single digits, cut from cheques along the boxes of their truth; numbers on cheques; composed numbers
of MNIST's test digits, laid on paper. The finder of a character, of a field and of a page finds the
ink of each, and the same readers read it. For measuring only: nothing is chosen by the cheques.
Needs cheques and MNIST in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.datasets import load
from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.images.files import open_grey
from inkgrad.imaging.view import View
from inkgrad.ink.character import character_ink, to_glyph
from inkgrad.ink.field import find_field
from inkgrad.ink.line import line_form
from inkgrad.ink.page import find_ink
from inkgrad.nn import files
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.synthetic.numbers import Hands, Numbers
from inkgrad.synthetic.paper import on_paper

_MARGIN = 2  # pixels around a box
Grey = NDArray[np.uint8]


def of_page(grey: Grey) -> NDArray[np.float32]:
    """What the finder of a page sees, 0..1."""
    found = find_ink(grey)
    ink = np.where(found.ink, found.strength, 0)
    if not ink.any():
        raise ImageError("shows no ink")
    return np.asarray((ink / np.quantile(ink[ink > 0], 0.9)).clip(0, 1), np.float32)


FINDERS: dict[str, Callable[[Grey], NDArray[np.float32]]] = {
    "character": character_ink,
    "field": lambda grey: find_field(grey).ink,
    "page": of_page,
}


def cheques() -> list[tuple[Grey, str, list[list[int]]]]:
    """Each: its image, the digits on it and their boxes (x, y, w, h)."""
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "cheques"
    if not folder.is_dir():
        sys.exit("INKGRAD_DATA holds no cheques")
    with (folder / "truth.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    boxes = [[[*map(int, b.split(","))] for b in row["boxes_x_y_w_h"].split(";")] for row in rows]
    return [
        (open_grey(folder / row["file"]), row["digits"], of)
        for row, of in zip(rows, boxes, strict=True)
    ]


def digits_of(numbers: list[tuple[Grey, str, list[list[int]]]]) -> Iterator[tuple[Grey, str]]:
    """The digits of cheques, cut out."""
    for image, text, boxes in numbers:
        for digit, (x, y, w, h) in zip(text, boxes, strict=True):
            top, left = max(0, y - _MARGIN), max(0, x - _MARGIN)
            yield image[top : y + h + _MARGIN, left : x + w + _MARGIN], digit


def composed(count: int) -> Iterator[tuple[Grey, str]]:
    """Numbers of MNIST's test digits on paper."""
    test, rng = load("mnist").test, generator(0, "sample")
    hands = Hands([test.images[test.labels == digit] for digit in range(10)], [])
    source = Numbers(hands, 0)
    for _ in range(count):
        string = rng.integers(0, 10, int(rng.integers(3, 8)))
        yield on_paper(source.line(string, rng), rng), "".join(map(str, string))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="composed numbers")
    arguments = parser.parse_args()
    network, about = files.load(find("digits"))
    reader, real = NumberReader.load(find("numbers")), cheques()

    def digit(ink: NDArray[np.float32]) -> str:
        return str(about["classes"][int(network(to_glyph(ink)[None])[0].argmax())])

    def number(ink: NDArray[np.float32]) -> str:
        return reader.read_line(line_form(View.of(ink)).pixels).text

    work: dict[str, tuple[list[tuple[Grey, str]], Callable[[NDArray[np.float32]], str]]] = {
        "digits of cheques": ([*digits_of(real)], digit),
        "numbers on cheques": ([(image, text) for image, text, _ in real], number),
        "composed numbers": ([*composed(arguments.count)], number),
    }
    with one_blas_thread():
        for what, (samples, read) in work.items():
            for name, finder in FINDERS.items():
                right = 0
                for grey, text in samples:
                    try:
                        right += read(finder(grey)) == text
                    except ImageError:
                        continue
                low, high = wilson_interval(right, len(samples))
                print(
                    f"{what}, found as a {name}: {100 * right / len(samples):.1f} % of "
                    f"{len(samples)} ({100 * low:.1f} to {100 * high:.1f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
