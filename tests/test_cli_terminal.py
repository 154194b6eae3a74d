"""What comes from outside and what a terminal gets of it, and what cannot be written as it is."""

from __future__ import annotations

import ast
import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import inkgrad.cli
from inkgrad.cli import show
from inkgrad.cli.entry import main
from inkgrad.data.datasets import load
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader, mlp

EVIL = "\x1b]0;owned\x07\x1b[31m\r\n\x9b2J"
EVIL_SHOWN = r"\x1b]0;owned\x07\x1b[31m\x0d\x0a\x9b2J"
COMMANDS = sorted(Path(inkgrad.cli.__file__).parent.glob("*.py"))


def field(path: Path) -> Path:
    digits = load("mnist-5k").train.images
    Image.fromarray(255 - np.hstack(digits[:5])).save(path, "PNG")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    network = line_reader("0123456789")
    path = tmp_path_factory.mktemp("model") / "reader.safetensors"
    files.save(network, path, {"alphabet": "0123456789", "thresholds": [[0.01, 0.0]]})
    return path


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs `inkgrad ...` in an empty folder: status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inkgrad", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return int(stopped.value.code or 0), captured.out, captured.err

    return run


@pytest.mark.parametrize("code", [*range(32), *range(127, 160), 0x202E, 0x2028, 0x200F, 0xD800])
def test_no_control_character_is_shown(code):
    said = show.shown(f"a{chr(code)}b")
    assert said.isprintable()
    assert said == (rf"a\x{code:02x}b" if code < 256 else rf"a\u{code:04x}b")


def test_a_byte_that_is_no_text_is_shown_as_it_was_and_text_is_left_alone():
    assert show.shown(os.fsdecode(b"\xff.png")) == r"\xff.png"
    for text in ("é 日本 🙂 a\\b [/a] :smile:", ""):
        assert show.shown(text) == text


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_commands_say_everything_through_one_function(path):
    if path.name in ("show.py", "entry.py"):
        return
    calls = [
        node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    ]
    names = {ast.unparse(function) for function in calls}
    assert not names & {"print", "errors.print", "sys.stdout.write", "sys.stderr.write"}


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_the_name_of_a_file_reaches_no_terminal(run, model, tmp_path):
    name = EVIL.replace("/", "")
    (tmp_path / name).write_bytes(b"no image")
    for arguments in (
        ("predict", "digits", name),
        ("read", name, "--model", model, "--out", "out.tsv"),
        ("read", name, "--as", "text"),
        ("evaluate", "digits", "--data", name),
        ("train", "--data", name),
        ("notes", "add", name, "--archive", "kept"),
        ("data", "info", name),
        ("predict", name, "x.png"),
    ):
        status, out, err = run(*arguments)
        assert status == 1
        assert EVIL_SHOWN in err, arguments
        assert err.count("\n") == 1, err
        assert (out + err).replace("\n", "").isprintable()


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_names_of_classes_tags_and_bins_reach_no_terminal(run, model, tmp_path):
    classes = [f"{number}{EVIL}" for number in range(10)]
    files.save(mlp((4,), seed=1), tmp_path / "evil.safetensors", {"classes": classes})
    field(tmp_path / "a.png")
    status, out, err = run("predict", "evil.safetensors", "a.png")
    assert status == 0, err
    assert EVIL_SHOWN in out
    assert (out.count("\n"), err) == (1, "")
    assert out[:-1].isprintable()
    (tmp_path / "plan.csv").write_text('prefix,bin\n,"b\x1b[31m$日$"\n')
    status, out, err = run("sort", "a.png", "--plan", "plan.csv", "--model", model)
    assert status == 0, err
    assert r"b\x1b[31m$日$" in out
    assert (out + err).replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ["[/a]", "[bold]x", ":smile:"])
def test_a_name_is_no_markup(text, monkeypatch):
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, markup=False, emoji=False, width=80)
    monkeypatch.setattr(show, "errors", console)
    show.complain(text)
    with show.busy(text), show.counting(text) as bars:
        bars.add_task(text, total=1)
    with show.counting("{task.description}") as bars:
        bars.add_task(text, total=1)
    assert file.getvalue().count(text) >= 3


def test_the_console_itself_takes_no_markup(capsys):
    show.errors.print("[/a] :smile:")
    assert capsys.readouterr().err == "[/a] :smile:\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_rows_on_a_terminal_are_shown_and_through_a_pipe_exact(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    show.write_out("a\tb\x1b[31m\n")
    assert terminal.getvalue() == "a\tb\\x1b[31m\n"
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, "ascii", "strict"))
    show.write_out("\udcffé\x1b\n")
    assert pipe.getvalue() == b"\xff\xc3\xa9\x1b\n"


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are no bytes there")
@pytest.mark.parametrize("encoding", ["ascii:strict", "utf-8:strict", "latin-1:strict"])
def test_no_encoding_of_the_output_ends_a_run(encoding, model, tmp_path):
    names = [os.fsdecode(name) for name in (b"\xff.png", "é日.png".encode(), b"a\rb\nc.png")]
    for name in names:
        field(tmp_path / name)
    (tmp_path / "é.txt").write_bytes(b"no image")

    def inkgrad(*arguments: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "inkgrad", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )

    command = ["read", *names, "é.txt", "--model", model]
    done = inkgrad(*command)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1
    text = done.stdout.decode(errors="surrogateescape")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    assert [row["path"] for row in rows] == [*names, "é.txt"]
    told = inkgrad("predict", "digits", *names)
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout.count(b"\n") == 3
    assert told.stdout.startswith(rb"\xff.png: ")
