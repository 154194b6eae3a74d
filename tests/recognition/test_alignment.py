from __future__ import annotations

import numpy as np

from inkgrad.nn.ctc import log_softmax
from inkgrad.recognition.alignment import places


def test_places_are_the_columns_of_each_character():
    path = [3, 0, 0, 3, 1, 1, 1, 3, 1]
    log_p = np.full((len(path), 4), -9.0)
    log_p[np.arange(len(path)), path] = -0.01
    assert places(log_p, (0, 1, 1)) == [(1, 3), (4, 7), (8, 9)]


def test_more_characters_than_columns_share_them():
    log_p = log_softmax(np.zeros((4, 4)))
    assert places(log_p, (0, 1, 0, 1, 0, 1)) == [*[(0, 1)] * 2, (1, 2), *[(2, 3)] * 2, (3, 4)]
    assert len(places(log_p, (1, 1, 1))) == 3  # alike, they need blanks between them
