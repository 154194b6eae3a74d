"""A sheet of words or numbers is printed, written into, photographed, and becomes lines."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad import load, open_reader
from inkgrad.cli.app import app
from inkgrad.errors import DataError, UsageError
from inkgrad.personal.asked_lines import WORDS, asked_lines
from inkgrad.personal.collecting import collect_lines, save_lines
from inkgrad.personal.handsheet import LineSheet, read_handsheet, write_handsheet
from inkgrad.personal.own_lines import read_own_lines
from inkgrad.randomness import generator
from inkgrad.synthetic.photos import photographed

EMPTY = 5


def written(sheet: LineSheet, page: int, seed: int) -> np.ndarray:
    """A page of numbers as somebody fills it in, with MNIST's digits; some cells left empty."""
    rng, test = generator(seed, "sample"), load("mnist-5k").test
    ink = 255.0 - sheet.drawn(page)
    for place, (label, (left, top, right, bottom)) in enumerate(sheet.cells(page)):
        if place % EMPTY == 0:
            continue
        side = int(0.85 * (bottom - top))
        for k, digit in enumerate(label):
            image = test.images[rng.choice(np.flatnonzero(test.labels == int(digit)))]
            size = (side, side)
            small = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC), float)
            x, y = left + 12 + int(0.62 * side * k), top + int(rng.integers(2, 9))
            assert x + side < right
            room = ink[y : y + side, x : x + side]
            np.maximum(room, 0.8 * small, out=room)
    return (255 - ink).clip(0, 255).astype(np.uint8)


def saved(grey, path):
    Image.fromarray(grey).save(path)
    return path


def test_a_photo_becomes_lines_that_the_reader_reads(tmp_path):
    sheet = LineSheet(asked_lines("numbers"))
    photo = photographed(written(sheet, 0, 1), (1500, 2000), generator(1, "sample")).grey
    found = collect_lines([saved(photo, tmp_path / "photo.png")], sheet)
    labels = [label for k, (label, _) in enumerate(sheet.cells(0)) if k % EMPTY]
    assert list(found.texts) == labels
    assert (found.empty, found.unread) == (-(-sheet.on_page // EMPTY), ())
    save_lines(found, tmp_path / "hand")
    reader = open_reader("number")
    read = [reader.read(tmp_path / "hand" / f"{k:04}.png").text for k in range(1, len(labels) + 1)]
    assert np.mean([a == b for a, b in zip(read, labels, strict=True)]) > 0.8
    lines = read_own_lines(tmp_path / "hand", "0123456789")
    assert ["".join(map(str, string)) for string in lines.strings] == labels
    with pytest.raises(UsageError, match="hand: is there already"):
        save_lines(found, tmp_path / "hand")


def test_by_commands_a_sheet_becomes_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["data", "sheet", "--lines", "numbers"])
    assert (made.exit_code, made.output.splitlines()[0][:18]) == (0, "sheet.pdf: 1 page.")
    sheet = read_handsheet("sheet.pdf")
    assert isinstance(sheet, LineSheet)
    saved(written(sheet, 0, 2), tmp_path / "scan.png")
    command = ["data", "collect", "scan.png", "--sheet", "sheet.pdf", "--show", "seen.png"]
    done = CliRunner().invoke(app, command)
    empty = -(-sheet.on_page // EMPTY)
    count = sheet.on_page - empty
    assert done.output == f"hand: {count} lines; {empty} cells are empty\n"
    assert done.exit_code == 0
    assert (tmp_path / "seen.png").is_file()
    rows = (tmp_path / "hand" / "labels.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "path,text"
    assert len(rows) == count + 1
    again = CliRunner().invoke(app, command)
    assert again.exit_code != 0


def test_words_ask_for_every_letter_at_the_beginning_and_within():
    text = " ".join(WORDS)
    capitals = {chr(c) for c in range(ord("A"), ord("Z") + 1)}
    assert capitals <= set(text)
    assert {c.lower() for c in capitals} <= set(text)
    assert set("0123456789") <= set(text)
    sheet = LineSheet(WORDS)
    assert (sheet.pages, sheet.columns) == (2, 3)


def test_numbers_ask_for_every_digit_as_often():
    text = "".join(asked_lines("numbers"))
    counts = [text.count(digit) for digit in "0123456789"]
    assert max(counts) - min(counts) <= 1


def test_lines_of_a_file_stand_one_in_a_cell(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("the quick brown fox jumps over the lazy dog\n\n  two   words \n", "utf-8")
    lines = asked_lines(str(path))
    assert lines == ("the quick brown fox jumps over the lazy dog", "two words")
    sheet = write_handsheet(tmp_path / "s.pdf", lines=lines)
    assert isinstance(sheet, LineSheet)
    assert sheet.columns == 1
    assert read_handsheet(tmp_path / "s.json") == sheet


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no lines"),
        (b"\xff\xfe\xfa", "is no text in UTF-8"),
    ],
)
def test_a_file_that_holds_none_is_one_line(tmp_path, content, said):
    (tmp_path / "lines.txt").write_bytes(content)
    with pytest.raises(DataError, match=said):
        asked_lines(str(tmp_path / "lines.txt"))
    with pytest.raises(DataError, match=r"cannot be read .*expected words, numbers or a file"):
        asked_lines(str(tmp_path / "none.txt"))


@pytest.mark.parametrize("lines", [("a" * 61,), ("a\x1bb",), (" ",), ("a",) * 901])
def test_lines_that_no_sheet_can_have_are_refused(tmp_path, lines):
    with pytest.raises(UsageError, match="expected 1 to"):
        LineSheet(lines)
    (tmp_path / "s.json").write_text(json.dumps({"handsheet": 1, "lines": lines}), "utf-8")
    with pytest.raises(DataError, match=r"s\.json: "):
        read_handsheet(tmp_path / "s.json")
