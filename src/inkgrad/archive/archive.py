"""Notes kept and found again: one SQLite database, and beside it the files as they came.

A note is in it whole or not at all: everything that belongs to it is one transaction. Any number of
processes may read and write at once.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from inkgrad.archive import words
from inkgrad.archive.database import Store
from inkgrad.archive.query import matching_words, parse
from inkgrad.atomic import atomic_path
from inkgrad.documents.page import Page, Word
from inkgrad.documents.text import as_json, from_json
from inkgrad.errors import DataError, ImageError, UsageError
from inkgrad.images.files import open_to_read, taken_at
from inkgrad.schema import Checksum, Count

_Name = Annotated[str, Meta(pattern="^[^/\\x00]+$")]  # of a file: its end is one of a path, too
Read = Callable[[NDArray[np.uint8]], Page]
_NAME = "notes.db"
_LONGEST_NAME = 255  # bytes that most file systems take


@dataclass(frozen=True)
class Note:
    """A note: the file it came from, when it was written and added, how many pages, its tags."""

    id: int
    name: str
    date: str
    added: str
    pages: int
    sha256: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Added:
    """What became of a file: the note it is now, whether it is new, which tags are.

    `reasons` say why pages of it could not be opened; they are not in the note.
    """

    note: Note
    new: bool
    tags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A page that a search found; `snippet` has the matches between "[" and "]".

    `errors` is the most that a word of the query may be misread by there: 0 for an exact match.
    """

    note: Note
    page: int
    snippet: str
    errors: int


class Archive:
    """The notes in a folder. Use it in a `with`, or call `close`.

    Raises DataError where there is none and `create` is not asked for, and from anything where
    the database is damaged, of a newer version, or another.
    """

    def __init__(self, folder: str | Path, create: bool = True) -> None:
        self.folder = Path(folder)
        self._originals = self.folder / "originals"
        path = self.folder / _NAME
        if not create and not path.exists():
            raise DataError(f"{folder}: has no archive of notes: add some first")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store = Store(path)
        self._swept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def add(self, path: str | Path, read: Read, tags: Iterable[str] = ()) -> Added:
        """Keep a file and what `read` reads on its pages.

        A file that is there already, by its content, is not read again and only gets what tags it
        has not. A page that cannot be read is kept without words, unless there is no other; one
        that cannot be opened is left out and said. Raises ImageError where no page can be read.
        """
        path, store = Path(path), self._store
        wanted = tuple(dict.fromkeys(filter(None, (tag.strip() for tag in tags))))
        if not path.is_file():
            raise ImageError(f"{path}: no such file, expected an image or a PDF")
        sha256 = _digest(path)
        with store.said():
            known = self._id_of(sha256) is not None
        pages, reasons = ([], ()) if known else _read_pages(path, read)
        with store.said(), store.transaction():
            number = self._id_of(sha256)
            new = number is None
            if number is None:
                if known:
                    raise DataError(f"{path}: was taken out of the archive meanwhile: add it again")
                self._sweep()
                self._keep(path, sha256)
                number = self._insert(path, sha256, pages)
            tagged = tuple(tag for tag in wanted if self._tag(number, tag))
            return Added(self._note(number), new, tagged, reasons)

    def notes(self, tag: str | None = None) -> list[Note]:
        """All notes, or those with this tag, the oldest first by their dates."""
        where = "" if tag is None else "WHERE id IN (SELECT note FROM tags WHERE tag = ?)"
        values = [] if tag is None else [tag]
        with self._store.said(), self._store.transaction(write=False):
            rows = self._store.rows(
                tuple[int], f"SELECT id FROM notes {where} ORDER BY date, id", *values
            )
            return [self._note(number) for (number,) in rows]

    def note(self, number: int) -> Note:
        """A note by its number; UsageError where there is none."""
        with self._store.said():
            return self._note(number)

    def pages(self, number: int) -> list[Page]:
        """The pages of a note as they were read."""
        statement = "SELECT content FROM pages WHERE note = ? ORDER BY number"
        with self._store.said(), self._store.transaction(write=False):
            self._note(number)
            rows = self._store.rows(tuple[str], statement, number)
        name = f"{self._store.path}: note {number}"
        return [page for (text,) in rows for page in from_json(text, name)]

    def original(self, note: Note) -> Path:
        """The file of a note as it came."""
        return self._place(note.sha256, note.name)

    def remove(self, number: int) -> Note:
        """Take a note out, with its file and with words that no other note has."""
        store = self._store
        with store.said():
            with store.transaction():
                note = self._note(number)
                rows = store.rows(tuple[int], "SELECT id FROM pages WHERE note = ?", number)
                words.take(store, [row for (row,) in rows])
                store.run("DELETE FROM notes WHERE id = ?", number)
            with store.transaction():  # nobody can add the same file while the original goes
                if self._id_of(note.sha256) is None:
                    self.original(note).unlink(missing_ok=True)
        return note

    def search(self, query: str, limit: int = 20, tag: str | None = None) -> list[Hit]:
        """The pages that have all terms of the query, the best first.

        Exact matches come first, by BM25; then those where a word is misread by one letter, then
        by two. Raises UsageError where the query holds nothing to look for.
        """
        terms, store = parse(query), self._store
        hits: dict[int, Hit] = {}
        variants: dict[str, list[str]] = {}
        with store.said(), store.transaction(write=False):
            for errors in (0, 1, 2):
                before, variants = (
                    variants,
                    words.variants_of(store, terms, errors) if errors else {},
                )
                if errors and variants == before:
                    continue
                more = limit + len(hits)
                for row, snippet in words.matching(store, terms, variants, more, tag):
                    if row not in hits:
                        hits[row] = self._hit(row, snippet, errors)
                if len(hits) >= limit:
                    break
        return list(hits.values())[:limit]

    def matches(self, query: str, hit: Hit) -> tuple[Page, list[Word]]:
        """The page that was found, and the words on it that the query meets."""
        terms = parse(query)
        with self._store.said():
            variants = words.variants_of(self._store, terms, hit.errors)
        page = next((page for page in self.pages(hit.note.id) if page.number == hit.page), None)
        if page is None:
            raise DataError(f"{self._store.path}: note {hit.note.id} has no page {hit.page}")
        return page, matching_words(page, terms, variants)

    def _hit(self, row: int, snippet: str, errors: int) -> Hit:
        statement = "SELECT note, number FROM pages WHERE id = ?"
        found = self._store.rows(tuple[Count, Count], statement, row)
        if not found:
            raise DataError(f"{self._store.path}: has words of page {row}, which is not there")
        ((note, page),) = found
        return Hit(self._note(note), page, snippet, errors)

    def _insert(self, path: Path, sha256: str, pages: list[Page]) -> int:
        store = self._store
        written = taken_at(path) or datetime.fromtimestamp(path.stat().st_mtime)
        number = store.run(
            "INSERT INTO notes (sha256, name, added, date, pages) VALUES (?, ?, ?, ?, ?)",
            *(sha256, _name(path), _moment(datetime.now(UTC)), _moment(written), len(pages)),
        ).lastrowid
        assert number is not None
        for page in pages:
            row = store.run(
                "INSERT INTO pages (note, number, content) VALUES (?, ?, ?)",
                *(number, page.number, as_json([page])),
            ).lastrowid
            assert row is not None
            words.put(store, row, page)
        return number

    def _keep(self, path: Path, sha256: str) -> None:
        with atomic_path(self._place(sha256, _name(path))) as temporary:
            shutil.copyfile(path, temporary)
            if _digest(temporary) != sha256:
                raise ImageError(f"{path}: changed while it was read, expected it to stay as it is")

    def _sweep(self) -> None:
        """Remove files that a kill has left without a note; once, while nobody else can add."""
        if not self._swept and self._originals.is_dir():
            known = {
                sha256
                for (sha256,) in self._store.rows(tuple[Checksum], "SELECT sha256 FROM notes")
            }
            for path in self._originals.iterdir():
                if path.stem not in known:
                    path.unlink()
        self._swept = True

    def _place(self, sha256: str, name: str) -> Path:
        suffix = Path(name).suffix.lower()
        kept = suffix if len(sha256) + len(suffix.encode()) <= _LONGEST_NAME else ""
        return self._originals / f"{sha256}{kept}"

    def _tag(self, number: int, tag: str) -> bool:
        made = self._store.run("INSERT OR IGNORE INTO tags VALUES (?, ?)", number, tag)
        return made.rowcount == 1

    def _id_of(self, sha256: str) -> int | None:
        rows = self._store.rows(tuple[int], "SELECT id FROM notes WHERE sha256 = ?", sha256)
        return rows[0][0] if rows else None

    def _note(self, number: int) -> Note:
        columns = "id, name, date, added, pages, sha256"
        rows = self._store.rows(
            tuple[int, _Name, str, str, Count, Checksum],
            f"SELECT {columns} FROM notes WHERE id = ?",
            number,
        )
        if not rows:
            raise UsageError(f"note {number}: is not in the archive, expected one that it lists")
        statement = "SELECT tag FROM tags WHERE note = ? ORDER BY tag"
        tags = self._store.rows(tuple[str], statement, number)
        id_, name, date, added, pages, sha256 = rows[0]
        return Note(id_, name, date, added, pages, sha256, tuple(tag for (tag,) in tags))


def _read_pages(path: Path, read: Read) -> tuple[list[Page], tuple[str, ...]]:
    """The pages that could be opened, those without words too, and why others could not."""
    pages, unopened, unread = list[Page](), list[ImageError](), list[ImageError]()
    with open_to_read(path) as opened:
        while True:  # a page that cannot be opened does not take those after it with it
            try:
                found = next(opened, None)
            except ImageError as error:
                unopened.append(error)
                continue
            if found is None:
                break
            try:
                page = read(found.grey)
            except ImageError as error:
                unread.append(error)
                page = Page(found.grey.shape[1], found.grey.shape[0], ())
            pages.append(replace(page, source=_name(path), number=found.number))
    if len(unread) == len(pages):
        if unopened:
            raise unopened[0]
        why = unread[0] if unread else "has no pages, expected one or more"
        raise ImageError(f"{path}: {why}")
    return pages, tuple(map(str, unopened))


def _name(path: Path) -> str:
    """The file's name, with a question mark for each byte of it that is no text."""
    return path.name.encode(errors="replace").decode()


def _moment(when: datetime) -> str:
    return when.isoformat(" ", "seconds")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
