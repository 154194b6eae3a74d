"""Single digits cut from real bank cheques along the boxes of their truth, read by a model.

    python benchmarks/accuracy/cheque_digits.py [--model digits] [--show FILE.png] [--json]

Another origin than any training data: other pens, another country, patterned paper, neighbours that
reach into the box. For measuring only: nothing is chosen by it. Needs INKGRAD_DATA/cheques.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from pathlib import Path

from inkgrad import InkgradError, load_network, open_grey, read_character
from inkgrad.evaluation import plots
from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.pretrained.shipped import find

_MARGIN = 2  # pixels around a box


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="digits", help="a name, a file or a run's folder")
    parser.add_argument("--show", type=Path, help="draw the mistakes to this PNG")
    parser.add_argument("--json", action="store_true", help="one object")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "cheques"
    if not folder.is_dir():
        sys.exit("INKGRAD_DATA holds no cheques")
    network, about = load_network(find(arguments.model))
    classes, temperature = tuple(about["classes"]), about["temperature"]
    right = refused = n = 0
    wrong = []
    with (folder / "truth.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        image = open_grey(folder / row["file"])
        for digit, box in zip(row["digits"], row["boxes_x_y_w_h"].split(";"), strict=True):
            x, y, w, h = map(int, box.split(","))
            top, left = max(0, y - _MARGIN), max(0, x - _MARGIN)
            cut = image[top : y + h + _MARGIN, left : x + w + _MARGIN]
            n += 1
            try:
                found = read_character(network, classes, cut, temperature)
            except InkgradError:
                refused += 1
                continue
            right += found.label == digit
            if found.label != digit:
                wrong.append((found.glyph, f"{found.label} not {digit}"))
    low, high = wilson_interval(right, n)
    if arguments.show and wrong:
        figure = plots.sheet([glyph for glyph, _ in wrong], [text for _, text in wrong], 12)
        arguments.show.write_bytes(plots.png(figure))
    if arguments.json:
        facts = {"model": arguments.model, "digits": n, "accuracy": right / n, "refused": refused}
        print(json.dumps(facts))
        return
    print(
        f"{arguments.model}: {100 * right / n:.1f} % of {n} cheque digits "
        f"({100 * low:.1f} to {100 * high:.1f} %), {refused} refused as blank"
    )


if __name__ == "__main__":
    main()
