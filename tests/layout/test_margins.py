"""Notes in the margin come after the lines that they are beside, and are no part of them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkgrad.ink.page import find_ink
from inkgrad.layout.found_line import FoundLine
from inkgrad.layout.lines import find_layout

BODY = [f"line number {i} of the page" for i in range(8)]


def lines_of(*texts: tuple[float, float, str, int], size=(1100, 900)) -> list[FoundLine]:
    image = Image.new("L", size, 240)
    draw = ImageDraw.Draw(image)
    for x, y, text, tall in texts:
        draw.text((x, y), text, fill=40, font=ImageFont.load_default(tall))
    return find_layout(find_ink(np.asarray(image))).lines


def body(left: float) -> list[tuple[float, float, str, int]]:
    return [(left, 60 + 90 * i, text, 38) for i, text in enumerate(BODY)]


def test_a_note_to_the_left_comes_after_the_lines_beside_it():
    note = [(30, 170 + 40 * i, text, 26) for i, text in enumerate(["ask them", "about it", "soon"])]
    lines = lines_of(*body(300), *note)
    assert [line.box[0] > 250 for line in lines] == [True] * 8 + [False] * 3
    assert [line.box[1] for line in lines[8:]] == sorted(line.box[1] for line in lines[8:])


def test_a_note_to_the_right_of_shorter_lines_does_too():
    note = [
        (860, 250 + 42 * i, text, 28) for i, text in enumerate(["ask them", "about it", "soon"])
    ]
    lines = lines_of(*body(80), *note)
    assert [line.box[0] > 800 for line in lines] == [False] * 8 + [True] * 3


def test_signs_of_a_list_and_prices_beside_it_stay_in_their_lines():
    signs = [(180, 60 + 90 * i, f"{i}.", 38) for i in range(8)]
    assert len(lines_of(*body(300), *signs)) == 8
    prices = [(820, 60 + 90 * i, f"{i + 2}.50", 38) for i in (2, 3, 4)]
    assert len(lines_of(*body(80), *prices)) == 8


def test_a_label_of_one_line_stays_with_it():
    assert len(lines_of(*body(320), (60, 240, "Monday", 38))) == 8
