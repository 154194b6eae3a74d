"""Parts of pages, as views: what is read in them has its place in the image that was opened."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.data.datasets import load
from inkgrad.imaging.view import View
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.number import NumberReader

SAID = "WATER THE PLANTS\nAND FEED THE BIRDS"


@pytest.fixture(scope="module")
def numbers() -> NumberReader:
    return NumberReader.load(find("numbers"))


@pytest.fixture(scope="module")
def notes() -> NotesReader:
    return NotesReader.load(find("text"))


def field() -> np.ndarray:
    train = load("mnist-5k").train
    row = np.hstack([train.images[np.flatnonzero(train.labels == int(c))[7]] for c in "47325"])
    large = Image.fromarray(row).resize((row.shape[1] * 3, row.shape[0] * 3))
    return (240 - 0.8 * np.pad(np.asarray(large, float), ((12, 12), (30, 30)))).astype(np.uint8)


def note() -> np.ndarray:
    image = Image.new("L", (760, 300), 235)
    font = ImageFont.load_default(56)
    for row, text in enumerate(SAID.split("\n")):
        ImageDraw.Draw(image).text((40, 40 + 110 * row), text, fill=40, font=font)
    return np.asarray(image)


@pytest.mark.parametrize("quarters", [0, 3])
def test_a_field_of_a_form_is_read_where_it_is(numbers, quarters):
    alone = field()
    form = np.full((400, 900), 240, np.uint8)
    h, w = alone.shape
    form[100 : 100 + h, 250 : 250 + w] = alone
    straight = numbers.read(alone)
    page = View(np.ascontiguousarray(np.rot90(form, -quarters)))
    box = View(form).turned(-quarters).since(View(form))
    left, top, right, bottom = _around(box.points_here([(250, 100), (250 + w, 100 + h)]))
    found = numbers.read(page.cropped((left, top, right, bottom)))
    assert (found.text, found.turned) == (straight.text, quarters)
    there = View(page.pixels).turned(quarters)
    for mine, alone_box in zip(found.boxes, straight.boxes, strict=True):
        on_form = _around(there.points_here(np.reshape(mine, (2, 2))))
        expected = np.add(alone_box, [250, 100, 250, 100])
        assert np.abs(np.array(on_form) - expected).max() <= (1 if quarters == 0 else 4)


def test_a_note_in_a_photo_is_read_where_it_is(notes):
    sheet = View(note())
    straight = notes.read(sheet.pixels)
    corners = np.array([(210, 130), (960, 90), (1000, 470), (180, 430)], float)
    photo = np.asarray(
        View(np.pad(sheet.pixels, 300, constant_values=120))
        .straightened(_seen_by_a_camera(corners), (1200, 600), paper=120)
        .pixels
    )
    view = View(photo).straightened(corners, (760, 300), paper=235)
    page = notes.read(view)
    assert page.text.upper() == straight.text.upper() == SAID
    assert (page.width, page.height) == (1200, 600)
    for mine, theirs in zip(_words(page), _words(straight), strict=True):
        off = np.array(mine.box) - _around(view.corners_back(theirs.box))
        assert np.abs(off).max() <= 8  # ink seldom fills a box up to its corners
        assert min(*off[:2], *-off[2:]) >= -2
    for mine, theirs in zip(page.lines, straight.lines, strict=True):
        ends = view.points_back(np.reshape(theirs.baseline, (2, 2))).ravel()
        assert np.abs(np.array(mine.baseline) - ends).max() <= 4


def test_a_part_that_is_blank_is_a_page_as_large_as_the_whole(notes):
    page = notes.read_or_blank(View(np.full((600, 800), 235, np.uint8)).cropped((0, 0, 300, 200)))
    assert (page.width, page.height, page.text) == (800, 600, "")


def _around(points) -> tuple[float, ...]:
    return (*np.min(points, axis=0).tolist(), *np.max(points, axis=0).tolist())


def _seen_by_a_camera(corners: np.ndarray) -> np.ndarray:
    """The corners, on the padded sheet, of what a photo shows in which the sheet has these."""
    sheet = View(np.zeros((300, 760), np.uint8))
    seen = View(np.zeros((600, 1200), np.uint8)).straightened(corners, (760, 300))
    whole = [(0, 0), (1200, 0), (1200, 600), (0, 600)]
    assert (seen.width, seen.height) == (sheet.width, sheet.height)
    return seen.points_here(whole) + 300


def _words(page):
    return [word for line in page.lines for word in line.words]
