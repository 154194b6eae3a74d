"""9. Evaluation: accuracy, an interval around it, and what is held out of groups."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.evaluation.metrics import wilson_interval
from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

_ZEROS = "place by place, where most zeros agree: compare the likeliest class with the label"
HINTS = (
    "logits.argmax(axis=1) is the answer for each sample; the mean of (answers == labels) is it.",
    "Wilson: middle (k + z*z/2) / (n + z*z), and half of its width "
    "z / (n + z*z) * sqrt(k * (n - k) / n + z*z/4), with z = 1.96.",
    "Shuffle np.unique(groups), hold out a part of these; np.isin(groups, held) tells whose.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    _accuracy(learner)
    _interval(learner)
    _hold_out(learner)


def _accuracy(learner: ModuleType) -> None:
    # Every mistake gives another number here than the others do, and than what is right.
    logits = np.array(
        [[0, 2, 2, 5, 0], [1, 1, 2, 6, 0], [1, 6, 1, 5, 2], [0, 3, 4, 1, 2], [3, 2, 5, 1, 4.0]]
    )
    labels = np.array([3, 1, 0, 2, 2])
    answers, one_hot = logits.argmax(axis=1), np.eye(5)[labels]
    right = float((answers == labels).mean())
    same(
        "accuracy",
        function(learner, "accuracy")(logits, labels),
        right,
        [
            KnownMistake(
                "a count", 5 * right, "this is how many are right: divide by how many there are"
            ),
            KnownMistake("percent", 100 * right, "this is in percent: a part of 1, as is usual"),
            KnownMistake("the wrong ones", 1 - right, "this is the part that is wrong"),
            *(
                KnownMistake("one-hot into accuracy", np.mean(compared == one_hot), advice)
                for compared, advice in (
                    (logits.round(), f"this compares logits with one-hot rows {_ZEROS}"),
                    (np.eye(5)[answers], f"this compares one-hot rows with one-hot rows {_ZEROS}"),
                    (answers[:, None], f"this compares class numbers with one-hot rows {_ZEROS}"),
                )
            ),
            KnownMistake(
                "(n,) against (n, 1)",
                np.mean(answers[:, None] == labels),
                "an (n, 1) against an (n,) is n by n comparisons: both have to be (n,)",
            ),
            KnownMistake(
                "wrong axis",
                np.mean(logits.argmax(axis=0) == labels),
                "argmax(axis=0) is the likeliest sample of each class: the likeliest class of each "
                "sample is along axis 1",
            ),
        ],
    )


def _interval(learner: ModuleType) -> None:
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


def _hold_out(learner: ModuleType) -> None:
    groups = np.repeat(np.arange(10), 4)[np.random.default_rng(5).permutation(40)]
    result = function(learner, "hold_out")(groups, 0.2, np.random.default_rng(3))
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong("hold_out gives two arrays: the places to train on, and those held out")
    train, held = (np.asarray(places) for places in result)
    if {*train.tolist()} & {*held.tolist()}:
        raise Wrong(
            "hold_out: places are in both parts, so that what is tested was trained on",
            "testing on what was trained on",
        )
    if sorted([*train.tolist(), *held.tolist()]) != list(range(40)):
        raise Wrong("hold_out: not every place from 0 to 39 is in one of the two parts")
    both = {*groups[train].tolist()} & {*groups[held].tolist()}
    if both:
        raise Wrong(
            f"hold_out: {len(both)} of 10 groups are in both parts: samples were shuffled before "
            "they were split. Shuffle the groups, and split these",
            "shuffled before splitting",
        )
    if len(held) != 8:
        raise Wrong(f"hold_out holds out {len(held)} of 40, expected 2 of 10 groups: 8")
    if {*groups[held].tolist()} in ({0, 1}, {8, 9}):
        raise Wrong("hold_out: nothing was shuffled, the first or last groups go", "not shuffled")
