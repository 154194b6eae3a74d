"""Pages put together of lines, and what becomes of pages that are not as one hopes."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.documents.page import Line, Word
from inkgrad.errors import ImageError, ModelError
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.paragraphs import paragraphs_of
from inkgrad.reading.text import TextReader
from inkgrad.synthetic.wording import ALPHABET


def line(text: str, x: int, y: int) -> Line:
    """Words of ten pixels a letter and twenty high, standing on row `y`."""
    words, left = [], x
    for word in text.split():
        words.append(Word(word, word, 0.9, (left, y - 20, left + 10 * len(word), y)))
        left += 10 * len(word) + 10
    return Line(tuple(words), (x, y - 20, left - 10, y), (x, y, left - 10, y), 0.8)


def test_lines_that_follow_are_one_paragraph_and_a_gap_begins_another():
    lines = [line("one two", 50, y) for y in (100, 140, 180, 270, 310)]
    assert [len(p.lines) for p in paragraphs_of(lines, 20)] == [3, 2]
    assert paragraphs_of([], 20) == ()


def test_an_indent_begins_a_paragraph_and_is_counted():
    lines = [line("one", 50, 100), line("two", 52, 140), line("three", 95, 180)]
    found = paragraphs_of(lines, 20)
    assert [(p.text, p.indent) for p in found] == [("one\ntwo", 0), ("three", 1)]


def test_bullets_begin_paragraphs_and_are_no_words():
    lines = [line("- milk and", 50, 100), line("honey", 70, 140), line("- bread", 50, 180)]
    found = paragraphs_of(lines, 20)
    assert [(p.bullet, p.text) for p in found] == [("-", "milk and\nhoney"), ("-", "bread")]
    assert found[0].lines[0].box[0] == 70
    assert paragraphs_of([line("-", 50, 100)], 20)[0].bullet == ""


@pytest.fixture(scope="module")
def untrained() -> NotesReader:
    return NotesReader(TextReader(line_reader(ALPHABET, "large"), {"alphabet": ALPHABET}, None))


def test_a_page_with_nothing_on_it_is_said_and_in_a_document_has_no_paragraphs(untrained):
    with pytest.raises(ImageError, match="expected writing"):
        untrained.read(np.full((300, 200), 240, np.uint8))
    page = untrained.read_or_blank(np.full((300, 200), 240, np.uint8), "blank.png", 3)
    assert (page.width, page.height, page.source, page.number) == (200, 300, "blank.png", 3)
    assert page.paragraphs == page.drawings == ()
    assert page.text == ""


def test_a_reader_of_digits_reads_no_pages(tmp_path):
    path = tmp_path / "digits.safetensors"
    files.save(line_reader("0123456789"), path, {"alphabet": "0123456789"})
    with pytest.raises(ModelError, match=r"digits\.safetensors: reads no spaces"):
        NotesReader.load(path)
