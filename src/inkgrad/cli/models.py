"""`inkgrad models`: the weights that come with inkgrad, and how to make them again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import busy, epoch_bar, percent, say, write_out
from inkgrad.reading import kinds
from inkgrad.reading.kinds import Kind

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
    from inkgrad.pretrained.build import making

    with busy("preparing the data"):
        made = making(name, out, seed, epochs)
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
    count: Annotated[int, typer.Option(min=100, help="Images to compose and read.")] = 1000,
) -> None:
    """Find from which confidence on a model is how often wrong, for --max-error.

    On composed images in hands that no shipped reader learned from, of the data in INKGRAD_DATA.
    What numbers need is written into the model's file; what envelopes need, beside it.
    """
    from inkgrad.pretrained.calibrating import calibrate as measure

    with busy("reading what is composed"):
        found = measure(model, kind, count)
    for error, least in found:
        say(f"at most {percent(error)} wrong from a confidence of {least:.4f} on")
