"""`inkgrad data`: which data sets there are, what is in them, and how they look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import (
    AsIs,
    LabelColumn,
    busy,
    complain,
    load_data,
    say,
    say_json,
    writable,
)

if TYPE_CHECKING:
    from inkgrad.personal.sheet_page import WritingSheet

app = typer.Typer(no_args_is_help=True, help="List, describe, fetch, draw and make data sets.")


@app.command("list")
def list_data() -> None:
    """The data sets that have a name, and where each would come from."""
    from inkgrad.samples import data_sets

    for found in data_sets():
        say(f"{found.name:<16} {found.title}  [{found.where}]")


@app.command("info")
def info(
    name: Annotated[str, typer.Argument(help="A data set by name or path.")],
    label: LabelColumn = None,
    as_is: AsIs = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """What is in a data set: sizes, classes, counts, checksum."""
    import numpy as np

    data = load_data(name, label, as_is)
    height, width = data.train.images.shape[1:]
    counts = {
        part: np.bincount(split.labels, minlength=len(data.classes)).tolist()
        for part, split in (("train", data.train), ("test", data.test))
    }
    if as_json:
        say_json(
            {
                "name": data.name,
                "title": data.title,
                "licence": data.licence,
                "classes": list(data.classes),
                "height": height,
                "width": width,
                "train": len(data.train),
                "test": len(data.test),
                "counts": counts,
                "sha256": data.checksum,
            }
        )
        return
    say(f"{data.name}: {data.title}" if data.title else data.name)
    say(f"{len(data.train):,} to train on, {len(data.test):,} to test on, {width} x {height}")
    say(f"sha256 of pixels and labels {data.checksum}")
    if data.licence:
        say(f"licence: {data.licence}")
    say()
    say(f"{'class':<12}{'train':>9}{'test':>9}")
    for place, cls in enumerate(data.classes):
        say(f"{cls:<12}{counts['train'][place]:>9,}{counts['test'][place]:>9,}")


@app.command("fetch")
def fetch(name: Annotated[str, typer.Argument(help="A data set by name.")]) -> None:
    """Download a data set into the cache, if it is not on this machine yet."""
    from inkgrad.samples import fetch_data

    say(f"{name}: is in {fetch_data(name, load_data)}")


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(help="A data set by name or path, or synthetic-numbers, -text, -envelopes."),
    ],
    out: Annotated[Path | None, typer.Option(help="PNG to write.", show_default="NAME.png")] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many samples.")] = 100,
    label: LabelColumn = None,
    as_is: AsIs = False,
    augment: Annotated[
        str, typer.Option(help="Deform them: none, shift, affine, elastic or full.")
    ] = "none",
    seed: Annotated[int, typer.Option(help="Which samples, deformed how.")] = 0,
    force: Annotated[bool, typer.Option(help="Write over a picture that is there.")] = False,
) -> None:
    """Draw a sheet of training samples, class by class, to a PNG."""
    from inkgrad.samples import draw_samples, picture_of

    path = writable(out or Path(picture_of(name)), force)
    drawn = draw_samples(
        name, path, count, label=label, as_is=as_is, augment=augment, seed=seed, load=load_data
    )
    say(f"{drawn} drawn to {path}")
    if not drawn.known:
        say("look at it: light on black, upright, each under its own name?")


@app.command("sheet")
def sheet(
    out: Annotated[Path, typer.Option(help="PDF to write; a .json beside it.")] = Path("sheet.pdf"),
    characters: Annotated[str, typer.Option(help="What is to be written.")] = "0123456789",
    times: Annotated[int, typer.Option(min=1, max=60, help="Each so many times.")] = 12,
    lines: Annotated[
        str, typer.Option(help="In place of characters: words, numbers, or a file of lines.")
    ] = "",
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Make a sheet to print and to write one's hand into; then inkgrad data collect.

    Characters are for readers of single ones (digits), lines for those of numbers and text.
    """
    from inkgrad.personal.asked_lines import asked_lines
    from inkgrad.personal.handsheet import write_handsheet

    made = write_handsheet(out, characters, times, force, asked_lines(lines) if lines else ())
    pages = "1 page" if made.pages == 1 else f"{made.pages} pages"
    say(f"{out}: {pages}. Print it, write, photograph or scan it; then")
    say(f"inkgrad data collect PHOTO --sheet {out}")


@app.command("collect")
def collect(
    photos: Annotated[list[Path], typer.Argument(help="Photos or scans of a written sheet.")],
    sheet: Annotated[Path, typer.Option(help="The sheet: what inkgrad data sheet wrote.")],
    out: Annotated[
        Path | None,
        typer.Option(help="The data set to write; of lines, a folder.", show_default="hand.npz"),
    ] = None,
    show: Annotated[Path | None, typer.Option(help="Draw what was found to this PNG.")] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Cut what was written on a sheet into a data set, for train, evaluate and adapt."""
    from inkgrad.personal.handsheet import LineSheet, read_handsheet

    asked = read_handsheet(sheet)
    of_lines = isinstance(asked, LineSheet)
    out = out or Path("hand" if of_lines else "hand.npz")
    for path in (out, *([show] if show else [])):
        writable(path, force)
    count, empty, unread = (_collect_lines if of_lines else _collect_hand)(
        photos, asked, out, show, force
    )
    for reason in unread:
        complain(reason)
    say(f"{out}: {count} {'lines' if of_lines else 'characters'}; {empty} cells are empty")
    if unread:
        raise typer.Exit(1)


def _collect_hand(
    photos: Sequence[Path], sheet: WritingSheet, out: Path, show: Path | None, force: bool
) -> tuple[int, int, tuple[str, ...]]:
    from inkgrad.personal.collecting import collect_hand, draw_hand, save_hand

    with busy("looking for the sheet"):
        found = collect_hand(photos, sheet)
    save_hand(found, out, force)
    if show:
        draw_hand(found, show)
    return len(found.labels), found.empty, found.unread


def _collect_lines(
    photos: Sequence[Path], sheet: WritingSheet, out: Path, show: Path | None, force: bool
) -> tuple[int, int, tuple[str, ...]]:
    from inkgrad.personal.collecting import collect_lines, draw_lines, save_lines

    with busy("looking for the sheet"):
        found = collect_lines(photos, sheet)
    save_lines(found, out, force)
    if show:
        draw_lines(found, show)
    return len(found.texts), found.empty, found.unread
