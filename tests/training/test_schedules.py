from __future__ import annotations

import pickle

import pytest

from inkgrad.training import schedules


def rates(schedule, steps=101, losses=()):
    return [schedule(step, losses) for step in range(steps)]


def test_constant_stays():
    assert set(rates(schedules.constant(0.3))) == {0.3}


def test_step_decay_halves_every_so_often():
    found = rates(schedules.step_decay(0.8, every=10, factor=0.5), 21)
    assert (found[9], found[10], found[20]) == (0.8, 0.4, 0.2)


def test_exponential_falls_in_proportion():
    found = rates(schedules.exponential(1.0, 100, last=0.01))
    assert found[50] == pytest.approx(0.1)
    assert found[100] == pytest.approx(0.01)


def test_cosine_falls_from_the_peak_to_nothing():
    found = rates(schedules.cosine(0.2, 100))
    assert found[0] == 0.2
    assert found[50] == pytest.approx(0.1)
    assert found[100] == pytest.approx(0)
    assert found == sorted(found, reverse=True)


def test_one_cycle_rises_then_falls_to_nothing():
    found = rates(schedules.one_cycle(0.2, 100, rise=0.25))
    assert found[0] == pytest.approx(0.2 * 0.04)
    assert found[25] == max(found) == 0.2
    assert found[100] == pytest.approx(0)
    assert found[:26] == sorted(found[:26])
    assert found[25:] == sorted(found[25:], reverse=True)


def test_warm_up_reaches_the_schedule_after_its_steps():
    found = rates(schedules.warm_up(schedules.constant(1.0), 10), 12)
    assert found[0] == pytest.approx(0.1)
    assert found[4] == pytest.approx(0.5)
    assert found[9:] == [1.0] * 3


def test_on_plateau_falls_when_patience_has_run_out():
    schedule = schedules.on_plateau(1.0, factor=0.1, patience=2)
    assert schedule(0, []) == 1.0
    assert schedule(0, [3.0, 2.0, 2.5]) == 1.0
    assert schedule(0, [3.0, 2.0, 2.5, 2.1]) == pytest.approx(0.1)
    assert schedule(0, [3.0, 2.0, 2.5, 2.1, 2.2, 2.0]) == pytest.approx(0.01)
    assert schedule(0, [3.0, 2.0, 2.5, 2.1, 1.9, 1.8]) == pytest.approx(0.1)


@pytest.mark.parametrize("name", schedules.NAMES)
def test_every_name_makes_a_schedule_that_stays_within_its_peak(name):
    found = rates(schedules.by_name(name, 0.5, 100, 10), 100)
    assert max(found) == pytest.approx(0.5, rel=0.05)
    assert min(found) >= 0


@pytest.mark.parametrize("name", schedules.NAMES)
def test_schedules_compare_by_what_they_do_and_say_it(name):
    schedule = schedules.by_name(name, 0.5, 100, 10)
    assert schedule == schedules.by_name(name, 0.5, 100, 10)
    assert schedule != schedules.by_name(name, 0.4, 100, 10)
    assert "peak=0.5" in repr(schedule)
    assert pickle.loads(pickle.dumps(schedule)) == schedule  # noqa: S301


def test_a_schedule_that_goes_by_validation_can_be_recognised():
    plateau = schedules.on_plateau(0.1)
    assert schedules.needs_validation(plateau)
    assert schedules.needs_validation(schedules.warm_up(plateau, 5))
    assert not schedules.needs_validation(schedules.warm_up(schedules.constant(0.1), 5))
    assert not schedules.needs_validation(lambda step, losses: 0.1)
