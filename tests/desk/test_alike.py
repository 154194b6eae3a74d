"""Fields that are alike, settled and undone at once."""

from __future__ import annotations

import json

import pytest

from inkgrad.desk.alike import alike, settle_alike
from inkgrad.desk.desk_fields import Meanwhile, Nothing, ReadField
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

READ = ("44724", "44724", "10001", "44724")


@pytest.fixture
def fields(ledger):
    made = [
        ledger.add(f"{k:064}", 1, f"{k}.png", "zip", ReadField(text, 0.5, "rejected"))
        for k, text in enumerate(READ)
    ]
    phone = ReadField("44724", 0.5, "rejected")
    return [*made, ledger.add(f"{0:064}", 1, "0.png", "phone", phone)]


def seen(fields):
    return [(field.id, field.version) for field in fields]


def states(ledger):
    return [(field.state, field.text) for field in ledger.results()]


def test_alike_are_those_of_the_same_reading_and_kind_or_on_the_same_file(ledger, fields):
    first, second, _, fourth, phone = fields
    assert alike(ledger, second.id) == [second, first, fourth]
    assert alike(ledger, first.id, "piece") == [first, phone]
    ledger.settle(second.id, 0, "44724", "ada")
    assert alike(ledger, second.id) == [first, fourth]
    with pytest.raises(UsageError, match="expected one of reading, piece"):
        alike(ledger, first.id, "day")
    with pytest.raises(Nothing):
        alike(ledger, 99)


def test_all_are_settled_at_once_and_one_undo_takes_them_back(ledger, fields):
    before = states(ledger)
    ledger.settle(fields[2].id, 0, "10001", "ada")
    settle_alike(ledger, seen(alike(ledger, fields[0].id)), "44725", "ada", 3.0)
    settled = [field for field in ledger.results() if field.text == "44725"]
    assert [field.id for field in settled] == [fields[k].id for k in (0, 1, 3)]
    (event,) = ledger.events(settled[0].id)
    assert event["seconds"] == 1.0
    ledger.undo("ada")
    assert [state for state, _ in states(ledger)] == ["open", "open", "settled", "open", "open"]
    ledger.undo("ada")
    assert states(ledger) == before


def test_two_groups_one_after_the_other_are_undone_one_after_the_other(ledger, fields):
    settle_alike(ledger, seen(fields[:2]), "1", "ada")
    settle_alike(ledger, seen(fields[2:]), "2", "ada")
    ledger.undo("ada")
    assert [text for _, text in states(ledger)] == ["1", "1", "", "", ""]


def test_one_that_another_has_settled_since_leaves_all_as_they_are(ledger, fields):
    before = seen(fields)
    ledger.settle(fields[3].id, 0, "9", "bob")
    kept = states(ledger)
    with pytest.raises(Meanwhile):
        settle_alike(ledger, before, "", "ada")
    assert states(ledger) == kept
    assert ledger.events(fields[0].id) == []


def test_a_group_of_which_another_has_changed_one_is_not_undone_in_part(ledger, fields):
    settle_alike(ledger, seen(fields[:2]), "", "ada")
    ledger.settle(fields[0].id, 1, "9", "bob")
    kept = states(ledger)
    with pytest.raises(Meanwhile):
        ledger.undo("ada")
    assert states(ledger) == kept


def test_a_group_is_undone_after_the_desk_was_closed(ledger, database, fields):
    settle_alike(ledger, seen(fields[:4]), "", "ada")
    with Ledger(ledger.folder, database) as other:
        assert [text for _, text in states(other)] == [*READ, ""]
        other.undo("ada")
    assert {state for state, _ in states(ledger)} == {"open"}
    groups = [json.loads(ledger.events(n)[0]["before"])["group"] for n in (1, 2, 3, 4)]
    assert len(set(groups)) == 1
