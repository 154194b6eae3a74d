from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.regions import connected, extents


def flooded(mask: np.ndarray) -> np.ndarray:
    """The pieces, numbered as their first pixels come, by walking from each."""
    labels, count = np.zeros(mask.shape, int), 0
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        count += 1
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            inside = 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]
            if inside and mask[y, x] and not labels[y, x]:
                labels[y, x] = count
                waiting += [(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    return labels


@pytest.mark.parametrize("ink", [0.0, 0.05, 0.2, 0.35, 0.5, 0.9])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (12, 1), (23, 31)])
def test_pieces_are_those_that_a_walk_finds(rng, ink, shape):
    mask = rng.random(shape) < ink
    labels, count = connected(mask)
    expected = flooded(mask)
    np.testing.assert_array_equal(labels, expected)
    assert count == expected.max()


def test_combs_and_spirals_are_one_piece():
    comb = np.zeros((9, 21), bool)
    comb[-1] = comb[:, ::2] = True
    spiral = np.zeros((9, 9), bool)
    spiral[0] = spiral[:, -1] = spiral[-1] = spiral[2:, 0] = spiral[2, :7] = spiral[2:7, 6] = True
    for mask in (comb, comb[:, ::-1], spiral, spiral.T):
        assert connected(np.ascontiguousarray(mask))[1] == 1


def test_extents():
    labels = np.array([[0, 1, 1, 0], [3, 0, 1, 0], [3, 3, 0, 0]], np.int32)
    boxes, mass = extents(labels, 3)
    assert boxes.tolist() == [[1, 0, 3, 2], [0, 0, 0, 0], [0, 1, 2, 3]]
    assert mass.tolist() == [3, 0, 3]
