"""Marked and shaded paper is paper: what is written on it stays, and it goes."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.view import View
from inkgrad.ink.page import find_ink
from inkgrad.ink.tinted import without_tints


def written(size: tuple[int, int] = (1000, 800)) -> np.ndarray:
    """A page of strokes, 5 pixels wide, in lines, with a scanner's grain."""
    page = np.full(size, 225.0)
    for top in range(100, 800, 90):
        for x in range(80, 700, 24):
            page[top : top + 40, x : x + 5] = 70
    return page + np.random.default_rng(0).normal(0, 2, size)


def ink_on(page: np.ndarray) -> np.ndarray:
    return find_ink(View.of(page.clip(0, 255).astype(np.uint8))).ink


@pytest.mark.parametrize("shade", [0.93, 0.84, 0.72])
def test_what_is_written_across_a_marker_is_as_without_it(shade):
    plain, marked = written(), written()
    marked[90:130, 60:400] *= shade  # a line and a half, and the middle of strokes
    marked[600:650, 300:700] *= shade
    ink, before = ink_on(marked), ink_on(plain)
    assert np.count_nonzero(before) > 10_000
    assert np.count_nonzero(ink & ~before) < 0.01 * np.count_nonzero(before)
    assert np.count_nonzero(before & ~ink) < 0.05 * np.count_nonzero(before)


def test_markers_that_overlap_go_as_well():
    marked = written()
    marked[830:870, 100:400] *= 0.84
    marked[850:900, 300:600] *= 0.72
    assert np.count_nonzero(ink_on(marked)[825:]) < 20  # specks, where their corners meet


def test_a_black_bar_is_ink():
    page = written()
    page[850:900, 100:500] = 60
    assert ink_on(page)[855:895, 105:495].mean() > 0.9


def test_a_page_without_tints_is_handed_on_as_it_is():
    strength = (225 - written()).astype(np.float32)
    assert without_tints(strength) is strength


def test_strokes_are_as_strong_beyond_the_edge_of_a_tint():
    strength = (225 - written()).astype(np.float32)
    tinted = strength.copy()
    tinted[200:260, 100:500] += 40
    out = without_tints(tinted)
    np.testing.assert_allclose(out[300:], strength[300:])
    inside = out[205:255, 105:495] - strength[205:255, 105:495]
    assert abs(float(np.median(inside))) < 3
