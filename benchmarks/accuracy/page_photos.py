"""200 photos of composed pages: the character error rate against the same pages scanned flat.

    python benchmarks/accuracy/page_photos.py [--count 200] [--wide 2600] [--model text] [--seed 0]

Pages of `synthetic/pages.py` in hands held out, photographed as `synthetic/photos.py` says, with so
many pixels across and three quarters of that down; the sheet is half to nine tenths as long as its
photo, so that letters are 10 to 20 pixels high. A line break counts as a character. Light and ink
were looked at in photos of seed 50.
"""

from __future__ import annotations

import argparse

from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.imaging.sheet import find_corners
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.notes import NotesReader
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.photos import photographed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument(
        "--wide", type=int, default=2600, help="pixels of a photo (4000: 12 million)"
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    reader, source = NotesReader.load(find(arguments.model)), pages(0)
    truths, flat, taken, found = list[str](), list[str](), list[str](), 0
    with one_blas_thread():
        for i in range(arguments.count):
            rng = generator(arguments.seed, "sample", 41, i)
            page = source.compose(rng)
            photo = photographed(page.grey, (arguments.wide, 3 * arguments.wide // 4), rng)
            found += find_corners(photo.grey) is not None
            truths.append(page.text)
            flat.append(text(reader, page.grey))
            taken.append(text(reader, photo.grey))
            rates = [character_error_rate([truths[-1]], [read[-1]]) for read in (flat, taken)]
            print(f"{i}: {photo.desk}, flat {rates[0]:.3f}, photo {rates[1]:.3f}", flush=True)
    of_flat, of_taken = (100 * character_error_rate(truths, read) for read in (flat, taken))
    print(
        f"{arguments.count} pages: character error rate {of_flat:.1f} % flat, {of_taken:.1f} % in "
        f"photos: {of_taken - of_flat:.1f} points more (goal 2); a sheet in {found} of them"
    )


def text(reader: NotesReader, grey: object) -> str:
    return "\n".join(line.text for line in reader.read_or_blank(grey).lines)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
