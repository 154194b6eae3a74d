"""Words crossed out in lines of writers whom nobody learned from: how many are said, and wrongly.

    python benchmarks/accuracy/crossed_out.py [--count 600] [--seed 1] [--sure 0.95]

Lines of the sources left out, 3 words in 10 crossed out by strokes that were drawn, 8 in 100
underlined. Compared are lines that are read as as many words as they have.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.crossing_reader import CrossingReader
from inkgrad.reading.text import TextReader
from inkgrad.recipes.hands import words
from inkgrad.recipes.written_hands import LEFT_OUT
from inkgrad.recognition.crossings import SURE
from inkgrad.recognition.language import english
from inkgrad.synthetic.words_crossed_out import WordsCrossedOut
from inkgrad.synthetic.written import Written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=600, help="lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sure", type=float, default=SURE, help="of a word that is said")
    parser.add_argument("--model", default="crossed-out", help="a name or a file")
    arguments = parser.parse_args()
    reader = TextReader.load(find("text"), english())
    crossings = CrossingReader.load(find(arguments.model))
    source = WordsCrossedOut(Written(words(LEFT_OUT)[1], 0, fair=0.5), 0)
    rng = generator(arguments.seed, "split", 7)

    def said_of(line: NDArray[np.uint8]) -> list[bool]:
        return crossings.crossed_out(line, reader.read_line(line), arguments.sure)

    compared = standing = out = lost = said = 0
    with one_blas_thread():
        for _ in range(arguments.count):
            labels, line = source.line(rng.uniform(3, 40), rng)
            told = np.array(said_of(line))
            truth = labels == 1
            if len(told) != len(truth):
                continue
            compared += 1
            standing, out = standing + int((~truth).sum()), out + int(truth.sum())
            lost, said = lost + int((told & ~truth).sum()), said + int((told & truth).sum())
        plain = list[bool]()
        for _ in range(arguments.count):
            _, line = source.written.phrase(rng.uniform(3, 40), rng)
            plain += said_of(line)
    taken = sum(plain)
    print(f"{compared} of {arguments.count} lines are read as as many words as they have")
    for what, found, among in (
        ("crossed out and said", said, out),
        ("that stand beside those and are said to be crossed out", lost, standing),
        ("in lines in which nothing is, said to be crossed out", taken, len(plain)),
    ):
        low, high = (100 * end for end in wilson_interval(found, among))
        print(f"words {what}: {100 * found / among:.1f} % of {among} ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
