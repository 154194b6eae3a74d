from __future__ import annotations

import numpy as np
from PIL import Image

from inkgrad.data.datasets import load
from inkgrad.ink.character import to_glyph
from inkgrad.synthetic.coarse import coarse, coarsened


def test_a_coarse_character_is_a_glyph_of_fewer_details(rng):
    digit = load("mnist-5k").train.images[0]
    fine, made = to_glyph(digit), [coarse(digit, rng) for _ in range(40)]
    for image in made:
        assert image.shape == (28, 28)
        assert image.max() == 255
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22
    ink = [(image > 128).sum() / (fine > 128).sum() for image in made]
    assert min(ink) < 1.1 < 1.4 < max(ink)  # some as thin as it was, some with thick strokes


def test_a_part_is_coarse_and_the_rest_as_it_was(rng):
    split = load("mnist-5k").train.take(np.arange(400))
    made = coarsened(split, 0.3, rng)
    changed = (made.images != split.images).any(axis=(1, 2))
    assert 0.2 < changed.mean() < 0.4
    np.testing.assert_array_equal(made.labels, split.labels)


def test_a_single_pixel_of_ink_is_enough(rng):
    dot = np.zeros((28, 28), np.uint8)
    dot[14, 14] = 9
    assert {coarse(dot, rng).shape for _ in range(30)} == {(28, 28)}
    assert Image.fromarray(coarse(dot, rng)).getbbox()
