from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkgrad.imaging.view import View

always = settings(max_examples=150, derandomize=True, deadline=None, database=None)
STEPS = ("crop", "turn", "rescale", "level", "straighten", "fit", "along", "columns")
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10**6)), min_size=1, max_size=5)


def page(rng: np.random.Generator, h: int = 90, w: int = 140) -> View:
    return View(rng.integers(0, 256, (h, w), np.uint8))


def step(view: View, kind: str, rng: np.random.Generator) -> View:
    """The view after a step of some kind that loses little of it."""
    w, h = view.width, view.height
    left, top, right, bottom = rng.uniform([0, 0, 0.7, 0.7], [0.3, 0.3, 1, 1]) * [w, h, w, h]
    if kind == "crop":
        return view.cropped((left, top, right, bottom))
    if kind == "turn":
        return view.turned(int(rng.integers(-1, 5)))
    if kind == "rescale":
        return view.rescaled(float(rng.uniform(0.6, 1.8)), 4)
    if kind == "level":
        middle = float(rng.uniform(0, w)) if rng.random() < 0.5 else None
        return view.levelled(float(rng.uniform(-0.3, 0.3)), middle)
    if kind == "fit":
        box = (left - 0.2 * w, top - 0.2 * h, right + 0.2 * w, bottom + 0.2 * h)
        across, down = rng.uniform(0.6, 1.4, 2)
        return view.fitted(box, (max(4, round(across * w)), max(4, round(down * h))))
    if kind == "along":
        rows = np.cumsum(rng.integers(-1, 2, w))
        return view.along(rows - rows.max(), h + int(np.ptp(rows)))
    if kind == "columns":
        return view.columns(np.flatnonzero((rng.random(w) < 0.8) | (np.arange(w) == w // 2)))
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)]) + rng.uniform(-0.1, 0.1, (4, 2)) * [w, h]
    return view.straightened(corners, (max(8, w), max(8, h)))


def after(view: View, steps: list[tuple[str, int]]) -> View:
    for kind, seed in steps:
        view = step(view, kind, np.random.default_rng(seed))
    return view


@always
@given(steps, st.integers(0, 10**6))
def test_any_chain_of_steps_and_back_is_the_identity_to_a_pixel(steps, seed):
    rng = np.random.default_rng(seed)
    view = after(page(rng), steps)
    places = rng.uniform(0, 1, (20, 2)) * [view.width, view.height]
    assert np.abs(view.points_here(view.points_back(places)) - places).max() < 1


@always
@given(steps)
def test_a_chain_of_planes_and_back_is_the_identity(steps):
    rng = np.random.default_rng(3)
    planes = [each for each in steps if each[0] not in ("along", "columns")]
    view = after(page(rng), planes)
    places = rng.uniform(0, 1, (20, 2)) * [view.width, view.height]
    assert view.points_here(view.points_back(places)) == pytest.approx(places, abs=1e-6)


EXACT = ("crop", "turn", "along", "columns")
exact_steps = st.lists(
    st.tuples(st.sampled_from(EXACT), st.integers(0, 10**6)), min_size=1, max_size=6
)


@always
@given(exact_steps)
def test_each_pixel_that_is_only_moved_comes_back_to_its_own(steps):
    opened = np.arange(1, 90 * 140 + 1).reshape(90, 140)  # what was not there is 0
    view = after(View(opened), steps)
    for y, x in np.argwhere(view.pixels)[:: max(1, view.pixels.size // 60)].tolist():
        left, top, right, bottom = view.pixels_back((x, y, x + 1, y + 1))
        assert opened[top:bottom, left:right].tolist() == [[view.pixels[y, x]]]


@always
@given(exact_steps, st.integers(0, 10**6))
def test_marks_come_back_as_the_box_of_the_pixels_that_they_mark(steps, seed):
    opened = np.arange(1, 90 * 140 + 1).reshape(90, 140)
    view = after(View(opened), steps)
    mask = (np.random.default_rng(seed).random(view.pixels.shape) < 0.02) & (view.pixels > 0)
    if not mask.any():
        mask = view.pixels == view.pixels.max()
    rows, columns = np.nonzero(np.isin(opened, view.pixels[mask]))
    around = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert view.marked_back(mask) == around


@pytest.mark.parametrize("seed", range(40))
def test_a_mark_is_where_the_way_back_says_it_is(seed):
    """A bright spot is followed through a chain of steps by eye, and by the way back alone."""
    rng = np.random.default_rng(100 + seed)
    pixels = np.zeros((160, 220), np.float32)
    x, y = int(rng.integers(90, 130)), int(rng.integers(65, 95))
    pixels[y - 4 : y + 5, x - 4 : x + 5] = 255
    view = View(pixels)
    for kind in rng.permutation(STEPS[:6])[:3]:  # each of them leaves a spot a spot
        view = step(view, str(kind), rng)
    weight = view.pixels.astype(float)
    if weight.sum() < 1000:  # cropped away
        pytest.fail("the mark was lost: choose another place for it")
    rows, columns = np.mgrid[: view.height, : view.width] + 0.5
    here = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
    assert view.points_back(here) == pytest.approx((x + 0.5, y + 0.5), abs=1.0)


@pytest.mark.parametrize(("side", "scale"), [(2000, 2 / 3), (999, 0.1), (37, 2.5)])
def test_a_rescaled_view_leads_back_from_edge_to_edge(side, scale):
    """Its sides are whole numbers of pixels: a pixel is not 1 / scale pixels of what it was."""
    opened = np.full((side, side), 200, np.uint8)
    small = View(opened).rescaled(scale)
    assert small.width * round(1 / scale, 3) != side
    assert small.back((0, 0, small.width, small.height)) == pytest.approx((0, 0, side, side))


def test_a_way_since_another_view_leads_to_that_one():
    view = page(np.random.default_rng(1)).turned(1)
    part = view.cropped((10, 20, 60, 100)).rescaled(2)
    assert part.since(view).back((0, 0, 100, 160)) == (10, 20, 60, 100)
    assert part.since(view).opened == (view.width, view.height)
    turned_after = View(view.pixels).turned(3)  # what another image says is of no use here
    assert turned_after.opened == (90, 140)
    beside = view.turned(-1)
    assert part.since(beside).back((0, 0, 2, 2)) == part.back((0, 0, 2, 2))


def test_a_box_comes_back_upright_around_its_corners():
    view = View(np.zeros((50, 80), np.uint8)).cropped((10, 5, 70, 45)).turned(1)
    assert (view.width, view.height) == (40, 60)
    assert view.back((0, 0, 40, 60)) == (10, 5, 70, 45)
    assert view.back((0, 0, 1, 1)) == (69, 5, 70, 6)  # the top left here was the top right
    assert view.pixels_back((0.2, 0.2, 0.4, 0.4)) == (69, 5, 70, 6)


def test_a_quadrilateral_becomes_a_rectangle():
    corners = np.array([(10, 12), (95, 20), (90, 70), (14, 61)], float)
    view = View(np.zeros((80, 110), np.uint8)).straightened(corners, (60, 40))
    assert view.corners_back() == pytest.approx(corners)


def test_what_is_fitted_may_reach_beyond_the_image():
    view = View(np.full((20, 30), 100, np.uint8)).fitted((-10, -5, 50, 25), (120, 60))
    assert view.pixels[15, 30] == 100
    assert not view.pixels[:8].any()
    assert not view.pixels[:, 84:].any()
    assert view.back((20, 10, 80, 50)) == (0, 0, 30, 20)


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
    assert View(np.full((20, 30, 3), 200, np.uint8)).straightened(
        [(0, 0), (30, 0), (30, 20), (0, 20)], (30, 20)
    ).pixels.shape == (20, 30, 3)
