from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.filters import gaussian, grey_closed, highest, rescaled, resized


@pytest.mark.parametrize("mirrored", [True, False])
@pytest.mark.parametrize(("deviation", "shape"), [(0.7, (9, 14)), (3.0, (5, 4)), (1.5, (1, 30))])
def test_gaussian_is_the_sum_that_defines_it(rng, deviation, shape, mirrored):
    image = rng.random(shape).astype(np.float32)
    reach = int(4 * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    wide = np.pad(image.astype(np.float64), reach, "symmetric" if mirrored else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (len(weights), len(weights)))
    expected = np.einsum("yxab,a,b->yx", windows, weights, weights)
    np.testing.assert_allclose(gaussian(image, deviation, mirrored=mirrored), expected, atol=1e-5)


def test_gaussian_blurs_only_the_directions_that_have_a_width(rng):
    image = rng.random((6, 8)).astype(np.float32)
    np.testing.assert_array_equal(gaussian(image, 0.0), image)
    across = gaussian(image, (0.0, 2.0))
    np.testing.assert_allclose(across[2:3], gaussian(image[2:3], (0.0, 2.0)))
    np.testing.assert_allclose(gaussian(image.T, (2.0, 0.0)), across.T, atol=1e-6)


@pytest.mark.parametrize("wide", [1, 3, 7, 13])
def test_highest_and_closing_look_at_whole_windows(rng, wide):
    image = rng.random((11, 17)).astype(np.float32)
    windows = np.pad(image, wide // 2, constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view(windows, (wide, wide))
    grown = highest(highest(image, wide, 0), wide, 1)
    np.testing.assert_array_equal(grown, view.max((2, 3)))
    back = np.pad(view.max((2, 3)), wide // 2, constant_values=np.inf)
    shrunk = np.lib.stride_tricks.sliding_window_view(back, (wide, wide)).min((2, 3))
    np.testing.assert_array_equal(grey_closed(image, wide), shrunk)


def test_resized_keeps_what_is_even_and_what_rises():
    np.testing.assert_allclose(resized(np.full((2, 3), 4.5), (7, 5)), 4.5)
    assert (np.diff(resized([[0.0, 1.0]], (4, 9)), axis=1) >= 0).all()


def test_an_image_is_enlarged_smoothly_and_made_smaller_by_averaging():
    grey = np.zeros((4, 8), np.uint8)
    grey[:, 4:] = 200
    np.testing.assert_array_equal(rescaled(grey, 0.5), grey[::2, ::2])
    assert rescaled(grey, 0.25, least=3).shape == (3, 3)
    larger = rescaled(grey, 3)
    assert larger.shape == (12, 24)
    assert len(np.unique(larger)) > 4  # no stairs
