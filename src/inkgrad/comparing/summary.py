"""Runs as tables: a row a run for people, a row an epoch for the tools of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inkgrad import tables
from inkgrad.atomic import atomic_write
from inkgrad.comparing.recorded import RecordedRun, differing
from inkgrad.runs import HistoryRow


def summary(runs: Sequence[RecordedRun]) -> tuple[list[str], list[list[str]]]:
    """Head and rows: figures of each run, and the settings that differ."""
    names = [name for name in differing(runs) if name != "epochs"]  # said beside it
    head = ["run", "epochs", "test", "validation", "validation loss", "seconds", "parameters"]
    return [*head, *names], [
        [*_figures(run), *(_told(run.settings[name]) for name in names)] for run in runs
    ]


def _figures(run: RecordedRun) -> list[str]:
    wanted = run.settings["epochs"]
    done = str(run.epochs) if run.complete else f"{run.epochs} of {wanted}"
    held = run.figures.get("validation_accuracy", run.best("validation_accuracy", largest=True))
    loss = run.best("validation_loss", largest=False)
    seconds = run.figures.get("train_seconds", sum(row.get("seconds") or 0 for row in run.history))
    return [
        run.name,
        done,
        _percent(run.figures.get("test_accuracy")),
        _percent(held),
        "-" if loss is None else f"{loss:.4f}",
        f"{seconds:.1f}",
        f"{int(run.figures['parameters']):,}" if "parameters" in run.figures else "-",
    ]


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{100 * part:.2f} %"


def _told(value: Any) -> str:
    if value is None:
        return "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in lines: names to the left, what follows to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for first, *others in (head, *rows):
        right = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([f"{first:<{widths[0]}}", *right]).rstrip())
    return lines


def as_json(runs: Sequence[RecordedRun]) -> dict[str, Any]:
    """All that the table says, and more: each run with its figures, settings and best epoch."""
    return {
        "differing": differing(runs),
        "runs": [
            {
                "run": str(run.folder),
                "name": run.name,
                "complete": run.complete,
                "epochs": run.epochs,
                "figures": run.figures,
                "settings": run.settings,
            }
            for run in runs
        ],
    }


def write_csv(path: str | Path, runs: Sequence[RecordedRun]) -> None:
    """A row an epoch of each run: its name, the settings that differ, and what was noted of it."""
    facts = list(HistoryRow.__annotations__)
    names = differing(runs)
    rows = [
        [run.name, *(run.settings[name] for name in names), *(row.get(fact) for fact in facts)]
        for run in runs
        for row in run.history
    ]
    text = [tables.line(["run", *names, *facts], "csv")]
    text += [tables.line(["" if cell is None else cell for cell in row], "csv") for row in rows]
    atomic_write(path, "".join(text))
