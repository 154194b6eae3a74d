"""`inkgrad read` over files of several pages: some of them, broken ones, PDF files with text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad.batch import rows as batch
from inkgrad.cli.app import app
from inkgrad.documents.page import Page
from inkgrad.errors import ImageError, UsageError
from inkgrad.reading.result import Reading


class Levels:
    """Reads the grey of the middle of an image as a number."""

    alphabet = "0123456789"

    def read(self, grey, *_):
        if not grey.any():
            raise ImageError("shows no ink")
        return Reading(str(int(grey[grey.shape[0] // 2, grey.shape[1] // 2])), 1.0)


def book(path: Path, broken: int | None = None) -> Path:
    """A TIFF of five pages that are 10, 20, 30, 40 and 50 grey, one of them with no bits."""
    frames = [Image.new("L", (60, 40), 10 * number) for number in range(1, 6)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    if broken:
        data = bytearray(path.read_bytes())
        place = 4
        for _ in range(broken):
            at = int.from_bytes(data[place : place + 4], "little")
            count = int.from_bytes(data[at : at + 2], "little")
            place = at + 2 + 12 * count
        for entry in range(at + 2, place, 12):
            if int.from_bytes(data[entry : entry + 2], "little") == 258:
                data[entry + 8] = 77
        path.write_bytes(data)
    return path


def test_some_pages_of_a_file_become_rows_that_say_which(tmp_path):
    read = batch.Task(pages="2-3,5").reading(Levels())
    rows = read(book(tmp_path / "a.tif"))
    assert [(row.path, row.text) for row in rows] == [
        (f"{tmp_path}/a.tif#2", "20"),
        (f"{tmp_path}/a.tif#3", "30"),
        (f"{tmp_path}/a.tif#5", "50"),
    ]


def test_a_page_that_cannot_be_opened_is_one_row_that_failed(tmp_path):
    rows = batch.Task().reading(Levels())(book(tmp_path / "a.tif", broken=2))
    assert [row.status for row in rows] == ["read", "failed", "read", "read", "read"]
    assert rows[1].path == f"{tmp_path}/a.tif#2"
    assert "is a broken TIFF" in rows[1].reason
    assert [row.text for row in rows] == ["10", "", "30", "40", "50"]


class Notes:
    """Takes every page for one without words, and notes which it was asked to read."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def read_or_blank(self, grey: np.ndarray, source: str = "", number: int = 1) -> Page:
        self.numbers.append(number)
        return Page(grey.shape[1], grey.shape[0], (), (), source, number)


@pytest.fixture
def notes(monkeypatch):
    reader = Notes()
    monkeypatch.setattr("inkgrad.reading.notes.NotesReader.load", lambda *paths: reader)
    return reader


def run(*arguments: object):
    return CliRunner().invoke(app, ["read", *map(str, arguments)])


def test_pages_of_text_are_those_that_were_asked_for(tmp_path, notes):
    done = run("--as", "text", book(tmp_path / "a.tif"), "--pages", "4-", "--threads", 1)
    assert done.exit_code == 0
    assert notes.numbers == [4, 5]


def test_a_broken_page_of_text_is_said_and_the_others_are_written(tmp_path, notes):
    out = tmp_path / "out.json"
    arguments = ("--as", "text", "--format", "json", "--out", out, "--threads", 1)
    done = run(*arguments, book(tmp_path / "a.tif", broken=3))
    assert done.exit_code == 1
    assert notes.numbers == [1, 2, 4, 5]
    assert "is a broken TIFF" in done.stderr
    assert out.exists()


def test_redo_and_skip_reach_the_pdf(tmp_path, notes, monkeypatch):
    said = []
    monkeypatch.setattr("inkgrad.documents.pdf.write_pdf", lambda *given: said.append(given[3]))
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(90, 90))
        pdf.save(tmp_path / "a.pdf")
    for option in ([], ["--redo"], ["--skip"]):
        arguments = ("--as", "text", "--format", "pdf", "--out", tmp_path / "out.pdf", *option)
        assert run(tmp_path / "a.pdf", *arguments).exit_code == 0
    assert said == ["keep", "redo", "skip"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pages", "0"], "pages '0' are none"),
        (["--redo"], "--redo and --skip are for --format pdf"),
        (["--as", "text", "--skip"], "--redo and --skip are for --format pdf"),
        (["--as", "text", "--format", "pdf", "--redo", "--skip"], "expected one of them"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_read(tmp_path, arguments, message):
    done = run(tmp_path / "none.tif", *arguments)
    assert isinstance(done.exception, UsageError)
    assert message in str(done.exception)
