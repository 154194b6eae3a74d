from __future__ import annotations

import math

import pytest

from inkgrad.errors import UsageError
from inkgrad.randomness import generator
from inkgrad.tuning.space import Choice, Integers, Space, Uniform


def test_a_grid_has_every_combination_once_and_only_what_is_there():
    space = Space(
        {
            "units": Integers(2, 6, step=2, when={"model": ("mlp",)}),
            "model": Choice(("mlp", "cnn")),
            "rate": Uniform(0.01, 1.0, log=True, count=3),
        }
    )
    found = space.grid()
    assert [setting for setting in found if setting["model"] == "cnn"] == [
        {"model": "cnn", "rate": rate} for rate in (0.01, pytest.approx(0.1), 1.0)
    ]
    assert len(found) == 3 * 3 + 3
    assert len({tuple(sorted(setting.items())) for setting in found}) == len(found)


def test_draws_lie_in_their_domains_and_reach_their_ends():
    space = Space(
        {
            "a": Uniform(-1.0, 2.0),
            "b": Uniform(1e-4, 1e-1, log=True),
            "c": Integers(1, 3),
            "d": Integers(10, 1000, log=True),
            "e": Integers(0, 9, step=3),
            "f": Choice(("x", 2, True)),
        }
    )
    drawn = [space.draw(generator(1, "trial", i)) for i in range(2000)]
    assert all(-1 <= s["a"] <= 2 and 1e-4 <= s["b"] <= 1e-1 and 10 <= s["d"] <= 1000 for s in drawn)
    below = sum(s["b"] < math.sqrt(1e-5) for s in drawn) / len(drawn)
    assert below == pytest.approx(0.5, abs=0.04)
    assert {s["c"] for s in drawn} == {1, 2, 3}
    assert {s["e"] for s in drawn} == {0, 3, 6, 9}
    assert {s["f"] for s in drawn} == {"x", 2, True}


def test_what_depends_on_what_is_not_there_is_not_there_either():
    space = Space(
        {
            "c": Choice((1, 2), when={"b": (1,)}),
            "b": Choice((1, 2), when={"a": (1,)}),
            "a": Choice((1, 2)),
        }
    )
    assert space.grid() == [
        {"a": 1, "b": 1, "c": 1},
        {"a": 1, "b": 1, "c": 2},
        {"a": 1, "b": 2},
        {"a": 2},
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Choice(()), "expected at least one"),
        (lambda: Choice((1, 1)), "twice"),
        (lambda: Uniform(1.0, 1.0), "expected low under high"),
        (lambda: Uniform(0.0, 1.0, log=True), "expected more than 0"),
        (lambda: Integers(1, 6, step=3), "expected steps that meet both ends"),
        (lambda: Space({}), "expected at least one"),
        (lambda: Space({"a": Choice((1,), when={"b": (1,)})}), "no parameter of the space"),
        (
            lambda: Space({"a": Choice((1,), when={"b": (3,)}), "b": Choice((1, 2))}),
            "a: is there when b is 3, which it never is, expected one of 1, 2",
        ),
        (
            lambda: Space({"a": Choice((1,), {"b": (1,)}), "b": Choice((1,), {"a": (1,)})}),
            "circle",
        ),
        (
            lambda: Space({"rate": Uniform(0.1, 1.0)}).grid(),
            "rate: a grid cannot try every number of a range, expected a count",
        ),
        (lambda: Space({k: Integers(1, 99) for k in "abcd"}).grid(), "expected fewer"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()
