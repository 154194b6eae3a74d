"""100 images without writing: lines, words and sure words read there; and what of writing is lost.

    python benchmarks/accuracy/no_writing.py [--count 100] [--pages 20] [--model text] [--seed 0]

The images are of twelve kinds (`synthetic/no_writing.py`), by turns. A word is sure where it is not
marked as doubtful: by what `inkgrad read --as text` marks, and by `--max-error 0.05`. The pages
are those of `synthetic/pages.py`, in hands held out, as they lie flat; and the photos of
INKGRAD_DATA, if they are there: how many lines are read on them, and with how many mistakes.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.images.files import open_grey
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.notes import NotesReader
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.no_writing import KINDS, unwritten

_PROMISED = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--count", type=int, default=100, help="images without writing")
    parser.add_argument("--pages", type=int, default=20, help="composed pages with writing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    reader = NotesReader.load(find(arguments.model))
    with one_blas_thread():
        _unwritten(reader, arguments.count, arguments.seed)
        _composed(reader, arguments.pages, arguments.seed)
        _photos(reader)


def _unwritten(reader: NotesReader, count: int, seed: int) -> None:
    totals, by_kind = Counter[str](), Counter[str]()
    least = reader.lines.threshold(_PROMISED)
    for i in range(count):
        image = unwritten(generator(seed, "sample", 42, i), KINDS[i % len(KINDS)])
        page = reader.read_or_blank(image.grey)
        words = [word for line in page.lines for word in line.words]
        sure = [word for word in words if not word.doubtful]
        totals["lines"] += sum(1 for _ in page.lines)
        totals["words"] += len(words)
        totals["sure"] += len(sure)
        totals["promised"] += sum(word.confidence >= least for word in words)
        totals["images"] += bool(words)
        by_kind[image.kind] += len(sure)
        if words:
            shown = " ".join(f"{word.text} {word.confidence:.2f}" for word in words[:6])
            print(f"{i}: {image.kind}, {len(words)} words: {shown}", flush=True)
    print(
        f"{count} images without writing: {totals['lines']} lines, {totals['words']} words on "
        f"{totals['images']}; {totals['sure']} sure (goal 0), {totals['promised']} with "
        f"--max-error {_PROMISED}; sure by kind: { {kind: n for kind, n in by_kind.items() if n} }"
    )


def _composed(reader: NotesReader, count: int, seed: int) -> None:
    source, lines, found = pages(0), 0, 0
    truths, read = list[str](), list[str]()
    for i in range(count):
        page = source.compose(generator(seed, "sample", 43, i))
        seen = list(reader.read_or_blank(page.grey).lines)
        truths.append(page.text)
        read.append("\n".join(line.text for line in seen))
        lines, found = lines + len(page.lines), found + len(seen)
    if count:
        print(
            f"{count} pages of {lines} lines: {found} lines read, character error rate "
            f"{100 * character_error_rate(truths, read):.2f} %"
        )


def _photos(reader: NotesReader) -> None:
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "photos"
    if not (folder / "truth.tsv").is_file():
        print("no photos: INKGRAD_DATA has none")
        return
    for row in (folder / "truth.tsv").read_text().splitlines()[1:]:
        name, escaped, *_ = row.split("\t")
        truth = escaped.replace("\\n", "\n")
        seen = list(reader.read_or_blank(open_grey(folder / name)).lines)
        rate = character_error_rate([truth], ["\n".join(line.text for line in seen)])
        print(f"{name}: {len(seen)} of {len(truth.splitlines())} lines, {100 * rate:.1f} % wrong")


if __name__ == "__main__":
    main()
