"""Fields of forms, empty and filled: how many empty ones are said to be, and what else is.

    python benchmarks/accuracy/empty_fields.py [--count 100] [--model numbers]

Empty and filled fields of every kind that forms print, skewed, blurred, half of them JPEGs; filled
with digits of MNIST's test part, every fifth with nothing but ones. Besides, lines of the writers
of UNIPEN held out laid on paper, rows of ones among them: an empty field that is read as a number
is a letter that goes astray, a number that is called empty is lost.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.datasets import load
from inkgrad.errors import EmptyError
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.recipes.hands import digit_hands
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic import forms
from inkgrad.synthetic.numbers import Numbers
from inkgrad.synthetic.paper import on_paper

_ONES = ([1], [1, 1], [1, 1, 1], [1] * 5, [0, 0], [1, 0, 1], [7, 7])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--count", type=int, default=100, help="fields of each kind")
    arguments = parser.parse_args()
    reader, test = NumberReader.load(find(arguments.model)), load("mnist").test
    digits = [test.images[test.labels == digit] for digit in range(10)]
    patterns, least = [Pattern.parse("99999")], reader.threshold(0.01)

    def read(grey: NDArray[np.uint8], given: list[Pattern]) -> tuple[str, float] | None:
        try:
            found = reader.read(grey, given)
        except EmptyError:
            return None
        return found.text, found.confidence

    with one_blas_thread():
        for kind in forms.KINDS:
            rng, (said, sure, lost, right) = generator(0, "sample"), (0, 0, 0, 0)
            for i in range(arguments.count):
                answer = read(forms.empty(kind, int(rng.integers(3, 10)), rng), [])
                said += answer is None
                sure += answer is not None and answer[1] >= least
                string = np.ones(5, int) if i % 5 == 0 else rng.integers(0, 10, 5)
                answer = read(forms.filled(kind, string.tolist(), digits, rng), patterns)
                lost += answer is None
                right += answer is not None and answer[0] == "".join(map(str, string))
            parts = [100 * n / arguments.count for n in (said, sure, right, lost)]
            print(
                f"{kind:<12} empty: {parts[0]:.0f} % said to be, {parts[1]:.0f} % accepted as a "
                f"number; filled: {parts[2]:.0f} % right, {parts[3]:.1f} % called empty",
                flush=True,
            )
        numbers, rng = Numbers(digit_hands(0)[1], 0, drawn=1.0), generator(0, "sample", 1)
        lost = sum(
            read(on_paper(numbers.line(np.array(string), rng), rng), []) is None
            for i in range(10 * arguments.count)
            for string in [_ONES[i % 20] if i % 20 < len(_ONES) else rng.integers(0, 10, 5)]
        )
    print(f"lines on paper: {10 * lost / arguments.count:.2f} % called empty")


if __name__ == "__main__":
    main()
