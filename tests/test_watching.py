"""A watched folder from end to end: fields and pages, and the command stopped and begun again."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad import watch_folder
from inkgrad.errors import UsageError

SOON = {"every": 0.0, "settle": 0.0, "again": 0.0, "once": True}


def field(path: Path, text: str = "20516") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("L", (240, 80), 235)
    ImageDraw.Draw(image).text((30, 12), text, fill=40, font=ImageFont.load_default(44))
    hidden = path.with_name(f".{path.name}")  # there whole at once: nothing here waits
    image.save(hidden)
    hidden.rename(path)


def test_fields_are_tables_and_what_is_none_is_set_aside(tmp_path):
    field(tmp_path / "in" / "day" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"no image")
    found = list(watch_folder(tmp_path / "in", tmp_path / "out", "zip", layout="csv", **SOON))
    assert [(each.name, each.status) for each in found] == [
        ("day/a.png", "done"),
        ("b.png", "failed"),
    ]
    rows = list(csv.DictReader((tmp_path / "out/read/day/a.png.csv").read_text().splitlines()))
    assert [(row["path"], row["text"]) for row in rows] == [("day/a.png", "20516")]
    reason = (tmp_path / "out" / "failed" / "b.png.reason.txt").read_text()
    assert reason.startswith("b.png: ")
    assert str(tmp_path) not in reason
    assert not (tmp_path / "out" / "read" / "b.png.csv").exists()


@pytest.mark.parametrize("layout", ["text", "pdf"])
def test_pages_are_documents(layout, tmp_path):
    field(tmp_path / "in" / "a.png", "milk")
    (handled,) = watch_folder(tmp_path / "in", tmp_path / "out", "text", layout=layout, **SOON)
    assert handled.status == "done", handled
    (made,) = (tmp_path / "out" / "read").iterdir()
    assert made.name == f"a.png.{'txt' if layout == 'text' else 'pdf'}"
    assert made.stat().st_size > 0


def test_what_makes_no_sense_is_said_before_any_work(tmp_path):
    (tmp_path / "in").mkdir()
    for more, message in (
        ({"layout": "xls"}, "format 'xls' is unknown, expected tsv, csv, json"),
        ({"kind": "text", "layout": "csv"}, "expected text, markdown"),
        ({"kind": "text", "patterns": ["9"]}, "nothing goes by patterns"),
        ({"kind": "song"}, "song"),
    ):
        with pytest.raises(UsageError, match=message):
            list(watch_folder(tmp_path / "in", tmp_path / "out", **more, **SOON))
    with pytest.raises(UsageError, match="is no folder, expected one to watch"):
        list(watch_folder(tmp_path / "no", tmp_path / "out", **SOON))


def test_a_drive_that_goes_away_is_said_once(tmp_path):
    (tmp_path / "in").mkdir()
    looks = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 1:
            (tmp_path / "in").rename(tmp_path / "away")
        if len(looks) == 4:
            (tmp_path / "away").rename(tmp_path / "in")
            field(tmp_path / "in" / "a.png")

    told = watch_folder(
        *(tmp_path / "in", tmp_path / "out"), every=1, settle=0, sleep=sleep, again=0
    )
    assert [next(told).status for _ in range(2)] == ["waits", "done"]
    told.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_command_stopped_or_killed_is_begun_again(how, tmp_path):
    (tmp_path / "in").mkdir()
    run = [sys.executable, "-m", "inkgrad", "watch", "in", "--out", "out", "--as", "zip"]
    run += ["--every", "0.05", "--settle", "0"]
    with subprocess.Popen(
        run, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as going:
        field(tmp_path / "in" / "a.png")
        assert going.stdout
        assert going.stdout.readline() == b"done: a.png\n"
        going.send_signal(how)
        said = going.stderr.read() if going.stderr else b""
    if how == signal.SIGTERM:
        assert (going.returncode, said) == (130, b"inkgrad: stopped: the same command goes on\n")
    field(tmp_path / "in" / "b.png")
    done = subprocess.run([*run, "--once"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "done: b.png\n"), done.stderr
    assert {p.name for p in (tmp_path / "out" / "done").iterdir()} == {"a.png", "b.png"}
