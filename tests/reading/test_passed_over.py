"""Marks between digits that are passed over: said, and the reading is doubted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from inkgrad.batch.rows import Row, Task, heading, written
from inkgrad.cli import read
from inkgrad.data.datasets import load
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader, Reading
from inkgrad.reading.passed_over import Mark, notes_on
from inkgrad.recognition.patterns import Pattern

_MARKS = {
    "point": (7, [(0, 76), (7, 76)]),
    "comma": (8, [(6, 74), (5, 82), (1, 92)]),
    "dash": (24, [(2, 52), (22, 51)]),
    "slash": (26, [(2, 88), (24, 14)]),
}
"""How wide each is, and the path of the pen; digits stand from y = 20 to 80."""


@pytest.fixture(scope="module")
def reader() -> NumberReader:
    return NumberReader.load(find("numbers"))


def field(mark: str | None = None, after: int = 3, last: int = 5) -> np.ndarray:
    """The number 31602 as far as asked, with a mark after so many digits, dark on white."""
    train = load("mnist-5k").train
    room = Image.new("L", (520, 110))
    pen, x = ImageDraw.Draw(room), 20
    for place, digit in enumerate([3, 1, 6, 0, 2][:last]):
        image = train.images[np.flatnonzero(train.labels == digit)[4]]
        ink = Image.fromarray(image).crop(Image.fromarray(image).getbbox())
        small = ink.resize((max(8, round(60 * ink.width / ink.height)), 60))
        room.paste(small, (x, 20))
        x += small.width + 14
        if mark and place + 1 == after:
            wide, path = _MARKS[mark]
            pen.line([(x + a, y) for a, y in path], fill=255, width=7, joint="curve")
            x += wide + 14
    return 240 - np.asarray(room) // 2


@pytest.mark.parametrize("kind", _MARKS)
def test_a_mark_that_is_passed_over_is_said_and_the_reading_is_doubted(reader, kind):
    found = reader.read(field(kind))
    assert found.text == "31602"
    assert found.notes == (f"a {kind} after 316 was passed over",)
    assert found.confidence < min(least for _, least in reader.thresholds)
    assert reader.read(field()).notes == ()
    assert reader.read(field()).confidence > 0.9


def test_a_mark_after_the_last_digit_is_passed_over_too(reader):
    assert reader.read(field("point", after=5)).notes == ("a point after 31602 was passed over",)


@pytest.mark.parametrize(
    ("kind", "pattern", "text"),
    [
        ("point", "999.99", "316.02"),
        ("point", r"\d{3}\.\d{2}", "316.02"),
        ("comma", "999.99", "316.02"),
        ("dash", "999-99", "316-02"),
        ("slash", "999/99", "316/02"),
    ],
)
def test_a_mark_where_the_pattern_has_it_is_no_doubt(reader, kind, pattern, text):
    found = reader.read(field(kind), [Pattern.parse(pattern)])
    assert (found.text, found.notes) == (text, ())
    assert found.confidence > 0.9


def test_a_mark_elsewhere_than_in_the_pattern_or_another_is_passed_over(reader):
    elsewhere = reader.read(field("point", after=2), [Pattern.parse("999.99")])
    assert elsewhere.notes == ("a point after 31 was passed over",)
    another = reader.read(field("slash"), [Pattern.parse("999.99")])
    assert another.notes == ("a slash after 316 was passed over",)
    assert another.confidence <= reader.doubtful()


def test_a_mark_that_a_pattern_has_and_the_ink_has_not_changes_nothing(reader):
    plain = reader.read(field(), [Pattern.parse("99999")])
    marked = reader.read(field(), [Pattern.parse("999.99")])
    assert (marked.text, marked.notes, marked.confidence) == ("316.02", (), plain.confidence)


def test_marks_are_told_by_what_is_written_before_them():
    marks = [Mark("dash", 1), Mark("point", 2), Mark("comma", 4)]
    assert notes_on("1-23.4", "0123456789", marks) == (
        "a point after 1-2 was passed over",
        "a comma after 1-23.4 was passed over",
    )


@pytest.mark.parametrize("max_error", [0.005, 0.01, 0.1, 0.2])
def test_a_row_with_a_mark_passed_over_is_rejected_wherever_a_threshold_is_asked(
    reader, tmp_path, max_error
):
    Image.fromarray(field("point")).save(tmp_path / "a.png")
    (row,) = Task(threshold=reader.threshold(max_error)).reading(reader)(tmp_path / "a.png")
    assert (row.text, row.status) == ("31602", "rejected")
    assert row.notes == ("a point after 316 was passed over",)
    (row,) = Task().reading(reader)(tmp_path / "a.png")
    assert row.status == "read"


def test_notes_are_in_json_and_the_columns_of_tables_stay():
    notes = ("a point after 316 was passed over",)
    row = Row("a.png", "31602", 0.29, "read", notes=notes)
    assert json.loads(written(row, "json", 0))["notes"] == list(notes)
    assert heading("tsv", 0) == "path\ttext\tconfidence\tstatus\n"
    assert written(row, "tsv", 0) == "a.png\t31602\t0.2900\tread\n"


def test_notes_are_said_beside_the_rows(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(read, "complain", said.append)
    read.tell(Row("a.png", "12", 0.2, "read", notes=("a point", "a dash")))
    read.tell(Row("b.png", "12", 0.2, "read"))
    assert said == ["a.png: a point; a dash"]


def test_weights_of_which_nothing_is_promised_doubt_by_half():
    reader = NumberReader.load(find("numbers"))
    reader.thresholds = []
    assert reader.doubtful() == 0.5
    assert isinstance(reader.read(field("dash")), Reading)
    assert 0.45 < reader.read(field("dash")).confidence <= 0.5
