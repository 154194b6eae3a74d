"""What a caller may give as an image: a path, bytes, an open file, or an image of Pillow's."""

from __future__ import annotations

import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from PIL import Image

from inkgrad.errors import ImageError, UsageError

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image
_MOST_BYTES = 2**30  # of what is no regular file and is taken into memory
_BLOCK = 2**20
_HEAD = 1024  # bytes in which a PDF says that it is one, whatever comes before


@dataclass(frozen=True)
class Given:
    """A file that can be read from any place, or an image; `name` is for messages."""

    name: str
    file: BinaryIO | None
    image: Image.Image | None = None
    is_pdf: bool = False


@contextmanager
def opened(source: Source, name: str | None = None) -> Iterator[Given]:
    """What was given, open for as long as this lasts.

    A pipe, a terminal and an open file are taken into memory, up to 1 GiB. A PDF and a TIFF are
    always in a file that the operating system knows: another process reads the one, and libtiff
    reads the pages of the other by themselves. Raises ImageError where there is no such file or it
    cannot be read, UsageError for what is none of these.
    """
    if isinstance(source, Image.Image):
        yield Given(name or "the image", None, source)
        return
    name = name or (str(Path(source)) if isinstance(source, (str, os.PathLike)) else "the image")
    said = isinstance(source, (str, os.PathLike)) and Path(source).suffix.lower() == ".pdf"
    with ExitStack() as stack:
        file = stack.enter_context(_file_of(source, name))
        head = _read(file, name, _HEAD)
        is_pdf = said or b"%PDF-" in head
        if isinstance(file, io.BytesIO) and (is_pdf or head[:2] in (b"II", b"MM")):
            copy = stack.enter_context(tempfile.TemporaryFile())
            copy.write(file.getbuffer())
            copy.flush()
            file = copy
        file.seek(0)
        yield Given(name, file, is_pdf=is_pdf)


def _file_of(source: object, name: str) -> BinaryIO:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return io.BytesIO(source)
    if isinstance(source, (str, os.PathLike)):
        return _of_path(Path(source), name)
    if hasattr(source, "read"):
        return _in_memory(cast(IO[bytes], source), name)
    raise UsageError(
        f"{type(source).__name__} is no image, expected a path, bytes, a binary file or "
        "an image of Pillow's"
    )


def _of_path(path: Path, name: str) -> BinaryIO:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise ImageError(f"{name}: no such file, expected an image or a PDF") from None
    except IsADirectoryError:
        raise ImageError(f"{name}: is a folder, expected an image or a PDF") from None
    except (OSError, ValueError) as error:
        raise ImageError(f"{name}: cannot be opened ({error})") from None
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:
        return _in_memory(file, name)


def _in_memory(file: IO[bytes], name: str) -> BinaryIO:
    held, size = io.BytesIO(), 0
    while True:
        block = _read(file, name, _BLOCK)
        if not block:
            held.seek(0)
            return held
        size += len(block)
        if size > _MOST_BYTES:
            raise ImageError(f"{name}: is larger than 1 GiB, expected a file on the disk")
        held.write(block)


def _read(file: IO[bytes], name: str, size: int) -> bytes:
    try:
        block = file.read(size)
    except (OSError, ValueError) as error:
        raise ImageError(f"{name}: cannot be read ({error})") from None
    if isinstance(block, str):
        raise UsageError(f"{name}: is open as text, expected a file that is open as binary")
    return block
