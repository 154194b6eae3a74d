"""2. Preparing data: pixels from 0 to 1, shuffled with their labels, split before anything else."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

HINTS = (
    "uint8 pixels are divided by 255; reshape(len(images), -1) makes a row of each image.",
    "images.dtype == np.uint8 says whether they have to be divided.",
    "One permutation for both: order = rng.permutation(len(images)), then images[order].",
    "The first int(part * n) of the shuffled samples are held out, the rest is to train on.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (5, 4, 3)).astype(np.uint8)
    _check_prepare(learner, images)
    _check_together(learner)


def _check_prepare(learner: ModuleType, images: np.ndarray) -> None:
    prepare, rows = function(learner, "prepare"), images.reshape(5, -1)
    right = rows / 255
    same(
        "prepare",
        prepare(images),
        right,
        [
            KnownMistake("pixels not scaled", rows, "pixels are still 0 to 255: divide by 255"),
            KnownMistake(
                "255 twice", right / 255, "these were divided by 255 twice: the largest is 0.004"
            ),
            KnownMistake(
                "dark on light",
                1 - right,
                "this turns ink into paper: MNIST is light ink on black, leave it so",
            ),
            KnownMistake(
                "each image on its own",
                rows / rows.max(axis=1, keepdims=True),
                "each image is divided by its own maximum: faint ones become as strong as others",
            ),
            KnownMistake(
                "not flattened", images / 255, "a dense layer takes rows: (n, h, w) to (n, h * w)"
            ),
        ],
    )
    floats = right.reshape(5, 4, 3).astype(np.float32)
    same(
        "prepare of pixels that are 0 to 1 already",
        prepare(floats),
        floats.reshape(5, -1),
        [
            KnownMistake(
                "255 twice",
                floats.reshape(5, -1) / 255,
                "pixels that are 0 to 1 already are divided once more: look at their dtype first",
            )
        ],
    )


def _check_together(learner: ModuleType) -> None:
    split = function(learner, "shuffled_split")
    x, y = np.arange(20) * 10, np.arange(20)
    result = split(x, y, 0.25, np.random.default_rng(2))
    if not isinstance(result, tuple) or len(result) != 4:
        raise Wrong("shuffled_split gives four arrays: x and y to train on, x and y held out")
    train_x, train_y, held_x, held_y = map(np.asarray, result)
    if len(train_x) != len(train_y) or len(held_x) != len(held_y):
        raise Wrong("shuffled_split: images and labels of a part are not equally many")
    if np.any(train_x != 10 * train_y) or np.any(held_x != 10 * held_y):
        raise Wrong(
            "shuffled_split: images have lost their labels. Shuffle both with one permutation",
            "shuffled without labels",
        )
    if set(train_y.tolist()) & set(held_y.tolist()):
        raise Wrong(
            "shuffled_split: samples are in both parts, so that what is tested was trained on",
            "testing on what was trained on",
        )
    if len(train_y) + len(held_y) != 20:
        raise Wrong(f"shuffled_split: of 20 samples {len(train_y) + len(held_y)} are left")
    if len(held_y) != 5:
        raise Wrong(f"shuffled_split holds out {len(held_y)} of 20, expected a quarter: 5")
    if held_y.tolist() in ([*range(5)], [*range(15, 20)]):
        raise Wrong(
            "shuffled_split: nothing was shuffled. Data sorted by label lose whole classes",
            "not shuffled",
        )
