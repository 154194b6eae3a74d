"""Composed pages with what happens to paper, or is added to it: character error rates of each.

    python benchmarks/accuracy/page_defects.py [--count 40] [--only "holes,stamp"] [--model text]
        [--seed 77]

The same pages of `synthetic/pages.py`, in hands held out, as they are; with each defect of
`synthetic/page_defects.py`; askew by so many degrees; and with words put in, notes beside the lines
or a signature (`synthetic/additions.py`), which are other pages: with and without is what to
compare, not one with another. A note counts after its page, and what a stamp says counts. The
bounds of `ink/page.py`, `ink/two_strengths.py`, `layout/skew.py`, `layout/insertions.py`,
`layout/margins.py` and `reading/signatures.py` were chosen on seed 77.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.documents.page import Page
from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.notes import NotesReader
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.additions import with_insertions, with_note, with_signature
from inkgrad.synthetic.page_defects import DEFECTS
from inkgrad.synthetic.pages import ComposedPages, on_sheet

_ASKEW = (6, -12, 20, -30)  # degrees
Grey = NDArray[np.uint8]


class Made(NamedTuple):
    """A page, what it says, and whether somebody signed it."""

    grey: Grey
    text: str
    signed: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40, help="pages of each kind")
    parser.add_argument("--only", default="", help="kinds, with commas between them")
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--seed", type=int, default=77)
    arguments = parser.parse_args()
    reader = NotesReader.load(find(arguments.model), find("crossed-out"))
    source = pages(0)
    kinds = makers(source, arguments.seed)
    for kind in arguments.only.split(",") if arguments.only else kinds:
        with one_blas_thread():
            report(kind, [kinds[kind](i) for i in range(arguments.count)], reader)


def makers(source: ComposedPages, seed: int) -> dict[str, Callable[[int], Made]]:
    """By kind, what makes its i-th page."""

    def defect(kind: str) -> Callable[[int], Made]:
        def make(i: int) -> Made:
            page = source.compose(generator(seed, "sample", 41, i))
            other = source.compose(generator(seed, "sample", 45, i)).grey
            rng = generator(seed, "augmentation", i)
            said = "\nRECEIVED\n12 MAR 98" if kind == "stamp" else ""
            return Made(DEFECTS[kind](page.grey, other, rng), page.text + said)

        return make

    def askew(degrees: int) -> Callable[[int], Made]:
        def make(i: int) -> Made:
            page = source.compose(generator(seed, "sample", 41, i))
            paper = int(np.median(page.grey))
            image = Image.fromarray(page.grey)
            turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
            return Made(np.asarray(turned), page.text)

        return make

    def added(kind: str) -> Callable[[int], Made]:
        def make(i: int) -> Made:
            rng = generator(seed, "sample", 44, i)
            if kind == "a note beside it":
                laid, note = with_note(source, rng)
                return Made(on_sheet(laid, rng), "\n".join([*laid.texts, *note]))
            laid, signed = source.lay(rng), False
            if kind == "words put in":
                laid = with_insertions(source, laid, rng)
            elif kind == "a signature":
                before = laid.room.sum()
                laid = with_signature(laid, rng)
                signed = bool(laid.room.sum() > before)
            return Made(on_sheet(laid, rng), "\n".join(laid.texts), signed)

        return make

    return {
        **{kind: defect(kind) for kind in DEFECTS},
        **{f"askew {degrees}": askew(degrees) for degrees in _ASKEW},
        **{
            kind: added(kind)
            for kind in ("nothing added", "words put in", "a note beside it", "a signature")
        },
    }


def report(kind: str, made: list[Made], reader: NotesReader) -> None:
    """Read pages and print what came of them, a line."""
    read = [reader.read_or_blank(page.grey) for page in made]
    rate = character_error_rate([page.text for page in made], list(map(_text, read)))
    signatures = [any(each.kind == "signature" for each in page.drawings) for page in read]
    right = sum(page.signed and found for page, found in zip(made, signatures, strict=True))
    print(
        f"{kind}: {100 * rate:.1f} % of characters wrong on {len(made)} pages; signatures: {right} "
        f"of {sum(page.signed for page in made)}, and {sum(signatures) - right} that are none",
        flush=True,
    )


def _text(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


if __name__ == "__main__":
    main()
