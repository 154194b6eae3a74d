"""500 composed envelopes: ZIP codes found and read, by hand and in type, and how many a second.

Hands are of writers and images that no reader learned from; fonts those in INKGRAD_FONTS, and
Pillow's own where there are none.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.evaluation.metrics import readable
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.recipes.hands import envelopes
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import unused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--text", default="text", help="model, a name or a file")
    parser.add_argument("--mistakes", action="store_true", help="list them")
    parser.add_argument("--turned", type=int, default=0, help="by so many quarters")
    arguments = parser.parse_args()
    reader = EnvelopeReader.load(find("numbers"), find(arguments.text))
    source, rng = envelopes(seed=0), np.random.default_rng(7)
    patterns = [Pattern.parse(text) for text in ("99999", "99999-9999")]
    unlikely, threshold = Unlikely(unused()), reader.threshold(0.01)
    right, typed, sure = [], [], []
    seconds = 0.0
    for _ in range(arguments.count):
        made = source.compose(rng)
        grey = np.ascontiguousarray(np.rot90(made.grey, arguments.turned))
        started = time.perf_counter()
        try:
            with one_blas_thread():
                found = reader.read(grey, patterns, 5, unlikely)
            text, confidence = found.text, found.confidence
        except ImageError:
            text, confidence = "", 0.0
        seconds += time.perf_counter() - started
        right.append(text == made.code)
        typed.append(made.typed)
        sure.append(confidence)
        if arguments.mistakes and not right[-1]:
            how = "type" if made.typed else "hand"
            print(f"{made.code} by {how} read as {text or 'nothing'}, {confidence:.3f}")
    known, by_type, confidences = np.array(right), np.array(typed), np.array(sure)
    accepted = confidences >= threshold
    part, _ = readable(confidences, known, 0.01)
    print(
        f"{len(known)} envelopes: {100 * known.mean():.1f} % read exactly (goal 90 %), by hand "
        f"{100 * known[~by_type].mean():.1f} %, in type {100 * known[by_type].mean():.1f} %"
    )
    wrong = 100 * (~known[accepted]).mean() if accepted.any() else 0.0
    print(
        f"accepted at --max-error 0.01: {100 * accepted.mean():.1f} %, {wrong:.2f} % of them wrong "
        f"(goal under 1.5 %); {100 * part:.1f} % could be at 1 % error; "
        f"{len(known) / seconds:.1f} a second on one thread"
    )


if __name__ == "__main__":
    main()
