from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkgrad.errors import ImageError
from inkgrad.imaging.regions import connected
from inkgrad.imaging.strokes import draw
from inkgrad.imaging.view import View
from inkgrad.ink.line import HEIGHT, body, levelled, to_line
from inkgrad.synthetic.numbers import Hands, Lines, Numbers
from inkgrad.synthetic.wear import worn


def bars(count: int, tall: int, apart: int = 20, slope: float = 0.0) -> np.ndarray:
    """Upright bars in a row: a line of ones."""
    image = np.zeros((3 * tall, apart * (count + 1)), np.uint8)
    for i in range(count):
        x = apart * (i + 1)
        top = round(tall + slope * (x - image.shape[1] / 2))
        image[top : top + tall, x : x + max(3, tall // 10)] = 255
    return image


@pytest.mark.parametrize("tall", [12, 40, 150])
def test_writing_of_any_size_comes_out_as_high(tall):
    line = to_line(bars(6, tall, apart=tall))
    assert line.shape[0] == HEIGHT
    assert line.shape[1] % 4 == 0
    assert line.dtype == np.uint8
    first, last = body(line.astype(np.float32))
    assert 20 <= last - first <= 24
    assert abs((first + last) / 2 - HEIGHT / 2) <= 1.5
    assert not line[:, :2].any()
    assert line.max() > 200


@pytest.mark.parametrize("slope", [-0.15, 0.1])
def test_a_rising_line_is_levelled(slope):
    rising = bars(12, 20, slope=slope).astype(np.float32)
    first, last = body(levelled(View(rising)).pixels)
    assert last - first <= 24
    assert np.ptp(body(rising)) > 30


def test_a_single_upright_stroke_is_not_levelled_away():
    line = to_line(bars(1, 30))
    assert line.any()
    with pytest.raises(ImageError, match="shows no ink"):
        to_line(np.zeros((20, 50), np.uint8))


def toy_hands() -> Hands:
    """Two classes: a bar, and a ring; as images and as the strokes of two writers."""
    t = np.linspace(0, 2 * np.pi, 20)
    ring = (500 + 400 * np.stack([np.cos(t), np.sin(t)], 1)).astype(np.float32)
    bar = np.array([[500, 0], [500, 1000]], np.float32)
    images = [draw([stroke / 50], 2.5)[None] for stroke in (bar, ring)]
    return Hands([np.pad(i, ((0, 0), (0, 3), (0, 3)))[:, :28, :28] for i in images],
                 [[[[bar]], [[ring]]], [[[bar]], []]])  # fmt: skip


@pytest.mark.parametrize("drawn", [0.0, 1.0])
def test_lines_say_what_their_labels_say_and_are_alike_from_the_same_generator(drawn):
    numbers = Numbers(toy_hands(), 100, drawn=drawn, lengths=(2, 5), marks=0.0, touching=-0.4)
    first, labels = numbers.batch(np.arange(12), np.random.default_rng(1))
    again, _ = numbers.batch(np.arange(12), np.random.default_rng(1))
    np.testing.assert_array_equal(first, again)
    assert first.shape[:2] == (12, HEIGHT)
    assert first.shape[2] % 4 == 0
    assert labels.min() == -1 or labels.shape[1] == 2
    lengths = (labels >= 0).sum(1)
    assert lengths.min() >= 2
    assert lengths.max() <= 5
    # Bars and rings that stand apart can be counted, but for ink that is broken or runs together.
    pieces = [connected(line > 60)[1] for line in first]
    assert np.mean(pieces == lengths) > 0.6


def test_digits_are_written_in_the_forms_that_hands_have_for_them():
    cross = [
        np.array([[0, 500], [1000, 500]], np.float32),
        np.array([[500, 0], [500, 999]], np.float32),
    ]
    hands = replace(toy_hands(), forms=[[], [cross]])  # a ring may be a cross

    def rings(formed: float) -> float:
        numbers = Numbers(hands, 0, drawn=1.0, marks=0.0, touching=-0.4, formed=formed)
        rng, holes = np.random.default_rng(2), 0
        for _ in range(30):
            line = numbers.line(np.ones(3, int), rng)
            holes += connected(np.pad(line, 1) < 60)[1] - 1  # what is not reached from outside
        return holes / 90

    assert rings(0.0) > 0.5
    assert rings(1.0) < 0.1
    assert rings(0.1) > 0.4


def test_coarse_scans_of_a_line_are_small_before_it_is_brought_to_its_form(rng):
    ink = np.zeros((40, 200), np.float32)
    ink[5:35, 10:190] = 255
    assert worn(ink, rng).shape == ink.shape
    sizes = {worn(ink, rng, coarse=1.0).shape for _ in range(20)}
    assert all(8 <= height <= 26 and width <= 130 for height, width in sizes)


def test_lines_to_measure_on_stay_what_they_are(rng):
    lines = Lines.of(Numbers(toy_hands(), 0, lengths=(1, 6)), 20, rng)
    x, labels = lines.batch(np.arange(5, 9), rng)
    y, _ = lines.batch(np.arange(5, 9), rng)
    np.testing.assert_array_equal(x, y)
    assert len(lines) == 20
    assert (np.diff([line.shape[1] for line in lines.lines]) >= 0).all()
    assert labels.shape == (4, 6)


def test_a_lone_narrow_digit_is_a_line_too_even_where_digits_reach_far_into_each_other():
    numbers = Numbers(toy_hands(), 0, drawn=0.0, marks=1.0, touching=0.9, lengths=(1, 1))
    rng = np.random.default_rng(0)
    assert all(numbers.line(np.zeros(1, int), rng).max() > 100 for _ in range(60))
