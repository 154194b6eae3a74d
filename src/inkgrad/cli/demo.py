"""`inkgrad demo`: the whole of it in half a minute, on the embedded digits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.evaluate import show
from inkgrad.cli.show import load_data, say
from inkgrad.cli.train import follow


def demo(
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("demo"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training data.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bits.")] = 0,
) -> None:
    """Train the deck's network on 4,000 digits, test it on 1,000 others, and write a report."""
    from inkgrad.arguments import Arguments
    from inkgrad.atomic import atomic_write
    from inkgrad.errors import needed
    from inkgrad.evaluation import plots
    from inkgrad.evaluation.report import sample
    from inkgrad.measuring import evaluate_models, write_report
    from inkgrad.runs import Run, free_folder

    needed("matplotlib", "plots", "a report")
    arguments = Arguments("mnist-5k", "deck", epochs, batch_size=32, input_dropout=0.3, seed=seed)
    run = Run.start(free_folder(out), arguments, load_data(arguments.data))
    follow(run)
    run.finish()
    path = run.folder / "model.safetensors"
    found = evaluate_models([path], load=load_data)
    say()
    show(found)
    page = run.folder / "report.html"
    write_report(page, path, found)
    atomic_write(run.folder / "reads.png", plots.png(sample(found)))
    say()
    say(f"report: {page.resolve()}")
    say(f"next:   inkgrad predict {run.folder} YOUR-DIGIT.png")
