"""`inkgrad lab`: see through a network in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import aside, busy, say, writable


def lab(
    models: Annotated[
        list[str] | None,
        typer.Argument(help="Networks of one character: names, files or runs.", show_default=False),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="File to write, instead of opening the page.")
    ] = None,
    count: Annotated[
        int, typer.Option("--digits", min=0, max=5000, help="Digits to put in; 0 for none.")
    ] = 5000,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
) -> None:
    """Draw, train and look inside a network, in the browser: one page that works by itself.

    It holds the networks that come with inkgrad and yours beside them; written with --html, yours
    alone where you name some. Nothing is sent anywhere: the page asks for nothing.
    """
    from inkgrad.lab.page import SHIPPED, place, show, write_lab

    target = place() if html is None else writable(html, force)
    chosen = [*SHIPPED, *(models or [])] if html is None else models or SHIPPED
    with busy("putting the page together"):
        write_lab(target, chosen, count)
    say(f"{target}  [{target.stat().st_size / 1e6:.1f} MB]")
    if html is None and not show(target):
        aside("no browser could be started here: open that file in one")
