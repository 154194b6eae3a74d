"""IDX files, the format of MNIST: a magic number, the sizes, then the bytes.

Magic: two zero bytes, a type code (8 is unsigned byte, the only one here), the number of
dimensions; then each size as a big-endian 32-bit number. http://yann.lecun.com/exdb/mnist
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write
from inkgrad.errors import DataError

_UNSIGNED_BYTE = 8
_LARGEST = 4 << 30  # bytes of pixels; EMNIST's largest part has 0.6


def read_idx(path: str | Path) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes, gzip or plain.

    Raises DataError, naming the file, where it is missing, truncated, too long or no IDX file. The
    sizes are checked before anything of that size is read.
    """
    path = Path(path)
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
            return _read(file, path)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file, expected an IDX file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: is truncated or no gzip file ({error})") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None


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
    if expected > _LARGEST:
        raise DataError(f"{path}: says it holds {expected:,} bytes, more than {_LARGEST:,}")
    content = file.read(expected)
    if len(content) < expected:
        raise DataError(f"{path}: is truncated: {len(content):,} of {expected:,} bytes")
    if file.read(1):
        raise DataError(f"{path}: goes on after the {expected:,} bytes that its header gives")
    return np.frombuffer(content, np.uint8).reshape(shape)


def write_idx(array: NDArray[np.uint8], path: str | Path) -> None:
    """Write unsigned bytes as an IDX file, gzip where the name ends in .gz."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    content = header + np.ascontiguousarray(array, np.uint8).tobytes()
    packed = gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content
    atomic_write(path, packed)
