"""Composed photos: the same seed gives the same one, and its corners are where the sheet is."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.view import View
from inkgrad.synthetic.desks import DESKS, desk
from inkgrad.synthetic.photos import STEEPEST, photographed

SHEET = np.full((200, 150), 230, np.uint8)
SHEET[20:60, 20:60] = 30  # a dark square in its top left


def test_the_same_seed_gives_the_same_photo():
    first, second = (photographed(SHEET, (320, 240), np.random.default_rng(2)) for _ in range(2))
    np.testing.assert_array_equal(first.grey, second.grey)
    np.testing.assert_array_equal(first.corners, second.corners)


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_between_the_corners_is_the_sheet(seed):
    photo = photographed(SHEET, (640, 480), np.random.default_rng(seed), "dark")
    flat = View(photo.grey).straightened(photo.corners, (150, 200)).pixels.astype(float)
    square, beside = np.median(flat[28:52, 28:52]), np.median(flat[28:52, 75:95])
    assert square < 0.6 * beside
    assert photo.grey.shape == (480, 640)
    assert abs(photo.turn) <= STEEPEST >= photo.tilt


@pytest.mark.parametrize("kind", DESKS)
def test_a_desk_has_the_size_that_was_asked_for(kind):
    room = desk(kind, (60, 80), 220.0, np.random.default_rng(0))
    assert room.shape == (60, 80)
    assert np.isfinite(room).all()
