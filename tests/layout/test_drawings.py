"""What is on a page and is no writing: which kind it is, and what lies together."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from inkgrad.documents.page import Drawing
from inkgrad.errors import ImageError
from inkgrad.ink.page import find_ink
from inkgrad.layout.drawings import joined, kind_of
from inkgrad.layout.lines import find_layout, find_lines


def paper(size: tuple[int, int] = (1000, 800)) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", size, 235)
    return image, ImageDraw.Draw(image)


def drawings(image: Image.Image) -> list[Drawing]:
    return find_layout(find_ink(np.asarray(image))).drawings


def test_lines_across_each_other_are_a_table_areas_a_picture_and_other_ink_a_drawing():
    table, picture, drawing = (np.zeros((90, 120), bool) for _ in range(3))
    table[::22, :], table[:, ::17] = True, True
    picture[10:80, 20:100] = True
    y, x = np.mgrid[:90, :120]
    drawing[np.abs(np.hypot(y - 45, x - 60) - 40) < 1.5] = True
    assert [kind_of(ink) for ink in (table, picture, drawing)] == ["table", "picture", "drawing"]
    assert kind_of(np.zeros((3, 3), bool)) == "drawing"


def test_what_lies_together_is_one_and_of_the_kind_of_the_largest():
    near = [Drawing((0, 0, 10, 10)), Drawing((12, 0, 60, 50), "table")]
    far = Drawing((200, 0, 210, 3), "rule")
    assert joined([far, *near], 5) == [Drawing((0, 0, 60, 50), "table"), far]
    assert len(joined([far, *near], 1)) == 3


def test_an_empty_table_is_said_though_there_is_nothing_to_read():
    image, draw = paper()
    for y in range(150, 651, 50):
        draw.line([(120, y), (880, y)], fill=60, width=2)
    for x in (120, 300, 640, 880):
        draw.line([(x, 150), (x, 650)], fill=60, width=2)
    (table,) = drawings(image)
    assert table.kind == "table"
    assert all(abs(a - b) < 6 for a, b in zip(table.box, (120, 150, 881, 651), strict=True))
    with pytest.raises(ImageError, match="no line of writing"):
        find_lines(find_ink(np.asarray(image)))


def test_ruled_paper_is_no_table_and_a_line_somebody_drew_is_a_rule():
    image, draw = paper((1600, 1200))
    for y in range(60, 1200, 60):
        draw.line([(0, y), (1599, y)], fill=205, width=2)
    draw.text((100, 312), "abcdef", fill=30, font_size=22)
    draw.line([(400, 330), (490, 331)], fill=30, width=3)
    (rule,) = drawings(image)
    assert rule.kind == "rule"
    assert rule.box[0] > 380
