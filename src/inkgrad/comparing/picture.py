"""The curves of several runs in one picture, and a page with it and the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inkgrad.atomic import atomic_write
from inkgrad.comparing.recorded import RecordedRun
from inkgrad.comparing.summary import summary
from inkgrad.evaluation import html, plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito 2008: told apart by people who see few colours, too.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1b2a41", "#8c6d1f")
_NAMED = 24  # runs that a legend has room for
_PANELS = (("loss", 1.0, "loss"), ("accuracy", 100.0, "accuracy, %"))


def curves(runs: Sequence[RecordedRun]) -> Figure:
    """Loss, accuracy and learning rate by epoch, a colour a run; training is dashed.

    Raises UsageError without matplotlib.
    """
    named = min(len(runs), _NAMED)
    figure = plots.figure_of(12, 3.8 + 0.22 * -(-named // 3))
    for place, (name, part, title) in enumerate(_PANELS, 1):
        axes = figure.add_subplot(1, 3, place)
        for number, run in enumerate(runs):
            for fact, style in ((name, "--"), (f"validation_{name}", "-")):
                thin = 1.0 if style == "--" else 1.8
                points = _points(run, fact, part)
                axes.plot(*points, color=_colour(number), linestyle=style, linewidth=thin)
        axes.set(title=f"{title}: validation, training dashed", xlabel="epoch")
    axes = figure.add_subplot(1, 3, 3)
    for number, run in enumerate(runs):
        axes.plot(*_points(run, "learning_rate"), color=_colour(number))
    axes.set(title="learning rate", xlabel="epoch")
    for axes in figure.axes:
        plots.plain(axes)
        axes.locator_params(axis="x", integer=True)
    # A name that began with an underscore would be left out.
    names = [f" {run.name}" for run in runs[:_NAMED]]
    legend = figure.legend(
        axes.lines[:_NAMED], names, loc="outside lower center", ncols=3, frameon=False
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
    return figure


def _points(run: RecordedRun, fact: str, part: float = 1.0) -> tuple[list[float], list[float]]:
    """Epochs, and what is known of them."""
    known = [row for row in run.history if row.get(fact) is not None]
    return [row["epoch"] for row in known], [part * row[fact] for row in known]


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def write_png(path: str | Path, runs: Sequence[RecordedRun]) -> None:
    """The picture as a file."""
    atomic_write(path, plots.png(curves(runs)))


def write_html(path: str | Path, runs: Sequence[RecordedRun]) -> None:
    """A page with the table and the picture, whole in one file."""
    head, rows = summary(runs)
    parts = [html.table(head, rows), html.section("Curves", curves(runs))]
    atomic_write(path, html.page(f"{len(runs)} runs compared", parts))
