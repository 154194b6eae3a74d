"""Rules between fields: they choose among readings, or reject."""

from __future__ import annotations

import pytest

from inkgrad.forms.answer import FieldRead
from inkgrad.forms.rules import has_check, settled
from inkgrad.forms.template import Rule
from inkgrad.recognition.checks import CHECKS

SUM = Rule("sum", ("a", "b"), "c")


def test_a_sum_that_comes_out_changes_nothing():
    fields = [FieldRead("a", "12", 0.9), FieldRead("b", "30", 0.9), FieldRead("c", "42", 0.6)]
    assert settled(fields, [SUM]) == fields


def test_a_sum_settles_what_is_in_doubt():
    total = FieldRead("c", "47", 0.5, alternatives=(("42", 0.45), ("41", 0.05)))
    *_, found = settled([FieldRead("a", "12", 0.99), FieldRead("b", "30", 0.99), total], [SUM])
    assert (found.text, found.status) == ("42", "read")
    assert 0.9 < found.confidence <= 1


def test_a_sum_that_nothing_brings_out_rejects_all_its_fields():
    fields = [FieldRead("a", "12", 0.9), FieldRead("b", "30", 0.9), FieldRead("c", "99", 0.9)]
    assert [field.status for field in settled(fields, [SUM])] == ["rejected"] * 3


def test_empty_addends_are_nothing_and_an_empty_form_breaks_no_rule():
    none = FieldRead("b", "", 1.0, "empty")
    fields = [FieldRead("a", "42", 0.9), none, FieldRead("c", "42", 0.9)]
    assert settled(fields, [SUM]) == fields
    empty = [FieldRead(name, "", 1.0, "empty") for name in "abc"]
    assert settled(empty, [SUM]) == empty


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("01/31/2024", "02/01/2024", "read"),
        ("02/01/2024", "01/31/2024", "rejected"),
        ("31.01.2024", "01.02.2024", "read"),
        ("2024-02-01", "2024-01-31", "rejected"),
    ],
)
def test_dates_have_their_order(first, second, status):
    fields = [FieldRead("from", first, 0.9), FieldRead("to", second, 0.9)]
    found = settled(fields, [Rule("order", ("from", "to"))])
    assert [field.status for field in found] == [status] * 2


def test_check_digits_go_over_fields():
    fields = [FieldRead("number", "7992739871", 0.9), FieldRead("check", "3", 0.9)]
    rule = Rule("check", ("number", "check"), check="luhn")
    assert settled(fields, [rule]) == fields
    wrong = [fields[0], FieldRead("check", "4", 0.6, alternatives=(("3", 0.39),))]
    assert settled(wrong, [rule])[1].text == "3"


@pytest.mark.parametrize(
    ("check", "text"),
    [("luhn", "79927398713"), ("ean", "4006381333931"), ("iban", "DE89370400440532013000")],
)
def test_a_check_digit_holds_for_one_last_digit_alone(check, text):
    last = [text[:-1] + digit for digit in "0123456789"]
    assert [each for each in last if has_check(each, CHECKS[check])] == [text]
