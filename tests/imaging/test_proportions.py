"""The proportions of a sheet, by its corners in a photo and by those that paper usually has."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.proportions import Beliefs, proportion
from inkgrad.synthetic.photos import corners_seen

SIZE = (4000, 3000)


def corners(ratio: float, tilt: float, seed: int) -> np.ndarray:
    return corners_seen((1000, round(1000 / ratio)), SIZE, tilt, 20.0, np.random.default_rng(seed))


@pytest.mark.parametrize("ratio", [0.5, 0.8, 1.0, 1.7])
def test_a_sheet_that_is_seen_from_above_is_as_wide_as_it_is_seen(ratio):
    for seed in range(5):
        assert proportion(corners(ratio, 0.0, seed), SIZE[::-1]) == pytest.approx(ratio, rel=0.02)


@pytest.mark.parametrize("ratio", [8.5 / 11, 11 / 8.5, 2**0.5, 2**-0.5])
def test_a_steep_sheet_of_a_usual_size_is_nearly_that(ratio):
    off = [abs(np.log(proportion(corners(ratio, 35.0, k), SIZE[::-1]) / ratio)) for k in range(40)]
    alone = Beliefs(part=0.0)
    without = [
        abs(np.log(proportion(corners(ratio, 35.0, k), SIZE[::-1], alone) / ratio))
        for k in range(40)
    ]
    assert np.quantile(off, 0.9) < 0.12
    assert np.mean(off) < 0.7 * np.mean(without)


def test_a_square_that_is_seen_well_is_no_page():
    found = [proportion(corners(1.0, 10.0, seed), SIZE[::-1]) for seed in range(6)]
    assert found == pytest.approx([1.0] * 6, abs=0.08)


def test_corners_that_are_the_same_further_on_have_the_other_proportion():
    here = corners(0.8, 25.0, 1)
    ratio, other = (proportion(np.roll(here, k, 0), SIZE[::-1]) for k in (0, 1))
    assert ratio * other == pytest.approx(1.0, rel=0.02)
