"""A learner's folder: nothing is written over, nothing that code does stops the checks."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.errors import DataError, UsageError
from inkgrad.exercises.exercise import EXERCISES
from inkgrad.exercises.folder import (
    changes,
    check_exercises,
    hint,
    next_exercise,
    start_exercises,
)
from inkgrad.exercises.running import judged


@pytest.fixture
def folder(tmp_path):
    start_exercises(tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def solve(right):
    """Writes a right solution into a folder."""

    def write(folder, number: int) -> None:
        (folder / EXERCISES[number - 1].file).write_text(right[number])

    return write


def test_what_was_written_is_never_written_over(folder, solve):
    solve(folder, 1)
    (folder / EXERCISES[1].file).unlink()
    written = start_exercises(folder)
    assert [path.name for path in written] == [EXERCISES[1].file]
    assert "argmin" in (folder / EXERCISES[0].file).read_text()


def test_what_is_right_is_kept_and_the_next_is_shown(folder, solve):
    assert next_exercise(folder) is EXERCISES[0]
    solve(folder, 1)
    (found,) = check_exercises(folder, 1)
    assert found.verdict.state == "right"
    assert next_exercise(folder) is EXERCISES[1]
    assert json.loads((folder / "progress.json").read_text())["solved"] == [1]
    (folder / EXERCISES[0].file).write_text("")
    list(check_exercises(folder, 1))
    assert next_exercise(folder) is EXERCISES[0]


def test_a_loop_without_an_end_is_stopped(folder):
    path = folder / EXERCISES[0].file
    path.write_text("def mean_digit(images, labels, digit):\n    while True:\n        pass\n")
    found = judged(EXERCISES[0], path, seconds=3)
    assert found.mistake == "a loop without an end"
    path.write_text("import os\nos._exit(0)\n")
    assert "ended the whole program" in judged(EXERCISES[0], path).text
    path.unlink()
    assert "is not there" in judged(EXERCISES[0], path).text


def test_ctrl_c_in_a_learners_loop_leaves_no_traceback(folder):
    path, result = folder / EXERCISES[0].file, folder / "verdict.json"
    path.write_text("print('begun', flush=True)\nwhile True:\n    pass\n")
    command = [sys.executable, "-m", "inkgrad.exercises.running", "1", path, result]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "begun\n"
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=20) == ("", "")
    assert child.returncode == 130
    assert not result.exists()


def test_an_error_is_told_with_its_line_in_a_folder_beside_us_too(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    path = Path(folder.name) / EXERCISES[0].file
    path.write_text("def mean_digit(images, labels, digit):\n    return nothing\n")
    assert judged(EXERCISES[0], path).text.startswith("line 2, return nothing: NameError")


def test_each_hint_says_one_more(folder):
    assert [len(hint(folder, 7)) for _ in range(5)] == [1, 2, 3, 4, 4]


def test_a_change_of_the_file_is_seen(folder, solve):
    seen = changes(folder, EXERCISES[0])
    writes = threading.Timer(1.2, lambda: solve(folder, 1))
    writes.start()
    assert next(seen) is None
    writes.join()


def test_a_folder_without_exercises_and_a_broken_one_are_told(tmp_path, folder):
    with pytest.raises(UsageError, match="course start"):
        check_exercises(tmp_path)
    with pytest.raises(UsageError, match="1 to 14"):
        check_exercises(folder, 15)
    (folder / "progress.json").write_text('{"format": 1, "solved": "all", "hints": {}}')
    with pytest.raises(DataError, match="does not hold together"):
        next_exercise(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        start_exercises(tmp_path / "file")


def test_the_commands_start_check_hint_and_say_what_is_next(tmp_path, monkeypatch, solve):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert "14 of 14 exercises written" in run(app, ["course", "start"]).stdout
    result = run(app, ["course", "check", "1"])
    assert result.exit_code == 1
    assert "mean_digit is not written yet" in result.stdout
    assert "check_01.py" in result.stdout
    assert run(app, ["course", "check", "1", "--hint"]).stdout.startswith("1. ")
    solve(tmp_path / "exercises", 1)
    result = run(app, ["course", "check", "1"])
    assert result.exit_code == 0
    assert "next: Preparing data" in result.stdout
    result = run(app, ["course", "check", "99", "--watch"])
    assert isinstance(result.exception, UsageError)
    solve(tmp_path / "exercises", 14)
    result = run(app, ["course", "check", "14"])
    assert "now your own" in result.stdout
