"""What there is to read: files, folders, pipes, and standard input with a file or names in it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from inkgrad.batch.rows import Row
from inkgrad.errors import ImageError, UsageError, needed
from inkgrad.images.files import SUFFIXES

_SUFFIXES = SUFFIXES | {".pdf"}
_MOST_BYTES = 512 << 20  # of one pipe; a file of any size can be given by its name
_HEAD = 1024  # bytes that tell an image or a PDF from a list of names
_BEGINNINGS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), ".tif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"BM....\0\0\0\0", re.DOTALL), ".bmp"),
    (re.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s"), ".pgm"),
    (re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"), ".jp2"),
    (re.compile(rb"\0\0\0.ftyp", re.DOTALL), ".heic"),
)


@dataclass(frozen=True)
class Files:
    """Files to read, each once and in order, and what those are called that came by a pipe."""

    paths: tuple[Path, ...]
    names: dict[Path, str]

    def name(self, path: Path) -> str:
        """What people know this file by."""
        return self.names.get(path, str(path))

    def named(self, path: Path, rows: Iterable[Row]) -> list[Row]:
        """The rows of a file, under the name that people know it by."""
        own, name = str(path), self.name(path)
        if own == name:
            return list(rows)
        return [
            replace(row, path=row.path.replace(own, name), reason=row.reason.replace(own, name))
            for row in rows
        ]


@contextmanager
def opened(
    given: Iterable[Path], nul: bool = False, stdin: IO[bytes] | None = None
) -> Iterator[Files]:
    """The files in what was given: files as they are, folders by the images in them.

    "-" is standard input: an image or a PDF if its first bytes say so, else names of files, one a
    line or, with `nul`, each ended by a NUL. What comes through a pipe is kept in a temporary
    folder meanwhile, so it can be read more than once. Raises UsageError where there is nothing
    to read, or for PDF files without what opens them, and ImageError for a pipe without end.
    """
    with tempfile.TemporaryDirectory(prefix="inkgrad-") as folder:
        names: dict[Path, str] = {}
        found: list[Path] = []
        asked = list(dict.fromkeys(given))  # a pipe can be read but once
        for number, path in enumerate(asked):
            place = Path(folder) / str(number)
            if str(path) == "-":
                stdin = stdin or sys.stdin.buffer
                head = stdin.read(_HEAD)
                suffix = "" if nul else suffix_of(head)
                if not suffix:
                    found += files_of(names_in(head + stdin.read(), nul))
                    continue
                kept = _spooled(head, stdin, place / f"stdin{suffix}", "-")
            elif path.is_fifo() or path.is_char_device():
                with path.open("rb") as file:
                    head = file.read(_HEAD)
                    name = f"{path.name}{suffix_of(head)}"
                    kept = _spooled(head, file, place / name, str(path))
            else:
                found += files_of([path])
                continue
            names[kept] = str(path)
            found.append(kept)
        if not found:
            said = ", ".join(map(str, asked))
            raise UsageError(f"{said}: no images there, expected some to read")
        if any(path.suffix.lower() == ".pdf" for path in found):
            needed("pypdfium2", "pdf", "reading a PDF")
        yield Files(tuple(dict.fromkeys(found)), names)


def files_of(given: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, folders by the images in them, in order of name; hidden ones are not.

    A folder inside that cannot be looked into stands for itself, and its reading fails.
    """
    for path in given:
        if path.is_dir():
            yield from sorted(_inside(path))
        else:
            yield path


def names_in(content: bytes, nul: bool = False) -> list[Path]:
    """The names of files in a list, one a line; with `nul`, each ended by a NUL.

    Raises UsageError for a list of lines that holds a NUL.
    """
    if nul:
        return [Path(os.fsdecode(name)) for name in content.split(b"\0") if name]
    if b"\0" in content:
        raise UsageError("-: is neither an image nor lines of names; names ended by NUL need -0")
    lines = (line.rstrip(b"\r") for line in content.split(b"\n"))
    return [Path(os.fsdecode(line)) for line in lines if line.strip()]


def takes(path: Path) -> bool:
    """Whether a file's name is that of an image or a PDF."""
    return path.suffix.lower() in _SUFFIXES


def suffix_of(head: bytes) -> str:
    """What the name of a file that begins like this ends with; "" for no image and no PDF."""
    for beginning, suffix in _BEGINNINGS:
        if beginning.match(head):
            return suffix
    return ".pdf" if b"%PDF-" in head[:_HEAD] else ""


def _inside(folder: Path) -> list[Path]:
    found: list[Path] = []

    def closed(error: OSError) -> None:
        found.append(Path(error.filename))

    for place, folders, files in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place) / name for name in files if not name.startswith("."))
        found += (path for path in paths if takes(path) and path.is_file())
    return found


def _spooled(head: bytes, rest: IO[bytes], place: Path, name: str) -> Path:
    """What comes through a pipe, in a file of its own."""
    place.parent.mkdir()
    with place.open("wb") as file:
        file.write(head)
        while block := rest.read(1 << 20):
            file.write(block)
            if file.tell() > _MOST_BYTES:
                most = f"{_MOST_BYTES >> 20} MB"
                raise ImageError(f"{name}: is longer than {most}, expected a file for so much")
    return place
