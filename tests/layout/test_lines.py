"""Pages composed in Pillow's own font, so that what is on them is known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.errors import ImageError
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.ink.page import find_ink
from inkgrad.layout.lines import find_lines, reading_order
from inkgrad.layout.spacing import closer, parts


def page(lines, size=(1000, 800), paper=235, ink=40, tall=34) -> Image.Image:
    """A page with texts at (x, y)."""
    image = Image.new("L", size, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(tall)
    for x, y, text in lines:
        draw.text((x, y), text, fill=ink, font=font)
    return image


FOUR = [(100, 100 + 90 * i, f"Line number {i} of the page") for i in range(4)]


def found(image: Image.Image):
    return find_lines(find_ink(np.asarray(image)))


def test_lines_are_found_from_top_to_bottom():
    layout = found(page(FOUR))
    assert len(layout.lines) == 4
    for place, line in enumerate(layout.lines):
        left, top, right, bottom = line.box
        assert abs(left - 100) < 8
        assert 90 <= top - 90 * place <= 120
        assert bottom - top < 50
        assert right > 400
    assert not layout.drawings


@pytest.mark.parametrize("angle", [-4.0, 2.5])
def test_a_page_that_is_turned_has_the_same_lines(angle):
    turned = page(FOUR, paper=255).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    layout = found(turned)
    assert len(layout.lines) == 4
    for line in layout.lines:
        slope = (line.middle[-1] - line.middle[0]) / len(line.middle)
        assert slope == pytest.approx(-np.tan(np.radians(angle)), abs=0.018)
        # Levelled: no higher than a straight line of this type.
        assert np.count_nonzero((line.band > 0.5).any(1)) < 48


def test_light_that_falls_off_and_light_ink_on_dark_make_no_difference():
    image = np.asarray(page(FOUR)).astype(float)
    shade = np.linspace(1.0, 0.45, image.shape[1])[None] * np.linspace(1, 0.8, 800)[:, None]
    assert len(found(Image.fromarray((image * shade).astype(np.uint8))).lines) == 4
    assert len(found(Image.fromarray(255 - image.astype(np.uint8))).lines) == 4


@pytest.mark.parametrize("rule", [215, 195])
def test_ruled_and_graph_paper_is_taken_off(rule):
    ruled = page(FOUR)
    draw = ImageDraw.Draw(ruled)
    for y in range(40, 800, 45):
        draw.line([(0, y), (999, y)], fill=rule, width=2)
    for x in range(30, 1000, 45):
        draw.line([(x, 0), (x, 799)], fill=rule, width=2)
    for x, y, text in FOUR:
        draw.text((x, y), text, fill=40, font=ImageFont.load_default(34))
    layout = found(ruled)
    assert len(layout.lines) == 4
    assert all(abs(line.box[0] - 100) < 25 for line in layout.lines)


def test_a_drawing_is_said_and_not_read():
    image = page(FOUR)
    draw = ImageDraw.Draw(image)
    draw.ellipse((600, 480, 900, 760), outline=30, width=6)
    draw.line([(610, 500), (890, 740)], fill=30, width=6)
    layout = found(image)
    assert len(layout.lines) == 4
    ((box, kind),) = ((drawing.box, drawing.kind) for drawing in layout.drawings)
    assert kind == "drawing"
    assert all(abs(a - b) < 12 for a, b in zip(box, (600, 480, 900, 760), strict=True))


def test_columns_are_read_one_after_the_other_and_wide_gaps_in_a_line_are_no_columns():
    rows = [(60, 100 + 80 * i, f"left {i}") for i in range(3)]
    rows += [(620, 110 + 80 * i, f"right {i}") for i in range(3)]
    lines = found(page(rows)).lines
    assert [line.box[0] < 500 for line in lines] == [True] * 3 + [False] * 3
    boxes = [(0, 0, 40, 20), (400, 2, 440, 22), (0, 50, 440, 70)]
    assert reading_order(boxes, 20) == [0, 1, 2]
    assert reading_order([(0, 20, 100, 40), (300, 10, 400, 40)], 20) == [0, 1]


@pytest.mark.parametrize(("pen", "columns"), [(110, (60, 320, 560, 900)), (40, (300, 430, 560))])
def test_a_table_is_read_row_by_row_from_cell_to_cell(pen, columns):
    rows = (200, 280, 360, 440)
    cells = [(x + 12, y + 20, "Boston") for y in rows[:-1] for x in columns[:-1]]
    image = page([(60, 80, "Above the table"), *cells, (60, 560, "Below the table")], tall=30)
    draw = ImageDraw.Draw(image)
    for y in rows:
        draw.line((columns[0], y, columns[-1], y), fill=pen, width=3)
    for x in columns:
        draw.line((x, rows[0], x, rows[-1]), fill=pen, width=3)
    layout = found(image)
    places = [line.box[:2] for line in layout.lines]
    wanted = [(60, 80), *(cell[:2] for cell in cells), (60, 560)]
    assert np.abs(np.array(places) - wanted).max() < 20
    assert [drawing.kind for drawing in layout.drawings] == ["table"]


def test_a_frame_around_lines_is_no_table():
    image = page([(100, 100 + 90 * i, "Left     right") for i in range(3)])
    ImageDraw.Draw(image).rectangle((60, 60, 700, 400), outline=60, width=3)
    assert len(found(image).lines) == 3


def test_lines_set_close_are_told_apart():
    close = [(100, 100, "gypsy yoga gypsy"), (100, 140, "HILLHILLHILL"), (100, 180, "happy yet")]
    layout = found(page(close))
    assert [round((line.box[1] - 100) / 40) for line in layout.lines] == [0, 1, 2]
    assert all(line.box[3] - line.box[1] < 40 for line in layout.lines)


def test_a_page_without_writing_is_said():
    with pytest.raises(ImageError, match="expected writing"):
        find_ink(np.full((300, 300), 220, np.uint8))
    with pytest.raises(ImageError, match="at least 16 x 16"):
        find_ink(np.zeros((8, 300), np.uint8))


def test_letters_set_far_apart_are_brought_closer_and_words_stay_apart():
    band = np.zeros((40, 700), np.float32)
    letters = [10, 70, 130, 310, 370, 430, 610, 670]  # gaps of 40, between words of 160
    for x in letters:
        band[5:35, x : x + 20] = 1
    narrow = closer(View(band))
    inked = np.flatnonzero(narrow.pixels.any(0))
    gaps = np.diff(inked)[np.diff(inked) > 1] - 1
    assert gaps.min() < 10
    assert gaps.max() > 3 * gaps.min()
    columns = np.floor(narrow.points_back([(x, 0) for x in range(narrow.width)])[:, 0]).astype(int)
    np.testing.assert_array_equal(narrow.pixels, band[:, columns])
    usual = band[:, ::4]  # letters a third of their height apart: as they are
    same = View(usual)
    assert closer(same) is same


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_a_word_that_was_cut_out_close_is_one_line_and_whole(scale):
    image = page([(0, 0, "Talking")], size=(400, 80), paper=230, tall=48)
    ink = np.asarray(image) < 150
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    box = (columns[0] - 1, rows[0] - 1, columns[-1] + 2, rows[-1] + 2)
    word = image.crop(tuple(map(int, box)))
    word = word.resize((round(word.width * scale), round(word.height * scale)))
    (line,) = found(word).lines
    left, top, right, bottom = line.whole
    assert left <= 3 * scale + 1
    assert top <= 3 * scale + 1
    assert right >= word.width - 3 * scale - 1
    assert bottom >= word.height - 3 * scale - 1


def test_words_in_one_piece_keep_their_spaces():
    band = np.zeros((40, 700), np.float32)
    for x in (10, 180, 360, 540):  # four words, 40 apart
        band[5:35, x : x + 130] = 1
    same = View(band)
    assert closer(same) is same


def test_a_line_that_is_too_long_is_read_in_parts_cut_at_gaps():
    band = np.zeros((20, 4000), np.float32)
    for x in range(0, 4000, 50):
        band[5:15, x : x + 40] = 1
    found = parts(band)
    assert found[0][0] == 0
    assert found[-1][1] == 4000
    assert [a[1] for a in found[:-1]] == [b[0] for b in found[1:]]
    assert all(last - first <= 120 * 10 for first, last in found)
    assert all(not band[:, last].any() for _, last in found[:-1])
    assert parts(np.zeros((20, 100), np.float32)) == []


def test_the_box_of_a_word_on_a_turned_line_holds_all_its_ink():
    turned = page([(100, 300, "longestwordever")], paper=255).rotate(
        5.0, Image.Resampling.BICUBIC, fillcolor=255
    )
    (line,) = found(turned).lines
    box = line.place(0, line.band.shape[1])
    rows, columns = np.nonzero(np.asarray(turned) < 120)
    assert box is not None
    assert abs(box[1] - rows.min()) <= 3
    assert abs(box[3] - rows.max()) <= 4
    assert abs(box[0] - columns.min()) <= 3


@pytest.mark.parametrize("top", [31, 32, 33, 34])
def test_the_middle_of_a_line_may_fall_between_two_rows(top):
    image = np.full((130, 600), 235, np.uint8)
    for x in range(80, 480, 80):
        image[top : top + 61, x : x + 40] = 40
    (line,) = find_lines(find_ink(image)).lines
    assert line.middle[0] == top + 30.5
    box = line.place(0, line.view.width)
    assert box is not None
    assert (box[1] + box[3]) / 2 == top + 30.5
    assert (box[0] + box[2]) / 2 == 260


@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_the_ink_of_a_line_leads_all_the_way_back_to_that_of_the_page(quarters):
    apart = [(100, 100, "L e t t e r s"), (100, 300, "and words")]
    image = page(apart, size=(1000, 500), tall=60).rotate(
        2, Image.Resampling.BICUBIC, fillcolor=235
    )
    grey = np.ascontiguousarray(np.rot90(np.asarray(image), -quarters))
    upright = View(grey).turned(quarters)
    for line in find_lines(find_ink(upright)).lines:
        narrow = closer(line.view)
        form = line_form(narrow)
        rows, columns = np.nonzero(form.pixels > 200)
        x, y = np.floor(form.points_back(np.stack([columns + 0.5, rows + 0.5], -1))).astype(int).T
        assert (grey[y, x] < 140).mean() > 0.97
        left, _, right, _ = form.since(line.view).back((4, 0, form.width - 4, form.height))
        assert abs(left) < 4
        assert abs(right - line.view.width) < 4 * form.width / form.height
