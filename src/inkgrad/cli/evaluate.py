"""`inkgrad evaluate`: how good a model is, in figures and on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import AsIs, LabelColumn, busy, load_data, percent, say, say_json

if TYPE_CHECKING:
    from inkgrad.data.dataset import Dataset
    from inkgrad.evaluation.evaluate import Evaluation
    from inkgrad.nn.about import About
    from inkgrad.nn.network import Network


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
    from inkgrad.cli.show import drawable
    from inkgrad.nn import files
    from inkgrad.pretrained.shipped import find

    paths = [find(model) for model in models]
    page = drawable(report, force) if report else None
    loaded = [files.load(path) for path in paths]
    network, about = loaded[0]
    networks = [network for network, _ in loaded]
    found = measure(networks, about, data, views, threads, label=label, as_is=as_is)
    if page:
        with busy("drawing the report"):
            write_report(page, paths[0], network, about, found)
    if as_json:
        say_json({"models": [str(path) for path in paths], "views": views, **found.as_json()})
    else:
        show(found)
        if page:
            say(f"report written to {page}")


def measure(
    networks: list[Network],
    about: About,
    data: str | None = None,
    views: int = 1,
    threads: int | None = None,
    *,
    label: str | None = None,
    as_is: bool = False,
) -> Evaluation:
    """Evaluate loaded models on a data set; calibrated where their validation data can be had.

    Labels count the model's classes, whichever of them the data have.
    """
    from inkgrad.data.datasets import NAMES
    from inkgrad.evaluation.evaluate import evaluate as measure_on
    from inkgrad.nn.about import known_data
    from inkgrad.runs import validation_part

    everything = load_data(data or known_data(about, NAMES), label, as_is)
    held_out = validation_part(about, everything)
    validation = held_out.test if held_out else None
    fitted = about.get("temperature") if len(networks) == views == 1 else None
    everything = _as_the_model_names_them(everything, about)
    with busy(f"measuring on {len(everything.test):,} images"):
        return measure_on(
            networks,
            everything.test,
            everything.classes,
            validation,
            temperature=fitted,
            views=views,
            threads=threads,
        )


def _as_the_model_names_them(data: Dataset, about: About) -> Dataset:
    """The data with the model's classes, where it knows all of theirs; else as they are."""
    named = about.get("classes")
    if not named or not set(data.classes) <= set(named):
        return data
    return data.named_as(list(named))


def write_report(page: Path, path: Path, network: Network, about: About, found: Evaluation) -> None:
    """Write the HTML page, with the curves of the run that the model lies in."""
    from inkgrad.atomic import atomic_write
    from inkgrad.evaluation.report import report
    from inkgrad.runs import read_history

    facts = [
        ("model", str(path)),
        ("trained on", str(about.get("data", "not said"))),
        ("seed", str(about.get("seed", "not said"))),
        ("parameters", f"{network.theta.size:,}"),
    ]
    title = f"{path.parent.name or path.stem}: {path.name}"
    history = read_history(path.parent)
    atomic_write(page, report(title, network, found, history, facts))


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
    say(f"\n{'class':<{width}}  images  precision  recall  one against rest  taken most often for")
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
