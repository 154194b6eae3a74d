"""Whether pages are read the right way up: upright, upside down and on both sides.

    python benchmarks/accuracy/upright.py --pages 20

Pages of two to five lines, composed in hands that were held out: words, small letters that make
none, capitals, digits, and codes of both. An upright page that is turned is a page lost, so that is
told apart. What is read clearly as it lies is not turned (`Legibility.upright`): of how many that
lie otherwise that is said, and of how many upright ones.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.view import View
from inkgrad.layout.lines import find_lines
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.page_finder import PageFinder
from inkgrad.recipes.hands import letter_hands
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, CAPITALS, DIGITS, SMALL, Wording

_OF = {"small letters": SMALL, "capitals": CAPITALS, "digits": DIGITS, "codes": CAPITALS + DIGITS}


def phrase(kind: str, wording: Wording, rng: np.random.Generator) -> str:
    """What a line of a page of this kind says."""
    if kind == "words":
        return wording.phrase(int(rng.integers(10, 24)), rng)
    characters = list(_OF[kind])
    words = (rng.choice(characters, rng.integers(2, 7)) for _ in range(rng.integers(2, 5)))
    return " ".join("".join(word) for word in words)


def page(lines: list[NDArray[np.uint8]], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Lines (32, w) under each other on paper, twice as large."""
    wide = max(line.shape[1] for line in lines)
    ink = np.zeros((len(lines) * 44 + 20, wide + 40), np.uint8)
    for i, line in enumerate(lines):
        ink[10 + 44 * i : 42 + 44 * i, 20 : 20 + line.shape[1]] = line
    return on_paper(ink.repeat(2, 0).repeat(2, 1), rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--pages", type=int, default=20, help="of each kind")
    arguments = parser.parse_args()
    reader, wording = NotesReader.load(find(arguments.model)), Wording(held=True)
    finder = PageFinder(reader.lines)
    texts = Texts(letter_hands(0)[1], wording, 0, Fonts.found(ALPHABET), typed=0.1)
    for kind in ("words", *_OF):
        rng, lost, left, clear = np.random.default_rng(5), 0, 0, [0, 0]
        for _ in range(arguments.pages):
            count = int(rng.integers(2, 6))
            lines = [texts.line(phrase(kind, wording, rng), rng) for _ in range(count)]
            grey = page(lines, rng)
            with one_blas_thread():
                for quarters in range(4):
                    turned = np.ascontiguousarray(np.rot90(grey, quarters))
                    layout = find_lines(finder.ink(View.of(turned)))
                    clear[quarters > 0] += finder.legibility(layout).upright
                    seen = reader.read(turned)
                    wrong = (seen.turned + quarters) % 4 != 0
                    lost += wrong and quarters == 0
                    left += wrong and quarters > 0
        print(
            f"{kind}: of {arguments.pages} pages {lost} upright ones turned; of "
            f"{3 * arguments.pages} that lie otherwise {left} not turned upright; clear as "
            f"they lie {clear[0]} and {clear[1]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
