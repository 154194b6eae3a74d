"""Pixels nearest to places."""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.sampling import nearest


def test_the_nearest_pixels_are_taken_and_those_beyond_the_image_as_at_its_end():
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    points = np.array([[(0.4, 0.4), (2.6, 1.0)], [(-3.0, 1.2), (3.0, 9.0)]])
    values, within = nearest(image, points)
    np.testing.assert_array_equal(values, [[0, 7], [4, 11]])
    np.testing.assert_array_equal(within, [[True, True], [False, False]])
    assert values.dtype == image.dtype
