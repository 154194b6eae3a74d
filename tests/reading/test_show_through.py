"""What shows through from the back of a page is left out; what is written on it pale is not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.ink.page import find_ink
from inkgrad.ink.two_strengths import pale_part, without
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader

WORDS = ["the garden is green", "we were here before", "letters from home"]
BACK = ["other things here", "nobody reads this"]


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


def written(lines, ink, top=60):
    image = Image.new("L", (900, 600), 240)
    draw = ImageDraw.Draw(image)
    for place, text in enumerate(lines):
        at = (60, top + 90 * place)
        draw.text(at, text, fill=240 - ink, font=ImageFont.load_default(40))
    return np.asarray(image)


def with_back(pale=35):
    """A page whose back, written on lower down, shows through."""
    return np.minimum(written(WORDS, 200), written(BACK, pale, top=360)[:, ::-1])


def test_what_shows_through_is_not_read(reader):
    assert reader.read(with_back()).text.split("\n") == WORDS


@pytest.mark.parametrize("quarters", [0, 2])
def test_what_is_written_pale_is_read_whichever_side_is_up(reader, quarters):
    grey = np.minimum(written(WORDS, 200), written(BACK, 35, top=360))
    assert reader.read(np.rot90(grey, quarters)).text.split("\n") == WORDS + BACK


def test_ink_is_parted_where_there_is_none_between():
    page = find_ink(with_back())
    pale = pale_part(page)
    assert pale is not None
    rows = np.flatnonzero(pale.ink.any(1))
    assert rows[0] > 350
    rest = without(page, pale)
    assert not (rest.ink & pale.ink).any()
    assert not rest.ink[350:].any()
    assert not rest.strength[pale.ink].any()
    np.testing.assert_array_equal(rest.ink[:340], page.ink[:340])


def test_ink_of_one_pen_is_not_parted():
    assert pale_part(find_ink(written(WORDS, 200))) is None
    assert pale_part(find_ink(np.minimum(written(WORDS, 200), written(BACK, 120, 360)))) is None


def test_pale_ink_across_other_ink_is_parted_from_it():
    grey = written(WORDS, 200).copy()
    band = grey[75:80]  # a pale stroke through the first line
    band[band > 205] = 205
    page = find_ink(np.minimum(grey, written(BACK, 35, top=360)))
    pale = pale_part(page)
    assert pale is not None
    assert pale.ink[75:80].any()
    dark = page.ink & (page.strength > 150)
    assert not (pale.ink & dark).any()


def test_a_page_without_ink_has_no_pale_part():
    page = find_ink(written(WORDS, 200))
    page.ink[:] = False
    assert pale_part(page) is None
