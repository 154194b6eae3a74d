"""Columns of a reader of text -> those of fewer classes: digits where they belong, or capitals."""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np

from inkgrad.nn.vectors import Array

DIGITS = "0123456789"
CAPITALS = string.ascii_uppercase
# What looks like a digit is one with this probability: people mean digits where digits belong.
_MEANT = 0.15
_ALIKE = {
    "0": "OoQD",
    "1": "Iil|!/",
    "2": "Zz",
    "5": "Ss",
    "6": "bG",
    "8": "B",
    "9": "gq",
    "4": "A",
}
_BETWEEN = " -.,'"  # words, and groups of digits


def digits_of(log_p: Array, alphabet: str) -> Array:
    """Columns (t, k) of log p as columns (t, 11) of digits, the blank last in both."""
    return _summed(log_p, alphabet, [{digit: 1.0} | _meant(digit) for digit in DIGITS])


def capitals_of(log_p: Array, alphabet: str) -> Array:
    """Columns (t, k) of log p as columns (t, 27) of letters, small or not, the blank last."""
    return _summed(log_p, alphabet, [{letter: 1.0, letter.lower(): 1.0} for letter in CAPITALS])


def _meant(digit: str) -> dict[str, float]:
    return dict.fromkeys(_ALIKE.get(digit, ""), _MEANT)


def _summed(log_p: Array, alphabet: str, classes: Sequence[dict[str, float]]) -> Array:
    """Columns in which each class is a sum of characters, and what is between words is nothing."""
    parts = np.zeros((log_p.shape[1], len(classes) + 1), log_p.dtype)
    for place, characters in enumerate([*classes, dict.fromkeys(_BETWEEN, 1.0)]):
        for character, part in characters.items():
            if character in alphabet:
                parts[alphabet.index(character), place] = part
    parts[-1, -1] = 1.0
    logs: Array = np.log(np.exp(log_p) @ parts + 1e-9)
    return logs
