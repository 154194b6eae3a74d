"""The command line as people use it: in a process of its own, on real files."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save as to_bytes

from inkgrad.data.datasets import load
from inkgrad.evaluation import plots
from inkgrad.images.files import open_grey
from inkgrad.ink.character import from_image
from inkgrad.nn.architectures import deck
from inkgrad.nn.files import architecture
from inkgrad.nn.files import load as load_network
from inkgrad.runs import read_history

QUICK = ["--epochs", "3", "--seed", "1"]


def inkgrad(*arguments: object, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "inkgrad", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A finished run, shared by the tests that only look at it."""
    folder = tmp_path_factory.mktemp("trained")
    os.environ["INKGRAD_CACHE"] = str(folder / "cache")
    inkgrad("train", "--out", "run", *QUICK, "--epochs", "12", cwd=folder)
    return folder / "run"


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stderr.startswith("inkgrad: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_training_writes_what_it_says(run):
    assert {path.name for path in run.iterdir()} == {
        "model.safetensors",
        "checkpoint.safetensors",
        "history.csv",
        "run.json",
        "curves.png",
    }
    facts = json.loads((run / "run.json").read_text())
    assert facts["status"] == "complete"
    assert facts["arguments"]["seed"] == facts["seed"] == 1
    assert facts["data_checksum"] == load("mnist-5k").checksum
    assert facts["figures"]["test_accuracy"] > 0.9
    rows = list(csv.DictReader((run / "history.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == [str(n) for n in range(1, 13)]
    drawn = plots.png(plots.curves(read_history(run)))
    assert (run / "curves.png").read_bytes() == drawn


def test_a_folder_with_a_run_is_not_written_over(run):
    done = inkgrad("train", *QUICK, "--out", run, cwd=run.parent, check=False)
    assert "holds a run already" in one_line(done)


def test_evaluation_in_words_in_json_and_on_a_page(run, tmp_path):
    page = tmp_path / "report.html"
    done = inkgrad("evaluate", run / "model.safetensors", "--report", page, cwd=tmp_path)
    assert "95 % interval" in done.stdout
    assert "at temperature" in done.stdout
    lines = done.stdout.splitlines()
    assert lines[lines.index("") + 1].startswith("class  images  precision")
    assert "\\x" not in done.stdout
    assert page.read_text().count("data:image/png;base64,") >= 6
    facts = json.loads(inkgrad("evaluate", run, "--json", cwd=tmp_path).stdout)
    trained = json.loads((run / "run.json").read_text())["figures"]
    assert facts["accuracy"] == trained["test_accuracy"]
    assert len(facts["classes"]) == len(facts["confusion"]) == 10
    before = page.read_bytes()
    again = inkgrad("evaluate", run, "--report", page, cwd=tmp_path, check=False)
    assert "is there already" in one_line(again)
    assert page.read_bytes() == before


def digit(tmp_path: Path, label: int, name: str, which: int = 3) -> Path:
    """A test digit as a scan: dark ink on a large white page."""
    test = load("mnist-5k").test
    image = Image.fromarray(255 - test.images[test.labels == label][which]).resize((280, 280))
    page = Image.new("L", (600, 500), 255)
    page.paste(image, (100, 90))
    page.save(tmp_path / name)
    return tmp_path / name


def test_prediction_reads_scans_and_says_what_it_cannot(run, tmp_path):
    images = [digit(tmp_path, label, f"{label}.png") for label in (0, 1, 6)]
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("hello")
    done = inkgrad("predict", run, *images, "--show", "saw.png", "--json", cwd=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()[:3]]
    assert [facts["label"] for facts in found] == ["0", "1", "6"]
    assert all(0.5 < facts["probability"] <= 1 for facts in found)
    titles = [
        f"{i.name}\n{facts['label']}  {100 * facts['probability']:.0f} %"
        for i, facts in zip(images, found, strict=True)
    ]
    glyphs = [from_image(open_grey(image)) for image in images]
    assert (tmp_path / "saw.png").read_bytes() == plots.png(plots.sheet(glyphs, titles, 6))
    mixed = inkgrad("predict", run, "blank.png", images[0], "text.png", cwd=tmp_path, check=False)
    assert mixed.returncode == 1
    assert f"{images[0]}: 0" in mixed.stdout
    assert "blank.png: shows no ink" in mixed.stderr
    assert "text.png: is no image" in mixed.stderr


def test_what_is_less_sure_than_asked_for_is_unreadable(run, tmp_path):
    image = digit(tmp_path, 7, "7.png")
    done = inkgrad("predict", run, image, "--min-confidence", "1", cwd=tmp_path)
    assert "unreadable, perhaps" in done.stdout
    facts = json.loads(inkgrad("predict", run, image, "--json", cwd=tmp_path).stdout)
    assert facts["readable"] is True


def test_the_shipped_digits_read_without_any_training(tmp_path):
    images = [digit(tmp_path, label, f"{label}.png") for label in range(10)]
    done = inkgrad("predict", "digits", *images, "--json", cwd=tmp_path)
    found = [json.loads(line)["label"] for line in done.stdout.splitlines()]
    assert sum(label == str(place) for place, label in enumerate(found)) >= 9


def test_models_are_listed_and_shown(tmp_path):
    assert "digits" in inkgrad("models", cwd=tmp_path).stdout
    assert "## Limits" in inkgrad("models", "show", "digits", cwd=tmp_path).stdout
    unknown = inkgrad("models", "show", "letters", cwd=tmp_path, check=False)
    assert "no such model, expected one of amounts, characters, crossed-out, " in one_line(unknown)


def test_prediction_with_what_is_no_model_is_one_line(tmp_path):
    image = digit(tmp_path, 3, "3.png")
    assert "no such file" in one_line(inkgrad("predict", "x", image, cwd=tmp_path, check=False))
    other = tmp_path / "letters.safetensors"
    letters = deck(26)
    facts = {
        "format": "1",
        "architecture": architecture(letters),
        "about": {"classes": ["a", "b"]},
    }
    other.write_bytes(to_bytes(letters.parameters(), {"inkgrad": json.dumps(facts)}))
    assert "names 2 classes" in one_line(
        inkgrad("predict", other, image, cwd=tmp_path, check=False)
    )


def write_table(path: Path, header: str, n: int = 300) -> Path:
    """Test digits as a table exported with the label last."""
    test = load("mnist-5k").test.take(np.arange(0, 1000, 1000 // n))
    rows = np.hstack([test.images.reshape(len(test), -1), test.labels[:, None]])
    names = ",".join([*(f"pixel{i}" for i in range(784)), header])
    np.savetxt(path, rows, "%d", ",", header=names, comments="")
    return path


def test_a_table_with_its_labels_last_is_trained_on_and_measured_by_them(run, tmp_path):
    path = write_table(tmp_path / "digits.csv", '"class"')
    done = inkgrad("train", "--data", path, *QUICK, "--out", "t", "--json", cwd=tmp_path)
    assert f"{path}: the label is column 'class' (by its name)" in done.stderr
    assert len(json.loads((tmp_path / "t" / "run.json").read_text())["figures"]) > 3
    unnamed = write_table(tmp_path / "odd.csv", "what")
    told = inkgrad("evaluate", run, "--data", unnamed, "--label", "-1", "--json", cwd=tmp_path)
    assert "the label is column 'what' (as asked for)" in told.stderr
    assert json.loads(told.stdout)["accuracy"] > 0.9
    inkgrad("train", "--data", unnamed, "--label", "what", *QUICK, "--out", "u", cwd=tmp_path)
    assert json.loads((tmp_path / "u" / "run.json").read_text())["arguments"]["label"] == "what"
    inkgrad("train", "--resume", "u", cwd=tmp_path)
    shown = inkgrad("data", "show", unnamed, "--label", "what", cwd=tmp_path)
    assert "look at it: light on black, upright" in shown.stdout


def test_a_folder_with_some_of_the_classes_is_measured_as_predict_reads_it(run, tmp_path):
    files = []
    for label in (0, 1, 6):
        (tmp_path / "scans" / str(label)).mkdir(parents=True)
        for i in range(4):
            files.append(tmp_path / "scans" / str(label) / f"{i}.png")
            digit(tmp_path, label, str(files[-1].relative_to(tmp_path)), i)
    read = inkgrad("predict", run, *files, "--json", cwd=tmp_path)
    by_file = [json.loads(line) for line in read.stdout.splitlines()]
    expected = sum(Path(each["image"]).parent.name == each["label"] for each in by_file)
    network, about = load_network(run / "model.safetensors")
    data = load(tmp_path / "scans").named_as(about["classes"])
    right = [
        int((network(part.images).argmax(1) == part.labels).sum())
        for part in (data.train, data.test)
    ]
    assert sum(right) == expected >= 9
    done = inkgrad("evaluate", run, "--data", "scans", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["accuracy"] == pytest.approx(right[1] / len(data.test))
    assert "brought to 28 x 28 pixels, as predict does it" in done.stderr
    as_is = inkgrad("data", "info", "scans", "--as-is", "--json", cwd=tmp_path)
    assert json.loads(as_is.stdout)["width"] == 600


def test_version_and_help_are_there(tmp_path):
    assert inkgrad("--version", cwd=tmp_path).stdout.startswith("inkgrad 0.")
    for command in ("train", "evaluate", "predict", "demo", "data"):
        assert "Usage: " in inkgrad(command, "--help", cwd=tmp_path).stdout
