"""Notes out of the archive: as text of every kind, as searchable PDF files, as pictures."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from inkgrad.archive.archive import Archive, Hit, Note
from inkgrad.atomic import atomic_path, atomic_write, expect_free
from inkgrad.documents.marks import as_html, as_png, boxed
from inkgrad.documents.page import Page
from inkgrad.documents.pdf import write_pdf
from inkgrad.documents.text import as_markdown
from inkgrad.documents.writers import BY_SUFFIX, SUFFIXES, WRITERS
from inkgrad.errors import DataError, ImageError, UsageError
from inkgrad.images.files import open_images

_MOST_SHOWN = 20


def export(
    archive: Archive,
    target: str | Path,
    layout: str | None = None,
    tag: str | None = None,
    force: bool = False,
) -> int:
    """Write all notes, or those with a tag, to a file or a folder; how many there were.

    A target that ends in .txt, .md, .json, .hocr, .xml or .pdf is one file with all of them. Any
    other is a folder with a file for each note, Markdown if not said otherwise, and the originals.
    Raises UsageError, before anything is written, where that would write over a file without
    `force`, the format is unknown, or a target that is not there ends like a file of another kind.
    """
    target, notes = Path(target), archive.notes(tag)
    if layout is not None and layout not in SUFFIXES:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(SUFFIXES)}")
    if re.fullmatch(r"\.[A-Za-z]\w{1,4}", target.suffix) and not (
        target.suffix.lower() in BY_SUFFIX or target.is_dir()
    ):
        raise UsageError(
            f"{target}: is of no known format, expected a folder or {', '.join(BY_SUFFIX)}"
        )
    if target.is_dir() or target.suffix.lower() not in BY_SUFFIX:
        _to_folder(archive, notes, target, layout or "markdown", force)
    else:
        expect_free(target, force, "--force")
        _write(archive, notes, target, layout or BY_SUFFIX[target.suffix.lower()])
    return len(notes)


def _to_folder(
    archive: Archive, notes: Sequence[Note], folder: Path, layout: str, force: bool
) -> None:
    files = {}
    for note in notes:
        stem, suffix = _short(Path(note.name).stem, 160), _short(Path(note.name).suffix, 40)
        name = f"{note.id:04}-{stem}"
        original = folder / "originals" / f"{name}{suffix}"
        files[note.id] = folder / f"{name}{SUFFIXES[layout]}", original
    for file in (file for pair in files.values() for file in pair):
        expect_free(file, force, "--force")
    for note in notes:
        file, original = files[note.id]
        with atomic_path(original) as temporary:
            shutil.copyfile(archive.original(note), temporary)
        _write(archive, [note], file, layout, original)


def _short(name: str, most: int) -> str:
    """The beginning of a name, of at most so many bytes: with what comes around it, it can be one.

    Most file systems take 255 bytes, and the temporary file beside it needs some of them.
    """
    return name.encode()[:most].decode(errors="ignore")


def _write(
    archive: Archive,
    notes: Sequence[Note],
    file: Path,
    layout: str,
    original: Path | None = None,
) -> None:
    def pages() -> Iterator[Page]:
        return (page for note in notes for page in archive.pages(note.id))

    if layout == "pdf":
        write_pdf(pages(), [archive.original(note) for note in notes], file)
    elif layout == "markdown":
        parts = [_front(note, original) + as_markdown(archive.pages(note.id)) for note in notes]
        atomic_write(file, "\n".join(parts))
    else:
        atomic_write(file, WRITERS[layout][1](pages()))


def _front(note: Note, original: Path | None) -> str:
    """What is known of a note, above its Markdown, in YAML."""
    facts = {"note": note.id, "name": note.name, "date": note.date, "tags": list(note.tags)}
    if original:
        facts["original"] = f"originals/{original.name}"
    rows = [f"{name}: {json.dumps(fact, ensure_ascii=False)}\n" for name, fact in facts.items()]
    return f"---\n{''.join(rows)}---\n\n"


def show(archive: Archive, query: str, hits: Sequence[Hit], target: str | Path) -> None:
    """Draw the pages that were found, at most 20, with the matching words boxed.

    To a PNG they go under each other, to an .html file each with its name and snippet. Raises
    UsageError for any other.
    """
    target = Path(target)
    if target.suffix.lower() not in (".png", ".html"):
        raise UsageError(f"{target}: expected a name that ends in .png or .html")
    found = [
        (f"{hit.note.name}, page {hit.page}", hit.snippet, _picture(archive, query, hit))
        for hit in hits[:_MOST_SHOWN]
    ]
    if target.suffix.lower() == ".png":
        atomic_write(target, as_png([image for *_, image in found]))
    else:
        atomic_write(target, as_html(f"{len(hits)} pages found for {query}", found))


def _picture(archive: Archive, query: str, hit: Hit) -> Image.Image:
    _, words = archive.matches(query, hit)
    original = archive.original(hit.note)
    try:
        page = open_images(original, [hit.page]).first()  # those before it may be broken
    except ImageError as error:
        raise DataError(f"{error}; page {hit.page} was read once") from None
    return boxed(page.grey, [word.box for word in words])
