from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.datasets import load
from inkgrad.imaging.strokes import draw, fitted, simplified
from inkgrad.synthetic.clutter import clutter

CROSS = [np.array([[0, 5], [10, 5]], np.float32), np.array([[5, 0], [5, 10]], np.float32)]


def test_a_stroke_is_as_wide_as_asked_for_and_soft_at_the_edge():
    image = draw([np.array([[0, 0], [20, 0]], np.float32)], thickness=3.0)
    column = image[:, 10].astype(float) / 255
    assert column.sum() == pytest.approx(3, abs=0.01)
    assert image.max() == 255
    assert image[0].max() == image[-1].max() == image[:, 0].max() == 0


def test_strokes_are_not_joined_and_a_dot_is_drawn():
    image = draw(CROSS, thickness=1.0)
    assert image[2:-2, 2:-2][0, 0] == 0
    dot = draw([np.array([[0, 0]], np.float32)], thickness=4.0)
    assert 8 < dot.sum() / 255 < 17  # a disk of diameter 4


def test_fitting_keeps_proportions():
    wide = [np.array([[100, 50], [300, 150]], np.float32)]
    np.testing.assert_allclose(fitted(wide, 20)[0], [[0, 0], [20, 10]])


def test_simplifying_keeps_the_ends():
    path = np.stack([np.arange(100), np.arange(100)], 1).astype(np.float32)
    few = simplified([path], 8)[0]
    assert len(few) == 8
    np.testing.assert_array_equal(few[[0, -1]], path[[0, -1]])


def test_clutter_is_drawn_alike_from_the_same_generator_and_has_ink():
    digits = load("mnist-5k").train.images[:50]
    first, again = (clutter(60, digits, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first.max(axis=(1, 2)) == 255).all()
    assert len(np.unique(first, axis=0)) > 55
