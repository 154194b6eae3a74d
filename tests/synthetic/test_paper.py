from __future__ import annotations

import numpy as np
from PIL import Image

from inkgrad.data.datasets import load
from inkgrad.ink.field import find_field
from inkgrad.ink.line import to_line
from inkgrad.synthetic.paper import on_paper


def seen(line: np.ndarray) -> np.ndarray:
    """A line from afar: where its ink is, whatever its width."""
    return np.asarray(Image.fromarray(line).resize((24, 6), Image.Resampling.BOX)).ravel()


def test_a_line_laid_on_paper_is_found_again(rng):
    digits = load("mnist-5k").train.images
    heights, alike = set(), []
    for i in range(40):
        line = to_line(np.hstack(digits[97 * i : 97 * i + 5]))
        grey = on_paper(line, rng)
        assert grey.dtype == np.uint8
        heights.add(grey.shape[0])
        alike.append(np.corrcoef(seen(to_line(find_field(grey).ink)), seen(line))[0, 1])
    assert min(heights) < 20 < 60 < max(heights)
    assert np.median(alike) > 0.9


def test_the_same_seed_lays_it_the_same():
    line = np.full((32, 40), 200, np.uint8)
    first, again = (on_paper(line, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert np.ptp(first) > 40
