"""The pages of a TIFF file: where their directories are, thumbnails and masks left out (TIFF 6.0).

A file may hold tens of thousands of pages; its chain of directories is followed once.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

_NEW_TYPE, _OLD_TYPE, _INNER = 254, 255, 330
_REDUCED, _MASK = 1, 4  # in the bits of the new type
_OLD_REDUCED = 2
_MOST_ENTRIES, _MOST_INNER = 4096, 64
_VALUES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # types of numbers and of offsets


@dataclass(frozen=True)
class _Form:
    """How the numbers of a file are stored: their order, and those of TIFF or of BigTIFF."""

    order: str
    count: str = "H"
    entry: str = "HHI4s"
    offset: str = "I"

    def read(self, file: BinaryIO, form: str) -> tuple[int, ...]:
        size = struct.calcsize(self.order + form)
        return struct.unpack(self.order + form, file.read(size))


@dataclass(frozen=True)
class _Directory:
    offset: int
    following: int
    reduced: bool
    inner: tuple[int, ...]


def pages(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file as if each of its pages were the first, one after the other.

    A thumbnail in front of the directory of its own image stands for that. A file that is no TIFF
    is given as it is, once, and so is one of which nothing is a page.
    """
    file.seek(0)
    head = file.read(16)
    form = _form_of(head)
    if form is None:
        file.seek(0)
        yield file
        return
    big = form.offset == "Q"
    first = struct.unpack_from(form.order + form.offset, head.ljust(16, b"\0"), 8 if big else 4)[0]
    found = False
    for offset in _page_offsets(file, form, first):
        found = True
        start = head[: 8 if big else 4] + struct.pack(form.order + form.offset, offset)
        yield _whole(file) if offset == first else cast(BinaryIO, _Started(file, start))
    if not found:
        yield _whole(file)


def _whole(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _form_of(head: bytes) -> _Form | None:
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return None
    (version,) = struct.unpack_from(order + "H", head, 2)
    if version == 42:
        return _Form(order)
    return _Form(order, "Q", "HHQ8s", "Q") if version == 43 else None


def _page_offsets(file: BinaryIO, form: _Form, first: int) -> Iterator[int]:
    at, seen = first, set[int]()
    while at and at not in seen:
        seen.add(at)
        try:
            directory = _directory(file, form, at)
        except (struct.error, OSError, ValueError, OverflowError):
            if len(seen) == 1:  # what is wrong with it is said when it is opened
                yield at
            return
        if not directory.reduced:
            yield at
        else:
            yield from _inner_pages(file, form, directory.inner)
        at = directory.following


def _inner_pages(file: BinaryIO, form: _Form, offsets: tuple[int, ...]) -> Iterator[int]:
    """The first image among these that is no thumbnail."""
    for at in offsets:
        try:
            if not _directory(file, form, at).reduced:
                yield at
                return
        except (struct.error, OSError, ValueError, OverflowError):
            continue


def _directory(file: BinaryIO, form: _Form, offset: int) -> _Directory:
    file.seek(offset)
    (count,) = form.read(file, form.count)
    if count > _MOST_ENTRIES:
        raise ValueError(f"a directory of {count} entries")
    size = struct.calcsize(form.order + form.entry)
    entries = file.read(count * size)
    (following,) = form.read(file, form.offset)
    reduced = False
    inner: tuple[int, ...] = ()
    for tag, kind, number, value in struct.iter_unpack(form.order + form.entry, entries):
        if tag == _NEW_TYPE:
            reduced |= bool(_values(file, form, kind, number, value)[0] & (_REDUCED | _MASK))
        elif tag == _OLD_TYPE:
            reduced |= _values(file, form, kind, number, value)[0] == _OLD_REDUCED
        elif tag == _INNER:
            inner = _values(file, form, kind, min(number, _MOST_INNER), value)
    return _Directory(offset, following, reduced, inner)


def _values(file: BinaryIO, form: _Form, kind: int, number: int, value: bytes) -> tuple[int, ...]:
    """The numbers of an entry: they stand in it where there is room, else where it says."""
    if kind not in _VALUES or not 1 <= number <= _MOST_INNER:
        return (0,)
    layout = f"{form.order}{number}{_VALUES[kind]}"
    if struct.calcsize(layout) > len(value):
        file.seek(struct.unpack(form.order + form.offset, value)[0])
        value = file.read(struct.calcsize(layout))
    return struct.unpack_from(layout, value)


class _Started(io.RawIOBase):
    """A file whose first bytes are others."""

    def __init__(self, file: BinaryIO, start: bytes) -> None:
        self._file, self._start = file, start
        file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        at = self._file.tell()
        data = self._file.read(len(buffer))
        if at < len(self._start):
            data = (self._start[at:] + data[len(self._start) - at :])[: len(data)]
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()  # with it libtiff reads what it needs, and not all of a file
