"""`inkgrad serve`: a desk, where a person settles what was read in doubt, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import say, stoppable
from inkgrad.reading import kinds


def serve(
    desk: Annotated[Path, typer.Argument(help="The desk's folder, made where there is none.")],
    host: Annotated[
        str, typer.Option(help="Address; any but this machine's own needs --token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8420,
    token: Annotated[
        str, typer.Option(envvar="INKGRAD_TOKEN", help="What others must know, 16 characters on.")
    ] = "",
    kind: Annotated[
        str, typer.Option("--as", help=f"{kinds.listed(lambda each: not each.is_page)}.")
    ] = "zip",
    max_error: Annotated[
        float, typer.Option(min=0, max=1, help="What would let more than this be wrong is asked.")
    ] = 0.01,
    double: Annotated[
        str, typer.Option(help="Part that a second person reads again, blind: 5%, or 0.05.")
    ] = "0",
) -> None:
    """Read what is dropped on a page, and settle what is in doubt there, by keyboard.

    With --double a sample of all that stands is read by a second person too, who sees none of it,
    and a third decides where they differ; /rates.html shows who and what was how often wrong.
    Everything is kept in the folder, and nothing is lost by Ctrl-C or a kill: the same command goes
    on. Programs send images to /v1/read; /v1/openapi.json says how.
    """
    from inkgrad.desk.serving import serve

    part = _part(double)
    with stoppable("the same command goes on"):
        serve(
            desk, host, port, token, kind, max_error, lambda at: say(f"{at}  Ctrl-C ends it"), part
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
