"""`inkgrad watch`: a folder whose files are read as they come."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.read import Names
from inkgrad.cli.show import complain, of_file, say, stoppable
from inkgrad.reading import kinds


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder to watch, and those in it.")],
    out: Annotated[
        Path, typer.Option(help="Folder for results (read/) and files (done/, failed/).")
    ],
    kind: Annotated[str, typer.Option("--as", help=f"{kinds.listed()}.")] = "number",
    pattern: Annotated[list[str] | None, typer.Option(help="What is possible: 99999-9999.")] = None,
    names: Names = None,
    max_error: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Reject what would let more than this part be wrong."),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(
            "--format", help="tsv, csv or json; for text: text, markdown, json, hocr, alto or pdf."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A model's name or file.", show_default="what suits the kind")
    ] = None,
    every: Annotated[float, typer.Option(min=0.05, help="Seconds from look to look.")] = 2.0,
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds that a file must stay as it is: it is whole then.")
    ] = 5.0,
    again: Annotated[
        float, typer.Option(min=0, help="Seconds until one that cannot be read is tried again.")
    ] = 30.0,
    once: Annotated[bool, typer.Option("--once", help="End when the folder is empty.")] = False,
) -> None:
    """Read each image or PDF that is put into a folder, until stopped.

    Results lie in OUT/read, one a file; the files in OUT/done or, with the reason beside them, in
    OUT/failed. To try one again, put it back. Nothing is lost by Ctrl-C or a kill: the same command
    goes on. OUT/.alive is touched at every look. With --once, a failure makes the status 1.
    """
    from inkgrad.recognition.named_patterns import patterns_of
    from inkgrad.watching import watch_folder

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as a service is stopped
    failed = 0
    with stoppable("the same command goes on"):
        for handled in watch_folder(
            *(folder, out, kind),
            model=model,
            patterns=patterns_of(pattern or (), names),
            max_error=max_error,
            layout=layout,
            every=every,
            settle=settle,
            again=again,
            once=once,
        ):
            failed += handled.status == "failed"
            if handled.reason:
                complain(f"{handled.status}: {of_file(handled.name, handled.reason)}")
            else:
                say(f"{handled.status}: {handled.name}")
    if failed:
        raise typer.Exit(1)
