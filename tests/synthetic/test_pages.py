"""Composed pages: the same seed gives the same one, and what it says stands on it."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.ink.page import find_ink
from inkgrad.layout.lines import find_lines
from inkgrad.samples import draw_samples
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.pages import SIZE, ComposedPages
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, Wording


@pytest.fixture(scope="module")
def pages() -> ComposedPages:
    ring = np.zeros((1, 28, 28), np.uint8)
    ring[:, 6:22, 6:22] = 200
    ring[:, 10:18, 10:18] = 0
    typed = Texts(Hands([ring] * 62, []), Wording(), 0, Fonts.found(ALPHABET), typed=1.0)
    return ComposedPages(typed)


def test_the_same_seed_gives_the_same_page_and_its_lines_are_found_on_it(pages):
    first, again = (pages.compose(np.random.default_rng(5)) for _ in range(2))
    assert first.grey.shape == SIZE
    assert first.text == again.text == "\n".join(first.lines)
    np.testing.assert_array_equal(first.grey, again.grey)
    assert len(find_lines(find_ink(first.grey)).lines) == len(first.lines)


def test_a_picture_of_flat_and_photographed_pages_is_drawn_to_its_end(pages, tmp_path, monkeypatch):
    monkeypatch.setattr("inkgrad.recipes.hands.pages", lambda seed: pages)
    drawn = draw_samples("synthetic-pages", tmp_path / "pages.png", 2)
    assert str(drawn) == "2 pages"
    assert (tmp_path / "pages.png").stat().st_size > 20_000
