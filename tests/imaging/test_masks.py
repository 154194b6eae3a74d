from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.masks import beside, closed, counted, grown, long_runs, opened


def around(ink: np.ndarray, size: tuple[int, int], fill: bool) -> np.ndarray:
    """The windows (h, w, a, b) of odd size around each pixel."""
    edges = [(side // 2, side // 2) for side in size]
    return np.lib.stride_tricks.sliding_window_view(np.pad(ink, edges, constant_values=fill), size)


@pytest.fixture
def ink(rng) -> np.ndarray:
    return rng.random((15, 23)) < 0.4


def test_neighbours(ink):
    np.testing.assert_array_equal(grown(ink), around(ink, (3, 3), False).any((2, 3)))
    cross = around(ink, (3, 1), False).any((2, 3)) | around(ink, (1, 3), False).any((2, 3))
    np.testing.assert_array_equal(beside(ink), cross)


@pytest.mark.parametrize("size", [(3, 3), (7, 3), (1, 5)])
def test_opening_keeps_rectangles_and_closing_fills_what_holds_none(ink, size):
    held = around(ink, size, False).all((2, 3))
    np.testing.assert_array_equal(opened(ink, size), around(held, size, False).any((2, 3)))
    # Beyond the edge there is paper, as far as anybody knows.
    room = np.pad(ink, 10)
    np.testing.assert_array_equal(
        closed(ink, size), ~opened(np.pad(~ink, 10, constant_values=True), size)[10:-10, 10:-10]
    )
    assert (closed(room, size)[10:-10, 10:-10] >= ink).all()


def test_even_sizes_close_and_open_without_moving_anything():
    bar = np.zeros((9, 12), bool)
    bar[3:7, 2:10] = True
    gap = bar.copy()
    gap[:, 5:7] = False
    np.testing.assert_array_equal(opened(bar, (4, 8)), bar)
    np.testing.assert_array_equal(closed(gap, (1, 3)), bar)
    np.testing.assert_array_equal(closed(gap, (1, 2)), gap)
    assert not opened(bar, (4, 9)).any()


@pytest.mark.parametrize("length", [1, 4, 5, 40])
def test_counts_along_rows(ink, length):
    before, after = length // 2, length - length // 2
    for y, x in [(0, 0), (3, 11), (14, 22), (7, 2)]:
        expected = np.count_nonzero(ink[y, max(0, x - before) : x + after])
        assert counted(ink, length)[y, x] == expected


def test_long_runs():
    ink = np.array([[1, 1, 0, 1, 1, 1], [0, 1, 1, 1, 1, 0], [1, 0, 1, 0, 1, 1]], bool)
    expected = np.array([[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]], bool)
    np.testing.assert_array_equal(long_runs(ink, 3), expected)
