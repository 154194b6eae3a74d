"""What is read on a sheet in a photo has its places in the photo."""

from __future__ import annotations

import numpy as np

from inkgrad.batch.rows import Task
from inkgrad.documents.page import Line, Page, Paragraph, Word
from inkgrad.imaging.view import View
from inkgrad.reading.result import Reading
from inkgrad.reading.sheets import on_sheet, page_back
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
    view = View(np.zeros((50, 60), np.uint8)).cropped((10, 20, 60, 50))
    word = Word("a", "a", 1.0, (1, 2, 3, 4))
    page = Page(50, 30, (Paragraph((Line((word,), (1, 2, 3, 4), (1.0, 4.0, 3.0, 4.0), 1.0),)),))
    back = page_back(view, page, (50, 60))
    (line,) = back.lines
    assert (back.width, back.height) == (60, 50)
    assert line.box == line.words[0].box == (11, 22, 13, 24)
    assert line.baseline == (11.0, 24.0, 13.0, 24.0)
