"""Which items of `unipen-words` say something else than they are said to: an hour on two cores.

    python benchmarks/accuracy/wrong_labels.py [--begin FILE] [--composed 14] [--epochs 8]

Two readers of text, each given the words of one half of the writers only, read the other half:
what they are far surer of than of the label is printed, and after it what stands in two lines. A
person looks at these: what was kept is in `src/inkgrad/recipes/wrong_labels.tsv`. `--begin` is a
`line_reader(..., "large")` of composed lines alone; without it one is trained first. Goes on where
it was stopped. Needs the data in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from inkgrad.data.unipen_words import load_unipen_words
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.ctc import count_read, ctc_loss
from inkgrad.nn.deepening import deepened
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.randomness import generator
from inkgrad.reading.text import TextReader
from inkgrad.recipes.hands import letter_hands
from inkgrad.recipes.line_reader import _stage as stage
from inkgrad.recipes.lines import Training
from inkgrad.recipes.written_hands import halves
from inkgrad.recipes.wrong_labels import doubts, in_two_lines
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.mixture import Mixture
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, Wording
from inkgrad.synthetic.written import Written
from inkgrad.training.step import Source
from inkgrad.training.train import train

_WORDS, _LINES = 0.75, 8000  # part of the lines, and lines of an epoch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--begin", type=Path, help="a reader of composed lines")
    parser.add_argument("--composed", type=int, default=14, help="epochs of composed lines")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of words")
    parser.add_argument("--folder", type=Path, default=Path("runs/wrong-labels"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    letters = letter_hands(0)[0]
    composed = Texts(letters, Wording(), 2 * _LINES, Fonts.found(ALPHABET))
    shallow = line_reader(ALPHABET, "large", seed=0)
    if arguments.begin:
        shallow, _ = files.load(arguments.begin)
    else:
        trained(shallow, composed, arguments.composed, arguments.folder / "composed")
    both = halves(0)
    for place, other in enumerate(reversed(both)):
        words = Mixture(
            [Written(both[place], 0, long=0.04, fair=0.5), composed], [_WORDS, 1 - _WORDS], _LINES
        )
        deep = line_reader(ALPHABET, "joined", seed=place)
        deepened(shallow, deep, words.batch(np.arange(32), generator(0, "sample"))[0])
        trained(deep, words, arguments.epochs, arguments.folder / f"half-{place}")
        with one_blas_thread():
            for doubt in doubts(other, TextReader(deep, {"alphabet": ALPHABET}, None)):
                print(*doubt, sep="\t", flush=True)
    for item in in_two_lines(load_unipen_words()):
        print(item, "two lines", sep="\t")


def trained(network: Network, source: Source, epochs: int, name: Path) -> None:
    """The network after so many epochs, or as it was when that was done before."""
    settings = stage(Training(network, source, 0, 0.002, 0.1), epochs).settings
    checkpoint = name.with_suffix(".checkpoint.safetensors")
    for epoch in train(
        network, source, settings, loss=ctc_loss, score=count_read, checkpoint=checkpoint
    ):
        print(f"{name.name} {epoch.number}: loss {epoch.loss:.2f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
