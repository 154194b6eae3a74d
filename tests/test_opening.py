"""Readers as a program has them: anything that is an image in, one family of readings out."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inkgrad
from inkgrad.batch.rows import Row, Task, read_all
from inkgrad.data.datasets import load
from inkgrad.errors import ModelError, UsageError
from inkgrad.opening import open_reader


def paper(text: str) -> np.ndarray:
    test = load("mnist-5k").test
    digits = np.hstack([test.images[test.labels == int(c)][3] for c in text])
    return (215 - 0.65 * np.pad(digits, 10)).astype(np.uint8)


@pytest.fixture(scope="module")
def numbers() -> inkgrad.Reader:
    return open_reader("number", patterns=["99999"])


def test_whatever_holds_the_image_the_reading_is_the_same(numbers, tmp_path):
    grey = paper("90210")
    Image.fromarray(grey).save(tmp_path / "a.png")
    given = [
        tmp_path / "a.png",
        str(tmp_path / "a.png"),
        (tmp_path / "a.png").read_bytes(),
        io.BytesIO((tmp_path / "a.png").read_bytes()),
        Image.fromarray(grey),
        grey,
        np.stack([grey] * 3, axis=-1),
    ]
    readings = [numbers.read(image, name="it") for image in given]
    assert readings == [readings[0]] * len(given)
    first = readings[0]
    assert isinstance(first, inkgrad.Reading)
    assert (first.text, first.status, first.accepted) == ("90210", "read", True)
    assert len(first.boxes) == 5
    assert len(first.alternatives) == 4
    assert list(first.stages)[-1] == "line"
    assert all(stage.dtype == np.uint8 for stage in first.stages.values())


def test_what_is_wrong_with_an_image_is_a_reading_and_with_a_call_an_error(numbers):
    missing, broken = numbers.read("none.png"), numbers.read(b"no image", name="the body")
    assert (missing.status, broken.status) == ("failed", "failed")
    assert "none.png: no such file" in missing.reason
    assert "the body: is no image" in broken.reason
    blank = numbers.read(np.full((40, 120), 230, np.uint8))
    assert (blank.status, blank.text) == ("empty", "")
    assert "shows no ink" in blank.reason
    for array in (np.zeros((40, 100)), np.zeros((2, 40, 100), np.uint8), np.zeros((0, 9), "u1")):
        with pytest.raises(UsageError, match=r"is no image, expected \(h, w\)"):
            numbers.read(array)
    with pytest.raises(UsageError, match="int is no image"):
        numbers.read(7)


def test_pages_come_one_by_one_and_one_that_is_doubtful_says_so(tmp_path):
    pages = [Image.fromarray(paper(text)) for text in ("12345", "90210", "60614")]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    reader = open_reader("number", max_error=0.0)
    found = list(reader.read_pages(tmp_path / "a.tif", "2-"))
    assert [reading.page for reading in found] == [2, 3]
    assert {reading.status for reading in found} == {"rejected"}
    assert all("sure, expected 1.0000 at least" in reading.reason for reading in found)
    assert reader.read(tmp_path / "a.tif").page == 1


def test_a_batch_says_what_rows_say_in_order_whoever_shares_the_reader(numbers, tmp_path):
    paths = [tmp_path / f"{text}.png" for text in ("12345", "90210", "60614", "02139")]
    for path in paths:
        Image.fromarray(paper(path.stem)).save(path)
    paths.insert(2, tmp_path / "none.png")
    found = list(numbers.read_all(paths, workers=3))
    task = Task(patterns=("99999",), alternatives=4)
    rows = [row for (row,) in read_all(numbers.images, task, paths)]
    assert [Row.of(reading) for reading in found] == rows
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(numbers.read, paths)) == [
            reading if reading.status == "failed" else numbers.read(path)
            for reading, path in zip(found, paths, strict=True)
        ]
    with pytest.raises(UsageError, match="expected paths for a cluster"):
        list(numbers.read_all([b"bytes"], cluster="tcp://127.0.0.1:9"))


def test_a_page_of_text_is_a_reading_with_its_lines_and_words():
    from PIL import ImageDraw, ImageFont

    page = Image.new("L", (700, 260), 240)
    ImageDraw.Draw(page).text((60, 60), "Buy milk and\nbread", 40, ImageFont.load_default(56))
    reader = open_reader("text")
    found = reader.read(page)
    assert isinstance(found, inkgrad.Reading)
    assert found.text == found.document.text
    assert [word.text for line in found.lines for word in line.words][:2] == ["Buy", "milk"]
    assert len(found.boxes) == len(list(found.words))
    assert found.confidence == pytest.approx(np.prod([line.confidence for line in found.lines]))
    assert list(found.stages) == ["ink"]
    blank = reader.read(Image.new("L", (300, 200), 240))
    assert (blank.status, blank.document.width) == ("empty", 300)
    with pytest.raises(UsageError, match="not rejected as a whole"):
        reader.images.threshold(0.1)
    strict = open_reader("text", max_error=0.0).read(page)
    assert strict.text == found.text
    assert strict.status == "read"
    assert all(word.doubtful for word in strict.words)
    assert not all(word.doubtful for word in found.words)


def test_a_character_is_a_reading_with_its_label():
    test = load("mnist-5k").test
    image = 255 - np.pad(test.images[test.labels == 7][0], 6)
    found = open_reader("character").read(image)
    assert (found.label, found.probability) == (found.text, found.confidence)
    assert found.text == "7"
    assert found.stages["glyph"].shape == (28, 28)
    assert found.alternatives[0][1] <= found.confidence
    with pytest.raises(ModelError, match="hold for no stated part"):
        open_reader("character", max_error=0.1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "word"}, "as 'word' is unknown, expected one of number, zip, envelope"),
        ({"kind": "number", "max_error": 2}, "max_error 2 is no part of 1"),
        ({"kind": "number", "alternatives": -1}, "alternatives -1 are too few"),
        ({"kind": "number", "patterns": ["12"]}, "allows only one string"),
        ({"kind": "number", "pages": "x"}, "pages 'x' are none"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_read(given, message):
    with pytest.raises(UsageError, match=message):
        open_reader(**given)


def test_a_table_from_a_program_is_that_of_the_command(tmp_path):
    from typer.testing import CliRunner

    from inkgrad.cli.app import app

    folder = tmp_path / "in"
    folder.mkdir()
    for text in ("12345", "90210"):
        Image.fromarray(paper(text)).save(folder / f"{text}.png")
    (folder / "broken.png").write_bytes(b"no image")
    written = inkgrad.read_table([folder], tmp_path / "own.csv", patterns=["99999"])
    assert written.counts["failed"] == 1
    arguments = ["read", folder, "--pattern", "99999", "--out", tmp_path / "command.csv"]
    assert CliRunner().invoke(app, [str(part) for part in arguments]).exit_code == 1
    assert Path(tmp_path / "own.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()
    with pytest.raises(UsageError, match=r"own\.csv: is there already"):
        inkgrad.read_table([folder], tmp_path / "own.csv")
