"""Where a sheet can hardly be read, the whole photo and fainter sheets are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.imaging.flattened import Sheets
from inkgrad.imaging.view import View
from inkgrad.ink.page import PageInk, find_ink
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader

WORDS = ["the garden is green", "we were here before", "letters from home"]


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


@pytest.fixture
def grey():
    image = Image.new("L", (900, 500), 240)
    draw = ImageDraw.Draw(image)
    for place, text in enumerate(WORDS):
        draw.text((60, 60 + 90 * place), text, fill=40, font=ImageFont.load_default(40))
    return np.asarray(image)


Found = tuple[int, int, int, int]


def sheet_of(monkeypatch, clear: Found, *faint: Found, even: Found | None = None) -> list[View]:
    """What is found are these parts of a photo: a clear sheet, faint ones, one in even light.

    Given are those that were asked for.
    """
    asked: list[View] = []

    def views(photo: View, *boxes: Found) -> Iterator[View]:
        for box in boxes:
            asked.append(photo.cropped(box))
            yield asked[-1]

    def found(photo: View) -> Sheets:
        if asked:  # the photo itself was looked at before
            return Sheets(views(photo, *([even] if even else [])), views(photo))
        return Sheets(views(photo, clear), views(photo, *faint))

    monkeypatch.setattr("inkgrad.reading.page_finder.sheets_in", found)
    return asked


def test_a_sheet_that_is_a_slice_of_the_writing_is_not_believed(reader, grey, monkeypatch):
    sheet_of(monkeypatch, (0, 80, 900, 180))  # through the middle of two lines
    assert reader.read(grey).text.split("\n") == WORDS


def test_a_fainter_sheet_is_read_where_it_is_clearer(reader, grey, monkeypatch):
    desk = np.full((500, 300), 225, np.uint8)
    desk[:, ::9] = 150  # which is read as a row of strokes
    photo = np.hstack([desk, grey])
    sheet_of(monkeypatch, (0, 0, 300, 500), (300, 0, 1200, 500))
    page = reader.read(photo)
    assert page.text.split("\n") == WORDS
    assert min(line.box[0] for line in page.lines) > 300


def test_a_sheet_that_is_read_clearly_is_the_only_one(reader, grey, monkeypatch):
    asked = sheet_of(monkeypatch, (20, 20, 880, 480))
    assert reader.read(grey).text.split("\n") == WORDS
    assert len(asked) == 1


def test_a_sheet_that_is_clear_in_even_light_alone_is_found(reader, grey, monkeypatch):
    box = (300, 0, 1200, 500)
    sheet_of(monkeypatch, (0, 0, 300, 500), even=box)
    desk = np.full((500, 300), 225, np.uint8)
    desk[:, ::9] = 150
    page = reader.read(np.hstack([desk, grey]))
    assert page.text.split("\n") == WORDS
    assert min(line.box[0] for line in page.lines) > 300


def test_the_ink_of_a_photo_is_found_once_whatever_asks_for_it(reader, grey, monkeypatch):
    desk = np.full((500, 300), 225, np.uint8)
    desk[:, ::9] = 150
    photo, seen = np.hstack([desk, grey]), list[tuple[int, int]]()

    def counted(page: View, evened: bool) -> PageInk:
        seen.append(page.pixels.shape)
        return find_ink(page, evened=evened)

    monkeypatch.setattr("inkgrad.reading.page_finder.find_ink", counted)
    sheet_of(monkeypatch, (0, 0, 300, 500), (300, 0, 1200, 500))
    reader.read(photo)
    assert seen.count((750, 1800)) == 1  # enlarged


def test_no_ink_on_a_sheet_leaves_the_photo(reader, grey, monkeypatch):
    sheet_of(monkeypatch, (0, 330, 900, 500))
    assert reader.read(grey).text.split("\n") == WORDS
    assert View.of(grey).width == 900
