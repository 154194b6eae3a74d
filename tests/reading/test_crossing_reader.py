"""Words that are crossed out are said among the drawings, and only those that are hardly read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.documents.text import as_markdown
from inkgrad.errors import ModelError
from inkgrad.pretrained.shipped import find
from inkgrad.reading.crossing_reader import CrossingReader
from inkgrad.reading.notes import NotesReader
from inkgrad.reading.text import ReadWord


def test_a_word_has_to_be_crossed_out_surely_and_be_in_doubt(monkeypatch):
    reader = CrossingReader.load(find("crossed-out"))
    logits = np.zeros((1, 16, 3))
    logits[..., 2] = 9  # blanks, and a "-" in each of three words
    logits[0, [2, 8, 13]] = [[0, 9, 0], [0, 9, 0], [0, 2, 0]]
    monkeypatch.setattr(reader, "network", lambda line: logits)
    spans = ((0, 20), (20, 44), (44, 64))
    words = [
        ReadWord("a", "a", sure, span) for sure, span in zip((0.2, 0.9, 0.2), spans, strict=True)
    ]
    assert reader.crossed_out(np.zeros((32, 64), np.uint8), words) == [True, False, False]
    assert reader.crossed_out(np.zeros((32, 64), np.uint8), words, 0.5) == [True, False, True]


def test_another_model_is_refused():
    with pytest.raises(ModelError, match=r"numbers\.safetensors: holds 3 networks"):
        CrossingReader.load(find("numbers"))
    with pytest.raises(ModelError, match=r"text\.safetensors: tells no words"):
        CrossingReader.load(find("text"))


def test_a_page_says_where_a_word_is_crossed_out_and_does_not_read_it(monkeypatch):
    image = Image.new("L", (900, 200), 240)
    ImageDraw.Draw(image).text(
        (60, 60), "the garden is green", fill=40, font=ImageFont.load_default(40)
    )
    reader = NotesReader.load(find("text"), find("crossed-out"))
    assert reader.read(np.asarray(image)).text == "the garden is green"
    monkeypatch.setattr(
        reader.crossings, "crossed_out", lambda line, words: [w.text == "garden" for w in words]
    )
    page = reader.read(np.asarray(image))
    assert page.text == "the is green"
    assert as_markdown([page]).strip() == "the is green"
    (drawing,) = page.drawings
    (first, after, _) = next(iter(page.lines)).words
    assert drawing.kind == "crossed out"
    assert first.box[2] <= drawing.box[0] < drawing.box[2] <= after.box[0]
