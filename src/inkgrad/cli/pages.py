"""`inkgrad read --as text`: pages of notes into text, in the format asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkgrad.cli.show import (
    complain,
    counting,
    drawable,
    of_file,
    say,
    stoppable,
    writable,
    write_out,
)

if TYPE_CHECKING:
    from inkgrad.batch.inputs import Files
    from inkgrad.batch.pages import Document
    from inkgrad.documents.pdf import There


@dataclass(frozen=True)
class Chosen:
    """Which pages of each file are read, what is marked, and what becomes of text in a PDF."""

    pages: str = ""
    there: There = "keep"
    max_error: float | None = None  # of the words that are not marked


def read_pages(
    files: Files,
    layout: str | None,
    out: Path | None,
    show: Path | None,
    force: bool,
    kind: str,
    model: str | None,
    threads: int | None,
    chosen: Chosen = Chosen(),
    desk: Path | None = None,
) -> None:
    """Read pages and write them as one document; a file that is no image is said, and left out."""
    from inkgrad.batch.pages import read_documents
    from inkgrad.bulk import texts_on_desk
    from inkgrad.errors import UsageError
    from inkgrad.opening import open_pages_reader

    target, layout = _target(out, layout, force)
    if chosen.there != "keep" and layout != "pdf":
        raise UsageError("--redo and --skip are for --format pdf, expected one of them with it")
    picture = drawable(show, force) if show else None
    reader = open_pages_reader(kind, model, chosen.max_error)
    with stoppable(), texts_on_desk(desk, kind, model) as kept:
        found = list(kept(_tracked(read_documents(reader, files, threads, chosen.pages), files)))
    read = [document for document in found if document.pages]
    if not read:
        raise typer.Exit(1)
    if picture:
        from inkgrad.reading.pictures import draw_page

        draw_page(picture, read[0].path, read[0].pages[0])
    _write(read, layout, target, chosen)
    if any(document.reasons for document in found):
        raise typer.Exit(1)


def _target(out: Path | None, layout: str | None, force: bool) -> tuple[Path | None, str]:
    """The file to write, if any, and the format that it is to have."""
    from inkgrad.documents.writers import BY_SUFFIX
    from inkgrad.errors import UsageError, needed
    from inkgrad.suffixes import format_of

    target = None if out is None or str(out) == "-" else out
    layout = format_of(target, layout, BY_SUFFIX, "text")
    if layout == "pdf":
        needed("pikepdf", "pdf", "writing a PDF")
        if target is None:
            raise UsageError("format pdf is no text: expected --out FILE.pdf")
    return writable(target, force) if target else None, layout


def _write(read: list[Document], layout: str, target: Path | None, chosen: Chosen) -> None:
    """The pages as one document, and what is in it."""
    from inkgrad.bulk import write_document
    from inkgrad.documents.writers import as_document

    pages, marked = (
        [page for document in read for page in document.pages],
        chosen.max_error is not None,
    )
    if target is None:
        write_out(as_document(pages, layout, marked))
        return
    write_document(read, target, layout, chosen.there, marked)
    words = [word for page in pages for line in page.lines for word in line.words]
    doubtful = sum(word.doubtful for word in words)
    say(f"{target}: {len(pages):,} pages, {len(words):,} words, {doubtful:,} of them doubtful")


def _tracked(found: Iterator[Document], files: Files) -> Iterator[Document]:
    """The files as they are read, with a bar where standard error is a terminal."""
    with counting("reading") as bars:
        for document in bars.track(found, total=len(files.paths)):
            for reason in document.reasons:
                complain(of_file(files.name(document.path), reason))
            yield document
