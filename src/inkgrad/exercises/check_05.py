"""5. The loss: cross-entropy, and its gradient with softmax."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import OVER_SAMPLES, KnownMistake, function, over_samples, same

HINTS = (
    "p[np.arange(n), labels] is the probability of the right class, sample by sample.",
    "The loss is the mean of -log of these; np.maximum(p, 1e-12) keeps the log finite.",
    "With softmax the gradient for the logits is (p - one_hot) / n.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.3, 0.3, 0.4], [0.25, 0.25, 0.5]])
    labels = np.array([0, 1, 2, 0])
    right = p[np.arange(4), labels]
    loss, names = function(learner, "cross_entropy"), -np.log(right)
    same(
        "cross_entropy",
        loss(p, labels),
        names.mean(),
        [
            KnownMistake(
                "not divided by the batch", names.sum(), "a sum: divide by the number of samples"
            ),
            KnownMistake(
                "sign", -names.mean(), "log of a probability is below 0: the loss is minus that"
            ),
            KnownMistake(
                "base 2", names.mean() / np.log(2), "np.log2: the field takes the natural log"
            ),
            KnownMistake("one number a sample", names, "the mean of these is the loss"),
            KnownMistake(
                "(n,) against (n, 1)",
                -np.log(p[:, labels]).mean(),
                "p[:, labels] is n by n: every sample with every label. p[np.arange(n), labels]",
            ),
            KnownMistake(
                "all classes", -np.log(p).mean(), "only the right class counts in the loss"
            ),
        ],
    )
    sure = np.array([[1.0, 0.0], [0.5, 0.5]])
    value = float(loss(sure, np.array([1, 0])))
    if not np.isfinite(value):
        same(
            "cross_entropy of a probability of 0",
            value,
            (-np.log(1e-12) - np.log(0.5)) / 2,
            [
                KnownMistake(
                    "log of zero",
                    value,
                    "log(0) is minus infinity: np.maximum(p, 1e-12) first, or work with logits",
                )
            ],
        )
    z = np.log(p) + np.array([[1.0], [0.0], [-2.0], [3.0]])
    one_hot = np.eye(3)[labels]
    gradient = function(learner, "loss_gradient")(z, labels)
    same(
        "loss_gradient",
        gradient,
        (p - one_hot) / 4,
        [
            KnownMistake(
                "not divided by the batch",
                p - one_hot,
                "the loss is a mean, so its gradient has the 1 / n too: divide by the batch",
            ),
            KnownMistake("sign", (one_hot - p) / 4, "p minus one-hot, not the other way round"),
            KnownMistake("logits for probabilities", (z - one_hot) / 4, "softmax the logits first"),
            KnownMistake("probabilities alone", p / 4, "subtract 1 at the right class"),
            *(KnownMistake("wrong axis", (p - one_hot) / 4, OVER_SAMPLES) for p in over_samples(z)),
        ],
    )
