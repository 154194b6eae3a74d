"""14. Convolution, and your own digits in the confusion matrix."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "Output (i, j) is (image[i : i + 3, j : j + 3] * kernel).sum(): no turn, no padding.",
    "An image of h x w and a kernel of k x k give (h - k + 1) x (w - k + 1).",
    "Dropout: a mask of zeros, and the others divided by (1 - rate), in training alone.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(9)
    image, kernel = rng.normal(size=(6, 5)), rng.normal(size=(3, 3))
    padded = np.pad(image, 1)
    same(
        "convolve",
        function(learner, "convolve")(image, kernel),
        _convolved(image, kernel),
        [
            KnownMistake(
                "turned",
                _convolved(image, kernel[::-1, ::-1]),
                "the kernel was turned, as mathematicians do: networks lay it on as it is",
            ),
            KnownMistake("transposed", _convolved(image, kernel.T), "the kernel is transposed"),
            KnownMistake(
                "padded",
                _convolved(padded, kernel),
                "the image was padded: here the kernel stays inside it",
            ),
            KnownMistake(
                "the first row and column",
                _convolved(image, kernel)[1:, 1:],
                "range(h - k) ends one too early: there are h - k + 1 places",
            ),
            KnownMistake(
                "one place too few",
                _convolved(image, kernel)[:-1, :-1],
                "range(h - k) ends one too early: there are h - k + 1 places",
            ),
        ],
    )
    x, rate = np.ones((200, 50)), 0.3
    dropout = function(learner, "dropout")
    trained = np.asarray(dropout(x, rate, np.random.default_rng(0), True), np.float64)
    same(
        "dropout when the network is used",
        dropout(x, rate, np.random.default_rng(0), False),
        x,
        [KnownMistake("dropped when used", trained, "units are dropped in training alone")],
    )
    off = float(np.mean(trained == 0))
    same(
        "the part that dropout drops, to a tenth",
        round(off, 1),
        0.3,
        [KnownMistake("the part that is kept", 0.7, "rate is the part dropped, not kept")],
    )
    kept = trained[trained != 0]
    same(
        "what dropout leaves",
        kept.mean(),
        1 / (1 - rate),
        [
            KnownMistake(
                "not scaled",
                1.0,
                "what is left has to be divided by 1 - rate, or later layers get less in training",
            )
        ],
    )


def _convolved(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    k = len(kernel)
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    return np.array(
        [
            [(image[i : i + k, j : j + k] * kernel).sum() for j in range(columns)]
            for i in range(rows)
        ]
    )
