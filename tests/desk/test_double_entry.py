"""Blind double entry: who is asked, what becomes of what they say, and what is counted."""

from __future__ import annotations

import pytest

from inkgrad.desk.alike import settle_alike
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.double_entry import blind, contested, expect_third, to_check
from inkgrad.desk.rates import error_rates
from inkgrad.errors import UsageError


def accepted(ledger, count, confidence=0.97):
    read = ReadField("44724", confidence, "read")
    return [ledger.add(f"{k:064}", 1, f"{k}.png", "zip", read) for k in range(count)]


def test_a_sample_is_always_the_same_and_as_large_as_was_said(ledger):
    accepted(ledger, 200)
    asked = [field.id for field in to_check(ledger, 0.1, "bob", 200)]
    assert asked == [field.id for field in to_check(ledger, 0.1, "eve", 200)]
    assert 18 <= len(asked) <= 22
    assert len(to_check(ledger, 1.0, "bob", 300)) == 200
    assert to_check(ledger, 0.0, "bob") == []


def test_who_settled_a_field_is_not_asked_again_and_nobody_a_third_time(ledger, fill):
    (field,) = fill(1)
    assert to_check(ledger, 1.0, "bob") == []
    field = ledger.settle(field.id, 0, "44724", "ada")
    assert to_check(ledger, 1.0, "ada") == []
    assert to_check(ledger, 1.0, "bob") == [field]
    with pytest.raises(UsageError, match="expected another person"):
        ledger.check(field.id, 1, "44724", "ada")
    done = ledger.check(field.id, 1, "44724", "bob")
    assert (done.state, done.text) == ("settled", "44724")
    assert to_check(ledger, 1.0, "eve") == []
    ledger.undo("bob")
    assert [each.id for each in to_check(ledger, 1.0, "eve")] == [field.id]


def test_a_second_person_sees_neither_what_was_read_nor_what_stands(ledger):
    (field,) = accepted(ledger, 1)
    assert "44724" not in str(blind(field))


def test_where_two_disagree_a_third_decides_and_sees_both(ledger, fill):
    (field,) = fill(1)
    ledger.settle(field.id, 0, "44724", "ada")
    open_again = ledger.check(field.id, 1, "44124", "bob")
    assert (open_again.state, open_again.text) == ("open", "")
    shown = contested(ledger, ledger.queue()[0])
    assert shown.read.why[0] == "two people disagree: 7 or 1 in the third place"
    assert [text for text, _ in shown.read.alternatives[:2]] == ["44724", "44124"]
    for one in ("ada", "bob"):
        with pytest.raises(UsageError, match="expected a third"):
            expect_third(ledger, field.id, one)
    expect_third(ledger, field.id, "eve")
    ledger.settle(field.id, 2, "44724", "eve")
    rates = {rate.name: (rate.count, rate.wrong) for rate in error_rates(ledger)["person"]}
    assert rates == {"ada": (1, 0), "bob": (1, 1), "eve": (1, 0)}


def test_what_waits_is_not_checked(ledger, fill):
    (field,) = fill(1)
    with pytest.raises(UsageError, match="waits"):
        ledger.check(field.id, 0, "1", "bob")


def test_what_was_promised_is_counted_beside_what_was_found(ledger):
    fields = accepted(ledger, 4)
    for field in fields[:3]:
        ledger.check(field.id, 0, "44724", "ada")
    ledger.check(fields[3].id, 0, "44124", "ada")
    assert [rate.count for rate in error_rates(ledger)["kind"]] == [3]  # one waits for another
    ledger.settle(fields[3].id, 1, "44124", "bob")
    rates = error_rates(ledger)
    (kind,), bands = rates["kind"], {rate.name: rate for rate in rates["confidence"]}
    assert (kind.name, kind.count, kind.wrong) == ("zip", 4, 1)
    band = bands["95.0% to 99.0%"]
    assert (band.count, band.wrong, band.promised) == (4, 1, pytest.approx(0.12))
    assert sum(rate.count for rate in rates["confidence"]) == 4


def test_nobody_checked_means_no_rates(ledger, fill):
    ledger.settle(fill(1)[0].id, 0, "1", "ada")
    rates = error_rates(ledger)
    assert (rates["person"], rates["kind"]) == ([], [])


def test_no_such_field_is_a_word_too(ledger):
    (field,) = accepted(ledger, 1)
    ledger.check(field.id, 0, "", "ada")
    assert "44724 or no such field" in contested(ledger, ledger.queue()[0]).read.why[0]


def test_a_group_is_not_settled_by_one_of_two_who_disagree(ledger, fill):
    first, second = fill(2)
    ledger.settle(first.id, 0, "44724", "ada")
    ledger.check(first.id, 1, "44124", "bob")
    with pytest.raises(UsageError, match="expected a third"):
        settle_alike(ledger, [(second.id, 0), (first.id, 2)], "44724", "ada")
    assert {field.state for field in ledger.results()} == {"open"}
