"""Words and lines as people of other sources wrote them, read by `text`, joined or not.

Drawn from the strokes of `unipen-words`, sources nic, aga and int alone: the shipped network was
chosen by them, trained without them, and only at the very end given them too (its card says how).
So `--model` names the network before that end. They are drawn as for training, with worn pens and
coarse scans among them, or `--clean`. Case is ignored; `--page` lays each piece on paper and reads
it as a page, `--ink` leaves the language out.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.unipen_words import TALL, Writing, load_unipen_words
from inkgrad.evaluation.metrics import character_error_rate, readable
from inkgrad.imaging.strokes import draw
from inkgrad.ink.line import to_line
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.text import TextReader
from inkgrad.recipes.written_hands import LEFT_OUT
from inkgrad.recognition.language import english
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.written import Written, plain

KINDS = {"PR": "printed words", "MI": "mixed words", "CU": "joined words", "": "printed lines"}


def pieces(style: str, count: int, rng: np.random.Generator) -> tuple[Written, list[int]]:
    """So many items of a style, or lines where there is none, of the sources left out."""
    writing: Writing = load_unipen_words().of_sources(LEFT_OUT)[1]
    source = Written(writing, 0)
    wanted = writing.lines if not style else (writing.styles == style) & ~writing.lines
    usable = np.flatnonzero(wanted & source.usable)
    return source, [int(i) for i in np.sort(rng.permutation(usable)[:count])]


def clean(source: Written, item: int) -> NDArray[np.uint8]:
    """An item as it was written, by a pen of a sixteenth of its height."""
    strokes = [stroke * np.float32(32 / TALL) for stroke in source.writing.strokes(item)]
    return to_line(np.pad(draw(strokes, 2.0), 4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--count", type=int, default=300, help="of each kind")
    parser.add_argument("--page", action="store_true", help="each as an image of its own")
    parser.add_argument("--clean", action="store_true", help="one pen, nothing worn or bent")
    parser.add_argument("--ink", action="store_true", help="without the language")
    parser.add_argument("--mistakes", type=int, default=0, help="list so many of each kind")
    arguments = parser.parse_args()
    language = None if arguments.ink else english()
    reader = TextReader.load(find(arguments.model), language)
    pages = NotesReader(reader)
    sure, known = [], []
    for style, kind in KINDS.items():
        rng = np.random.default_rng(0)
        source, items = pieces(style, arguments.count, rng)
        truths, read = [], []
        for item in items:
            truths.append(plain(str(source.writing.texts[item])).lower())
            line = clean(source, item) if arguments.clean else source.line([item], rng)
            with one_blas_thread():
                if arguments.page:
                    page = pages.read_or_blank(on_paper(line, rng))
                    words = [word for row in page.lines for word in row.words]
                else:
                    words = reader.read_line(line)
            read.append(" ".join(word.text for word in words).lower())
            if len(words) == 1 and style:
                sure.append(words[0].confidence)
                known.append(read[-1] == truths[-1])
        right = [a == b for a, b in zip(truths, read, strict=True)]
        rate = character_error_rate(truths, read)
        print(
            f"{kind}: {100 * np.mean(right):.1f} % of {len(right)} exactly, "
            f"character error rate {100 * rate:.1f} %",
            flush=True,
        )
        wrong = [(t, r) for t, r, good in zip(truths, read, right, strict=True) if not good]
        for truth, said in wrong[: arguments.mistakes]:
            print(f"  {truth!r} read as {said!r}")
    for error in (0.05, 0.01):
        part, least = readable(np.array(sure), np.array(known), error)
        print(
            f"{100 * part:.1f} % of single words from a confidence of {least:.3f} on: "
            f"{100 * error:g} % of them wrong"
        )


if __name__ == "__main__":
    main()
