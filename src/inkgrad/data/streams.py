"""Files of data sets opened with a bound: compressed data are not believed, but counted."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from inkgrad.errors import DataError

MOST_PIXELS = 1 << 30
"""Pixels in one part of a data set; EMNIST's largest part has half of that."""
MOST_BYTES = 4 << 30  # of one file when unpacked: text, or floats of four bytes
_MOST_RATIO = 200  # unpacked to packed; handwriting is packed 5 to 20 times, ones and zeros 100
_FREE = 16 << 20  # bytes that may be unpacked from however little
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


def most_unpacked(packed: int) -> int:
    """How many bytes a file of so many may hold when it is unpacked."""
    return min(MOST_BYTES, max(_FREE, _MOST_RATIO * packed))


class Counted(io.RawIOBase):
    """A stream that raises DataError, naming the file, once it has given more than its bound."""

    def __init__(self, file: BinaryIO, path: Path, most: int) -> None:
        self._file, self._path, self._left = file, path, most
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        content = self._file.read(len(view))
        self._left -= len(content)
        if self._left < 0:
            raise DataError(
                f"{self._path}: unpacks to more than {self._most:,} bytes, "
                "more than a data set of its size holds"
            )
        view[: len(content)] = content
        return len(content)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzip, never more than `most_unpacked`.

    Raises DataError, naming the file, where it is missing, broken or goes beyond.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not zipped:
                yield raw
                return
            most = most_unpacked(path.stat().st_size)
            packed = cast(BinaryIO, gzip.GzipFile(fileobj=raw))
            yield cast(BinaryIO, io.BufferedReader(Counted(packed, path, most), 1 << 16))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except BROKEN as error:
        raise DataError(f"{path}: is truncated or no gzip file ({error})") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None
