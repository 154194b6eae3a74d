"""1,000 lines composed of the EMNIST pool's test characters, read by `text`.

Words that training never used are among them: of the lines' words one in two is. The character
error rate is given with the language and without it, and how far confidences hold.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.evaluation.metrics import character_error_rate, readable
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading.text import TextReader
from inkgrad.recognition.language import english
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import Wording


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--mistakes", action="store_true", help="list some")
    arguments = parser.parse_args()
    pool, rng = load("emnist-pool-62").test, np.random.default_rng(0)
    hands = Hands([pool.images[pool.labels == c] for c in range(62)], [])
    source = Texts(hands, Wording(), 0, drawn=0.0, typed=0.0)
    wordings = Wording(), Wording(held=True)
    reader = TextReader.load(find(arguments.model), english())
    truths, read, raws = [], [], []
    confidences, right = [], []
    for i in range(arguments.lines):
        truth = wordings[i % 2].phrase(int(rng.integers(4, 40)), rng)
        with one_blas_thread():
            words = reader.read_line(source.line(truth, rng))
        truths.append(truth)
        read.append(" ".join(word.text for word in words))
        raws.append(" ".join(word.raw for word in words))
        if len(words) == len(truth.split()):
            confidences += [word.confidence for word in words]
            right += [word.text == w for word, w in zip(words, truth.split(), strict=True)]
        if arguments.mistakes and read[-1] != truth and i < 100:
            print(f"{truth!r} read as {read[-1]!r}, by the ink {raws[-1]!r}")
    rate = partial(character_error_rate, truths)
    small = character_error_rate([t.lower() for t in truths], [r.lower() for r in read])
    print(
        f"{len(truths)} lines: character error rate {100 * rate(read):.2f} % (goal under 6 %), "
        f"case ignored {100 * small:.2f} %, by the ink alone {100 * rate(raws):.2f} %"
    )
    sure, known = np.array(confidences), np.array(right)
    print(f"words: {100 * known.mean():.1f} % right, mean confidence {100 * sure.mean():.1f} %")
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.01)):
        some = (sure >= low) & (sure < high)
        if some.any():
            of = f"{np.count_nonzero(some)} words of confidence {low:g} to {min(high, 1):g}"
            print(f"  {of}: {100 * known[some].mean():.1f} % right")
    part, _ = readable(sure, known, 0.01)
    print(f"  {100 * part:.1f} % of the words can be accepted at 1 % error")


if __name__ == "__main__":
    main()
