from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkgrad.imaging.ways import (
    Chain,
    Curve,
    LeftOut,
    Plane,
    Way,
    around,
    corners_of,
    homography,
    in_pixels,
    mapped,
    moved,
    turn,
)

always = settings(max_examples=150, derandomize=True, deadline=None, database=None)


@st.composite
def a_way(draw: st.DrawFn) -> Way:
    """One from an image of 60 x 60 pixels or so, that moves nothing far."""
    kind = draw(st.sampled_from(("plane", "bent", "moved", "turn", "curve", "columns")))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    if kind == "plane":
        stretched = np.diag([*rng.uniform(0.5, 2, 2), 1.0])
        stretched[:2, 2] = rng.uniform(-20, 20, 2)
        stretched[1, 0] = rng.uniform(-0.3, 0.3)
        return Plane(stretched)
    if kind == "bent":
        corners = corners_of((0, 0, 60, 60))
        return Plane(homography(corners, corners + rng.uniform(-8, 8, (4, 2))))
    if kind == "moved":
        return moved(*rng.integers(-20, 20, 2).tolist())
    if kind == "turn":
        return turn(int(rng.integers(-1, 5)), 60, 60)
    if kind == "curve":
        return Curve(np.cumsum(rng.integers(-1, 2, 60)))
    return LeftOut(np.flatnonzero(rng.random(60) < 0.7))


chains = st.lists(a_way(), max_size=5).map(lambda ways: Chain(tuple(ways)))


@always
@given(chains, st.integers(0, 10**6))
def test_back_and_forth_by_any_chain_is_the_identity(chain, seed):
    places = np.random.default_rng(seed).uniform(5, 55, (30, 2))
    off = np.abs(chain.here(chain.back(places)) - places)
    assert (off < 1e-3).mean() > 0.95
    # Rounding may take a place at the very edge of a column to the next one, a row off at most.
    assert off.max() < 40


@always
@given(chains, st.integers(0, 10**6))
def test_the_inverse_of_a_chain_goes_the_other_way(chain, seed):
    places = np.random.default_rng(seed).uniform(5, 55, (30, 2))
    np.testing.assert_allclose(chain.inverse().back(places), chain.here(places))
    np.testing.assert_allclose(chain.inverse().here(places), chain.back(places))


@always
@given(chains, chains, chains)
def test_from_one_chain_to_another_leads_over_what_they_share(first, second, third):
    places = np.random.default_rng(1).uniform(5, 55, (20, 2))
    shared = Chain((*first.ways, *second.ways))
    beside = Chain((*first.ways, *third.ways))
    assert shared.since(first).ways == second.ways
    assert shared.since(shared).ways == ()
    by_hand = third.here(second.back(places))
    np.testing.assert_allclose(shared.since(beside).back(places), by_hand, atol=1e-6)


@always
@given(chains, st.integers(0, 10**6))
def test_a_box_comes_back_around_everything_in_it(chain, seed):
    rng = np.random.default_rng(seed)
    (left, top), (right, bottom) = np.sort(rng.uniform(5, 55, (2, 2)), axis=0)
    inside = rng.uniform((left, top), (right, bottom), (50, 2))
    found = chain.boxes_back(np.array([left, top, right, bottom]))
    back = chain.back(inside)
    assert (back >= found[:2] - 1e-4).all()
    assert (back <= found[2:] + 1e-4).all()


@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3, 4])
def test_a_turn_leads_each_pixel_to_where_it_was(quarters):
    image = np.arange(12).reshape(3, 4)
    turned = np.rot90(image, quarters)
    for y, x in np.ndindex(turned.shape):
        there = turn(quarters, 4, 3).back(np.array([x + 0.5, y + 0.5]))
        assert image[int(there[1]), int(there[0])] == turned[y, x]


def test_columns_and_curves_lead_each_pixel_to_where_it_was():
    rng = np.random.default_rng(2)
    kept, rows = np.flatnonzero(rng.random(40) < 0.6), rng.integers(-5, 6, 40)
    x = np.arange(len(kept))
    middles = np.stack([x + 0.5, np.full(len(x), 3.5)], axis=-1)
    np.testing.assert_array_equal(LeftOut(kept).back(middles)[:, 0] - 0.5, kept)
    middles = np.stack([np.arange(40) + 0.5, np.full(40, 3.5)], axis=-1)
    np.testing.assert_array_equal(Curve(rows).back(middles)[:, 1] - 3.5, rows)


def test_what_was_left_out_is_between_those_beside_it():
    way = LeftOut(np.array([2, 3, 8, 9]))
    xs = np.array([[2, 0], [3.5, 0], [4, 0], [6, 0], [8, 0], [10, 0]], float)
    assert way.here(xs)[:, 0].tolist() == [0, 1.5, 2, 2, 2, 4]
    # The box of two columns ends where the second did, not where the third began.
    assert way.boxes_back(np.array([0.0, 0, 2, 1])).tolist() == [2, 0, 4, 1]
    assert way.boxes_back(np.array([0.0, 0, 4, 1])).tolist() == [2, 0, 10, 1]


def test_a_homography_takes_each_corner_to_its_own():
    rng = np.random.default_rng(1)
    before, after = rng.uniform(0, 100, (2, 4, 2))
    assert mapped(homography(before, after), before) == pytest.approx(after)


def test_pixels_are_those_that_a_box_touches_and_noise_touches_none():
    size = (100, 50)
    assert in_pixels((3.2, 4.0, 7.0, 9.1), size) == (3, 4, 7, 10)
    assert in_pixels((3.9999999, 4.0000001, 7.0000001, 8.9999999), size) == (4, 4, 7, 9)
    assert in_pixels((24 * (100 / 24), 0, 24 * (100 / 24), 1), (200, 9)) == (100, 0, 101, 1)
    assert in_pixels((-9, -9, 300, 300), size) == (0, 0, 100, 50)
    assert in_pixels((200, 80, 300, 90), size) == (99, 49, 100, 50)
    assert all(type(edge) is int for edge in in_pixels(np.array([1.0, 2, 3, 4]), size))


def test_around_is_the_smallest_box():
    assert around([(3, 9), (1, 4), (2, 8)]) == (1, 4, 3, 9)
