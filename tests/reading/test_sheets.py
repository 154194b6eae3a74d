"""What is read on a sheet in a photo has its places in the photo."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkgrad.batch.rows import Task
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.result import Reading
from inkgrad.reading.sheets import on_sheet
from inkgrad.synthetic.photos import photographed


class Middle:
    """Says that a character is in the middle of what it is given."""

    alphabet, refuse_below = "0123456789", 0.0

    def __init__(self) -> None:
        self.given: list[np.ndarray] = []

    def read(self, grey, patterns=(), count=5, unlikely=None):
        self.given.append(grey)
        h, w = grey.shape
        return Reading("7", 1.0, boxes=((w // 2 - 5, h // 2 - 5, w // 2 + 5, h // 2 + 5),))


def photo():
    sheet = np.full((240, 180), 230, np.uint8)
    sheet[100:140, 85:95] = 40
    return photographed(sheet, (480, 360), np.random.default_rng(4), "dark")


def test_a_box_on_a_sheet_is_in_the_photo():
    taken, reader = photo(), Middle()
    (left, top, right, bottom) = Task().one(reader)(taken.grey).boxes[0]
    assert reader.given[0].shape != taken.grey.shape
    middle = taken.corners.mean(0)
    assert np.abs(np.array([(left + right) / 2, (top + bottom) / 2]) - middle).max() < 40


def test_an_image_without_a_sheet_is_read_as_it_is():
    grey, reader = np.full((200, 300), 220, np.uint8), Middle()
    grey[80:120, 140:150] = 30
    assert on_sheet(grey, reader.read).boxes == ((145, 95, 155, 105),)
    assert reader.given[0] is grey


def test_a_page_on_a_sheet_has_its_size_and_its_places_in_the_photo():
    page = Image.new("L", (700, 900), 235)
    font = ImageFont.load_default(56)
    ImageDraw.Draw(page).text((90, 260), "Buy milk and\nsome bread", 40, font)
    taken = photographed(np.asarray(page), (1000, 900), np.random.default_rng(4), "dark")
    read = NotesReader.load(find("text")).read(taken.grey)
    words = [word for line in read.lines for word in line.words]
    assert (read.height, read.width) == taken.grey.shape
    assert [word.text.lower() for word in words] == ["buy", "milk", "and", "some", "bread"]
    (left, top), (right, bottom) = taken.corners.min(0), taken.corners.max(0)
    for x0, y0, x1, y1 in (word.box for word in words):
        assert left < x0 < x1 < right
        assert top < y0 < y1 < bottom
