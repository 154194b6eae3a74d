"""`inkgrad serve`: a desk, where a person settles what was read in doubt, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import complain, of_file, say, stoppable
from inkgrad.reading import kinds

if TYPE_CHECKING:
    from inkgrad.batch.inbox import Handled


def serve(
    desk: Annotated[Path, typer.Argument(help="The desk's folder, made where there is none.")],
    host: Annotated[
        str, typer.Option(help="Address; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port; 0 is any that is free.")
    ] = 8420,
    token: Annotated[
        str, typer.Option(envvar="INKGRAD_TOKEN", help="What others must know, 16 characters on.")
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(help="File of tokens: look, settle or administer, and a token, in a line."),
    ] = None,
    kind: Annotated[
        str, typer.Option("--as", help=f"{kinds.listed()}.", show_default="the form, or zip")
    ] = "",
    form: Annotated[
        list[Path] | None,
        typer.Option(
            help="Template of inkgrad form learn, whose forms are read; kept on the desk."
        ),
    ] = None,
    watch: Annotated[
        Path | None, typer.Option(help="Folder of which each file is read too, and put away.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="CSV of prefix and bin: where each ZIP code is to go.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes that read.", show_default="processors, 4"),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="Read on the Dask cluster of a scheduler at this address.")
    ] = "",
    database: Annotated[
        str,
        typer.Option(
            envvar="INKGRAD_DESK_DATABASE",
            help="PostgreSQL, postgresql://USER@HOST/NAME, that desks share with the folder.",
        ),
    ] = "",
    max_error: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="What would let more than this be wrong is asked.",
            show_default="0.01, of words 0.05",
        ),
    ] = None,
    double: Annotated[
        str, typer.Option(help="Part that a second person reads again, blind: 5%, or 0.05.")
    ] = "0",
) -> None:
    """Read what is dropped on a page, and settle what is in doubt there, by keyboard.

    With --double a sample of all that stands is read by a second person too, who sees none of it,
    and a third decides where they differ; /rates.html shows who and what was how often wrong.
    With --token-file some may only look, and others settle or administer: who errs how often.
    Pages of text (--as text) and forms (--form) are shown whole, with what is in doubt marked in
    place; they are handed out as text, Markdown, hOCR, ALTO, searchable PDF and CSV.
    Files put into the folder --watch are moved to DESK/watched/done when they are on the desk, or
    to failed, with the reason beside them.
    Everything is kept in the folder, and nothing is lost by Ctrl-C or a kill: the same command goes
    on. With --database the journal is in PostgreSQL, for several desks at once; files and pictures
    stay in the folder, which all of them reach, over the network say. A password goes into
    INKGRAD_DESK_DATABASE or ~/.pgpass, where no list of processes shows it.
    Programs send images to /v1/read; /v1/openapi.json says how.
    """
    from inkgrad.desk.serving import serve

    part = _part(double)
    with stoppable("the same command goes on"):
        serve(
            *(desk, host, port, token, kind, max_error),
            lambda at: say(f"{at}  Ctrl-C ends it"),
            part,
            token_file=token_file,
            forms=form or (),
            watch=watch,
            plan=plan,
            workers=workers,
            scheduler=scheduler,
            database=database or None,
            noted=_note,
        )


def _part(said: str) -> float:
    """A part of all as it is said: "5%" or "0.05"."""
    from inkgrad.errors import UsageError

    number, percent = said.strip().removesuffix("%"), said.strip().endswith("%")
    try:
        part = float(number) / (100 if percent else 1)
    except ValueError:
        part = -1.0
    if not 0 <= part <= 1:
        raise UsageError(f"--double {said}: is no part of all, expected 0% to 100%")
    return part


def _note(handled: Handled) -> None:
    """What became of a file of the watched folder, where it is not on the desk."""
    if handled.reason:
        complain(f"{handled.status}: {of_file(handled.name, handled.reason)}")
