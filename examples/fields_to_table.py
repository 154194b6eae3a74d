"""A folder of fields to a table, and the same rows in a program."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from inkgrad import load, open_reader, read_table

NUMBERS = ["10001", "90210", "60614", "33101", "02139", "73301", "48226", "97205"]

with TemporaryDirectory() as place:
    folder, rng, test = Path(place) / "fields", np.random.default_rng(0), load("mnist-5k").test
    folder.mkdir()
    for i, number in enumerate(NUMBERS):  # what stands for scans
        digits = [rng.choice(test.images[test.labels == int(digit)]) for digit in number]
        paper = 215 - 0.65 * np.pad(np.hstack(digits), 10)
        Image.fromarray(paper.astype(np.uint8)).save(folder / f"{i}.png")

    written = read_table([folder], Path(place) / "table.tsv", patterns=["99999"], max_error=0.5)
    print((Path(place) / "table.tsv").read_text().replace(f"{folder}/", ""), end="")
    print(written.counts)

    reader = open_reader("number", patterns=["99999"])
    readings = list(reader.read_all(sorted(folder.iterdir()), workers=2))
    right = sum(r.text == number for r, number in zip(readings, NUMBERS, strict=True))
    print(f"{right} of {len(readings)} right, the least sure {min(r.confidence for r in readings)}")
