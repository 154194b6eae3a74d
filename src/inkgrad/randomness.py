"""One seed for everything, cut into streams that do not touch each other.

A stream is named by what it is for and by where it stands (epoch, block of a batch), never by what
was drawn before. So a run that stops and resumes draws what it would have drawn, and the number of
threads changes nothing.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Purpose = Literal["init", "order", "augmentation", "dropout", "split", "sample", "trial"]

_KEYS: dict[Purpose, int] = {
    "init": 0,
    "order": 1,
    "augmentation": 2,
    "dropout": 3,
    "split": 4,
    "sample": 5,
    "trial": 6,
}


def generator(seed: int, purpose: Purpose, *where: int) -> np.random.Generator:
    """The generator of one stream: the same seed, purpose and place give the same numbers."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_KEYS[purpose], *where))
    return np.random.default_rng(sequence)
