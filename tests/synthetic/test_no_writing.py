"""Images without writing: the same seed gives the same one, and each kind is one of its own."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.synthetic.no_writing import KINDS, SIZE, unwritten


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_image_and_another_seed_another(kind):
    first, again, other = (unwritten(np.random.default_rng(seed), kind) for seed in (3, 3, 4))
    assert first.kind == kind
    assert first.grey.dtype == np.uint8
    assert sorted(first.grey.shape) == sorted(SIZE)
    np.testing.assert_array_equal(first.grey, again.grey)
    assert first.grey.shape != other.grey.shape or (first.grey != other.grey).any()


def test_where_no_kind_is_named_many_come_up():
    kinds = [unwritten(np.random.default_rng(seed)).kind for seed in range(12)]
    assert len(set(kinds)) > 5
