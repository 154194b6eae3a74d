"""Data that promise more than there is, or unpack without end: refused before memory is taken."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pytest

from inkgrad.data import streams
from inkgrad.data.datasets import load
from inkgrad.errors import DataError

_LIMIT = 700 << 20  # bytes of addresses: what Python and NumPy map is 400 MB of that
_CODE = """
import resource, sys
import numpy, PIL.Image
from inkgrad.data.datasets import load
from inkgrad.errors import DataError
resource.setrlimit(resource.RLIMIT_AS, ({limit},) * 2)
try:
    load(sys.argv[1])
except DataError as error:
    print(error)
"""


def zeros_in_gzip(count: int, content: bytes) -> bytes:
    """A gzip file of this content and then so many MB of one more, packed a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(content)]
    parts += [packer.compress(b"0," * (1 << 19)) for _ in range(count)]
    return b"".join([*parts, packer.flush()])


def npy(shape: str, descr: str = "'|u1'", content: bytes = b"\0" * 64, version=(1, 0)) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    size = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + size + header + content


LABELS = npy("(4,)", content=b"\0\1\0\1")


def zipped(images: bytes, method: int = zipfile.ZIP_DEFLATED, labels: bytes = LABELS) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr("X.npy", images)
        file.writestr("y.npy", labels)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """The same with the flag of encryption set in every header."""
    changed = bytearray(content)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def stored_size(content: bytes, size: int) -> bytes:
    """The same with another unpacked size in the first entry of the directory."""
    at = content.find(b"PK\1\2") + 24
    return content[:at] + struct.pack("<I", size) + content[at + 4 :]


def idx(*sizes: int, content: bytes = b"\0" * 64) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + content


_GOOD = npy("(4, 4, 4)")
BOMBS = {
    "csv of one line": ("d.csv.gz", lambda: zeros_in_gzip(40, b""), "line of more than 4,194,304"),
    "csv of many lines": (
        "d.csv.gz",
        lambda: gzip.compress((b"1" + b",0" * 784 + b"\n" + b"0" + b",255" * 784 + b"\n") * 15_000),
        r"unpacks to more than \d\d,\d\d\d,\d\d\d bytes",
    ),
    "idx of 1 GB that is not there": (
        "images-idx3-ubyte",
        lambda: idx(1 << 20, 28, 28),
        "is truncated: 64 of 822,083,584 bytes",
    ),
    "idx of 4 GB": (
        "images-idx3-ubyte",
        lambda: idx(1 << 22, 32, 32),
        "says it holds 4,294,967,296 bytes, more",
    ),
    "idx in gzip that is not there": (
        "images-idx3-ubyte.gz",
        lambda: gzip.compress(idx(1 << 20, 28, 28)),
        "is truncated: 64 of",
    ),
    "idx in gzip that is all zero": (
        "images-idx3-ubyte.gz",
        lambda: zeros_in_gzip(60, idx(1 << 20, 28, 28, content=b"")),
        "unpacks to more than",
    ),
    "npz of 175 TiB": (
        "d.npz",
        lambda: zipped(npy("(4, 6000000, 8000000)")),
        "of shape .* expected at most 1,073,",
    ),
    "npz of more than there is": (
        "d.npz",
        lambda: zipped(npy("(4, 9000, 9000)")),
        r"holds 64 bytes, but \(4, 9000, 9000\)",
    ),
    "npz that is believed by its directory": (
        "d.npz",
        lambda: stored_size(zipped(npy("(4, 9000, 9000)")), 324_000_128),
        "holds 324,[0-9,]+ bytes, expected at most 16,777,216",
    ),
    "npz of zeros": (
        "d.npz",
        lambda: zipped(npy("(4, 2846, 2846)", content=bytes(4 * 2846 * 2846))),
        "holds 32,[0-9,]+ bytes, expected at most",
    ),
    "negative shape": ("d.npz", lambda: zipped(npy("(-4, -4, 4)")), "expected at most"),
    "encrypted": ("d.npz", lambda: encrypted(zipped(_GOOD)), "'X.npy' is encrypted"),
    "bzip2": ("d.npz", lambda: zipped(_GOOD, zipfile.ZIP_BZIP2), "packed by method 12, expected"),
    "lzma": ("d.npz", lambda: zipped(_GOOD, zipfile.ZIP_LZMA), "packed by method 14, expected"),
    "objects": ("d.npz", lambda: zipped(npy("(8,)", "'|O'")), "holds object, expected plain"),
    "records": ("d.npz", lambda: zipped(npy("(8,)", "[('a', '<f8')]")), "expected plain arrays"),
    "nested header": ("d.npz", lambda: zipped(npy("(" * 900 + ")" * 900)), "is no .npz of plain"),
    "code in header": ("d.npz", lambda: zipped(npy("exit(3)")), "is no .npz of plain arrays"),
    "version 3": ("d.npz", lambda: zipped(npy("(4, 4, 4)", version=(3, 0))), "of version"),
    "no array": ("d.npz", lambda: zipped(b"what"), "is no .npz of plain arrays"),
    "empty zip": ("d.npz", lambda: b"PK\5\6" + bytes(18), "holds nothing, expected x_train"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS bounds nothing elsewhere")
@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_more_than_a_data_set_is_refused_within_little_memory(bomb, tmp_path):
    name, make, message = BOMBS[bomb]
    (tmp_path / name).write_bytes(make())
    (tmp_path / "labels-idx1-ubyte").write_bytes(idx(4, content=b"\0\1\0\1"))
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(limit=_LIMIT), str(tmp_path / name)],
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-600:]
    said = done.stdout.strip()
    assert said.startswith(str(tmp_path / name))
    assert "\n" not in said
    with pytest.raises(DataError, match=message):
        raise DataError(said)


def test_a_good_npz_of_this_make_is_read(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, 64, np.uint8).tobytes()
    (tmp_path / "d.npz").write_bytes(zipped(npy("(4, 4, 4)", content=images)))
    assert len(load(tmp_path / "d.npz", as_is=True).train) == 3


def test_what_is_not_asked_for_is_not_read(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (4, 4, 4), np.uint8)
    np.savez(tmp_path / "d.npz", X=images, y=np.array([0, 1, 0, 1]), more=np.array([{}], object))
    assert len(load(tmp_path / "d.npz", as_is=True).train) == 3


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_gzip_that_is_cut_off_is_one_line(cut, tmp_path):
    table = np.random.default_rng(0).integers(0, 256, (60, 17))
    text = "\n".join(",".join(map(str, row)) for row in table)
    packed = gzip.compress(text.encode())
    (tmp_path / "d.csv.gz").write_bytes(packed[: len(packed) * cut // 100])
    with pytest.raises(DataError) as caught:
        load(tmp_path / "d.csv.gz")
    assert str(caught.value).startswith(str(tmp_path / "d.csv.gz"))
    assert "\n" not in str(caught.value)


def test_the_bound_is_by_what_is_packed_and_by_what_a_data_set_can_be():
    assert streams.most_unpacked(0) == 16 << 20
    assert streams.most_unpacked(10 << 20) == 2000 << 20
    assert streams.most_unpacked(1 << 40) == streams.MOST_BYTES
