"""Arrays in an .npz, a zip file of NumPy's: each member's header is checked before it is read."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from inkgrad.data.streams import MOST_PIXELS, most_unpacked
from inkgrad.errors import DataError

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_KINDS = "buifUS"
# What zipfile and NumPy raise for files that are not what they say; RuntimeError for encryption,
# the last two for a header that is nested without end.
_BROKEN = (
    *(OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError),
    *(NotImplementedError, OverflowError, TypeError, MemoryError, RecursionError),
    tokenize.TokenError,  # of a header that is cut off
)


def read_npz(path: Path, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Those of the named arrays that are in the file, the others unread; all names if none is.

    Raises DataError, naming the file, where it is no zip file, a member is encrypted or packed in
    an unusual way, its header and its size differ, or it is more than a data set can be.
    """
    try:
        with zipfile.ZipFile(path) as zipped:
            members = {
                entry.filename.removesuffix(".npy"): entry
                for entry in zipped.infolist()
                if not entry.is_dir()
            }
            wanted = [name for name in names if name in members]
            if not wanted:
                raise DataError(
                    f"{path}: holds {', '.join(sorted(members)[:6]) or 'nothing'}, expected "
                    "x_train and y_train, images and labels, or X and y"
                )
            whole = sum(members[name].file_size for name in wanted)
            most = most_unpacked(path.stat().st_size)
            if whole > most:
                raise DataError(f"{path}: holds {whole:,} bytes, expected at most {most:,}")
            return {name: _member(path, zipped, members[name]) for name in wanted}
    except _BROKEN as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise DataError(f"{path}: is no .npz of plain arrays ({said})") from None


def _member(path: Path, zipped: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    what = f"{path}: {entry.filename[:60]!r}"
    if entry.flag_bits & 1:
        raise DataError(f"{what} is encrypted, expected plain arrays")
    if entry.compress_type not in _METHODS:
        raise DataError(f"{what} is packed by method {entry.compress_type}, expected deflate")
    with zipped.open(entry) as file:
        version = npy.read_magic(file)
        readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        if version not in readers:
            raise DataError(f"{what} is of version {version}, expected 1.0 or 2.0")
        shape, _, dtype = readers[version](file)
        if dtype.kind not in _KINDS:
            raise DataError(f"{what} holds {dtype.name}, expected plain arrays of numbers or text")
        count, held = math.prod(shape), entry.file_size - file.tell()
        if min(shape, default=0) < 0 or count > MOST_PIXELS:
            raise DataError(f"{what} is of shape {shape}, expected at most {MOST_PIXELS:,} values")
        if count * dtype.itemsize != held:
            raise DataError(f"{what} holds {held:,} bytes, but {shape} of {dtype} is another size")
    with zipped.open(entry) as file:
        return np.asarray(npy.read_array(file, allow_pickle=False))
