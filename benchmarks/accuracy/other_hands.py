"""Numbers in hands that `numbers` never saw, habit by habit, and as people wrote them.

    python benchmarks/accuracy/other_hands.py [--count 150] [--model numbers] [--paper]

Composed: numbers of 2 to 7 digits in the hands of UNIPEN's writers held out, one habit at a time:
noughts in rows, joined in each way, noughts with tails, sevens with bars, ones with flags, looped
twos, hooked nines, fives with a cap apart, digits joined to the next. The habits are drawn by
what trained the network, so they flatter it; the hands are others. As written: numbers of
`unipen-words` by writers left out, ZIP codes cut out of address lines of source aga (by the pattern
99999) and house numbers of the same. `--paper` lays each on paper and reads it as a field.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import character_error_rate, readable, wilson_interval
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.recipes import written_hands
from inkgrad.recipes.hands import digit_hands
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.habits import Habits
from inkgrad.synthetic.noughts import ROWS
from inkgrad.synthetic.numbers import Hands, Numbers, with_noughts
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.written_numbers import WrittenNumbers, classes_of

Sample = tuple[NDArray[np.intp], NDArray[np.uint8]]
_OF = {"tailed": 0, "flagged": 1, "looped": 2, "capped": 5, "barred": 7, "hooked": 9}


def composed(hands: Hands, habits: Habits, digit: int | None, count: int) -> Iterator[Sample]:
    """Lines in which a habit shows: with noughts in a row, or with such a digit or two."""
    rng = generator(0, "sample", 8)
    numbers = Numbers(hands, 0, drawn=1.0, habits=1.0, habit=habits)
    for _ in range(count):
        string = rng.integers(0, 10, int(rng.integers(2, 8)))
        if digit is not None:
            string[rng.integers(len(string), size=2)] = digit
        if habits.row:
            string[1:] = with_noughts(string[1:], rng)
            string[-1] = 0
        yield string, numbers.line(string, rng)


def as_written(source: WrittenNumbers, items: Sequence[int]) -> Iterator[Sample]:
    """Lines of numbers as they were written, drawn once."""
    rng = generator(0, "sample", 9)
    for item in items:
        yield source.line(int(item), rng)


def kinds(count: int) -> Iterator[tuple[str, Iterator[Sample], list[Pattern]]]:
    """What is measured: its name, its lines, the pattern that is known of it."""
    hands = digit_hands(0)[1]
    for row in ROWS:
        yield f"noughts, {row}", composed(hands, Habits(row=row), None, count), []
    for name, digit in _OF.items():
        yield f"{digit} {name}", composed(hands, Habits(**{name: 1.0}), digit, count), []
    yield "digits joined", composed(hands, Habits(joined=0.7), None, count), []
    writing = written_hands.written_numbers(written_hands.halves(0)[1])
    source, address = WrittenNumbers(writing, 0), writing.sources == "aga"
    sizes = np.array([len(classes_of(str(text))) for text in writing.texts])
    for what, wanted, pattern in (
        ("as written", ~address, ""),
        ("ZIP codes in lines", address & (sizes == 5), "99999"),
        ("other numbers in lines", address & (sizes != 5), ""),
    ):
        items = np.flatnonzero(wanted).tolist()
        yield what, as_written(source, items), [Pattern.parse(pattern)] if pattern else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--count", type=int, default=150, help="composed lines of each kind")
    parser.add_argument("--paper", action="store_true", help="laid on paper, read as fields")
    arguments = parser.parse_args()
    reader, rng = NumberReader.load(find(arguments.model)), generator(0, "sample", 10)
    sure, known = list[float](), list[bool]()
    with one_blas_thread():
        for what, lines, patterns in kinds(arguments.count):
            truths, read, missed = list[str](), list[str](), 0
            for string, line in lines:
                truths.append("".join(map(str, string)))
                try:
                    found = (
                        reader.read(on_paper(line, rng), patterns)
                        if arguments.paper
                        else reader.read_line(line, patterns)
                    )
                    read.append(found.text)
                    sure.append(found.confidence)
                except ImageError:
                    read.append("")
                    sure.append(0.0)
                known.append(read[-1] == truths[-1])
                missed += max(0, truths[-1].count("0") - read[-1].count("0"))
            right = sum(known[-len(truths) :])
            low, high = wilson_interval(right, len(truths))
            noughts = sum(truth.count("0") for truth in truths)
            print(
                f"{what:<23} {100 * right / len(truths):5.1f} % of {len(truths)} exactly "
                f"({100 * low:.1f} to {100 * high:.1f}), character error rate "
                f"{100 * character_error_rate(truths, read):.1f} %, {missed} of {noughts} "
                "noughts lost",
                flush=True,
            )
    part, _ = readable(np.array(sure), np.array(known), 0.01)
    print(f"all: {100 * np.mean(known):.1f} % exactly, {100 * part:.1f} % at 1 % error")


if __name__ == "__main__":
    main()
