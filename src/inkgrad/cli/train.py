"""`inkgrad train`: a network trained, measured and kept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkgrad.cli.show import (
    AsIs,
    LabelColumn,
    aside,
    busy,
    complain,
    epoch_bar,
    load_data,
    percent,
    say,
    say_json,
)

if TYPE_CHECKING:
    from inkgrad.runs import Run


def train(
    data: Annotated[
        str, typer.Option(help="A data set by name (see: inkgrad data list) or path.")
    ] = "mnist-5k",
    label: LabelColumn = None,
    as_is: AsIs = False,
    model: Annotated[
        str, typer.Option(help="deck, mlp:512-256 (hidden layers), lenet, cnn, cnn:large or tiny.")
    ] = "deck",
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = 10,
    batch_size: Annotated[int, typer.Option(help="Samples to a step.")] = 64,
    optimizer: Annotated[str, typer.Option(help="sgd, rmsprop, adam or adamw.")] = "adamw",
    learning_rate: Annotated[
        float | None,
        typer.Option(help="The highest of the schedule.", show_default="0.004 for adamw"),
    ] = None,
    schedule: Annotated[
        str,
        typer.Option(help="constant, step, exponential, cosine, one-cycle, warm-up or on-plateau."),
    ] = "one-cycle",
    dropout: Annotated[float, typer.Option(help="Part of hidden values dropped.")] = 0.0,
    input_dropout: Annotated[float, typer.Option(help="Part of the pixels dropped.")] = 0.15,
    normalize: Annotated[
        bool, typer.Option("--normalize", help="Batch normalization in hidden layers of an mlp.")
    ] = False,
    weight_decay: Annotated[
        float | None, typer.Option(help="L2; with adamw decoupled.", show_default="0.05 for adamw")
    ] = None,
    label_smoothing: Annotated[float, typer.Option(help="Part of a label spread out.")] = 0.05,
    class_weight: Annotated[
        str | None,
        typer.Option(help="What classes count: balanced, or 7=3 for sevens three times."),
    ] = None,
    augment: Annotated[
        str, typer.Option(help="Deform images anew: none, shift, affine, elastic or full.")
    ] = "none",
    strength: Annotated[
        float, typer.Option(help="How strongly images are deformed: 0.5 half as much.")
    ] = 1.0,
    patience: Annotated[
        int | None, typer.Option(help="Stop after so many epochs without a lower validation loss.")
    ] = None,
    clip: Annotated[float | None, typer.Option(help="Largest norm of a gradient.")] = None,
    average: Annotated[
        float | None, typer.Option(help="Keep a moving average of weights, decay 0.999 or so.")
    ] = None,
    validation: Annotated[
        int | None,
        typer.Option(help="Training samples held out.", show_default="a tenth, up to 5000"),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bits.")] = 0,
    threads: Annotated[
        int | None, typer.Option(help="How many threads.", show_default="all processors")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write.", show_default="runs/DATA-MODEL")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the run in this folder, as it was started.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON object.")] = False,
) -> None:
    """Train a network; writes model, history and curves to a folder.

    A run that was stopped, or killed, goes on with --resume, and ends with the same bits.
    """
    from inkgrad.arguments import Arguments
    from inkgrad.runs import Run, free_folder, read_facts

    if resume is not None:
        given = read_facts(resume)["arguments"]
        name = given.data
        run = Run.resume(resume, load_data(name, given.label, given.as_is))
    else:
        arguments = Arguments(
            data=data,
            model=model,
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=learning_rate,
            schedule=schedule,
            dropout=dropout,
            input_dropout=input_dropout,
            normalize=normalize,
            weight_decay=weight_decay,
            label_smoothing=label_smoothing,
            class_weight=class_weight,
            augment=augment,
            strength=strength,
            patience=patience,
            clip=clip,
            average=average,
            validation=validation,
            seed=seed,
            threads=threads,
            label=label,
            as_is=as_is,
        )
        name = f"{Path(data).name}-{model}".replace(":", "-")
        folder = out or free_folder(Path("runs") / name)
        run = Run.start(folder, arguments, load_data(data, label, as_is))
    follow(run, quiet=as_json)
    with busy("testing"):
        figures = run.finish()
    _tell(run, figures, as_json)


def _tell(run: Run, figures: dict[str, Any], as_json: bool) -> None:
    """What a finished run came to."""
    if as_json:
        say_json({**figures, "run": str(run.folder)})
        return
    if "test_balanced_accuracy" in figures:
        say(f"mean of the classes' test accuracies {percent(figures['test_balanced_accuracy'])}")
    say(
        f"test accuracy {percent(figures['test_accuracy'])}, "
        f"validation {percent(figures['validation_accuracy'])}, "
        f"{figures['train_seconds']:.1f} s of training"
    )
    names = ("model.safetensors", "history.csv", "run.json", "curves.png")
    written = [name for name in names if (run.folder / name).exists()]
    say(f"written to {run.folder}: {', '.join(written)}")


def follow(run: Run, quiet: bool = False) -> None:
    """Train to the end, with a line an epoch; Ctrl-C says how to go on."""
    from inkgrad.errors import DivergedError, TrainingError, UsageError

    tell = aside if quiet else say
    tell(
        f"{run.arguments.model} on {run.arguments.data}: {run.network.theta.size:,} parameters, "
        f"{len(run.parts.train):,} images to train on, {len(run.parts.test):,} held out"
    )
    try:
        with epoch_bar(run.source, run.arguments.epochs) as tracked:
            for epoch in run.epochs(tracked):
                tracked.begin(epoch.number + 1)
                held = ""
                if epoch.validation_accuracy is not None:
                    held = f"validation {percent(epoch.validation_accuracy)}  "
                line = (
                    f"epoch {epoch.number:>3}  loss {epoch.loss:.4f}  "
                    f"training {percent(epoch.accuracy)}  {held}"
                    f"rate {epoch.learning_rate:.2e}  {epoch.samples_per_second:,.0f} images/s"
                )
                if quiet or sys.stdout.isatty():  # above the bar
                    tracked.bars.console.print(line, soft_wrap=True)
                else:
                    tell(line)
                if epoch.stopped:
                    tell(f"no lower validation loss in {run.arguments.patience} epochs: stopped")
    except KeyboardInterrupt:
        complain(f"stopped; go on with: inkgrad train --resume {run.folder}")
        raise typer.Exit(130) from None
    except DivergedError as error:
        kept = run.folder / "checkpoint.safetensors"
        last = f"; the last good epoch is in {kept}" if kept.exists() else ""
        raise TrainingError(f"{error}{last}") from None
    try:
        run.draw()
    except UsageError as error:
        complain(f"no curves.png: {error}")
