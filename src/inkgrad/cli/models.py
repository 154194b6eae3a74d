"""`inkgrad models`: the weights that come with inkgrad, and how to make them again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import busy, epoch_bar, percent

app = typer.Typer(help="List the models that come with inkgrad, or build one again.")


@app.callback(invoke_without_command=True)
def list_models(context: typer.Context) -> None:
    """The models that come with inkgrad, each with the first line of its card."""
    if context.invoked_subcommand is not None:
        return
    from inkgrad.pretrained.shipped import card, find, names

    for name in names():
        lines = [line for line in card(name).splitlines() if line and not line.startswith("#")]
        print(f"{name:<14} {lines[0]}  [{find(name).stat().st_size / 1e6:.2f} MB]")


@app.command("show")
def show(name: Annotated[str, typer.Argument(help="A model that comes with inkgrad.")]) -> None:
    """The card of a model: data, command, seed, scores, limits."""
    from inkgrad.errors import ModelError
    from inkgrad.pretrained.shipped import card, names

    if name not in names():
        raise ModelError(f"{name}: no such model, expected one of {', '.join(names())}")
    print(card(name), end="")


@app.command("build")
def build(
    name: Annotated[str, typer.Argument(help="Which model.")],
    out: Annotated[Path, typer.Option(help="Folder to write, or to go on in.")] = Path("models"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training data.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bits.")] = 0,
) -> None:
    """Train a shipped model again, from the data in INKGRAD_DATA, and write it with its scores.

    Stopped or killed, the same command goes on from the last whole epoch.
    """
    from inkgrad import __version__
    from inkgrad.evaluation.evaluate import evaluate
    from inkgrad.evaluation.metrics import fit_temperature
    from inkgrad.nn import files
    from inkgrad.nn.prediction import logits_of
    from inkgrad.pretrained.recipes import recipe
    from inkgrad.training.train import train

    with busy("preparing the data"):
        made = recipe(name, seed, epochs)
    print(f"{name}: {made.network.theta.size:,} parameters, {len(made.source):,} images")
    checkpoint = out / f"{name}-{seed}-{epochs}.checkpoint.safetensors"
    seconds = 0.0
    with epoch_bar(made.source, epochs) as tracked:
        for epoch in train(
            made.network,
            tracked,
            made.settings,
            validation=made.validation,
            checkpoint=checkpoint,
        ):
            tracked.begin(epoch.number + 1)
            seconds += epoch.seconds
            print(
                f"epoch {epoch.number:>3}  loss {epoch.loss:.4f}  training "
                f"{percent(epoch.accuracy)}  validation {percent(epoch.validation_accuracy or 0)}",
                flush=True,
            )
    scores: dict[str, dict[str, float]] = {}
    for what, split in made.tests.items():
        found = evaluate(made.network, split, made.classes)
        low, high = found.interval
        scores[what] = {"accuracy": found.accuracy, "images": len(split)}
        print(f"{what}: {percent(found.accuracy)} ({percent(low)} to {percent(high)})")
    logits = logits_of(made.network, made.validation.images)
    about = {
        "classes": list(made.classes),
        "temperature": fit_temperature(logits, made.validation.labels),
        "data": made.text,
        "seed": seed,
        "inkgrad": __version__,
        "scores": scores,
    }
    path = out / f"{name}.safetensors"
    files.save(made.network, path, about)
    checkpoint.unlink()
    print(f"written to {path} after {seconds:.0f} s of training")
