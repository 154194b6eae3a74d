"""Amounts of money: what their marks say they are worth, and which texts are amounts."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from inkgrad.recognition.amounts import value_of
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.marked_numbers import MARKED, labels_of_marked
from inkgrad.synthetic.wording import ALPHABET
from inkgrad.synthetic.written_amounts import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("600.46", "600.46"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1'234.50 CHF", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("0,123", "0.123"),
        ("$ 12,--", "12.00"),
        ("12.-", "12.00"),
        ("600 46/100", "600.46"),
        ("60046/100", "600.46"),
        ("€7,05", "7.05"),
        ("12.50 £", "12.50"),
        ("7 xx/100", "7.00"),
        ("-3,50", "-3.50"),
        ("12.50-", "-12.50"),
        ("($12.50)", "-12.50"),
        ("EUR 0500", "500"),
    ],
)
def test_marks_say_what_an_amount_is_worth(text, value):
    assert value_of(text) == (Decimal(value), True)


@pytest.mark.parametrize("text", ["1,234", "$12.345"])
def test_one_mark_before_three_digits_is_for_thousands_and_not_sure(text):
    value, sure = value_of(text)
    assert value == Decimal("".join(c for c in text if c.isdigit()))
    assert not sure


@pytest.mark.parametrize("text", ["", "$", "USD", "--"])
def test_what_has_no_digit_is_no_amount(text):
    assert value_of(text)[0] is None


def test_composed_amounts_are_possible_and_worth_what_they_say():
    pattern, rng = Pattern.parse("{money}", MARKED), np.random.default_rng(0)
    for _ in range(300):
        text, worth = amount(rng)
        seen = "".join(MARKED[c] for c in labels_of_marked(text))
        assert np.isfinite(pattern.log_weight(seen)), text
        assert value_of(seen)[0] == value_of(text)[0] == Decimal(worth), text


@pytest.mark.parametrize("text", ["$ 1,234.50", "12 USD", "1 234,50", "7 XX/100", "12. -"])
def test_who_sees_spaces_and_letters_reads_amounts_with_them(text):
    assert np.isfinite(Pattern.parse("{money}", ALPHABET).log_weight(text))


@pytest.mark.parametrize("text", ["1.23.4", "12,3456", "1,234,56", "12a"])
def test_other_texts_are_no_amounts(text):
    assert np.isneginf(Pattern.parse("{money}", ALPHABET).log_weight(text))
