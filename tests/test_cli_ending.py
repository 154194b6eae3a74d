"""How a command ends that did not go well."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inkgrad.cli import ending
from inkgrad.cli.ending import ended
from inkgrad.errors import DataError

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and limits are of POSIX")

FAIL = """
import sys
from inkgrad.cli import app, models
def fail():
    raise {error}
app.app.command("fail")(fail)
sys.argv = ["inkgrad", "fail"]
from inkgrad.cli.entry import main
main()
"""


def fail(error: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command that raises this, as a process; its log folder and temporary files lie here."""
    return subprocess.run(
        [sys.executable, "-c", FAIL.format(error=error)],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder), "COLUMNS": "80"},
    )


@pytest.mark.parametrize("error", ["KeyError('size')", "EOFError()", "RecursionError('deep')"])
def test_what_nobody_expected_is_one_line_that_names_a_traceback(error, tmp_path):
    done = fail(error, tmp_path)
    assert done.returncode == 70
    told = re.fullmatch(
        r"inkgrad: unexpected: \w+: .*\. Please report this; what there is to send is in (\S+)\n",
        done.stderr,
    )
    assert told, done.stderr
    kept = Path(told[1])
    assert kept.is_relative_to(tmp_path)
    assert "Traceback" in kept.read_text()
    assert error.partition("(")[0] in kept.read_text()
    assert sys.platform == "win32" or not kept.stat().st_mode & 0o077


def test_ctrl_c_in_any_command_is_one_line(tmp_path):
    done = fail("KeyboardInterrupt", tmp_path)
    assert (done.returncode, done.stderr) == (130, "inkgrad: stopped\n")


def test_too_little_memory_is_said_and_is_no_fault_of_the_program(tmp_path):
    done = fail("MemoryError", tmp_path)
    assert (done.returncode, done.stderr) == (1, "inkgrad: there is not enough memory for this\n")


def test_an_error_from_outside_stays_on_its_line_and_steers_no_terminal(capsys):
    def run() -> None:
        raise DataError("a\nb\x1b[31m\udce9: is broken")

    with pytest.raises(SystemExit):
        ended(run)
    assert capsys.readouterr().err == "inkgrad: a\\x0ab\\x1b[31m\\xe9: is broken\n"


def test_a_file_that_cannot_be_written_is_named(capsys):
    def run() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "made.txt")

    with pytest.raises(SystemExit) as left:
        ended(run)
    assert left.value.code == 1
    assert capsys.readouterr().err == "inkgrad: made.txt: No space left on device\n"


@posix
def test_a_traceback_goes_elsewhere_where_the_log_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(ending, "user_log_path", lambda *_, **__: Path("/dev/null/no"))
    monkeypatch.setattr(ending.tempfile, "gettempdir", lambda: str(tmp_path))
    path = ending.keep_traceback(ValueError("odd"))
    assert path is not None
    assert path.parent == tmp_path
    monkeypatch.setattr(ending.tempfile, "gettempdir", lambda: "/dev/null/no")
    assert ending.keep_traceback(ValueError("odd")) is None


def test_only_the_newest_tracebacks_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(ending, "user_log_path", lambda *_, **__: tmp_path)
    for day in range(10, 31):
        (tmp_path / f"traceback-202001{day}-000000-1.txt").touch()
    kept = ending.keep_traceback(ValueError("odd"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 20
    assert names[0] == "traceback-20200112-000000-1.txt"
    assert kept is not None
    assert names[-1] == kept.name


@posix
def test_a_reader_who_has_gone_hears_nothing_and_nor_does_the_terminal(tmp_path):
    """As in `inkgrad data list | head -0`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "inkgrad", "data", "list"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_the_output_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "inkgrad", "data", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        )
    line = "inkgrad: standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, line)
