"""Numbers on 128 real bank cheques, read by `numbers`; points and dashes are not counted.

No cheque was ever trained on. "Read at 1 % error" is the largest part that could be accepted by
confidence with at most 1 % of it wrong, were the threshold known; beside it what the threshold that
the model carries accepts, and how much of that is wrong.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import readable, wilson_interval
from inkgrad.images.files import open_grey
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="numbers", help="a name or a file")
    parser.add_argument("--mistakes", action="store_true", help="list them")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "cheques"
    rows = [line.split("\t") for line in (folder / "truth.tsv").read_text().splitlines()[1:]]
    reader = NumberReader.load(find(arguments.model))
    right, confidences = np.zeros(len(rows), bool), np.zeros(len(rows))
    for i, (name, digits, *_) in enumerate(rows):
        try:
            found = reader.read(open_grey(folder / name))
        except ImageError:
            continue
        right[i], confidences[i] = found.text == digits, found.confidence
        if arguments.mistakes and not right[i]:
            print(f"{name}: {digits} read as {found.text}, {found.confidence:.3f}")
    low, high = wilson_interval(int(right.sum()), len(right))
    part, _ = readable(confidences, right, 0.01)
    own = confidences >= reader.threshold(0.01)
    print(
        f"{len(rows)} cheques: {100 * right.mean():.1f} % read exactly "
        f"({100 * low:.1f} to {100 * high:.1f} %; goal 75 %), "
        f"{100 * part:.1f} % at 1 % error "
        f"(goal 35 %); by its own threshold {100 * own.mean():.1f} % accepted, "
        f"{100 * (~right[own]).mean() if own.any() else 0:.1f} % of them wrong"
    )


if __name__ == "__main__":
    main()
