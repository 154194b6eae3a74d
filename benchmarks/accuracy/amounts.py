"""1,000 composed amounts with marks: values read right, and wrong among those accepted.

    python benchmarks/accuracy/amounts.py [--count 1000] [--seed 0] [--model amounts] [--show]

Lines in hands held out, laid on paper: points, commas, spaces, apostrophes and dashes, signs of
currencies and their letters, xx/100, minus and brackets. Dates and telephone numbers in the same
hands are read by two readers: as the digits that they are, and with their marks. IBAN are read by
the reader of text, which learned from other lines.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from inkgrad.batch.rows import Task
from inkgrad.errors import ImageError
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.amount import AmountReader
from inkgrad.reading.code import IbanReader
from inkgrad.reading.marked import MarkedReader
from inkgrad.reading.number import NumberReader
from inkgrad.recipes.calibrating import composed_amounts
from inkgrad.recipes.lines import held_out_marked
from inkgrad.recognition.builtin import iban_countries, iban_shape
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.marked_numbers import a_date, a_phone
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.written_amounts import an_iban

_ERROR = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="amounts", help="a name or a file")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="say which amounts are wrong")
    arguments = parser.parse_args()
    with one_blas_thread():
        _amounts(arguments)
        others = {"numbers": NumberReader.load(find("numbers"))}
        others["amounts"] = MarkedReader.load(find(arguments.model))
        _dates_and_phones(others, arguments.count // 2, arguments.seed)
        _ibans(arguments.count // 5, arguments.seed)


def _amounts(arguments: argparse.Namespace) -> None:
    reader, count = AmountReader.load(find(arguments.model)), arguments.count
    one = Task("amount").one(reader)
    sure, right, exact = np.zeros(count), np.zeros(count, bool), np.zeros(count, bool)
    for i, (grey, text, value) in enumerate(composed_amounts(count, arguments.seed)):
        try:
            found = one(grey)
        except ImageError:
            continue
        sure[i], exact[i] = found.confidence, found.text == text.replace(" ", "")
        right[i] = found.value is not None and found.value == Decimal(value)
        if arguments.show and not right[i]:
            print(f"{text!r} ({value}) as {found.text!r} ({found.value}), {found.confidence:.3f}")
    print(f"{count:,} amounts: {100 * right.mean():.1f} % worth what they say (goal 93)")
    print(f"as they are written, spaces aside: {100 * exact.mean():.1f} %")
    least = reader.threshold(_ERROR)
    taken = sure >= least
    wrong = np.count_nonzero(taken & ~right)
    print(
        f"accepted at --max-error {_ERROR} (from {least:.4f} on): {100 * taken.mean():.1f} %, "
        f"{wrong} of {np.count_nonzero(taken)} wrong, "
        f"{100 * wrong / max(1, np.count_nonzero(taken)):.2f} % (goal under 1)"
    )


def _dates_and_phones(readers: dict[str, NumberReader], count: int, seed: int) -> None:
    lines = held_out_marked(0)
    kinds: dict[str, tuple[Callable[[np.random.Generator], str], Sequence[str]]] = {
        "dates": (lambda rng: a_date(rng, "mdy"), ("{date.mdy}", "{date.mdy2}")),
        "telephone numbers": (a_phone, ("{phone.us}",)),
    }
    for what, (any_text, expressions) in kinds.items():
        right = dict.fromkeys(readers, 0)
        for i in range(count):
            rng = generator(seed, "split", 5, i)
            text = any_text(rng)
            grey = on_paper(lines.line(text, rng), rng)
            for name, reader in readers.items():
                patterns = [Pattern.parse(each, reader.alphabet) for each in expressions]
                try:
                    found = reader.read(grey, patterns).text
                except ImageError:
                    continue
                right[name] += _parts(found) == _parts(text)
        told = ", ".join(f"{name} {100 * n / count:.1f} %" for name, n in right.items())
        print(f"{count:,} {what}, their numbers right: {told}")


def _ibans(count: int, seed: int) -> None:
    """IBAN of all countries that there are patterns of, half of them in fours."""
    lines, reader = replace(held_out_marked(0), fair=1.0), IbanReader.load(find("text"))
    right = 0
    for i in range(count):
        rng = generator(seed, "split", 6, i)
        country = str(rng.choice(iban_countries()))
        text = an_iban(country, iban_shape(country), rng)
        spaced = " ".join(text[k : k + 4] for k in range(0, len(text), 4)) if i % 2 else text
        try:
            found = reader.read(on_paper(lines.line(spaced, rng), rng)).text
        except ImageError:
            continue
        right += found.replace(" ", "") == text
    print(f"{count:,} IBAN right: {100 * right / count:.1f} %")


def _parts(text: str) -> list[int] | str:
    """The numbers of a date, or all digits of a telephone number."""
    spaced = "".join(c if c.isdigit() else " " for c in text).split()
    return "".join(spaced) if len("".join(spaced)) == 10 else [int(part) for part in spaced]


if __name__ == "__main__":
    main()
