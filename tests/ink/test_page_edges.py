"""What touches the edges of a page: shadows and rules go, writing that a rule runs into stays."""

from __future__ import annotations

import numpy as np

from inkgrad.ink.page import find_ink


def page_with_a_joined_line() -> np.ndarray:
    """Strokes that a wave joins, as a bold pen joins letters, with a scanner's grain."""
    page = np.full((1000, 800), 225.0)
    for x in range(50, 480, 24):
        page[100:140, x : x + 5] = 70
    across = np.arange(48, 480)
    for x, y in zip(across, (136 + 4 * np.sin(across / 15)).astype(int), strict=True):
        page[y : y + 5, x] = 70
    return page + np.random.default_rng(0).normal(0, 2, page.shape)


def ink_on(page: np.ndarray) -> np.ndarray:
    return find_ink(page.clip(0, 255).astype(np.uint8)).ink


def test_a_rule_that_runs_into_a_line_does_not_take_it_to_the_edge_of_the_page():
    page = page_with_a_joined_line()
    page[110:112, 480:] = 130
    page[113:115, :52] = 130  # the same rule, on a page that lies a little askew
    ink = ink_on(page)
    assert ink[100:140, 80:480].mean() > 0.2
    assert not ink[105:120, :40].any()


def test_a_shadow_along_the_edge_is_no_ink():
    page = page_with_a_joined_line()
    page[:, :9] -= 100
    ink = ink_on(page)
    assert ink[100:140, 80:480].mean() > 0.2
    assert not ink[20:-20, :20].any()
