"""12. Mail sorting: a decoder by hand, on four columns."""

from __future__ import annotations

from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "First one of each run of equal classes, then leave out the blanks: 1 1 - 1 says 11.",
    "All paths of four columns over k classes: itertools.product(range(k), repeat=4).",
    "A string's probability is the sum over all paths that collapse to it.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    collapse = function(learner, "collapse")
    for path in ([0, 0, 2, 0], [2, 1, 1, 2], [0, 1, 1, 0], [2, 2, 2, 2], [1, 2, 1, 1]):
        same(
            f"collapse({path}, blank 2)",
            list(collapse(path, 2)),
            _collapsed(path, 2),
            [
                KnownMistake(
                    "blanks taken out too early",
                    _merged([c for c in path if c != 2]),
                    "a blank parts equal classes: merge runs first, then take the blanks out",
                ),
                KnownMistake(
                    "runs not merged",
                    [c for c in path if c != 2],
                    "a run of one class is one character: merge equal neighbours",
                ),
            ],
        )
    p = np.array([[0.6, 0.1, 0.3], [0.5, 0.1, 0.4], [0.2, 0.3, 0.5], [0.1, 0.6, 0.3]])
    paths = list(product(range(3), repeat=4))
    chances = {path: float(np.prod(p[range(4), path])) for path in paths}
    probability = function(learner, "string_probability")
    for string in ([0, 1], [0], [0, 0]):
        fitting = [path for path in paths if _collapsed(path, 2) == string]
        right = sum(chances[path] for path in fitting)
        same(
            f"string_probability of {string}",
            probability(p, string, 2),
            right,
            [
                KnownMistake(
                    "the best path alone",
                    max(chances[path] for path in fitting),
                    "this is the likeliest path: all paths that say the string count",
                ),
                KnownMistake("logarithms", np.log(right), "this is its logarithm"),
                KnownMistake(
                    "blanks taken out too early",
                    sum(
                        chance
                        for path, chance in chances.items()
                        if _merged([c for c in path if c != 2]) == string
                    ),
                    "use your `collapse`: runs are merged before blanks are taken out",
                ),
            ],
        )


def _merged(path: Any) -> list[int]:
    return [int(c) for i, c in enumerate(path) if i == 0 or c != path[i - 1]]


def _collapsed(path: Any, blank: int) -> list[int]:
    return [c for c in _merged(path) if c != blank]
