"""Where a sheet can hardly be read, the whole photo and fainter sheets are looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.imaging.view import View
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


def sheet_of(monkeypatch, clear: Found, *faint: Found, even: Found | None = None) -> list[int]:
    """What is found are these parts of a photo: a clear sheet, faint ones, one in even light."""
    asked: list[int] = []

    def others(photo, most, doubtful=False):
        asked.append(most)
        boxes = faint if doubtful else [even] if even else []
        return [photo.cropped(box) for box in boxes]

    monkeypatch.setattr("inkgrad.reading.page_finder.flattened", lambda photo: photo.cropped(clear))
    monkeypatch.setattr("inkgrad.reading.page_finder.sheets_in", others)
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
    assert not asked


def test_a_sheet_that_is_clear_in_even_light_alone_is_found(reader, grey, monkeypatch):
    box = (300, 0, 1200, 500)
    sheet_of(monkeypatch, (0, 0, 300, 500), even=box)
    desk = np.full((500, 300), 225, np.uint8)
    desk[:, ::9] = 150
    page = reader.read(np.hstack([desk, grey]))
    assert page.text.split("\n") == WORDS
    assert min(line.box[0] for line in page.lines) > 300


def test_no_ink_on_a_sheet_leaves_the_photo(reader, grey, monkeypatch):
    sheet_of(monkeypatch, (0, 330, 900, 500))
    assert reader.read(grey).text.split("\n") == WORDS
    assert View.of(grey).width == 900
