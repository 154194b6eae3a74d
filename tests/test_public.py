"""What a command does can be had from a program, and a command does little besides."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import inkgrad
from inkgrad.cli.app import app

BEHIND = {  # each command, and what does its work
    "demo": "Run evaluate_models write_report",
    "train": "Arguments Run",
    "adapt": "adapt read_own_lines kept_lines adapt_lines",
    "tune": "TuningPlan tune",
    "lab": "write_lab",
    "compare": "compare_runs",
    "evaluate": "evaluate_models write_report",
    "export": "export_hub export_onnx export_torch",
    "predict": "open_reader",
    "read": "open_reader patterns_of read_table read_document draw_reading",
    "serve": "serve_desk",
    "sort": "sort_mail",
    "watch": "patterns_of watch_folder",
    "notes add": "Archive page_reader",
    "notes search": "Archive show_notes",
    "notes show": "Archive",
    "notes list": "Archive",
    "notes export": "export_notes",
    "notes rm": "Archive",
    "form learn": "learn_form",
    "course start": "start_exercises",
    "course check": "check_exercises own_confusion",
    "data list": "data_sets",
    "data info": "load",
    "data fetch": "fetch_data",
    "data show": "draw_samples",
    "data sheet": "write_handsheet asked_lines",
    "data collect": "read_handsheet collect_hand save_hand collect_lines save_lines",
    "models": "model_names",
    "models show": "model_card",
    "models import": "import_torch",
    "models build": "build_model",
    "models calibrate": "calibrate",
}
FOLDER = Path(inkgrad.__file__).parent / "cli"
LONGEST = 40  # lines of a function's body


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        full = f"{before}{name}"
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield full
            yield from commands(command, f"{full} ")
        else:
            yield full


def test_every_command_has_a_public_function_behind_it():
    group = typer.main.get_command(app)
    assert set(commands(group)) == set(BEHIND)
    for command, names in BEHIND.items():
        for name in names.split():
            assert name in inkgrad.__all__, command
            assert callable(getattr(inkgrad, name)), command


def lengths(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield node.name, body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_no_function_of_a_command_is_long(path):
    assert {name: lines for name, lines in lengths(path) if lines > LONGEST} == {}
