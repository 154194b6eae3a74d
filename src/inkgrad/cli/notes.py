"""`inkgrad notes`: pages of notes kept, searched, shown and taken out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkgrad.cli.read import Nul
from inkgrad.cli.show import (
    aside,
    complain,
    counting,
    of_file,
    say,
    say_json,
    stoppable,
    writable,
    write_out,
)
from inkgrad.escapes import shown

if TYPE_CHECKING:
    from inkgrad.archive.archive import Archive, Hit, Note

app = typer.Typer(no_args_is_help=True, help="Keep pages of notes and find them by their words.")

Place = Annotated[
    Path | None,
    typer.Option(
        "--archive", envvar="INKGRAD_NOTES", help="Its folder.", show_default="in your user data"
    ),
]
Number = Annotated[int, typer.Argument(help="The number of a note, as list and search say it.")]
Tag = Annotated[str | None, typer.Option(help="Only notes with this tag.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Force = Annotated[bool, typer.Option(help="Write over files that are there.")]


@app.command("add")
def add(
    files: Annotated[
        list[Path],
        typer.Argument(help="Images and PDF files, folders of them, or - for standard input."),
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag to give; may be repeated.")] = None,
    archive: Place = None,
    model: Annotated[str, typer.Option(help="text, or a model file.")] = "text",
    nul: Nul = False,
) -> None:
    """Read pages of notes and keep them, with the files they came from.

    A file that is there already is not added again; tags that it has not are. What cannot be
    opened or read is said, and the exit status is then 1.
    """
    from inkgrad.batch.inputs import opened
    from inkgrad.errors import ImageError
    from inkgrad.pretrained.pages import page_reader

    read, failed = page_reader(model), 0
    with (
        opened(files, nul) as given,
        _opened(archive, create=True) as kept,
        stoppable("what was added stays"),
    ):
        for path in _tracked(given.paths):
            name = given.name(path)
            try:
                added = kept.add(path, read, tag or ())
            except ImageError as error:
                complain(of_file(name, str(error).replace(str(path), name)))
                failed += 1
                continue
            for reason in added.reasons:
                complain(of_file(name, reason.replace(str(path), name)))
            failed += bool(added.reasons)
            what = "added" if added.new else "there already"
            tags = f", tagged {', '.join(added.tags)}" if added.tags else ""
            say(f"{name}: {what} as {added.note.id}, {_pages(added.note.pages)}{tags}")
    if failed:
        raise typer.Exit(1)


@app.command("search")
def search(
    query: Annotated[str, typer.Argument(help='Words, "a phrase" or the beginning of a word*.')],
    limit: Annotated[int, typer.Option(min=1, help="Pages to list at most.")] = 20,
    tag: Tag = None,
    show: Annotated[
        Path | None, typer.Option(help="Draw the pages found, matches boxed, to a PNG or HTML.")
    ] = None,
    force: Force = False,
    json_: Json = False,
    archive: Place = None,
) -> None:
    """Find pages that have all these words: exact matches first, then words misread by a letter
    or two, which are marked ~.
    """
    from inkgrad.archive.export import show as show_notes

    picture = writable(show, force) if show else None
    with _opened(archive) as kept:
        hits = kept.search(query, limit, tag)
        for hit in hits:
            if json_:
                say_json(_described(kept, query, hit))
            else:
                near = "~" if hit.errors else " "
                say(f"{hit.note.id:>5} {near} {hit.note.name}  page {hit.page}  {hit.snippet}")
        if not hits:
            aside(f"nothing found for {query}")
        elif picture:
            show_notes(kept, query, hits, picture)


@app.command("show")
def show(
    note: Number,
    layout: Annotated[
        str, typer.Option("--format", help="text, markdown, json, hocr or alto.")
    ] = "text",
    archive: Place = None,
) -> None:
    """What a note says."""
    from inkgrad.documents.writers import WRITERS
    from inkgrad.errors import UsageError

    if layout not in WRITERS:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(WRITERS)}")
    with _opened(archive) as kept:
        text = WRITERS[layout][1](kept.pages(note))
    write_out(text if text.endswith("\n") else f"{text}\n")


@app.command("list")
def list_notes(tag: Tag = None, json_: Json = False, archive: Place = None) -> None:
    """All notes, the oldest first: number, date, pages, name and tags."""
    with _opened(archive) as kept:
        for note in kept.notes(tag):
            if json_:
                say_json({**_facts(note), "original": str(kept.original(note))})
            else:
                tags = f"  [{', '.join(note.tags)}]" if note.tags else ""
                say(f"{note.id:>5}  {note.date}  {_pages(note.pages):>9}  {note.name}{tags}")


@app.command("export")
def export(
    target: Annotated[
        Path, typer.Argument(help="A folder, or a file: .md, .txt, .json, .hocr, .xml or .pdf.")
    ],
    layout: Annotated[
        str | None,
        typer.Option("--format", help="text, markdown, json, hocr, alto or pdf."),
    ] = None,
    tag: Tag = None,
    force: Force = False,
    archive: Place = None,
) -> None:
    """Write all notes to one file, or to a folder: a file for each, and the originals."""
    from inkgrad.archive.export import export as export_notes

    with _opened(archive) as kept:
        count = export_notes(kept, target, layout, tag, force)
    say(f"{target}: {count:,} notes")


@app.command("rm")
def rm(
    notes: Annotated[list[int], typer.Argument(help="Numbers of notes.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    archive: Place = None,
) -> None:
    """Take notes out, with the files that were kept of them."""
    with _opened(archive) as kept:
        found = [kept.note(number) for number in dict.fromkeys(notes)]
        names = ", ".join(f"{note.id} ({note.name})" for note in found)
        if not yes:
            typer.confirm(f"Take out {shown(names)}, and the files kept of them?", abort=True)
        for note in found:
            kept.remove(note.id)
            say(f"{note.id}: {note.name} is taken out")


def _opened(folder: Path | None, create: bool = False) -> Archive:
    from platformdirs import user_data_path

    from inkgrad.archive.archive import Archive

    return Archive(folder or user_data_path("inkgrad") / "notes", create)


def _tracked(paths: Sequence[Path]) -> Iterator[Path]:
    with counting("adding") as bars:
        yield from bars.track(paths)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _facts(note: Note) -> dict[str, Any]:
    facts = {"id": note.id, "name": note.name, "date": note.date, "added": note.added}
    return {**facts, "pages": note.pages, "tags": list(note.tags)}


def _described(kept: Archive, query: str, hit: Hit) -> dict[str, Any]:
    _, words = kept.matches(query, hit)
    found = [{"text": word.text, "raw": word.raw, "box": list(word.box)} for word in words]
    page = {"page": hit.page, "snippet": hit.snippet, "errors": hit.errors, "words": found}
    return {**_facts(hit.note), **page}
