"""`inkgrad models`: the weights that come with inkgrad, and how to make them again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import busy, counting, epoch_bar, percent, say, writable, write_out
from inkgrad.reading import kinds
from inkgrad.reading.kinds import Kind

if TYPE_CHECKING:
    from inkgrad.recipes.calibrating import Sample

app = typer.Typer(help="List the models that come with inkgrad, or build one again.")


@app.callback(invoke_without_command=True)
def list_models(context: typer.Context) -> None:
    """The models that come with inkgrad, each with the first line of its card."""
    if context.invoked_subcommand is not None:
        return
    from inkgrad.pretrained.shipped import card, find, names

    for name in names():
        lines = [line for line in card(name).splitlines() if line and not line.startswith("#")]
        say(f"{name:<14} {lines[0]}  [{find(name).stat().st_size / 1e6:.2f} MB]")


@app.command("show")
def show(name: Annotated[str, typer.Argument(help="A model that comes with inkgrad.")]) -> None:
    """The card of a model: data, command, seed, scores, limits."""
    from inkgrad.errors import ModelError
    from inkgrad.pretrained.shipped import card, names

    if name not in names():
        raise ModelError(f"{name}: no such model, expected one of {', '.join(names())}")
    write_out(card(name))


@app.command("build")
def build(
    name: Annotated[str, typer.Argument(help="Which model.")],
    out: Annotated[Path, typer.Option(help="Folder to write, or to go on in.")] = Path("models"),
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Passes over the data.", show_default="the recipe's own"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bits.")] = 0,
) -> None:
    """Train a shipped model again, from the data in INKGRAD_DATA, and write it with its scores.

    Stopped or killed, the same command goes on from the last whole epoch.
    """
    from inkgrad.recipes.build import build_model

    with busy("preparing the data"):
        made = build_model(name, out, seed, epochs)
    images, all_of_it = len(made.stages[0].source), f"{made.parameters:,} parameters"
    if len(made.networks) > 1:
        all_of_it += f" in {len(made.networks)} networks"
    say(f"{name}: {all_of_it}, {images:,} images an epoch, {made.number} epochs")
    with epoch_bar(made.stages[0].source, made.number) as tracked:
        for epoch in made.epochs(tracked.on):
            tracked.begin(epoch.number + 1)
            say(
                f"epoch {epoch.number:>3}  loss {epoch.loss:.4f}  "
                f"validation {percent(epoch.validation_accuracy or 0)}",
            )
    with busy("measuring"):
        about = made.finish()
    for line in made.told(about):
        say(line)
    say(f"written to {made.path} after {made.seconds:.0f} s of training")


def _measured(kind: Kind) -> bool:
    return kind.measured == kind.name


@app.command("calibrate")
def calibrate(
    model: Annotated[str, typer.Argument(help="A reader of numbers: a name or a file.")],
    kind: Annotated[str, typer.Option("--as", help=f"{kinds.listed(_measured)}.")] = "number",
    count: Annotated[int, typer.Option(min=1, help="Images to compose and read.")] = 1000,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of your own images, with truth.tsv or labels.csv: path, text."),
    ] = None,
    desk: Annotated[
        Path | None, typer.Option(help="Folder of a desk: what people said there is true.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File of the model calibrated: a copy.")] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Write into the model that comes with inkgrad.")
    ] = False,
) -> None:
    """Find from which confidence on a model is how often wrong, for --max-error.

    On your own images, on what people said on a desk, or on composed ones in hands that no shipped
    reader learned from, of the data in INKGRAD_DATA. What numbers need is written into the model's
    file; what envelopes need, beside it, for this very file: calibrate for numbers first.
    """
    from inkgrad.pretrained.shipped import find
    from inkgrad.recipes.calibrating import calibrate as measure
    from inkgrad.recognition.calibration import beside

    source = find(model)
    target = _target(model, source, out, force, in_place)
    with counting("reading") as bars:

        def watch(each: Iterable[Sample], total: int) -> Iterable[Sample]:
            return bars.track(each, total=total)

        found = measure(model, kind, count, data=data, desk=desk, out=target, watch=watch)
    for error, least in found:
        say(f"at most {percent(error)} wrong from a confidence of {least:.4f} on")
    kept = beside([target])
    say(f"written to {target}" + (f" and {kept}" if kept.exists() else ""))


def _target(model: str, source: Path, out: Path | None, force: bool, in_place: bool) -> Path:
    """The file to write: the model's own, unless it is shipped, or another."""
    from inkgrad.errors import UsageError
    from inkgrad.pretrained.shipped import is_shipped

    target = source if out is None else writable(out, force)
    if is_shipped(target) and not in_place:
        what = "comes with inkgrad, expected --out FILE for a copy, or --in-place"
        raise UsageError(f"{model if out is None else out}: {what}")
    return target
