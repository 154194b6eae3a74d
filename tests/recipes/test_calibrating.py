"""Thresholds found anew for weights of one's own, by composed images and by one's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad.cli.models import app
from inkgrad.data.datasets import load
from inkgrad.errors import DataError, InkgradError, ModelError, UsageError
from inkgrad.nn import files
from inkgrad.pretrained.shipped import find
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.number import NumberReader
from inkgrad.recipes import calibrating
from inkgrad.recognition.zipcodes import STATES
from inkgrad.synthetic import forms
from inkgrad.synthetic.envelopes import Envelopes
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, Wording


@pytest.fixture
def mine(tmp_path) -> Path:
    """The shipped reader as somebody's own that nobody measured."""
    networks, about = files.load_together(find("numbers"))
    about.pop("thresholds")
    path = tmp_path / "mine.safetensors"
    files.save_together(networks, path, about)
    return path


def fields(count: int) -> Iterator[calibrating.Sample]:
    test, rng = load("mnist-5k").test, np.random.default_rng(1)
    digits = [test.images[test.labels == digit] for digit in range(10)]
    for _ in range(count):
        string = rng.integers(0, 10, 3).tolist()
        yield forms.filled("plain", string, digits, rng), "".join(map(str, string))


@pytest.fixture
def folder(tmp_path) -> Path:
    """Thirty labelled fields of one's own."""
    path = tmp_path / "fields"
    path.mkdir()
    rows = ["path,text"]
    for i, (grey, text) in enumerate(fields(30)):
        Image.fromarray(grey).save(path / f"{i}.png")
        rows.append(f"{i}.png,{text}")
    (path / "labels.csv").write_text("\n".join(rows) + "\n")
    return path


def run(*words: object) -> str:
    done = CliRunner().invoke(app, ["calibrate", *map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_reader_of_numbers_promises_what_was_measured_on_ones_own_fields(mine, folder):
    before = files.load_together(mine)[0]
    with pytest.raises(ModelError, match="nobody measured"):
        NumberReader.load(mine).threshold(0.1)
    said = run(mine, "--data", folder)
    assert "at most 10.00 % wrong" in said
    assert "at most 1.00 % wrong" not in said  # that takes 300 images
    reader = NumberReader.load(mine)
    assert [error for error, _ in reader.thresholds] == [0.1]
    assert 0 < reader.threshold(0.1) < 1
    assert reader.threshold(0.01) == 1
    for old, new in zip(before, files.load_together(mine)[0], strict=True):
        np.testing.assert_array_equal(old.theta, new.theta)


def test_composed_fields_calibrate_a_copy_and_leave_the_model_as_it_is(mine, tmp_path, monkeypatch):
    monkeypatch.setattr(calibrating, "composed_numbers", fields)
    before, out = mine.read_bytes(), tmp_path / "copy.safetensors"
    assert str(out) in run(mine, "--count", 60, "--out", out)
    assert mine.read_bytes() == before
    assert [error for error, _ in NumberReader.load(out).thresholds] == [0.05, 0.1]
    with pytest.raises(UsageError, match=r"copy\.safetensors: is there already"):
        run(mine, "--count", 60, "--out", out)


def test_a_reader_of_envelopes_promises_what_was_measured_of_it(mine, tmp_path, monkeypatch):
    def mail(count: int) -> Iterator[calibrating.Sample]:
        typed = Texts(Hands([], []), Wording(), 0, Fonts.found(ALPHABET), typed=1.0)
        source, rng = Envelopes(typed, typed, STATES, typed=1.0), np.random.default_rng(0)
        made = source.compose(rng)
        for _ in range(count):
            yield made.grey, made.code

    monkeypatch.setattr(calibrating, "composed_mail", mail)
    out = tmp_path / "copy.safetensors"
    said = run(mine, "--as", "envelope", "--count", 30, "--out", out)
    assert str(tmp_path / "copy.calibration.json") in said
    assert out.read_bytes() == mine.read_bytes()
    (entry,) = json.loads((tmp_path / "copy.calibration.json").read_text())["measured"]
    assert [error for error, _ in entry["thresholds"]] == [0.1]
    assert EnvelopeReader.load(out, find("text")).threshold(0.1) == entry["thresholds"][0][1]
    assert EnvelopeReader.load(mine, find("text")).thresholds == ()


def test_few_images_are_refused_and_how_many_it_takes_is_said(mine, folder):
    table = folder / "labels.csv"
    before, rows = mine.read_bytes(), table.read_text().splitlines(keepends=True)
    table.write_text("".join(rows[:30]))
    with pytest.raises(DataError, match=r"29 images are too few.* 30 for 10 %.* 300 for 1 %"):
        run(mine, "--data", folder)
    assert mine.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("truth.tsv", "path\ttext\nnone.png\t1\n", "'none.png' is no file"),
        ("truth.tsv", "path\ttext\n0.png\t\n", "'0.png' has no text"),
        ("labels.csv", "file,digits\n0.png,1\n", "path"),
        ("other.txt", "", r"holds no truth\.tsv or labels\.csv"),
    ],
)
def test_a_table_of_labels_that_is_none_is_refused(mine, folder, name, content, fault):
    (folder / "labels.csv").unlink()
    (folder / name).write_text(content)
    with pytest.raises(DataError, match=fault):
        run(mine, "--data", folder)


def test_what_comes_with_inkgrad_is_not_written_over_by_chance(folder, tmp_path):
    shipped = find("numbers")
    before = shipped.read_bytes()
    for kind in ("number", "envelope"):
        with pytest.raises(UsageError, match="numbers: comes with inkgrad, expected --out"):
            run("numbers", "--data", folder, "--as", kind)
    inside = shipped.with_name("mine.safetensors")
    with pytest.raises(UsageError, match="comes with inkgrad"):
        run("numbers", "--data", folder, "--out", inside)
    assert shipped.read_bytes() == before
    assert not inside.exists()
    out = tmp_path / "out.safetensors"
    shutil.copy(shipped, out)
    run("numbers", "--data", folder, "--out", out, "--force")
    assert [error for error, _ in NumberReader.load(out).thresholds] == [0.1]


def test_a_model_that_reads_no_digits_is_refused(folder, tmp_path):
    out = tmp_path / "out.safetensors"
    for name in ("text", "digits"):
        with pytest.raises(InkgradError):
            run(name, "--data", folder, "--out", out)
        assert not out.exists()


@pytest.mark.real_data("unipen")
def test_composed_images_are_read_as_they_say():
    reader = NumberReader.load(find("numbers"))
    right = [reader.read(grey).text == text for grey, text in calibrating.composed_numbers(30)]
    assert np.mean(right) > 0.6
    ((grey, code),) = calibrating.composed_mail(1)
    assert grey.ndim == 2
    assert len(code.replace("-", "")) in (5, 9)
