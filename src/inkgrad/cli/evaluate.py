"""`inkgrad evaluate`: how good a model is, in figures and on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import AsIs, LabelColumn, busy, drawable, load_data, percent, say, say_json

if TYPE_CHECKING:
    from inkgrad.evaluation.evaluate import Evaluation


def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(help="Names, files or folders of runs; several models answer together."),
    ],
    data: Annotated[
        str | None, typer.Option(help="Measure on this test set.", show_default="the model's own")
    ] = None,
    label: LabelColumn = None,
    as_is: AsIs = False,
    views: Annotated[
        int, typer.Option(help="Average over so many shifts of each image, 1 to 25.")
    ] = 1,
    report: Annotated[
        Path | None, typer.Option(help="Write an HTML page, pictures inside, to this file.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a report that is there.")] = False,
    threads: Annotated[
        int | None, typer.Option(help="How many threads.", show_default="all processors")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one object.")] = False,
) -> None:
    """Measure a model on test data: accuracy, every class, calibration, the worst mistakes.

    Several models answer with the mean of their probabilities.
    """
    from inkgrad.measuring import evaluate_models, write_report
    from inkgrad.pretrained.shipped import find

    paths = [find(model) for model in models]
    page = drawable(report, force) if report else None
    with busy("measuring"):
        found = evaluate_models(
            paths, data, views, threads, label=label, as_is=as_is, load=load_data
        )
    if page:
        with busy("drawing the report"):
            write_report(page, paths[0], found)
    if as_json:
        say_json({"models": [str(path) for path in paths], "views": views, **found.as_json()})
    else:
        show(found)
        if page:
            say(f"report written to {page}")


def show(found: Evaluation) -> None:
    """The figures, for people."""
    from inkgrad.evaluation.metrics import per_class

    low, high = found.interval
    say(
        f"accuracy {percent(found.accuracy)} of {len(found.split):,} "
        f"(95 % interval {percent(low)} to {percent(high)})"
    )
    before = found.reliability(calibrated=False).error
    line = f"calibration error {percent(before)}"
    if found.temperature:
        after = found.reliability(calibrated=True).error
        line += f", {percent(after)} at temperature {found.temperature:.3f}"
    else:
        line += " (no validation data at hand to calibrate on)"
    say(line)
    each = per_class(found.confusion)
    width = max(5, *map(len, found.classes))
    say()
    say(f"{'class':<{width}}  images  precision  recall  one against rest  taken most often for")
    for i, name in enumerate(found.classes):
        row = found.confusion[i].copy()
        row[i] = 0
        most = f"{found.classes[int(row.argmax())]} ({row.max()})" if row.any() else "-"
        say(
            f"{name:<{width}}  {each.count[i]:>6}  {100 * each.precision[i]:>9.1f}"
            f"  {100 * each.recall[i]:>6.1f}  {100 * each.against_rest[i]:>16.1f}  {most}"
        )
    worst = found.mistakes(5)
    if len(worst):
        say()
        say("surest mistakes (image: read as, is, confidence)")
    for place in worst:
        say(
            f"  {place:>6}: {found.classes[found.predicted[place]]}, "
            f"{found.classes[found.split.labels[place]]}, "
            f"{percent(float(found.calibrated[place].max()))}"
        )
