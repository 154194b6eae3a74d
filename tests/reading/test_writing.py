"""What is no writing is not read: hatching, dust, squares, alone or beside writing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.errors import ImageError
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.page_finder import PageFinder
from inkgrad.reading.pages import PagesReader
from inkgrad.reading.writing import Evidence, are_writing, around, features
from inkgrad.synthetic.no_writing import unwritten

WORDS = ["the garden is green", "we were here before", "letters from home"]


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


def written(size: tuple[int, int] = (900, 500)) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", size, 240)
    draw = ImageDraw.Draw(image)
    for place, text in enumerate(WORDS):
        draw.text((60, 60 + 90 * place), text, fill=40, font=ImageFont.load_default(40))
    return image, draw


BARS = [((x, 360), (x, 440), 2 + i % 3 * 3) for i, x in enumerate(range(500, 800, 12))]
HATCHES = [((x, 400), (x + 6, 440), 4) for x in range(500, 720, 14)]


@pytest.mark.parametrize("strokes", [BARS, HATCHES], ids=["bars", "hatches"])
def test_strokes_beside_writing_are_doubtful_where_they_are_read(reader, strokes):
    image, draw = written()
    for start, end, thick in strokes:
        draw.line([start, end], fill=40, width=thick)
    lines = list(reader.read(np.asarray(image)).lines)
    assert [line.text for line in lines[:3]] == WORDS
    assert not any(word.doubtful for line in lines[:3] for word in line.words)
    assert all(word.doubtful for line in lines[3:] for word in line.words)


@pytest.mark.parametrize("kind", ["hatching", "stains", "table"])
def test_of_an_image_without_writing_no_word_is_sure_and_what_is_there_is_said(reader, kind):
    page = reader.read_or_blank(unwritten(np.random.default_rng(5), kind).grey)
    assert all(word.doubtful for line in page.lines for word in line.words)
    assert page.drawings


def test_a_page_of_stains_has_the_status_of_one_on_which_nothing_is_written(reader):
    grey = unwritten(np.random.default_rng(5), "stains").grey
    reading = PagesReader(reader).read(grey)
    assert (reading.text, reading.status, reading.confidence) == ("", "empty", 0.0)
    assert "no line of writing" in reading.reason
    assert reading.document.drawings
    with pytest.raises(ImageError, match="no line of writing"):
        reader.read(grey)


def test_of_several_lines_none_is_writing_where_none_is_likely_to_be():
    nothing = Evidence([np.zeros((32, 40), np.uint8)], [np.log(np.eye(3)[[2] * 10] + 1e-9)], 9.0)
    assert are_writing([nothing] * 6, "a ", None) == [0.0] * 6
    assert 0.0 < are_writing([nothing], "a ", None)[0] < 0.5


def test_a_line_that_is_perhaps_no_writing_has_no_surer_words(reader, monkeypatch):
    monkeypatch.setattr("inkgrad.reading.notes.are_writing", lambda lines, *_: [0.25] * len(lines))
    page = reader.read(np.asarray(written()[0]))
    words = [word for line in page.lines for word in line.words]
    assert words
    assert all(word.confidence <= 0.25 and word.doubtful for word in words)


def test_around_a_line_is_what_the_others_of_its_page_are_by_their_characters():
    assert around(np.array([3.0]), np.array([20.0])).tolist() == [0.0]
    left, right = around(np.array([2.0, -4.0]), np.array([1000.0, 1000.0]))
    assert left == pytest.approx(-4.0, abs=0.05)
    assert right == pytest.approx(2.0, abs=0.05)


def test_a_line_without_ink_has_numbers_all_the_same():
    nothing = Evidence([np.zeros((32, 40), np.uint8)], [np.log(np.eye(3)[[2] * 10] + 1e-9)], 0.0)
    assert np.isfinite(features(nothing, "a ", None)).all()
    assert are_writing([], "a ", None) == []


def test_a_word_alone_on_its_page_is_read_and_stays_sure(reader):
    image = Image.new("L", (300, 110), 240)
    ImageDraw.Draw(image).text((50, 30), "garden", fill=40, font=ImageFont.load_default(40))
    (line,) = reader.read(np.asarray(image)).lines
    assert [(word.text, word.doubtful) for word in line.words] == [("garden", False)]


def test_doubt_that_lines_are_writing_turns_no_page(reader, monkeypatch):
    monkeypatch.setattr("inkgrad.reading.notes.are_writing", lambda lines, *_: [0.25] * len(lines))
    monkeypatch.setattr(PageFinder, "legibility", lambda *_: pytest.fail("it was turned"))
    page = reader.read(np.asarray(written()[0]))
    assert (page.turned, page.text.split("\n")) == (0, WORDS)


def test_letters_in_words_of_the_list_count_for_a_line(reader):
    said = "the Green, iii xqzj"
    alphabet = reader.lines.alphabet
    each = [k for sign in said for k in (alphabet.index(sign), len(alphabet))]
    columns = [np.log(np.eye(len(alphabet) + 1)[each] + 1e-9)]
    line = Evidence([np.zeros((32, 90), np.uint8)], columns, 30.0)
    with_list, without = (
        features(line, alphabet, language) for language in (reader.lines.language, None)
    )
    assert np.expm1((with_list - without).max()) == pytest.approx(len("theGreen"))
