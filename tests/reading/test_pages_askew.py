"""Pages that lie askew are read level, and what is on them is where it was photographed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.documents.page import Page
from inkgrad.imaging.view import View
from inkgrad.ink.page import find_ink
from inkgrad.layout.skew import skew_of, turned_level
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.synthetic.photos import photographed

WORDS = ["the garden is green", "we were here before", "letters from home", "nothing was lost"]


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


def written(ruled: bool = False) -> Image.Image:
    image = Image.new("L", (900, 640), 240)
    draw = ImageDraw.Draw(image)
    for y in range(110, 640, 90) if ruled else ():
        draw.line([(0, y), (900, y)], fill=205, width=2)
    for place, text in enumerate(WORDS):
        draw.text((120, 70 + 90 * place), text, fill=40, font=ImageFont.load_default(40))
    return image


def turned(image: Image.Image, degrees: float) -> np.ndarray:
    """Turned counter-clockwise, on a larger sheet."""
    how = Image.Resampling.BICUBIC
    return np.asarray(image.rotate(degrees, how, expand=True, fillcolor=240))


@pytest.mark.parametrize("degrees", [-35, -12, 8, 24, 41])
@pytest.mark.parametrize("ruled", [False, True])
def test_the_angle_of_lines_is_told_by_their_rows(degrees, ruled):
    skew = skew_of(find_ink(turned(written(ruled), degrees)))
    assert skew.degrees == pytest.approx(-degrees, abs=1.0)
    assert skew.clear


def test_lines_that_lie_on_their_side_are_level_after_less_than_half_a_quarter():
    assert skew_of(find_ink(turned(written(), 100))).degrees == pytest.approx(-10, abs=1.0)


def test_a_level_page_is_not_askew_nor_is_one_with_hardly_any_ink():
    assert not skew_of(find_ink(np.asarray(written()))).clear
    image = Image.new("L", (900, 640), 240)
    ImageDraw.Draw(image).line([(100, 100), (130, 112)], fill=40, width=3)
    assert skew_of(find_ink(np.asarray(image))) == (0.0, 1.0)


def test_a_page_turned_level_knows_where_its_ink_was():
    grey = turned(written(), 20)
    page = View(grey)
    level = turned_level(page, find_ink(page), -20.0)
    dark = level.pixels < 100
    places = level.points_back(np.argwhere(dark)[:, ::-1] + 0.5)
    x, y = places.astype(int).T
    assert np.mean(grey[y, x] < 160) > 0.97


@pytest.mark.parametrize("degrees", [-30, -11, 17])
def test_a_page_that_lies_askew_is_read(reader, degrees):
    grey = turned(written(), degrees)
    page = reader.read(grey)
    assert [line.text for line in page.lines] == WORDS
    for line in page.lines:
        left, top, right, bottom = line.box
        assert (grey[top:bottom, left:right] < 100).any()
    assert (page.width, page.height) == grey.shape[::-1]


def test_one_that_lies_askew_on_its_head_is_read_too(reader):
    page = reader.read(turned(written(), 193))
    assert [line.text for line in page.lines] == WORDS
    assert page.turned == 2


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_words_on_a_sheet_that_is_turned_in_its_photo_have_the_same_places(reader, quarters):
    sheet = np.asarray(written().resize((700, 900)))
    taken = photographed(sheet, (1000, 1200), np.random.default_rng(4), "dark").grey
    asis = middles(reader.read(taken))
    read = reader.read(np.ascontiguousarray(np.rot90(taken, -quarters)))
    assert read.turned == quarters
    height, width = taken.shape
    alike = 0
    for text, (x, y) in middles(read).items():
        back = {1: (y, height - x), 2: (width - x, height - y), 3: (width - y, x)}[quarters]
        if text in asis:
            alike += 1
            assert back == pytest.approx(asis[text], abs=25)
    assert alike > 5


def middles(page: Page) -> dict[str, tuple[float, float]]:
    """Where the middle of each word is, that is there once."""
    words = [word for line in page.lines for word in line.words]
    found = {}
    for text, (left, top, right, bottom) in ((word.text.lower(), word.box) for word in words):
        found[text] = ((left + right) / 2, (top + bottom) / 2)
    return found
