"""Columns of a reader of text before a ZIP code -> how likely they are each state's two letters."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inkgrad.nn.ctc import log_probability
from inkgrad.nn.vectors import Array
from inkgrad.reading.classes_of_text import CAPITALS, capitals_of
from inkgrad.recognition.zipcodes import STATES

CODES = tuple(sorted(set(STATES.values())))
_STRINGS = {code: np.array([CAPITALS.index(letter) for letter in code]) for code in CODES}


def states_before(windows: Sequence[Array], alphabet: str) -> dict[str, float]:
    """How likely each state's letters are all that stands in one of the windows: the best of them.

    Windows are log p (t, k) with the blank last, of the last one, two and three characters: what
    looks like two letters may be read as one, or as three.
    """
    columns = [capitals_of(window, alphabet) for window in windows if len(window)]
    return {
        code: math.exp(max(log_probability(window, letters) for window in columns))
        for code, letters in _STRINGS.items()
        if columns
    }
