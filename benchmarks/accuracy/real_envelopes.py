"""ZIP codes on envelopes whose addresses are real lines of one writer each.

    python benchmarks/accuracy/real_envelopes.py [--seed 0] [--mistakes]

Lines of addresses of `unipen-words`, source `aga`: two of a writer, and below them one up to its
ZIP code, as `recipes/cut_numbers.tsv` says where that ends; the same pen for all. Sender, stamp,
postmark and paper are composed. `numbers` never saw these writers; `text`, the second reader, was
given their lines at the end of its training. State and ZIP code were put together by chance by who
asked for them, so hardly any is sure: the rule that a code fits its state says that it does not.
Needs the data in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

import numpy as np

from inkgrad.data.unipen_words import TALL, Writing, load_unipen_words
from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.recipes import cut_numbers
from inkgrad.recipes.hands import envelopes
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.wear import Floats, Rng

_ERROR, _HIGH = 0.01, 60


@dataclass(frozen=True)
class OwnLines:
    """Lines as they were written, by their names, in one pen."""

    lines: dict[str, list[Stroke]]

    def ink(self, text: str, rng: Rng) -> Floats:
        scale = np.float32(_HIGH / TALL)
        pen = _HIGH * rng.uniform(0.05, 0.09)
        return np.pad(draw([stroke * scale for stroke in self.lines[text]], pen), 4)


def addresses(writing: Writing, rng: Rng) -> list[tuple[str, OwnLines]]:
    """A ZIP code and three lines for each that stands after a state's letters."""
    place = {int(number): item for item, number in enumerate(writing.numbers)}
    texts = [str(text) for text in writing.texts]
    plain = [i for i, text in enumerate(texts) if not re.search(r"\d{5}", text) and len(text) > 12]
    found = []
    for cut in cut_numbers.load():
        item = place.get(cut.item)
        if item is None or not re.search(rf"\b[A-Z]{{2}} {cut.text}\b", texts[item]):
            continue
        others = [i for i in plain if writing.writers[i] == writing.writers[item]]
        above = rng.choice(others, 2, replace=False)
        lines = {str(i): writing.strokes(int(i)) for i in above}
        lines[cut.text] = writing.strokes(item)[: cut.last]
        found.append((cut.text, OwnLines(lines)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mistakes", action="store_true", help="list them")
    arguments = parser.parse_args()
    reader = EnvelopeReader.load(find("numbers"), find("text"))
    rng = generator(arguments.seed, "sample", 70)
    _, writing = load_unipen_words().of_sources(("aga",))
    source, pattern = envelopes(0), [Pattern.parse("99999")]
    right, sure = list[bool](), list[float]()
    for code, lines in addresses(writing, rng):
        made = source.with_address(code, list(lines.lines), lines, rng)
        try:
            with one_blas_thread():
                found = reader.read(made.grey, pattern)
            text, confidence = found.text, found.confidence
        except ImageError:
            text, confidence = "", 0.0
        right.append(text == code)
        sure.append(confidence)
        if arguments.mistakes and text != code:
            print(f"{code} read as {text or 'nothing'}, {confidence:.3f}")
    known, taken = np.array(right), np.array(sure) >= reader.threshold(_ERROR)
    low, high = (100 * end for end in wilson_interval(int(known.sum()), len(known)))
    print(
        f"{len(known)} envelopes: {100 * known.mean():.1f} % read exactly "
        f"({low:.1f} to {high:.1f}); "
        f"{100 * taken.mean():.1f} % accepted at --max-error {_ERROR}, "
        f"{np.count_nonzero(taken & ~known)} of {np.count_nonzero(taken)} wrong"
    )


if __name__ == "__main__":
    main()
