from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from inkgrad.data.idx import read_idx, write_idx
from inkgrad.errors import DataError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["x-idx3-ubyte", "x-idx3-ubyte.gz"])
def test_what_is_written_is_read_back(name, tmp_path):
    write_idx(IMAGES, tmp_path / name)
    np.testing.assert_array_equal(read_idx(tmp_path / name), IMAGES)


def content(tmp_path) -> bytes:
    write_idx(IMAGES, tmp_path / "good")
    return (tmp_path / "good").read_bytes()


FAULTS = {
    "empty": (lambda c: b"", "starts with nothing"),
    "wrong magic": (lambda c: b"\x01\x02" + c[2:], "no IDX magic number"),
    "floats": (lambda c: c[:2] + b"\x0d" + c[3:], "holds IDX type 13"),
    "truncated header": (lambda c: c[:9], "truncated in its header"),
    "truncated": (lambda c: c[:-5], "is truncated: 19 of 24 bytes"),
    "too long": (lambda c: c + b"x", "goes on after the 24 bytes"),
    "absurd size": (lambda c: c[:4] + struct.pack(">3I", 2**31, 2**31, 2**31), "more than"),
    "truncated gzip": (lambda c: gzip.compress(c)[:-12], "is truncated or no gzip file"),
    "damaged gzip": (lambda c: gzip.compress(c)[:10] + b"\xff" * 20, "is truncated or no gzip"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_one_clear_line(fault, tmp_path):
    damage, message = FAULTS[fault]
    path = tmp_path / "bad-idx3-ubyte"
    path.write_bytes(damage(content(tmp_path)))
    with pytest.raises(DataError, match=message) as caught:
        read_idx(path)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_idx(tmp_path / "none")
