"""The desk's journal: nothing is lost or written over, whatever is said, whoever is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inkgrad.desk.desk_fields import Meanwhile, Nothing, ReadField
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import DataError, UsageError

SHA = "0" * 63


def read(text="12345", confidence=0.5, status="rejected", **more):
    return ReadField(text, confidence, status, **more)


def filled(ledger, count=3):
    return [
        ledger.add(f"{SHA}{k}", 1, f"{k}.png", "zip", read(confidence=k / 10)) for k in range(count)
    ]


def test_the_most_doubtful_field_is_first_and_a_skipped_one_last(ledger):
    first, second, third = filled(ledger)
    assert [field.id for field in ledger.queue()] == [first.id, second.id, third.id]
    ledger.skip(first.id, 0, "ada")
    assert [field.id for field in ledger.queue()] == [second.id, third.id, first.id]


def test_by_arrival_the_queue_is_in_the_order_of_coming(ledger):
    sure = ledger.add(f"{SHA}a", 1, "a.png", "zip", read(confidence=0.9))
    doubtful = ledger.add(f"{SHA}b", 1, "b.png", "zip", read(confidence=0.1))
    assert [field.id for field in ledger.queue("arrival")] == [sure.id, doubtful.id]
    assert [field.id for field in ledger.queue("doubt")] == [doubtful.id, sure.id]


def test_what_was_read_for_sure_waits_for_nobody(ledger):
    field = ledger.add(f"{SHA}a", 1, "a.png", "zip", read(status="read", confidence=0.99))
    assert (field.state, field.text, ledger.queue()) == ("accepted", "12345", [])


def test_reading_again_leaves_what_a_person_settled(ledger):
    field = filled(ledger, 1)[0]
    ledger.settle(field.id, 0, "54321", "ada", 1.5)
    again = ledger.add(field.sha256, 1, "0.png", "zip", read("99999", 0.99, "read", model="b"))
    assert (again.id, again.state, again.text) == (field.id, "settled", "54321")
    assert (again.read.text, again.read.model) == ("99999", "b")
    (event,) = ledger.events(field.id)
    assert (event["who"], event["seconds"], event["what"]) == ("ada", 1.5, "settle")


def test_details_of_a_reading_come_back_as_they_were(ledger):
    given = read(box=(1, 2, 30, 40), alternatives=(("12346", 0.25),), why=("a", "b"), model="m")
    assert ledger.field(ledger.add(f"{SHA}a", 2, "a.pdf", "zip", given).id).read == given


def test_two_people_cannot_settle_what_only_one_has_seen(ledger):
    field = filled(ledger, 1)[0]
    ledger.settle(field.id, 0, "1", "ada")
    with pytest.raises(Meanwhile, match="changed by another"):
        ledger.settle(field.id, 0, "2", "bob")
    assert ledger.field(field.id).text == "1"


def test_undo_takes_back_ones_own_last_word_and_no_others(ledger):
    first, second, _ = filled(ledger)
    ledger.settle(first.id, 0, "1", "ada")
    ledger.none(second.id, 0, "bob")
    assert ledger.undo("ada").id == first.id
    assert ledger.field(second.id).state == "none"
    with pytest.raises(Nothing):
        ledger.undo("ada")
    assert [event["what"] for event in ledger.events(first.id)] == ["settle", "undo"]


def test_what_another_has_changed_since_is_not_undone(ledger):
    field = filled(ledger, 1)[0]
    ledger.settle(field.id, 0, "1", "ada")
    ledger.settle(field.id, 1, "2", "bob")
    with pytest.raises(Meanwhile):
        ledger.undo("ada")
    assert ledger.field(field.id).text == "2"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x1b[2J", "x" * 1001, "\u202e1"])
def test_a_text_that_is_none_cannot_be_settled(ledger, text):
    field = filled(ledger, 1)[0]
    with pytest.raises(UsageError, match="cannot be settled"):
        ledger.settle(field.id, 0, text, "ada")


@pytest.mark.parametrize("statement", ["UPDATE events SET who = 'eve'", "DELETE FROM events"])
def test_events_can_only_be_added(sqlite_ledger, statement):
    ledger = sqlite_ledger
    ledger.settle(filled(ledger, 1)[0].id, 0, "1", "ada")
    other = sqlite3.connect(ledger.folder / "desk.db")
    with pytest.raises(sqlite3.IntegrityError, match="events are never"):
        other.execute(statement)
    other.close()


def test_another_database_is_refused_and_left_as_it_is(tmp_path):
    other = sqlite3.connect(tmp_path / "desk.db")
    other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(DataError, match="another database"):
        Ledger(tmp_path)
    (tmp_path / "desk.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError, match="cannot be used"):
        Ledger(tmp_path)


@pytest.mark.parametrize("order", ["doubt", "arrival"])
def test_the_queue_is_found_by_an_index_without_sorting(sqlite_ledger, order):
    """So it costs the same beside a million of settled fields."""
    from inkgrad.desk.fields_kept import ORDERS

    other = sqlite3.connect(sqlite_ledger.folder / "desk.db")
    statement = f"SELECT id FROM fields WHERE state='open' ORDER BY {ORDERS[order]} LIMIT 11"
    (plan,) = other.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    other.close()
    assert f"INDEX fields_by_{order}" in plan[-1]


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["settle", "none", "skip", "undo", "reread"]),
        st.integers(0, 2),
        st.sampled_from(["ada", "bob"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@example([("none", 0, "ada"), ("none", 0, "bob"), ("undo", 0, "ada")])
@given(WORDS)
def test_whatever_is_said_the_last_word_that_was_not_undone_holds(
    tmp_path_factory, new_database, words
):
    with Ledger(tmp_path_factory.mktemp("desk"), new_database()) as ledger:
        numbers = [field.id for field in filled(ledger)]
        said: dict[int, list[tuple[str, str, str]]] = {number: [] for number in numbers}
        everything: list[tuple[int, tuple[str, str, str]]] = []
        for step, (what, place, who) in enumerate(words):
            number = numbers[place]
            version = ledger.field(number).version
            if what == "reread":
                field = ledger.field(number)
                ledger.add(field.sha256, 1, "again", "zip", read("0", 0.01))
            elif what == "undo":
                mine = [k for k, one in enumerate(everything) if one[1][2] == who]
                try:
                    undone = ledger.undo(who).id
                except (Nothing, Meanwhile):
                    continue
                assert (undone, said[undone].pop()) == everything.pop(mine[-1])
            else:
                text = f"{step}" if what == "settle" else ""
                more = (text,) if what == "settle" else ()
                getattr(ledger, what)(number, version, *more, who)
                said[number].append((what, text, who))
                everything.append((number, said[number][-1]))
        for number in numbers:
            held = [one for one in said[number] if one[0] != "skip"]
            expected = {"settle": "settled", "none": "none"}[held[-1][0]] if held else "open"
            field = ledger.field(number)
            assert (field.state, field.text) == (expected, held[-1][1] if held else "")


KILLED = """
import sys
from inkgrad.desk.ledger import Ledger
ledger = Ledger(*sys.argv[1:])
for field in ledger.queue(count=1000):
    ledger.settle(field.id, 0, str(field.id), "ada")
    print(field.id, flush=True)
"""


def test_a_kill_in_the_middle_loses_nothing_that_was_said(tmp_path, database):
    given = [str(tmp_path), *filter(None, [database])]
    with Ledger(tmp_path, database) as ledger:
        for k in range(400):
            ledger.add(f"{k:064x}", 1, "a", "zip", read())
    for lines in (3, 40):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, *given], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        told = [int(process.stdout.readline()) for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()
        with Ledger(tmp_path, database) as ledger:
            for number in told:
                field = ledger.field(number)
                assert (field.state, field.text) == ("settled", str(number))
                assert [event["after"] for event in ledger.events(number)]
            assert all(field.version == 0 for field in ledger.queue(count=1000))
