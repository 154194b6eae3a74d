"""What the state before a ZIP code weighs: codes read, and how many are sure, by several weights.

By its figures `reading/envelope.py` has `_UNREAD` and `_CONFIRMED`, and the first row is without
any weight; composed envelopes by hand, other ones than those that envelopes.py measures by.
"""

from __future__ import annotations

import argparse
import multiprocessing
from functools import partial

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import readable
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading import envelope
from inkgrad.recipes.hands import envelopes
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import unused

WEIGHTS = [(1e6, 0.1), *((unread, 0.1) for unread in (0.1, 0.03, 0.01, 0.003, 0.001))]
WEIGHTS += [(0.01, 0.01), (0.01, 0.3)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=250, help="envelopes of each seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[5, 6])
    arguments = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(len(arguments.seeds)) as pool:
        parts = pool.map(partial(read, arguments.count), arguments.seeds)
    for place, (unread, confirmed) in enumerate(WEIGHTS):
        right, sure = np.concatenate([part[place] for part in parts], 1)
        part, _ = readable(sure, right > 0, 0.01)
        print(
            f"unread {unread:g}, confirmed {confirmed:g}: {100 * right.mean():.1f} % of "
            f"{len(right)} read exactly; {100 * part:.1f} % could be accepted at 1 % error"
        )


def read(count: int, seed: int) -> np.ndarray:
    """Of envelopes of a seed, whether each is read right, and how surely: (weights, 2, count)."""
    reader = envelope.EnvelopeReader.load(find("numbers"), find("text"))
    source, rng = envelopes(seed=seed), np.random.default_rng(100 + seed)
    patterns = [Pattern.parse(text) for text in ("99999", "99999-9999")]
    unlikely = Unlikely(unused())
    found = np.zeros((len(WEIGHTS), 2, count))
    done = 0
    while done < count:
        made = source.compose(rng)
        if made.typed:
            continue
        for place, (envelope._UNREAD, envelope._CONFIRMED) in enumerate(WEIGHTS):
            try:
                with one_blas_thread():
                    reading = reader.read(made.grey, patterns, 5, unlikely)
            except ImageError:
                continue
            found[place, :, done] = reading.text == made.code, reading.confidence
        done += 1
    return found


if __name__ == "__main__":
    main()
