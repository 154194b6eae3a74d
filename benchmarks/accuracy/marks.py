"""Marks between digits that are passed over: how many are seen, and how often one is made up.

    python benchmarks/accuracy/marks.py [--count 100] [--model numbers]

Lines of the writers of UNIPEN held out, laid on paper, 2 to 8 digits each. One has a point, comma,
dash or slash after one of its digits, with room around it; the others have none: drawn from
strokes, or pasted of the held-out images, touching or not. The constants of reading/passed_over.py
were chosen on other fields composed likewise. Needs the data in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse

from inkgrad.errors import ImageError
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader, Reading
from inkgrad.recipes.hands import digit_hands
from inkgrad.synthetic.around import MARKS
from inkgrad.synthetic.numbers import Hands, Numbers
from inkgrad.synthetic.paper import Rng, on_paper

_CLEAN = {"drawn": 1.0, "pasted": 0.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--count", type=int, default=100, help="fields of each kind")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    reader, hands = NumberReader.load(find(arguments.model)), digit_hands(0)[1]
    with one_blas_thread():
        for kind in (*MARKS, *_CLEAN):
            rng = generator(arguments.seed, "sample", 7)
            found = [field(reader, hands, kind, rng) for _ in range(arguments.count)]
            noted = sum(bool(one.notes) for one in found)
            named = sum(any(f"a {kind} " in note for note in one.notes) for one in found)
            what = f", {100 * named / len(found):.1f} % by its name" if kind in MARKS else ""
            print(f"{kind:<7} noted in {100 * noted / len(found):.1f} %{what}", flush=True)


def field(reader: NumberReader, hands: Hands, kind: str, rng: Rng) -> Reading:
    """A field with such a mark, or clean, as it is read."""
    while True:
        string = rng.integers(0, 10, int(rng.integers(2, 9)))
        if kind in MARKS:
            numbers = Numbers(hands, 0, touching=-0.05, marks=0.0)
            line = numbers.marked_line(string, {int(rng.integers(len(string))): kind}, rng)
        else:
            line = Numbers(hands, 0, drawn=_CLEAN[kind], marks=0.0).line(string, rng)
        try:
            return reader.read(on_paper(line, rng))
        except ImageError:
            continue


if __name__ == "__main__":
    main()
