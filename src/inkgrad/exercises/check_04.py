"""4. Activations: ReLU, its gradient, softmax."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "np.maximum(0, z) compares place by place; its gradient passes where z was above 0.",
    "By the chain rule it is dy times the slope: dy * (z > 0).",
    "Subtract each row's own maximum: z - z.max(axis=1, keepdims=True). Nothing else changes.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(2)
    z, dy = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    same(
        "relu",
        function(learner, "relu")(z),
        np.maximum(0, z),
        [
            KnownMistake("sign", np.abs(z), "this is the size of z: below 0 ReLU is 0"),
            KnownMistake(
                "minimum", np.minimum(0, z), "this keeps what is below 0: np.maximum(0, z)"
            ),
        ],
    )
    same(
        "relu_gradient",
        function(learner, "relu_gradient")(dy, z),
        dy * (z > 0),
        [
            KnownMistake("the slope alone", z > 0, "this is the slope: by the chain rule times dy"),
            KnownMistake(
                "nothing stopped", dy, "where z was below 0 nothing passes: times (z > 0)"
            ),
            KnownMistake(
                "the wrong array", dy * (dy > 0), "what counts is whether z was above 0, not dy"
            ),
        ],
    )
    softmax = function(learner, "softmax")
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    columns = np.exp(z) / np.exp(z).sum(axis=0)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    same(
        "softmax",
        softmax(z),
        p,
        [
            KnownMistake(
                "wrong axis", columns, "each sample's probabilities sum to 1: axis 1, not 0"
            ),
            KnownMistake("wrong axis", e / e.sum(axis=0), "the sum is over a row: axis 1, not 0"),
            KnownMistake(
                "wrong axis", np.exp(z) / np.exp(z).sum(), "the sum is over one row, not all"
            ),
            KnownMistake("exponentials alone", np.exp(z), "divide by the sum of the row"),
        ],
    )
    large = np.array([[1000.0, 1001.0], [0.0, 1.0]])
    pair = np.exp([0.0, 1.0]) / np.exp([0.0, 1.0]).sum()
    with np.errstate(all="ignore"):
        plain = np.exp(large) / np.exp(large).sum(axis=1, keepdims=True)
        whole = np.exp(large - large.max())
        whole /= whole.sum(axis=1, keepdims=True)
    same(
        "softmax of large numbers",
        softmax(large),
        np.array([pair, pair]),
        [
            KnownMistake(
                "overflow",
                plain,
                "exp(1000) is infinite: subtract each row's maximum first, the answer is the same",
            ),
            KnownMistake(
                "the maximum of the whole batch",
                whole,
                "the maximum of the whole batch was subtracted: a row far below it is 0 / 0. Each "
                "row has its own",
            ),
        ],
    )
