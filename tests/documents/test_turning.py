from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.documents.alto import as_alto
from inkgrad.documents.hocr import as_hocr
from inkgrad.documents.page import Page
from inkgrad.documents.text import as_json, from_json
from inkgrad.documents.turning import as_opened, upright
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader

TEXT = "Two words here\nand a second line\n\n- and more"
SAID = "THE GARDEN\nWATER THE PLANTS\nAND FEED THE BIRDS"


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


@pytest.fixture(scope="module")
def note() -> np.ndarray:
    image = Image.new("L", (900, 500), 235)
    font = ImageFont.load_default(64)
    for row, text in enumerate(SAID.split("\n")):
        ImageDraw.Draw(image).text((60, 60 + 120 * row), text, fill=40, font=font)
    return np.asarray(image)


def marked(page: Page) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each word's box as a mask of the page, and the column of its line's left end."""
    found = []
    for line in page.lines:
        for word in line.words:
            mask = np.zeros((page.height, page.width), bool)
            left, top, right, bottom = word.box
            mask[top:bottom, left:right] = True
            found.append((mask, np.array(line.baseline)))
    return found


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_places_turn_as_the_image_does(page_of, quarters):
    page = page_of(TEXT, 0.0625)
    width, height = (1200, 900) if quarters % 2 else (900, 1200)
    opened = as_opened(page, quarters, width, height)
    assert (opened.width, opened.height, opened.turned) == (width, height, quarters)
    for (mine, _), (theirs, _) in zip(marked(page), marked(opened), strict=True):
        np.testing.assert_array_equal(np.rot90(theirs, quarters), mine)
    again, _ = upright(opened)
    assert again == page


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_matrix_of_a_turned_page_leads_back_to_it(page_of, quarters):
    page = page_of(TEXT, 0.0625)
    opened = as_opened(page, quarters, *((1200, 900) if quarters % 2 else (900, 1200)))
    turned, (a, b, c, d, e, f) = upright(opened)
    for mine, theirs in zip(turned.lines, opened.lines, strict=True):
        x, y = mine.baseline[0], turned.height - mine.baseline[1]
        expected = theirs.baseline[0], opened.height - theirs.baseline[1]
        assert (a * x + c * y + e, b * x + d * y + f) == pytest.approx(expected)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_is_read_whichever_side_is_up(reader, note, quarters):
    page = reader.read(note)
    lying = reader.read(np.ascontiguousarray(np.rot90(note, quarters)))
    assert page.text.upper() == lying.text.upper() == SAID
    assert (page.turned, lying.turned) == (0, -quarters % 4)
    straight, _ = upright(lying)
    boxes = [
        [np.array(word.box) for line in p.lines for word in line.words] for p in (page, straight)
    ]
    assert max(int(np.abs(a - b).max()) for a, b in zip(*boxes, strict=True)) <= 2


def test_formats_say_that_a_page_was_turned(page_of):
    page = as_opened(page_of(TEXT), 1, 1200, 900)
    assert from_json(as_json([page])) == [page]
    assert "textangle 270" in as_hocr([page])
    assert 'ROTATION="270"' in as_alto([page])
    for text in (as_hocr([page_of(TEXT)]), as_alto([page_of(TEXT)])):
        assert "textangle" not in text
        assert "ROTATION" not in text
    before = (
        as_json([replace(page, turned=0)]).replace(', "turned": 0', "").replace('"turned":0,', "")
    )
    assert "turned" not in before
    assert from_json(before) == [replace(page, turned=0)]
