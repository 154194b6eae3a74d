"""How much a reader of text should believe its language: a grid, on lines it was not trained on.

Half of them are composed in hands that were held out, of words that were; half are words and lines
of the sources of `unipen-words` that were left out. The pair with the fewest wrong characters over
both, each counted alike, is what a model file keeps as "language".
"""

from __future__ import annotations

import argparse
import itertools

from inkgrad.data.vocabulary import vocabulary
from inkgrad.evaluation.metrics import character_error_rate
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.text import TextReader
from inkgrad.recipes.hands import letter_hands, words
from inkgrad.recipes.lines import LEFT_OUT, composed_lines, written_lines
from inkgrad.recognition.language import Language, english, tables_of
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.wording import ALPHABET


def spread(part: float) -> Language:
    """English, where this part of the words of the list may be any of them."""
    return Language.of(tables_of(vocabulary(), part))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--lines", type=int, default=300, help="of each kind")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.4, 0.6, 0.8, 1.0])
    parser.add_argument("--lengths", type=float, nargs="+", default=[1.2, 1.8, 2.4, 3.0])
    parser.add_argument(
        "--spread", type=float, nargs="+", help="parts of known words that may be any of them"
    )
    arguments = parser.parse_args()
    reader = TextReader.load(find(arguments.model), english())
    rng = generator(0, "split")
    kinds = {
        "composed": composed_lines(letter_hands(0)[1], Fonts.found(ALPHABET), rng, arguments.lines),
        "written": written_lines(words(LEFT_OUT)[1], rng, arguments.lines),
    }
    truths = {
        kind: ["".join(ALPHABET[c] for c in row if c >= 0) for row in lines.labels]
        for kind, lines in kinds.items()
    }
    with one_blas_thread():
        columns = {kind: [reader.columns(x) for x in lines.lines] for kind, lines in kinds.items()}
        languages = {f"spread {part:g}, ": spread(part) for part in arguments.spread or ()}
        for (told, language), weight, length in itertools.product(
            (languages or {"": reader.language}).items(), arguments.weights, arguments.lengths
        ):
            reader.language, reader.weight, reader.length = language, weight, length
            said = []
            for kind, of_kind in columns.items():
                read = [
                    " ".join(word.text for word in reader.words([log_p], 2 * len(log_p)))
                    for log_p in of_kind
                ]
                rate = character_error_rate(
                    [text.lower() for text in truths[kind]], [text.lower() for text in read]
                )
                said.append(f"{kind} {100 * rate:.2f} %")
            print(f"{told}weight {weight:g}, length {length:g}: {', '.join(said)}", flush=True)


if __name__ == "__main__":
    main()
