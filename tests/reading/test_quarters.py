"""Fields that lie upside down or on their side, and those that only look as if they might."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkgrad.data.datasets import load
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader
from inkgrad.reading.quarters import Quarter, each, to_try, upright


@pytest.fixture(scope="module")
def reader() -> NumberReader:
    return NumberReader.load(find("numbers"))


def field_of(string: str) -> np.ndarray:
    split = load("mnist-5k").train
    row = np.hstack([split.images[np.flatnonzero(split.labels == int(c))[7]] for c in string])
    large = Image.fromarray(row).resize((row.shape[1] * 3, row.shape[0] * 3))
    return (240 - 0.8 * np.pad(np.asarray(large, float), ((12, 12), (30, 30)))).astype(np.uint8)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_field_that_lies_another_way_is_turned(reader, quarters):
    grey = field_of("47325")
    asis = reader.read(grey)
    assert (asis.text, asis.turned) == ("47325", 0)
    found = reader.read(np.ascontiguousarray(np.rot90(grey, -quarters)))
    assert (found.text, found.turned) == ("47325", quarters)
    assert found.confidence <= asis.confidence
    turned = np.zeros(grey.shape, bool)
    for left, top, right, bottom in asis.boxes:
        turned[top:bottom, left:right] = True
    there = np.zeros(np.rot90(grey, -quarters).shape, bool)
    for left, top, right, bottom in found.boxes:
        there[top:bottom, left:right] = True
    assert (np.rot90(there, quarters) == turned).mean() > 0.97


@pytest.mark.parametrize("string", ["31704", "2744", "9166"])
def test_digits_that_make_no_number_upside_down_are_turned(reader, string):
    found = reader.read(np.ascontiguousarray(np.rot90(field_of(string), 2)))
    assert (found.text, found.turned) == (string, 2)


@pytest.mark.parametrize("string", ["1771", "5547", "4473"])
def test_digits_that_are_digits_upside_down_too_are_rejected(reader, string):
    found = reader.read(np.ascontiguousarray(np.rot90(field_of(string), 2)))
    assert found.text != string
    assert found.confidence <= 0.5 < reader.threshold(0.1)


def test_a_field_that_is_read_well_costs_nothing_more(reader, monkeypatch):
    seen = []
    of_line = reader.log_ps
    monkeypatch.setattr(reader, "log_ps", lambda line: seen.append(line) or of_line(line))
    assert reader.read(field_of("31704")).confidence >= 0.9
    assert len(seen) == 1


WIDE, HIGH = np.ones((10, 40)), np.ones((40, 10))


def test_only_what_is_higher_than_wide_may_lie_on_its_side():
    assert to_try(Quarter(0.95, -0.1), HIGH) == ()
    assert to_try(Quarter(0.5, -0.1), WIDE) == (2,)
    assert to_try(Quarter(0.5, -0.1), HIGH) == (1, 3, 2)


def test_a_field_is_turned_only_where_that_is_clearly_better():
    poor, good = Quarter(0.1, -1.0), Quarter(0.8, -0.1)
    assert upright(poor, {}) == (0, 0.1)
    assert upright(poor, {2: good}) == (2, pytest.approx(0.8 * 0.8 / 0.9))
    assert upright(poor, {2: Quarter(0.8, -2.0)}) == (0, 0.1)  # only patterns make it so sure
    assert upright(Quarter(0.0, 0.0), {1: good})[0] == 1  # nothing fits as it lies
    assert upright(poor, {2: Quarter(0.4, -0.1)}) == (0, 0.1)
    assert upright(Quarter(0.7, -0.2), {2: Quarter(0.2, -0.1)}) == (0, 0.7)


def test_both_ways_about_equally_good_are_in_doubt():
    assert upright(Quarter(0.85, -0.2), {2: Quarter(0.8, -0.1)}) == (
        0,
        0.5,
    )  # 609 is 609 upside down
    quarters, confidence = upright(
        Quarter(0.0, -1.0), {1: Quarter(0.8, -0.1), 3: Quarter(0.8, -0.1)}
    )
    assert quarters == 1
    assert confidence == pytest.approx(0.4)


def test_a_character_counts_once_however_long_it_stays():
    p = np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1]])
    assert each([np.log(p)]) == pytest.approx(4 * np.log(0.8) / 2)
    blank = np.array([[0.1, 0.1, 0.8]])
    assert each([np.log(p), np.log(blank)]) == pytest.approx(5 * np.log(0.8) / 3)
