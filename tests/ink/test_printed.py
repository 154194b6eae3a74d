"""What forms print, and white around a field: neither changes what is read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkgrad.batch.rows import Task
from inkgrad.data.datasets import load
from inkgrad.errors import EmptyError
from inkgrad.ink.field import find_field
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader
from inkgrad.synthetic import forms


@pytest.fixture(scope="module")
def reader() -> NumberReader:
    return NumberReader.load(find("numbers"))


@pytest.fixture(scope="module")
def digits() -> list[np.ndarray]:
    test = load("mnist-5k").test
    return [test.images[test.labels == digit] for digit in range(10)]


def is_empty(grey: np.ndarray) -> bool:
    try:
        find_field(grey)
    except EmptyError:
        return True
    return False


@pytest.mark.parametrize("kind", forms.KINDS)
def test_what_a_form_prints_is_not_writing_and_what_is_written_on_it_is(kind, digits):
    rng, said, lost = np.random.default_rng(4), 0, 0
    for i in range(12):
        said += is_empty(forms.empty(kind, int(rng.integers(3, 10)), rng))
        string = [1] * 5 if i % 4 == 0 else rng.integers(0, 10, 5).tolist()
        lost += is_empty(forms.filled(kind, string, digits, rng))
    assert said >= {"number": 8}.get(kind, 9)
    assert lost == 0


def test_an_empty_comb_is_no_zip_code(reader, tmp_path):
    read = Task("zip").reading(reader)
    for seed in range(5):
        Image.fromarray(forms.empty("comb", 5, np.random.default_rng(seed))).save(
            tmp_path / "comb.png"
        )
        (row,) = read(tmp_path / "comb.png")
        assert (row.status, row.text) == ("empty", "")


def test_a_row_of_ones_by_hand_is_no_comb(digits):
    rng = np.random.default_rng(8)
    assert not any(is_empty(forms.filled("plain", [1] * 6, digits, rng)) for _ in range(20))


def changed(grey: np.ndarray, how: int) -> np.ndarray:
    """The field with more paper around it, or enlarged, or both."""
    if how < 3:
        grey = np.pad(grey, [20, 150, 300][how], "edge")
    if how >= 2:
        size = (round(1.5 * grey.shape[1]), round(1.5 * grey.shape[0]))
        grey = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))
    return grey


def test_white_around_a_field_and_its_size_do_not_change_what_is_read(reader, digits):
    rng, same, off = np.random.default_rng(5), 0, []
    for i in range(100):
        string = rng.integers(0, 10, 4).tolist()
        grey = forms.filled("plain", string, digits, rng)
        before, after = reader.read(grey), reader.read(changed(grey, i % 4))
        same += before.text == after.text
        off.append(abs(before.confidence - after.confidence))
    assert same >= 97
    assert np.median(off) < 0.01
    assert np.mean(np.array(off) < 0.2) > 0.9


def test_boxes_of_characters_are_where_they_are_in_the_whole_image(reader, digits):
    grey = forms.filled("plain", [3, 5, 2], digits, np.random.default_rng(6))
    near, far = reader.read(grey), reader.read(np.pad(grey, 250, "edge"))
    assert near.text == far.text
    moved = np.array(far.boxes) - 250
    assert np.abs(moved - np.array(near.boxes)).max() <= 6
