"""Rules of a sheet that is bent, as in a photo, are no ink either."""

from __future__ import annotations

import numpy as np

from inkgrad.ink.page import find_ink


def ruled(rise: float) -> np.ndarray:
    """Strokes in lines on ruled paper whose middle has moved down by so many pixels."""
    page = np.full((1600, 1200), 230.0)
    across = np.arange(1200)
    for top in range(150, 1550, 80):
        rows = (top + rise * np.sin(np.pi * across / 1200)).round().astype(int)
        for thick in range(2):
            page[rows + thick, across] = 218
    for top in range(165, 600, 80):
        for x in range(150, 700, 30):
            page[top + 12 : top + 50, x : x + 5] = 80
    page += np.random.default_rng(0).normal(0, 2, page.shape)
    return page.clip(0, 255).astype(np.uint8)


def test_rules_of_a_bent_sheet_are_taken_off_and_its_writing_stays():
    for rise in (0.0, 60.0):
        ink = find_ink(ruled(rise), evened=True).ink
        assert ink[170:620, 140:710].mean() > 0.05
        assert ink[700:].mean() < 0.002, rise
