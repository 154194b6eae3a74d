"""A network that goes on with more classes says of the old ones what it said before."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.more_classes import with_more_classes, with_some_classes


def test_old_classes_are_answered_as_before_and_new_ones_are_unlikely(rng):
    known = line_reader("01", seed=1)
    wider = with_more_classes(known, line_reader("01./", seed=2), [0, 1, 4])
    lines = rng.integers(0, 256, (2, 32, 40)).astype(np.uint8)
    before, after = known(lines), wider(lines)
    np.testing.assert_allclose(after[..., [0, 1, 4]], before, atol=1e-5)
    weights = list(wider.parameters().values())[-2:]
    assert np.all(weights[1][2:4] == -4)
    assert 0 < np.abs(weights[0][..., 2:4]).max() < np.abs(weights[0][..., :2]).max()


def test_networks_that_differ_in_more_than_the_head_are_refused():
    with pytest.raises(ShapeError, match="expected"):
        with_more_classes(line_reader("01"), line_reader("01.", "medium"), [0, 1, 3])


def test_fewer_classes_are_answered_as_they_were_among_more(rng):
    known = line_reader("ab01", seed=1)
    fewer = with_some_classes(known, line_reader("10", seed=2), [3, 2, 4])
    lines = rng.integers(0, 256, (2, 32, 40)).astype(np.uint8)
    np.testing.assert_allclose(fewer(lines), known(lines)[..., [3, 2, 4]], atol=1e-5)
    with pytest.raises(ShapeError, match="expected"):
        with_some_classes(known, line_reader("10", "medium"), [3, 2, 4])
    with pytest.raises(ShapeError, match="expected"):
        with_some_classes(known, line_reader("10"), [3, 2])
