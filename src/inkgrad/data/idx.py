"""IDX files, the format of MNIST: a magic number, the sizes, then the bytes.

Magic: two zero bytes, a type code (8 is unsigned byte, the only one here), the number of
dimensions; then each size as a big-endian 32-bit number. http://yann.lecun.com/exdb/mnist
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write
from inkgrad.data.streams import MOST_PIXELS, opened
from inkgrad.errors import DataError

_UNSIGNED_BYTE = 8
_PIECE = 1 << 20  # bytes read at a time


def read_idx(path: str | Path) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes, gzip or plain.

    Raises DataError, naming the file, where it is missing, truncated, too long or no IDX file. What
    its header promises is not believed: memory is taken for what is there.
    """
    path = Path(path)
    with opened(path) as file:
        return _read(file, path)


def _read(file: BinaryIO, path: Path) -> NDArray[np.uint8]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or not 1 <= magic[3] <= 4:
        raise DataError(f"{path}: starts with {magic.hex() or 'nothing'}, no IDX magic number")
    if magic[2] != _UNSIGNED_BYTE:
        raise DataError(f"{path}: holds IDX type {magic[2]}, expected {_UNSIGNED_BYTE} (bytes)")
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{path}: is truncated in its header")
    shape = struct.unpack(f">{magic[3]}I", sizes)
    expected = math.prod(shape)
    if expected > MOST_PIXELS:
        raise DataError(f"{path}: says it holds {expected:,} bytes, more than {MOST_PIXELS:,}")
    content = _content(file, expected)
    if len(content) < expected:
        raise DataError(f"{path}: is truncated: {len(content):,} of {expected:,} bytes")
    if file.read(1):
        raise DataError(f"{path}: goes on after the {expected:,} bytes that its header gives")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _content(file: BinaryIO, expected: int) -> bytearray:
    """At most so many bytes: room is made for what is there, not for what the header promises."""
    content = bytearray()
    while piece := file.read(min(_PIECE, expected - len(content))):
        content += piece
    return content


def write_idx(array: NDArray[np.uint8], path: str | Path) -> None:
    """Write unsigned bytes as an IDX file, gzip where the name ends in .gz."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    content = header + np.ascontiguousarray(array, np.uint8).tobytes()
    packed = gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content
    atomic_write(path, packed)
