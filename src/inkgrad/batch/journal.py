"""What a run over many files has read so far, on disk, so that nothing is lost and nothing trusted.

One line of JSON a file, with all of its rows: a line is there whole, its end included, or the file
has not been read. Lines are only ever added. What a kill or a full disk has left of a last line is
cut off when the journal is opened again.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, get_args, get_origin, get_type_hints

from inkgrad.batch.rows import Row
from inkgrad.errors import UsageError

_KEYS = {"file", "stamp", "rows"}
_FAR = (1 << 31) - 2  # as far as msvcrt reaches
Stamp = tuple[int, int] | None


class Journal:
    """The journal at `path`, begun where there is none. Use it in a `with`.

    Its rows are of the class `kind`. Raises UsageError where another run has it open.

    `conclusion` is what `conclude` was given; None while files are still being read.
    """

    def __init__(self, path: Path, kind: type[Row] = Row) -> None:
        self.path, self.kind = path, kind
        self.conclusion: str | None = None
        self._places: dict[str, tuple[int, int, Stamp]] = {}  # begin, length
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        self._lock()
        self._end = self._read_on()
        self._file.truncate(self._end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what it holds stays on disk."""
        self._file.close()

    def has(self, name: str, path: Path) -> bool:
        """Whether this file was read, and is what it was then, by its size and time of change."""
        found = self._places.get(name)
        return found is not None and found[2] == stamp_of(path)

    def add(self, name: str, path: Path, rows: Iterable[Row]) -> None:
        """Keep all rows of a file."""
        stamp = stamp_of(path)
        record = {"file": name, "stamp": stamp, "rows": [asdict(row) for row in rows]}
        begin = self._end
        self._append(record)
        self._places[name] = begin, self._end - begin, stamp

    def rows(self, name: str) -> list[Row]:
        """The rows of a file that was read. Raises KeyError for another."""
        begin, length, _ = self._places[name]
        self._file.seek(begin)
        record = json.loads(self._file.read(length))
        return [row_from(row, self.kind) for row in record["rows"]]

    def conclude(self, text: str) -> None:
        """Keep what has been made of all the files, before it is put to work."""
        self._append({"conclusion": text})
        os.fsync(self._file.fileno())
        self.conclusion = text

    def remove(self) -> None:
        """Close and delete it: all that it holds is elsewhere now."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _lock(self) -> None:
        """Keep others out until it is closed, or the process ends in whatever way."""
        try:
            lock(self._file)
        except (BlockingIOError, PermissionError):
            self._file.close()
            raise UsageError(f"{self.path}: another run is at it, expected it to end") from None
        except OSError:  # a file system that knows no locks
            return

    def _append(self, record: dict[str, Any]) -> None:
        line = memoryview(json.dumps(record).encode() + b"\n")
        try:
            left = line
            while left:  # a disk that fills up takes a part first
                left = left[self._file.write(left) or 0 :]
        except OSError as error:
            self._file.truncate(self._end)
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self._end += len(line)

    def _read_on(self) -> int:
        """Take in the whole records; where they end."""
        end = 0
        self._file.seek(0)
        with open(self._file.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                record = _record(line, self.kind)
                if record is None:
                    break
                if "conclusion" in record:
                    self.conclusion = record["conclusion"]
                else:
                    stamp = record["stamp"] and tuple(record["stamp"])
                    self._places[record["file"]] = end, len(line), stamp
                end += len(line)
        return end


def lock(file: FileIO) -> None:
    """Keep others out of it until it is closed.

    Raise BlockingIOError, or PermissionError on Windows, where another has locked it."""
    try:
        import fcntl
    except ImportError:  # Windows, where what is locked cannot be read: a byte that no journal has
        import msvcrt

        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def stamp_of(path: Path) -> Stamp:
    """Size and time of change of a file; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def row_from(fields: object, kind: type[Row] = Row) -> Row:
    """A row from its fields as JSON has them. Raises ValueError where they are no row's."""
    hints = _hints(kind)
    if not isinstance(fields, dict) or set(fields) != set(hints):
        raise ValueError("has not the fields of a row")
    row = kind(**{name: _of_type(hint, fields[name]) for name, hint in hints.items()})
    if not 0 <= row.confidence <= 1:
        raise ValueError(f"confidence {row.confidence}, expected 0 to 1")
    return row


def _hints(kind: type[Row]) -> dict[str, Any]:
    return get_type_hints(kind)


def _of_type(hint: Any, value: object) -> Any:
    """A value out of JSON as this type: a plain one, or a tuple of such. ValueError otherwise."""
    if get_origin(hint) is tuple and isinstance(value, list):
        kinds = get_args(hint)
        if kinds[-1] is Ellipsis:
            kinds = kinds[:1] * len(value)
        if len(kinds) == len(value):
            return tuple(map(_of_type, kinds, value))
    elif hint is float and type(value) in (int, float) and math.isfinite(value):  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    elif type(value) is hint:
        return value
    raise ValueError(f"{value!r} is no {hint}")


def _record(line: bytes, kind: type[Row]) -> dict[str, Any] | None:
    """A line of a journal, if it is whole and what it should be."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return None
        if set(record) == {"conclusion"} and isinstance(record["conclusion"], str):
            return record
        if set(record) != _KEYS or not isinstance(record["file"], str):
            return None
        if record["stamp"] is not None:
            _of_type(tuple[int, int], record["stamp"])
        for row in record["rows"]:
            row_from(row, kind)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return record
