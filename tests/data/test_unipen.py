from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.idx import write_idx
from inkgrad.data.unipen import load_unipen
from inkgrad.errors import DataError


def write(folder, n=40, writers=10):
    folder.mkdir(exist_ok=True)
    write_idx(np.zeros((n, 28, 28), np.uint8), folder / "unipen-images-idx3-ubyte.gz")
    write_idx((np.arange(n) % 62).astype(np.uint8), folder / "unipen-labels62-idx1-ubyte.gz")
    ends = np.arange(n + 1)
    np.savez(
        folder / "unipen-strokes.npz",
        writer=np.arange(n) % writers,
        points=np.tile([[0, 0], [5, 1000]], (n, 1)).astype(np.int16),
        stroke_start=2 * ends,
        character_start=ends,
    )


def test_parts_by_writer_share_none(tmp_path, monkeypatch):
    write(tmp_path / "unipen")
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    found = load_unipen()
    first, second = found.by_writer(0.3, seed=1)
    assert (len(first), len(second)) == (28, 12)
    assert len(found.only(found.labels < 10).labels) == 10
    np.testing.assert_array_equal(first.strokes[0], [[[0, 0], [5, 1000]]])
    mine, theirs = ({label % 10 for label in part.labels} for part in (first, second))
    assert not mine & theirs


def test_files_that_do_not_belong_together_are_refused(tmp_path, monkeypatch):
    write(tmp_path / "unipen")
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    write(tmp_path / "other", n=39)
    (tmp_path / "other" / "unipen-strokes.npz").replace(tmp_path / "unipen" / "unipen-strokes.npz")
    with pytest.raises(DataError, match="40 images, 40 labels and 39 writers"):
        load_unipen()
    np.savez(tmp_path / "unipen" / "unipen-strokes.npz", other=np.arange(39))
    with pytest.raises(DataError, match="holds no writers"):
        load_unipen()


def test_without_the_data_the_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"unipen-images-idx3-ubyte\.gz: no such file"):
        load_unipen()


@pytest.mark.real_data("unipen")
def test_the_real_part_has_its_digits_and_writers():
    found = load_unipen()
    digits = found.only(found.labels < 10)
    assert len(digits.labels) == 9533
    assert len(np.unique(digits.writers)) == 82
    assert sum(map(len, found.strokes)) == 46449
