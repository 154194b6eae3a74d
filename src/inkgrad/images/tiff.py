"""The pages of a TIFF file: where their directories are, thumbnails and masks left out (TIFF 6.0).

A file may hold tens of thousands of pages; its chain of directories is followed once.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

_NEW_TYPE, _OLD_TYPE, _BITS, _MEANING, _INNER, _SIGNS = 254, 255, 258, 262, 330, 339  # tags
_KNOWN = (_NEW_TYPE, _OLD_TYPE, _BITS, _MEANING, _INNER, _SIGNS)
_REDUCED, _MASK = 1, 4  # in the bits of the new type
_OLD_REDUCED = 2
_UNSIGNED, _SIGNED = 1, 2  # of the signs
_MOST_ENTRIES, _MOST_INNER = 4096, 64
_VALUES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # types of numbers and of offsets
_BROKEN = (struct.error, OSError, ValueError, OverflowError)


@dataclass(frozen=True)
class TiffPage:
    """A file in which this page is the first; what it says is changed so that Pillow knows it.

    In deep images where 0 is white, 0 is said to be black, and values of 32 bits without a sign
    are said to have one.
    """

    file: BinaryIO
    white_is_zero: bool = False
    unsigned: bool = False


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
    """The values of the tags that matter here, and where in the file they stand if by themselves.

    `following` is where the next directory is.
    """

    offset: int
    following: int
    tags: dict[int, tuple[int, ...]]
    places: dict[int, tuple[int, str]]

    @property
    def reduced(self) -> bool:
        new, old = (self.tags.get(tag, (0,))[0] for tag in (_NEW_TYPE, _OLD_TYPE))
        return bool(new & (_REDUCED | _MASK)) or old == _OLD_REDUCED


def pages(file: BinaryIO) -> Iterator[TiffPage]:
    """The pages of a file, one after the other.

    A thumbnail in front of the directory of its own image stands for that. A file that is no TIFF
    is given as it is, once, and so is one of which nothing is a page.
    """
    file.seek(0)
    head = file.read(16)
    form = _form_of(head)
    if form is not None:
        at = 8 if form.offset == "Q" else 4
        (first,) = struct.unpack_from(form.order + form.offset, head.ljust(16, b"\0"), at)
        found = False
        for directory in _pages(file, form, first):
            found = True
            yield _page(file, form, directory, at, first)
        if found:
            return
    file.seek(0)
    yield TiffPage(file)


def _page(file: BinaryIO, form: _Form, directory: _Directory, at: int, first: int) -> TiffPage:
    """Where it begins stands at `at` in the head of the file; the first page's begin is `first`."""
    changes: dict[int, bytes] = {}
    if directory.offset != first:
        changes[at] = struct.pack(form.order + form.offset, directory.offset)
    bits, signs = (directory.tags.get(tag, (1,))[0] for tag in (_BITS, _SIGNS))
    wide = bits > 8 or signs == _SIGNED
    turned = wide and directory.tags.get(_MEANING) == (0,) and _MEANING in directory.places
    if turned:
        place, layout = directory.places[_MEANING]
        changes[place] = struct.pack(form.order + layout, 1)
    unsigned = bits == 32 and signs == _UNSIGNED
    if unsigned and _SIGNS in directory.places:
        place, layout = directory.places[_SIGNS]
        changes[place] = struct.pack(form.order + layout, _SIGNED)
    file.seek(0)
    seen = cast(BinaryIO, _Changed(file, changes)) if changes else file
    return TiffPage(seen, turned, unsigned)


def _form_of(head: bytes) -> _Form | None:
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return None
    (version,) = struct.unpack_from(order + "H", head, 2)
    if version == 42:
        return _Form(order)
    return _Form(order, "Q", "HHQ8s", "Q") if version == 43 else None


def _pages(file: BinaryIO, form: _Form, first: int) -> Iterator[_Directory]:
    at, seen = first, set[int]()
    while at and at not in seen:
        seen.add(at)
        try:
            directory = _directory(file, form, at)
        except _BROKEN:
            if len(seen) == 1:  # what is wrong with it is said when it is opened
                yield _Directory(at, 0, {}, {})
            return
        if not directory.reduced:
            yield directory
        else:
            yield from _inner_page(file, form, directory.tags.get(_INNER, ()))
        at = directory.following


def _inner_page(file: BinaryIO, form: _Form, offsets: tuple[int, ...]) -> Iterator[_Directory]:
    """The first image among these that is no thumbnail."""
    for at in offsets:
        try:
            directory = _directory(file, form, at)
        except _BROKEN:
            continue
        if not directory.reduced:
            yield directory
            return


def _directory(file: BinaryIO, form: _Form, offset: int) -> _Directory:
    file.seek(offset)
    (count,) = form.read(file, form.count)
    if count > _MOST_ENTRIES:
        raise ValueError(f"a directory of {count} entries")
    size = struct.calcsize(form.order + form.entry)
    begin = offset + struct.calcsize(form.order + form.count)
    entries = file.read(count * size)
    (following,) = form.read(file, form.offset)
    tags, places = {}, {}
    rows = struct.iter_unpack(form.order + form.entry, entries)
    for row, (tag, kind, number, value) in enumerate(rows, 1):
        if tag in _KNOWN and kind in _VALUES and number:
            tags[tag] = _values(file, form, kind, min(number, _MOST_INNER), value)
            if number == 1:
                places[tag] = begin + row * size - len(value), _VALUES[kind]
    return _Directory(offset, following, tags, places)


def _values(file: BinaryIO, form: _Form, kind: int, number: int, value: bytes) -> tuple[int, ...]:
    """The numbers of an entry: they stand in it where there is room, else where it says."""
    layout = f"{form.order}{number}{_VALUES[kind]}"
    if struct.calcsize(layout) > len(value):
        file.seek(struct.unpack(form.order + form.offset, value)[0])
        value = file.read(struct.calcsize(layout))
    return struct.unpack_from(layout, value)


class _Changed(io.RawIOBase):
    """A file with other bytes in some places."""

    def __init__(self, file: BinaryIO, changes: dict[int, bytes]) -> None:
        self._file, self._changes = file, changes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        begin = self._file.tell()
        data = bytearray(self._file.read(len(buffer)))
        for place, other in self._changes.items():
            at, end = max(place, begin), min(place + len(other), begin + len(data))
            if at < end:
                data[at - begin : end - begin] = other[at - place : end - place]
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()  # with it libtiff reads what it needs, and not all of a file
