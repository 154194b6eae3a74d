"""2,000 composed five-digit numbers of MNIST's test digits, half of them with touching digits.

As a mail room reads them: by the pattern 99999. The digits are of images that `numbers` was not
trained on, the hands of UNIPEN's writers play no part.
"""

from __future__ import annotations

import argparse

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.evaluation.metrics import readable
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.numbers import Hands, Numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--marks", type=float, default=0.0, help="part with marks around them")
    arguments = parser.parse_args()
    test = load("mnist").test
    hands = Hands([test.images[test.labels == digit] for digit in range(10)], [])
    reader = NumberReader.load(find(arguments.model))
    pattern = [Pattern.parse("99999")]
    rng = generator(0, "sample")
    right, confidences = np.zeros(arguments.count, bool), np.zeros(arguments.count)
    with one_blas_thread():
        for i in range(arguments.count):
            touching = 0.15 if i % 2 else -0.1
            numbers = Numbers(hands, 0, touching=touching, marks=arguments.marks)
            string = rng.integers(0, 10, 5)
            found = reader.read_line(numbers.line(string, rng, close=bool(i % 2)), pattern)
            right[i] = found.text == "".join(map(str, string))
            confidences[i] = found.confidence
    part, _ = readable(confidences, right, 0.01)
    own = confidences >= reader.threshold(0.01)
    print(
        f"{arguments.count} composed numbers: {100 * right.mean():.1f} % read exactly (apart "
        f"{100 * right[::2].mean():.1f}, touching {100 * right[1::2].mean():.1f}; goal 97 %), "
        f"{100 * part:.1f} % at 1 % error (goal 95 %); by its own threshold "
        f"{100 * own.mean():.1f} % accepted, {100 * (~right[own]).mean():.2f} % of them wrong"
    )


if __name__ == "__main__":
    main()
