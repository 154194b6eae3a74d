"""13. Notes into text: how far a reading is from what was written, and what language adds."""

from __future__ import annotations

from types import ModuleType

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

HINTS = (
    "d[i][j] is the distance of the first i and the first j characters; d[i][0] is i.",
    "It is the least of: d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a[i-1] != b[j-1]).",
    "The error rate is the distance over the length of what was written, not of what was read.",
    "Ink and language: add the logarithms, the language's times its weight; the best wins.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    distance = function(learner, "edit_distance")
    pairs = {("milk", "milk"): 0, ("milk", "mlik"): 2, ("kitten", "sitting"): 3, ("", "abc"): 3}
    for (a, b), right in pairs.items():
        differing = sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b))
        same(
            f"edit_distance({a!r}, {b!r})",
            distance(a, b),
            right,
            [
                KnownMistake(
                    "place by place",
                    differing,
                    "compared place by place: one lost letter shifts all others. Characters may be "
                    "put in and left out",
                ),
                KnownMistake("swaps", right - 1, "an exchange of neighbours counts two here"),
            ],
        )
    same(
        "error_rate('buy milk', 'buy mlk')",
        function(learner, "error_rate")("buy milk", "buy mlk"),
        1 / 8,
        [
            KnownMistake(
                "over what was read", 1 / 7, "the rate is over what was written: 8 characters"
            ),
            KnownMistake("percent", 12.5, "a part of 1, not percent"),
        ],
    )
    ink = {"mi1k": -1.0, "milk": -1.6, "mink": -4.0}
    words = {"milk": -7.0, "mink": -9.0, "mi1k": -20.0}
    choose = function(learner, "best_word")
    for weight, best in {0.0: "mi1k", 0.5: "milk", 5.0: "milk"}.items():
        said = choose(ink, words, weight)
        if said == "mi1k" != best:
            raise Wrong(
                "best_word: the language does not count: add its weight times words[word]",
                "the language forgotten",
            )
        if said != best:
            raise Wrong(f"best_word says {said!r} with a weight of {weight:g}, expected {best!r}")
