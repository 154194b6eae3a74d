"""A field with an amount: its marks are read, and its value is beside its text."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from inkgrad import open_reader
from inkgrad.batch.rows import Row, Task, heading, written
from inkgrad.ink.field import find_field
from inkgrad.pretrained.shipped import find
from inkgrad.reading.amount import AmountReader
from inkgrad.reading.marked import MarkedReader
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.wording import ALPHABET


@pytest.fixture(scope="module")
def reader() -> AmountReader:
    return AmountReader.load(find("amounts"))


def typed(text: str) -> np.ndarray:
    """A text in a font, on paper."""
    ink = Fonts.found(ALPHABET).printed[0].line(text, np.random.default_rng(0))
    ink = np.asarray(Image.fromarray(ink).resize((ink.shape[1] * 48 // ink.shape[0], 48)))
    return (235 - 0.8 * np.pad(ink, 16)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("text", "value"),
    [("600.46", "600.46"), ("1,234.50", "1234.50"), ("$12.00", "12.00"), ("-31.75", "-31.75")],
)
def test_an_amount_is_read_with_its_marks_and_says_what_it_is_worth(reader, text, value):
    grey = typed(text)
    found = Task("amount").one(reader)(grey)
    assert (found.text, found.value, found.notes) == (text, Decimal(value), ())
    assert len(found.boxes) == len(text)
    for left, top, right, bottom in found.boxes:
        assert 0 <= left < right <= grey.shape[1]
        assert 0 <= top < bottom <= grey.shape[0]


def test_an_amount_that_may_have_three_decimals_is_told():
    found = open_reader("amount").read(typed("1,234"))
    assert (found.text, found.value) == ("1,234", Decimal(1234))
    assert found.notes == ("1,234 may have three decimals",)


def test_a_point_is_dirt_where_digits_alone_are_read_and_kept_where_marks_are():
    grey = np.full((100, 300), 230, np.uint8)
    for x in (40, 80, 140, 180):
        grey[30:80, x : x + 6] = 40
    grey[77:80, 108:111] = 40
    alone, whole = find_field(grey).ink > 0.3, find_field(grey, marks=True).ink > 0.3
    assert np.all(whole >= alone)
    assert np.count_nonzero(whole) > np.count_nonzero(alone)


def test_a_date_is_read_as_it_is_written():
    reader = MarkedReader.load(find("amounts"))
    patterns = [Pattern.parse(f"{{date.mdy{year}}}", reader.alphabet) for year in ("", "2")]
    assert reader.read(typed("7/4/1998"), patterns).text == "7/4/1998"


def test_a_row_of_an_amount_has_its_value():
    row = Row("a.png", "(1.234,50)", 0.9, "read", value="-1234.50")
    assert heading("tsv", 0, valued=True) == "path\ttext\tconfidence\tstatus\tvalue\n"
    assert written(row, "tsv", 0, valued=True) == 'a.png\t"(1.234,50)"\t0.9000\tread\t-1234.50\n'
    assert json.loads(written(row, "json", 0))["value"] == "-1234.50"
    assert "value" not in json.loads(written(Row("a.png", "7", 0.9, "read"), "json", 0))
