"""Write the list of numbers that stand in the lines of `unipen-words`: five minutes.

    python benchmarks/accuracy/cut_numbers.py > src/inkgrad/recipes/cut_numbers.tsv

Each is cut where the reader of text sees its digits. Needs the data in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse

from inkgrad.data.unipen_words import load_unipen_words
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.text import TextReader
from inkgrad.recipes import cut_numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="text", help="a name or a file")
    reader = TextReader.load(find(parser.parse_args().model), None)
    with one_blas_thread():
        print(end=cut_numbers.as_table(cut_numbers.find(load_unipen_words(), reader)))


if __name__ == "__main__":
    main()
