from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.view import View, homography, mapped


def page(rng: np.random.Generator, h: int = 90, w: int = 140) -> View:
    return View(rng.integers(0, 256, (h, w), np.uint8))


def step(view: View, rng: np.random.Generator) -> View:
    kind = int(rng.integers(5))
    if kind == 0:
        left, top = rng.uniform(0, 0.3, 2) * [view.width, view.height]
        right, bottom = rng.uniform(0.6, 1, 2) * [view.width, view.height]
        return view.cropped((left, top, right, bottom))
    if kind == 1:
        return view.turned(int(rng.integers(-1, 5)))
    if kind == 2:
        return view.rescaled(float(rng.uniform(0.6, 1.8)), 4)
    if kind == 3:
        return view.levelled(float(rng.uniform(-0.3, 0.3)))
    w, h = view.width, view.height
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)]) + rng.uniform(-0.1, 0.1, (4, 2)) * [w, h]
    return view.straightened(corners, (max(8, w), max(8, h)))


@pytest.mark.parametrize("seed", range(40))
def test_any_chain_of_steps_and_back_is_the_identity(seed):
    rng = np.random.default_rng(seed)
    view = page(rng)
    for _ in range(int(rng.integers(1, 6))):
        view = step(view, rng)
    places = rng.uniform(0, 1, (20, 2)) * [view.width, view.height]
    assert view.points_here(view.points_back(places)) == pytest.approx(places, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_a_mark_is_where_the_way_back_says_it_is(seed):
    """A bright spot is followed through a chain of steps by eye, and by the matrix alone."""
    rng = np.random.default_rng(100 + seed)
    pixels = np.zeros((160, 220), np.float32)
    x, y = int(rng.integers(90, 130)), int(rng.integers(65, 95))
    pixels[y - 4 : y + 5, x - 4 : x + 5] = 255
    view = View(pixels)
    for _ in range(3):
        view = step(view, rng)
    weight = view.pixels.astype(float)
    if weight.sum() < 1000:  # cropped away
        pytest.fail("the mark was lost: choose another place for it")
    rows, columns = np.mgrid[: view.height, : view.width] + 0.5
    here = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
    assert view.points_back(here) == pytest.approx((x + 0.5, y + 0.5), abs=1.0)


def test_a_box_comes_back_upright_around_its_corners():
    view = View(np.zeros((50, 80), np.uint8)).cropped((10, 5, 70, 45)).turned(1)
    assert (view.width, view.height) == (40, 60)
    assert view.back((0, 0, 40, 60)) == (10, 5, 70, 45)
    assert view.back((0, 0, 1, 1)) == (69, 5, 70, 6)  # the top left here was the top right


def test_a_quadrilateral_becomes_a_rectangle():
    corners = np.array([(10, 12), (95, 20), (90, 70), (14, 61)], float)
    view = View(np.zeros((80, 110), np.uint8)).straightened(corners, (60, 40))
    assert view.corners_back() == pytest.approx(corners)


def test_a_homography_takes_each_corner_to_its_own():
    rng = np.random.default_rng(1)
    before, after = rng.uniform(0, 100, (2, 4, 2))
    assert mapped(homography(before, after), before) == pytest.approx(after)


def test_an_empty_box_and_pixels_of_another_size_are_refused():
    view = View(np.zeros((20, 30), np.uint8))
    with pytest.raises(ValueError, match="holds no pixel"):
        view.cropped((31, 0, 40, 10))
    with pytest.raises(ValueError, match="expected"):
        view.showing(np.zeros((20, 31)))


def test_colour_stays_colour():
    view = View(np.full((20, 30, 3), 200, np.uint8)).levelled(0.2, paper=255)
    assert view.pixels.shape == (26, 30, 3)
    assert view.pixels.max() == 255
