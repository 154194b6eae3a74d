"""`inkgrad`: the commands put together, and what becomes of an error."""

from __future__ import annotations

from typing import Annotated

import typer

from inkgrad import __version__, process
from inkgrad.cli import (
    adapt,
    compare,
    course,
    data,
    demo,
    evaluate,
    interchange,
    lab,
    learn_form,
    models,
    notes,
    predict,
    read,
    serve,
    sort,
    train,
    tune,
    watch,
)
from inkgrad.cli.ending import Commands, ended
from inkgrad.cli.show import say, unfailing

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A neural network for handwriting, from scratch in NumPy: train it, measure it, use it.",
)
app.command("demo")(demo.demo)
app.command("train")(train.train)
app.command("adapt")(adapt.adapt)
app.command("tune")(tune.tune)
app.command("lab")(lab.lab)
app.command("compare")(compare.compare)
app.command("evaluate")(evaluate.evaluate)
app.command("export")(interchange.export)
app.command("predict")(predict.predict)
app.command("read")(read.read)
app.command("sort")(sort.sort)
app.command("watch")(watch.watch)
app.command("serve")(serve.serve)
app.add_typer(learn_form.app, name="form")
app.add_typer(notes.app, name="notes")
app.add_typer(data.app, name="data")
app.add_typer(course.app, name="course")
models.app.command("import")(interchange.import_weights)
app.add_typer(models.app, name="models")


def _version(wanted: bool) -> None:
    if wanted:
        say(f"inkgrad {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say the version, leave."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a command. Whatever goes wrong in it is one line on standard error; see `ending`."""
    process.own = True
    unfailing()
    ended(lambda: app(prog_name="inkgrad"))
