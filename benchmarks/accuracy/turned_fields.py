"""Composed fields of hands that `numbers` was not trained on, as they are and turned each way.

    python benchmarks/accuracy/turned_fields.py [--count 500] [--model numbers]

For each way: how many are right, how many rejected by the model's own threshold at 1 % error, and
how many are accepted and wrong.
"""

from __future__ import annotations

import argparse

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.recipes.hands import digit_hands
from inkgrad.synthetic.numbers import Numbers
from inkgrad.synthetic.paper import on_paper


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--count", type=int, default=500)
    arguments = parser.parse_args()
    reader = NumberReader.load(find(arguments.model))
    least, rng = reader.threshold(0.01), generator(0, "sample", 7)
    numbers = Numbers(digit_hands(0)[1], 0, drawn=1.0)
    right, rejected, wrong = np.zeros((3, 4), int)
    with one_blas_thread():
        for _ in range(arguments.count):
            string = rng.integers(0, 10, int(rng.integers(1, 9)))
            grey = on_paper(numbers.line(string, rng), rng)
            for quarters in range(4):
                try:
                    found = reader.read(np.ascontiguousarray(np.rot90(grey, quarters)))
                except ImageError:
                    rejected[quarters] += 1
                    continue
                good, sure = found.text == "".join(map(str, string)), found.confidence >= least
                right[quarters] += good
                rejected[quarters] += not sure
                wrong[quarters] += sure and not good
    for quarters, counts in enumerate(zip(right, rejected, wrong, strict=True)):
        parts = [100 * count / arguments.count for count in counts]
        print(
            f"turned by {quarters} quarters: {parts[0]:.1f} % right, {parts[1]:.1f} % rejected, "
            f"{parts[2]:.1f} % accepted and wrong"
        )


if __name__ == "__main__":
    main()
