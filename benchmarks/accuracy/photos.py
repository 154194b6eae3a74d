"""The four photographed and scanned pages, read by `text`: character error rate by page.

None was trained on. A line break counts as a character; a case that is wrong counts on the block
letters and not on the notes, of whose letters many are as large as capitals.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.images.files import open_grey
from inkgrad.pretrained.pages import page_reader

_BLOCK = "bmitt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "photos"
    rows = [line.split("\t") for line in (folder / "truth.tsv").read_text().splitlines()[1:]]
    read_page = page_reader(arguments.model)
    kinds: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for name, escaped, *_ in rows:
        truth = escaped.replace("\\n", "\n")
        page = read_page(open_grey(folder / name))
        read, raw = (
            "\n".join(getattr(line, how) for line in page.lines) for how in ("text", "raw")
        )
        block = name.startswith(_BLOCK)
        kinds[block].append((truth, read) if block else (truth.lower(), read.lower()))
        rate = character_error_rate(*([text] for text in kinds[block][-1]))
        print(f"{name}: {100 * rate:.1f} %\n  {read!r}\n  {raw!r} by the ink alone")
    for block, pairs in kinds.items():
        rate = character_error_rate(*zip(*pairs, strict=True))
        what, goal = ("block letters", 8) if block else ("notes, case ignored", 25)
        print(f"{what}: character error rate {100 * rate:.1f} % (goal under {goal} %)")


if __name__ == "__main__":
    main()
