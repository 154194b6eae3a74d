from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.synthetic.habits import Habits, barred, capped, flagged, hooked, looped, tailed
from inkgrad.synthetic.hand import Hand, HandShape
from inkgrad.synthetic.noughts import ROWS, nought, row
from inkgrad.synthetic.numbers import Hands, Numbers, with_noughts


def path(*points: tuple[float, float]) -> Stroke:
    return np.array(points, np.float32)


SEVEN = path((0.0, 0.0), (0.6, 0.0), (0.45, 0.5), (0.3, 1.0))
TWO = path((0.1, 0.2), (0.4, 0.0), (0.6, 0.3), (0.3, 0.7), (0.0, 1.0), (0.3, 0.95), (0.7, 1.0))
FIVE = [path((0.1, 0.0), (0.1, 0.4), (0.5, 0.6), (0.4, 0.9), (0.0, 1.0)), path((0.1, 0), (0.5, 0))]


def one_writer() -> Hands:
    """Everything is written as a bar, by one hand: what is not a bar is a habit's."""
    bar = [path((0, 0), (0, 1000))]
    return Hands([np.zeros((0, 28, 28), np.uint8)] * 10, [[[bar]] * 10])


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_of_noughts_is_as_wide_as_there_are_noughts(kind, rng):
    def width(count: int) -> float:
        drawn = [np.concatenate(row(count, kind, rng)) for _ in range(60)]
        assert min(points[:, 0].min() for points in drawn) == pytest.approx(0, abs=1e-5)
        return float(np.mean([points[:, 0].max() for points in drawn]))

    two, four = width(2), width(4)
    assert 1.4 < four / two < 2.4


@pytest.mark.parametrize("kind", ["coil", "top", "bottom"])
def test_noughts_in_one_go_are_one_stroke_with_a_hole_for_each(kind, rng):
    assert all(len(row(3, kind, rng)) == 1 for _ in range(20))


def test_a_nought_is_about_as_high_as_a_digit_so_that_no_six_comes_out(rng):
    for _ in range(200):
        (stroke,) = nought(rng)
        low, high = stroke[:, 1].min(), stroke[:, 1].max()
        assert 0.8 < high - low < 1.45
        assert low > -0.4


def test_a_seven_gets_one_bar_through_its_stem_and_keeps_the_one_it_has(rng):
    for _ in range(50):
        stem, bar = barred([SEVEN], rng)
        assert stem is SEVEN
        assert 0.15 < bar[:, 1].mean() < 0.85
        assert bar[0, 0] < 0.55 < bar[-1, 0] + 0.3
    both = [SEVEN, path((0.2, 0.5), (0.7, 0.5))]
    assert barred(both, rng) is both


def test_a_flag_of_a_one_is_never_as_flat_as_the_top_of_a_seven(rng):
    for _ in range(200):
        pen = flagged([path((0, 0), (0, 1))], rng)
        start, top = pen[0][0], pen[0][pen[0][:, 1].argmin()]
        assert start[1] - top[1] > 0.5 * (top[0] - start[0])


def test_a_looped_two_turns_once_more_at_its_corner(rng):
    (turned,) = looped([TWO], rng)
    assert len(turned) > len(TWO)
    steps = np.diff(turned, axis=0)
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    plain = np.diff(TWO, axis=0)
    assert abs(np.ptp(angles) - np.ptp(np.unwrap(np.arctan2(plain[:, 1], plain[:, 0])))) > 3


@pytest.mark.parametrize("change", [barred, capped, flagged, hooked, looped, tailed])
@pytest.mark.parametrize("strokes", [[SEVEN], [TWO], FIVE, [path((0, 0)), path((0.1, 1))]])
def test_any_strokes_come_out_of_a_habit_fit_to_be_drawn(change, strokes, rng):
    before = [stroke.copy() for stroke in strokes]
    for _ in range(20):
        changed = change(strokes, rng)
        assert draw([stroke * 20 for stroke in changed], 2.0).any()
    assert all(np.array_equal(a, b) for a, b in zip(before, strokes, strict=True))


def test_a_hand_without_habits_writes_digits_one_by_one_as_they_are(rng):
    plain, shape = Habits(), HandShape.of([path((0, 0), (0, 9))])
    assert plain.units(np.array([0, 0, 7])) == [(0, 1), (1, 2), (2, 3)]
    assert plain.written(7, 1, shape, rng) is shape
    assert plain.joins([[SEVEN], [TWO]], rng) == []


def test_a_row_of_noughts_is_written_in_one_unit(rng):
    habits = Habits(row="coil")
    assert habits.units(np.array([1, 0, 0, 0, 5, 0])) == [(0, 1), (1, 4), (4, 5), (5, 6)]
    shape = habits.written(0, 3, HandShape.of([path((0, 0), (0, 9))]), rng)
    assert shape.wide > 0.5
    assert shape.tall == 1


def test_digits_that_stand_close_are_joined_and_far_ones_are_not(rng):
    always = Habits(joined=1.0)
    far = [TWO + np.float32(9)]
    (link,) = always.joins([[SEVEN], [TWO], far], rng)
    assert link[0].tolist() == pytest.approx(SEVEN[-1].tolist())
    assert link[-1].tolist() == pytest.approx(TWO[0].tolist())


def test_a_digit_stands_where_its_hand_has_come_to(rng):
    hand = Hand(slant=0.0, stretch=2.0, drift=0.0, bounce=0.0)
    (stroke,), wide, lift = hand.write(HandShape.of([path((5, 5), (105, 205))]), 7.0, 0.0, rng)
    assert stroke[0].tolist() == pytest.approx([7, 0], abs=0.2)
    assert wide == pytest.approx(1.0, rel=0.4)
    assert lift == 0


def test_rows_of_noughts_take_places_of_other_digits(rng):
    string = np.arange(1, 8)
    changed = [with_noughts(string, rng) for _ in range(100)]
    assert all(set(each) <= {0, *string} and len(each) == 7 for each in changed)
    assert any(each[-1] == 0 for each in changed)
    assert string.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_lines_in_hands_with_habits_say_what_their_labels_say(rng):
    numbers = Numbers(one_writer(), 10, drawn=1.0, habits=1.0)
    x, labels = numbers.batch(np.arange(10), rng)
    assert x.shape[:2] == (10, 32)
    assert set(np.unique(labels)) <= set(range(-1, 10))
    sevens = Numbers(one_writer(), 0, drawn=1.0, habits=1.0, marks=0, habit=Habits(barred=1.0))
    plain = Numbers(one_writer(), 0, drawn=1.0, marks=0)
    wide = [
        float(np.mean([n.line(np.array([7]), rng).shape[1] for _ in range(30)]))
        for n in (sevens, plain)
    ]
    assert wide[0] > 1.3 * wide[1]
