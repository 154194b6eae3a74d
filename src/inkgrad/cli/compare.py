"""`inkgrad compare`: training runs beside each other."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import aside, busy, drawable, say, say_json, writable

if TYPE_CHECKING:
    from inkgrad.comparing.recorded import RecordedRun


def compare(
    runs: Annotated[
        list[Path], typer.Argument(help="Folders of runs, or a folder that holds some.")
    ],
    png: Annotated[Path | None, typer.Option(help="Draw the curves to this picture.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page: table and curves.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table with a row an epoch.")] = None,
    tensorboard: Annotated[
        Path | None, typer.Option(help="Write event files into this folder, for TensorBoard.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one object.")] = False,
) -> None:
    """Compare training runs: their figures, and the settings in which they differ.

    Runs that are not finished are compared by the epochs that they have.
    """
    from inkgrad.comparing.compare import compare_runs
    from inkgrad.comparing.summary import as_json as told

    for path, way in ((png, drawable), (html, drawable), (csv, writable)):
        if path is not None:
            way(path, force)
    with busy("comparing"):
        found = compare_runs(runs, png=png, html=html, csv=csv, tensorboard=tensorboard)
    if as_json:
        say_json(told(found))
    else:
        _show(found)
    for run in found:
        if not run.history:
            aside(f"{run.name}: has no epochs yet")
    for path in (png, html, csv, tensorboard):
        if path is not None:
            aside(f"written to {path}")


def _show(found: Sequence[RecordedRun]) -> None:
    """The table, turned where the terminal is too narrow for it."""
    from inkgrad.comparing.summary import aligned, summary

    head, rows = summary(found)
    lines = aligned(head, rows)
    if len(lines[0]) > shutil.get_terminal_size().columns:
        head, *rows = map(list, zip(head, *rows, strict=True))
        lines = aligned(head, rows)
    for line in lines:
        say(line)
