"""How often, and how, a reader of text should look at a line: sets of looks, on sources left out.

The words and lines of `words.py`, half of them as they were written and half worn as for training.
The set with the fewest wrong characters that a page has time for is what `reading/looks.py` keeps.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from words import KINDS, clean, pieces

from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.looks import Look
from inkgrad.reading.text import TextReader
from inkgrad.recognition.language import english
from inkgrad.synthetic.written import plain

_SETS: dict[str, tuple[Look, ...]] = {
    "once": (),
    "two slants": (Look(1, 1, 0.2), Look(1, 1, -0.2)),
    "two widths": (Look(0.85, 1, 0), Look(1.18, 1, 0)),
    "two sizes": (Look(0.87, 0.87, 0), Look(1.12, 1.12, 0)),
    "sizes and slants": (Look(0.87, 0.87, 0.15), Look(1.12, 1.12, -0.15)),
    "the other way round": (Look(0.87, 0.87, -0.15), Look(1.12, 1.12, 0.15)),
    "further": (Look(0.8, 0.85, 0.2), Look(1.2, 1.12, -0.2)),
    "four": (
        Look(0.87, 0.87, 0.15),
        Look(1.12, 1.12, -0.15),
        Look(0.87, 1, -0.15),
        Look(1.15, 1, 0.15),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--count", type=int, default=100, help="of each kind")
    parser.add_argument("--only", nargs="+", choices=list(_SETS), default=list(_SETS))
    arguments = parser.parse_args()
    reader = TextReader.load(find(arguments.model), english())
    truths, lines = list[str](), []
    for style in KINDS:
        rng = np.random.default_rng(0)
        source, items = pieces(style, arguments.count, rng)
        for place, item in enumerate(items):
            truths.append(plain(str(source.writing.texts[item])).lower())
            lines.append(clean(source, item) if place % 2 else source.line([item], rng))
    for name in arguments.only:
        reader.looks, started = _SETS[name], time.process_time()
        with one_blas_thread():
            read = [" ".join(w.text for w in reader.read_line(line)).lower() for line in lines]
        seconds = time.process_time() - started
        right = np.mean([a == b for a, b in zip(truths, read, strict=True)])
        print(
            f"{name}: {100 * right:.1f} % of {len(lines)} exactly, character error rate "
            f"{100 * character_error_rate(truths, read):.2f} %, {1000 * seconds / len(lines):.0f} "
            "ms a line",
            flush=True,
        )


if __name__ == "__main__":
    main()
