"""1. The task and the data: a mean digit, and which mean is nearest."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "images[labels == digit] are the images of one digit; their mean is over the first axis.",
    "A difference of two uint8 is a uint8: 3 - 5 is 254. Make one of them float first.",
    "((means - image.astype(float)) ** 2).sum(axis=(1, 2)) is one distance for each mean.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 4, 3)).astype(np.uint8)
    labels = np.array([1, 0, 1, 2, 0, 1])
    mean = function(learner, "mean_digit")(images, labels, 1)
    mine = images[labels == 1]
    same(
        "mean_digit",
        mean,
        mine.mean(axis=0),
        [
            KnownMistake(
                "wrong axis",
                mine.mean(axis=(1, 2)),
                "this is one number for each image: the mean is over images, axis 0",
            ),
            KnownMistake(
                "wrong axis", mine.mean(), "this is one number: the mean is over axis 0 alone"
            ),
            KnownMistake(
                "labels not used",
                images.mean(axis=0),
                "this is the mean of all digits: choose those whose label is the digit",
            ),
            KnownMistake(
                "numbers of eight bits",
                (mine.sum(axis=0, dtype=np.uint8) / len(mine)),
                "the sum of uint8 begins again at 256: let NumPy take the mean, or make floats",
            ),
        ],
    )
    means = np.array([np.full((2, 2), 200.0), np.full((2, 2), 40.0), np.full((2, 2), 90.0)])
    image = np.array([[60, 30], [20, 35]], np.uint8)
    nearest = function(learner, "nearest_mean")
    wrapped = (means.astype(np.uint8) - image).astype(float) ** 2
    same(
        "nearest_mean",
        nearest(image, means.astype(np.uint8)),
        1,
        [
            KnownMistake(
                "numbers of eight bits",
                int(wrapped.sum(axis=(1, 2)).argmin()),
                "a difference of two uint8 is never below 0: make floats before subtracting",
            ),
            KnownMistake("farthest", 0, "this is the farthest mean: argmin, not argmax"),
        ],
    )
    flipped = np.array([[10, 250], [250, 10]], np.uint8)
    both = np.array([[[12, 251], [249, 13]], [[0, 0], [0, 0]]], float)
    same(
        "nearest_mean",
        nearest(flipped, both),
        0,
        [
            KnownMistake(
                "signs that cancel",
                1,
                "differences of both signs cancel: square them (or take their size) first",
            )
        ],
    )
