"""200 photos of composed pages: the character error rate against the same pages scanned flat.

    python benchmarks/accuracy/page_photos.py [--count 200] [--wide 2600] [--model text] [--seed 0]
        [--processes 2]

Pages of `synthetic/pages.py` in hands held out, photographed as `synthetic/photos.py` says, with so
many pixels across and three quarters of that down; the sheet is half to nine tenths as long as its
photo, so that letters are 10 to 20 pixels high. A line break counts as a character. Light and ink
were looked at in photos of seed 50.
"""

from __future__ import annotations

import argparse
import multiprocessing
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.imaging.sheet import find_corners
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.notes import NotesReader
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.pages import ComposedPages
from inkgrad.synthetic.photos import photographed


class Read(NamedTuple):
    """A page's text, and what was read of it, flat and in the photo; whether a sheet was found."""

    truth: str
    flat: str
    taken: str
    found: bool


@dataclass
class Reading:
    """Composes the i-th page, takes its photo and reads both; each process opens its own reader."""

    model: str
    seed: int
    wide: int

    def __call__(self, i: int) -> Read:
        reader, source = _opened(self.model)
        with one_blas_thread():
            rng = generator(self.seed, "sample", 41, i)
            page = source.compose(rng)
            photo = photographed(page.grey, (self.wide, 3 * self.wide // 4), rng)
            flat, taken = text(reader, page.grey), text(reader, photo.grey)
            found = find_corners(photo.grey) is not None
        rates = [character_error_rate([page.text], [read]) for read in (flat, taken)]
        print(f"{i}: {photo.desk}, flat {rates[0]:.3f}, photo {rates[1]:.3f}", flush=True)
        return Read(page.text, flat, taken, found)


@cache
def _opened(model: str) -> tuple[NotesReader, ComposedPages]:
    return NotesReader.load(find(model)), pages(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument(
        "--wide", type=int, default=2600, help="pixels of a photo (4000: 12 million)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    reading = Reading(arguments.model, arguments.seed, arguments.wide)
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        read = pool.map(reading, range(arguments.count), chunksize=1)
    truths, flat, taken, found = zip(*read, strict=True)
    of_flat, of_taken = (100 * character_error_rate(truths, read) for read in (flat, taken))
    print(
        f"{arguments.count} pages: character error rate {of_flat:.1f} % flat, {of_taken:.1f} % in "
        f"photos: {of_taken - of_flat:.1f} points more (goal 2); a sheet in {sum(found)} of them"
    )


def text(reader: NotesReader, grey: object) -> str:
    return "\n".join(line.text for line in reader.read_or_blank(grey).lines)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
