"""Runs beside each other: what differs, tables, a picture, and event files byte by byte."""

from __future__ import annotations

import csv
import json
import struct
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from inkgrad import compare_runs
from inkgrad.arguments import Arguments
from inkgrad.comparing.event_files import crc32c, event, record
from inkgrad.comparing.recorded import differing, read_runs
from inkgrad.comparing.summary import aligned, summary
from inkgrad.errors import TrainingError

HEAD = "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n"


@pytest.fixture
def runs(tmp_path) -> Path:
    """A folder with two finished runs and one that goes on."""
    for name, more, epochs in (
        ("deck", {}, 3),
        ("deck-2", {"optimizer": "sgd", "seed": 4}, 3),
        ("_$going$", {"optimizer": "sgd"}, 2),
    ):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        facts = {
            "arguments": asdict(Arguments(epochs=3, **more)),
            "data_checksum": "ab" * 32,
            "written": "2026-01-02T03:04:05+00:00",
            "status": "running",
        }
        if epochs == 3:
            figures = {"test_accuracy": 0.91, "train_seconds": 4.5, "parameters": 109386}
            facts |= {"status": "complete", "figures": figures}
        (folder / "run.json").write_text(json.dumps(facts))
        rows = [f"{e},{1 / e},{1 - 0.5 / e},{1.5 / e},{1 - 0.6 / e},0.01,1.5\n" for e in (1, 2, 3)]
        (folder / "history.csv").write_text(HEAD + "".join(rows[:epochs]))
    return tmp_path / "runs"


def test_figures_and_the_settings_that_differ_are_in_the_table(runs):
    found = read_runs([runs / "deck", runs / "deck-2", runs / "_$going$"])
    assert differing(found) == ["optimizer", "seed"]
    head, rows = summary(found)
    assert head[-2:] == ["optimizer", "seed"]
    assert rows == [
        ["deck", "3", "91.00 %", "80.00 %", "0.5000", "4.5", "109,386", "adamw", "0"],
        ["deck-2", "3", "91.00 %", "80.00 %", "0.5000", "4.5", "109,386", "sgd", "4"],
        ["_$going$", "2 of 3", "-", "70.00 %", "0.7500", "3.0", "-", "sgd", "0"],
    ]
    lines = aligned(head, rows)
    assert len({len(line) for line in lines}) == 1
    assert differing(found[:1]) == []


def test_a_folder_of_runs_stands_for_them(runs):
    assert [run.name for run in read_runs([runs])] == ["_$going$", "deck", "deck-2"]


def test_runs_of_one_name_are_told_apart(runs, tmp_path):
    other = tmp_path / "other" / "deck"
    other.mkdir(parents=True)
    (other / "run.json").write_bytes((runs / "deck" / "run.json").read_bytes())
    names = [run.name for run in read_runs([runs / "deck", other])]
    assert names == [str(runs / "deck"), str(other)]
    with pytest.raises(TrainingError, match="deck: was given twice"):
        read_runs([runs / "deck", runs / "deck-2" / ".." / "deck"])


def test_what_is_no_run_is_one_line(runs):
    with pytest.raises(TrainingError, match=r"no: holds no run, expected run\.json in it"):
        read_runs([runs / "no"])
    path = runs / "deck" / "run.json"
    facts = json.loads(path.read_text())
    path.write_text(json.dumps({**facts, "figures": {"test_accuracy": "much"}}))
    with pytest.raises(TrainingError, match=r"run\.json: does not hold together"):
        read_runs([runs])


def test_a_row_an_epoch_holds_all_that_differs(runs, tmp_path):
    compare_runs([runs], csv=tmp_path / "all.csv")
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text().splitlines()))
    assert len(rows) == 8
    assert {row["run"]: (row["optimizer"], row["seed"]) for row in rows} == {
        "_$going$": ("sgd", "0"),
        "deck": ("adamw", "0"),
        "deck-2": ("sgd", "4"),
    }
    assert [float(row["validation_loss"]) for row in rows[-3:]] == [1.5, 0.75, 0.5]


def test_curves_are_drawn_whatever_a_run_is_called(runs, tmp_path):
    compare_runs([runs], png=tmp_path / "all.png", html=tmp_path / "all.html")
    assert (tmp_path / "all.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "all.html").read_text()
    assert "<td>_$going$</td>" in page
    assert 'src="data:image/png' in page


def test_the_checksum_is_that_of_the_standard():
    """RFC 3720, B.4."""
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E


def test_an_event_is_these_bytes():
    said = event(1.5, 300, {"loss": 0.25})
    time = b"\x09" + struct.pack("<d", 1.5)
    value = b"\x0a\x04loss\x15" + struct.pack("<f", 0.25)
    assert said == time + b"\x10\xac\x02" + b"\x2a\x0d\x0a\x0b" + value
    assert event(0, 0, version="brain.Event:2").endswith(b"\x1a\x0dbrain.Event:2")
    whole = record(said)
    assert whole[:8] == struct.pack("<Q", len(said))
    assert whole[12:-4] == said
    (masked,) = struct.unpack("<I", whole[-4:])
    turned = (masked - 0xA282EAD8) & 0xFFFFFFFF
    assert (turned << 15 | turned >> 17) & 0xFFFFFFFF == crc32c(said)


def test_event_files_lie_where_they_lay_before(runs, tmp_path):
    for _ in range(2):
        compare_runs([runs], tensorboard=tmp_path / "logs")
    logs = tmp_path / "logs"
    found = sorted(path.parent.relative_to(logs).as_posix() for path in logs.glob("**/*.inkgrad"))
    assert len(found) == 6
    assert found[0] == "_$going$/training"


def test_the_command_shows_and_writes_it_all(runs, tmp_path):
    run = [sys.executable, "-W", "error", "-m", "inkgrad", "compare", str(runs)]
    written = ["--png", "a.png", "--html", "a.html", "--csv", "a.csv", "--tensorboard", "logs"]
    done = subprocess.run([*run, *written], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "optimizer" in done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.csv",
        "a.html",
        "a.png",
        "logs",
        "runs",
    ]
    again = subprocess.run([*run, *written], capture_output=True, text=True, cwd=tmp_path)
    assert again.returncode == 1
    assert "a.png: is there already" in again.stderr
    told = json.loads(subprocess.run([*run, "--json"], capture_output=True, check=True).stdout)
    assert told["differing"] == ["optimizer", "seed"]
    assert [each["complete"] for each in told["runs"]] == [False, True, True]
