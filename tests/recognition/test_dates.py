"""Which day a date says, and which it may say."""

from __future__ import annotations

from datetime import date

import pytest

from inkgrad.recognition.dates import day_of, days_of


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("12/31/2024", "mdy", date(2024, 12, 31)),
        ("7/4/98", "mdy", date(1998, 7, 4)),
        ("31.12.2024", "dmy", date(2024, 12, 31)),
        ("2024-02-29", "ymd", date(2024, 2, 29)),
        ("12312024", "mdy", date(2024, 12, 31)),
        ("311224", "dmy", date(2024, 12, 31)),
        ("1-1-68", "dmy", date(2068, 1, 1)),
        ("1-1-69", "dmy", date(1969, 1, 1)),
        ("2/30/2024", "mdy", None),
        ("12/2024", "mdy", None),
        ("1231", "mdy", None),
        ("", "mdy", None),
    ],
)
def test_a_date_says_a_day_in_its_order(text, order, day):
    assert day_of(text, order) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3/4/2024", (date(2024, 3, 4), date(2024, 4, 3))),
        ("13/4/2024", (date(2024, 4, 13),)),
        ("4/4/2024", (date(2024, 4, 4),)),
        ("2024-03-04", (date(2024, 3, 4),)),
        ("99/99/2024", ()),
    ],
)
def test_a_date_whose_order_is_not_given_may_be_several_days(text, days):
    assert days_of(text) == days
