"""9. Evaluation: accuracy, and an interval around it."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "logits.argmax(axis=1) is the answer for each sample; the mean of (answers == labels) is it.",
    "Wilson: middle (k + z*z/2) / (n + z*z), and half of its width "
    "z / (n + z*z) * sqrt(k * (n - k) / n + z*z/4), with z = 1.96.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    logits = np.array([[0, 3, 1, 0], [4, 1, 0, 2], [1, 0, 5, 1], [6, 1, 2, 1.0]])
    labels = np.array([1, 0, 0, 0])
    right = 0.75
    one_hot = np.eye(4)[labels]
    same(
        "accuracy",
        function(learner, "accuracy")(logits, labels),
        right,
        [
            KnownMistake("a count", 3, "this is how many are right: divide by how many there are"),
            KnownMistake("percent", 75, "this is in percent: a part of 1, as the field has it"),
            KnownMistake("the wrong ones", 0.25, "this is the part that is wrong"),
            KnownMistake(
                "one-hot into accuracy",
                (logits.round() == one_hot).mean(),
                "this compares logits with one-hot rows place by place, where most zeros agree: "
                "compare the likeliest class with the label",
            ),
            KnownMistake(
                "(n,) against (n, 1)",
                (logits.argmax(1)[:, None] == labels).mean(),
                "an (n, 1) against an (n,) is n by n comparisons: both have to be (n,)",
            ),
        ],
    )
    interval = function(learner, "interval")
    low, high = wilson_interval(96, 100)
    p = 0.96
    half = 1.96 * np.sqrt(p * (1 - p) / 100)
    same(
        "interval(96, 100)",
        np.round(np.asarray(interval(96, 100), np.float64), 4),
        np.round([low, high], 4),
        [
            KnownMistake(
                "the normal interval",
                np.round([p - half, p + half], 4),
                "p +- 1.96 sqrt(p (1 - p) / n) goes beyond 1 near 100 %, and is a point where all "
                "are right: Wilson's does not",
            )
        ],
    )
    low, high = wilson_interval(50, 50)
    same(
        "interval(50, 50)",
        np.round(np.asarray(interval(50, 50), np.float64), 4),
        np.round([low, high], 4),
    )
