"""Runs read, compared, and written in the forms that are asked for: one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inkgrad.comparing.event_files import write_events
from inkgrad.comparing.picture import write_html, write_png
from inkgrad.comparing.recorded import RecordedRun, read_runs
from inkgrad.comparing.summary import write_csv


def compare_runs(
    folders: Sequence[str | Path],
    *,
    png: str | Path | None = None,
    html: str | Path | None = None,
    csv: str | Path | None = None,
    tensorboard: str | Path | None = None,
) -> list[RecordedRun]:
    """The runs in these folders, or in the folders in one of them, as their files tell them.

    Where a path is given, their curves are drawn, a page with table and curves is written, a table
    with a row an epoch, or a folder of event files. Raises TrainingError where there is no run or
    what it says is broken, and UsageError for pictures without matplotlib.
    """
    runs = read_runs(folders)
    if png is not None:
        write_png(png, runs)
    if html is not None:
        write_html(html, runs)
    if csv is not None:
        write_csv(csv, runs)
    if tensorboard is not None:
        write_events(tensorboard, runs)
    return runs
