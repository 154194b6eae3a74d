"""`inkgrad`: the commands put together, and what becomes of an error."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from inkgrad import __version__, process
from inkgrad.cli import data, demo, evaluate, models, notes, predict, read, sort, train, tune
from inkgrad.cli.show import complain, say, unfailing
from inkgrad.errors import InkgradError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A neural network for handwriting, from scratch in NumPy: train it, measure it, use it.",
)
app.command("demo")(demo.demo)
app.command("train")(train.train)
app.command("tune")(tune.tune)
app.command("evaluate")(evaluate.evaluate)
app.command("predict")(predict.predict)
app.command("read")(read.read)
app.command("sort")(sort.sort)
app.add_typer(notes.app, name="notes")
app.add_typer(data.app, name="data")
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
    """Run a command; an error on purpose is one line on standard error and exit status 1."""
    process.own = True
    unfailing()
    try:
        app(prog_name="inkgrad")
    except InkgradError as error:
        complain(error)
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that cannot be written
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}")
        sys.exit(1)
