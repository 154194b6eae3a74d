"""Joined strokes at the foot of a page that nobody can read are a signature, and not read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.documents.hocr import as_hocr
from inkgrad.documents.text import as_text
from inkgrad.pretrained.shipped import find
from inkgrad.reading.notes import NotesReader
from inkgrad.synthetic.additions import signature

WORDS = ["the garden is green", "we were here before", "letters from home"]


@pytest.fixture(scope="module")
def reader() -> NotesReader:
    return NotesReader.load(find("text"))


def signed(ink: np.ndarray, last: str = "") -> np.ndarray:
    image = Image.new("L", (1100, 640), 240)
    draw = ImageDraw.Draw(image)
    for place, text in enumerate([*WORDS, last] if last else WORDS):
        draw.text((60, 60 + 90 * place), text, fill=40, font=ImageFont.load_default(40))
    grey = np.asarray(image).astype(float)
    grey[440 : 440 + ink.shape[0], 300 : 300 + ink.shape[1]] -= 200 * ink / 255
    return grey.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", [1, 5, 7])  # others look like words
def test_it_is_said_and_not_read(reader, seed):
    page = reader.read(signed(signature(56, 4, np.random.default_rng(seed))))
    assert page.text.split("\n") == WORDS
    (drawing,) = (each for each in page.drawings if each.kind == "signature")
    left, top, right, bottom = drawing.box
    assert 290 < left < 340
    assert 430 < top < 452
    assert right - left > 90
    assert 490 < bottom < 540
    assert "ocr_image" in as_hocr([page])
    assert "signature" not in as_text([page])


def test_a_name_that_can_be_read_is_read(reader):
    page = reader.read(signed(np.zeros((1, 1)), last="Mary Ann Baker"))
    assert page.text.replace("\n\n", "\n").split("\n") == [*WORDS, "Mary Ann Baker"]
    assert not page.drawings
