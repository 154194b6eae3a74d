"""Words put in above a line are read where their caret says."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.ink.page import find_ink
from inkgrad.layout.carets import caret_in
from inkgrad.layout.lines import Layout, find_layout

LINES = ["the garden is green", "we were   before", "letters from home", "nothing was lost"]


def drawn(points: list[tuple[int, int]], size=(40, 40), width=4) -> np.ndarray:
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).line(points, fill=255, width=width)
    ink = np.asarray(image) > 0
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def test_two_straight_strokes_that_meet_are_a_caret_that_points_up_or_down():
    ink = drawn([(5, 35), (20, 5), (35, 35)])
    up, down = caret_in(ink), caret_in(np.ascontiguousarray(ink[::-1]))
    assert (up and up.up, down and down.up) == (True, False)
    assert up.x == pytest.approx(ink.shape[1] / 2, abs=1.5)
    assert (up.y, down.y) == (0.0, len(ink) - 1.0)


@pytest.mark.parametrize(
    "points",
    [
        [(5, 35), (20, 5), (35, 35), (5, 35)],  # a triangle
        [(20, 5), (20, 35)],
        [(5, 5), (35, 35)],
        [(5, 35), (5, 5), (35, 5), (35, 35)],  # three sides of a square
        [(8, 35), (20, 5), (32, 35), (26, 22), (14, 22)],  # an A
    ],
)
def test_other_strokes_are_none(points):
    assert caret_in(drawn(points)) is None


def page(caret: str, word: str = "here", lines=LINES) -> Layout:
    """Four lines, and a small word above the gap after "were" in the second."""
    image = Image.new("L", (900, 600), 240)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    for place, text in enumerate(lines):
        draw.text((60, 60 + 120 * place), text, fill=40, font=font)
    x, y = 60 + round(draw.textlength("we were ", font)) + 5, 180
    draw.text((x - 30, y - 26), word, fill=40, font=ImageFont.load_default(26))
    if caret == "up":
        draw.line([(x - 9, y + 62), (x, y + 42), (x + 9, y + 62)], fill=40, width=3)
    elif caret == "down":
        draw.line([(x - 7, y + 8), (x, y + 26), (x + 7, y + 8)], fill=40, width=3)
    return find_layout(find_ink(np.asarray(image)))


@pytest.mark.parametrize("caret", ["up", "down"])
def test_a_word_is_put_in_where_its_caret_points(caret):
    lines = page(caret).lines
    assert [line.goes_on for line in lines] == [False, False, True, True, False, False]
    _, before, word, after, *_ = lines
    assert before.box[2] < word.box[2] < after.box[2]
    assert before.box[2] <= after.box[0]
    assert word.box[3] < before.box[3]
    # The caret is no part of any of them.
    assert max(before.box[3], after.box[3]) < 180 + 62


def test_without_a_caret_it_is_a_line_of_its_own_and_small_letters_are_no_carets():
    assert [line.goes_on for line in page("").lines] == [False] * 4
    vans = page("", "vans", ["the van is green", "we even envy", "vast vow of vines", "avoid it"])
    assert not any(line.goes_on for line in vans.lines)
