"""Several desks on one PostgreSQL database: one writes at a time, and what is lost is said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from typer.testing import CliRunner

from inkgrad.bulk import on_desk
from inkgrad.cli.app import app
from inkgrad.desk.desk_fields import Meanwhile, Nothing, ReadField
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.truths import Truths
from inkgrad.errors import DataError, UsageError

pytestmark = pytest.mark.postgresql
psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def url(new_schema):
    return new_schema()


@pytest.fixture
def desk(tmp_path, url):
    """A function that opens one more desk on one database and folder."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(Ledger(tmp_path, url))


@pytest.fixture
def admin(url):
    """A connection past the desks."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def put(ledger, k=0, name="a.png"):
    return ledger.add(f"{k:064x}", 1, name, "zip", ReadField("12345", 0.5, "rejected"))


def kill(admin):
    """End every connection of the desks on that database."""
    admin.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE application_name = 'inkgrad desk'"
    )


def test_of_two_who_settle_a_field_at_once_one_wins_and_the_other_hears_of_it(desk):
    desks, together = [desk() for _ in range(4)], threading.Barrier(4)
    for k in range(40):
        field = put(desks[0], k)

        def say(k, number=field.id):
            together.wait(60)
            try:
                return desks[k].settle(number, 0, f"{k}", f"person {k}").text
            except Meanwhile:
                return None

        with ThreadPoolExecutor(4) as pool:
            said = list(pool.map(say, range(4)))
        (won,) = [text for text in said if text is not None]
        assert {each.field(field.id).text for each in desks} == {won}
        assert [event["who"] for event in desks[0].events(field.id)] == [f"person {won}"]


def test_fields_that_two_desks_put_there_at_once_are_one(desk):
    one, other = desk(), desk()
    with ThreadPoolExecutor(2) as pool:
        for k in range(20):
            both = pool.map(lambda ledger, k=k: put(ledger, k).id, (one, other))
            assert len(set(both)) == 1
    assert len(one.results()) == 20


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET who = 'eve'", "DELETE FROM events", "TRUNCATE events"]
)
def test_events_are_only_added(desk, admin, statement):
    ledger = desk()
    ledger.settle(put(ledger).id, 0, "1", "ada")
    with pytest.raises(psycopg.errors.RaiseException, match="events are never"):
        admin.execute(statement)
    assert [event["who"] for event in ledger.events(1)] == ["ada"]


def test_a_lost_connection_is_said_in_a_line_and_the_next_use_has_another(desk, admin):
    ledger = desk()
    field = put(ledger)
    kill(admin)
    with pytest.raises(DataError, match="lost the connection") as said:
        ledger.settle(field.id, 0, "1", "ada")
    assert "\n" not in str(said.value)
    assert ledger.field(field.id).version == 0
    assert ledger.settle(field.id, 0, "2", "ada").text == "2"


def test_a_transaction_whose_connection_is_lost_does_not_go_on_with_another(desk, admin):
    ledger = desk()
    first, second = put(ledger, 0), put(ledger, 1)

    def settle_both():
        with ledger.together():
            ledger.settle(first.id, 0, "1", "ada")
            kill(admin)
            with pytest.raises(DataError, match="lost the connection"):
                ledger.settle(second.id, 0, "2", "ada")
            ledger.settle(second.id, 0, "2", "ada")

    with pytest.raises(DataError, match="expected to begin again"):
        settle_both()
    assert [field.version for field in ledger.results()] == [0, 0]


def test_who_waits_too_long_for_another_to_write_says_so(desk, monkeypatch):
    monkeypatch.setattr("inkgrad.desk.postgres_database.PATIENCE", 1)
    one, other = desk(), desk()
    with one.database.transaction(), pytest.raises(DataError, match="lock timeout"):
        put(other)
    assert put(other).version == 0


def test_what_is_read_in_one_transaction_is_of_one_moment(desk):
    one, other = desk(), desk()
    put(one)
    with one.database.transaction(write=False):
        before = len(one.results())
        put(other, 1)
        assert len(one.results()) == before
        with pytest.raises(DataError, match="read-only"):
            put(one, 2)
    assert len(one.results()) == 2


def test_jobs_of_two_desks_are_done_once_each(desk):
    done, all_done = [], threading.Event()

    def read(by):
        def each(sha256, name, kind):
            done.append((name, by))
            if len(done) == 60:
                all_done.set()
            return []

        return each

    desks = [Jobs(desk(), read(k)) for k in range(3)]
    for k in range(60):
        desks[k % 3].add(f"{k:064x}", f"{k}", "zip")
    for each in desks:
        each.begin()
    assert all_done.wait(60)
    for each in desks:
        each.end()
        each.end(60)
    assert sorted(int(name) for name, _ in done) == list(range(60))
    assert len({by for _, by in done}) > 1
    assert {desks[0].job(number).state for number in range(1, 61)} == {"done"}


def test_a_desk_that_starts_leaves_alone_what_another_reads_until_that_is_gone(desk, monkeypatch):
    monkeypatch.setattr("inkgrad.desk.jobs._PAUSE", 0.05)
    reading, go, again = threading.Event(), threading.Event(), threading.Event()
    first, second = desk(), desk()

    def slow(*_):
        reading.set()
        assert go.wait(60)
        return []

    def quick(sha256, name, kind):
        (again if name == "a" else other).set()
        return []

    other = threading.Event()
    one, two = Jobs(first, slow), Jobs(second, quick)
    number = one.add("0" * 64, "a", "zip").id
    one.begin()
    assert reading.wait(60)
    two.begin()
    two.add("1" * 64, "b", "zip")
    assert other.wait(60)
    assert (one.job(number).state, again.is_set()) == ("reading", False)
    one._ended.set()
    first.close()  # as by a kill
    assert again.wait(60)
    go.set()
    two.end()
    two.end(60)
    assert two.job(number).state == "done"


READING = """
import sys, threading
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
def read(*_):
    print("reading", flush=True)
    threading.Event().wait()
jobs = Jobs(Ledger(*sys.argv[1:]), read)
jobs.add("0" * 64, "a", "zip")
jobs.begin()
threading.Event().wait()
"""


def test_what_a_killed_desk_had_begun_is_done_by_one_that_lives(tmp_path, desk, url):
    done, living = threading.Event(), desk()
    command = [sys.executable, "-c", READING, str(tmp_path), url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "reading\n"
    jobs = Jobs(living, lambda *_: done.set() or [])
    jobs.begin()
    try:
        assert not done.wait(1.5)
        os.kill(process.pid, signal.SIGKILL)
        assert done.wait(60)
    finally:
        jobs.end()
        process.kill()
        process.wait()
        process.stdout.close()


def test_desks_that_start_at_once_make_the_tables_once(tmp_path, url):
    with ThreadPoolExecutor(6) as pool:
        desks = list(pool.map(lambda _: Ledger(tmp_path, url), range(6)))
    put(desks[0])
    assert [len(each.results()) for each in desks] == [1] * 6
    for each in desks:
        each.close()


def test_the_database_of_something_else_is_refused_and_left_as_it_is(tmp_path, url, admin):
    admin.execute("CREATE TABLE mine (x INTEGER)")
    with pytest.raises(DataError, match="is another database"):
        Ledger(tmp_path, url)
    found = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname=current_schema()")
    assert found.fetchall() == [("mine",)]


def test_a_newer_database_is_refused(desk, tmp_path, url, admin):
    desk()
    admin.execute("UPDATE inkgrad_desk SET version = 99")
    with pytest.raises(DataError, match="of version 99, expected 1"):
        Ledger(tmp_path, url)


def test_a_database_that_does_not_hold_every_character_is_refused(
    tmp_path, postgresql_server, admin
):
    encoded = "ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'"
    admin.execute(f"CREATE DATABASE latin TEMPLATE template0 {encoded}")
    try:
        with pytest.raises(DataError, match="expected a database that is"):
            Ledger(tmp_path, postgresql_server.rpartition("/")[0] + "/latin")
    finally:
        admin.execute("DROP DATABASE latin WITH (FORCE)")


@pytest.mark.parametrize("index", ["fields_by_doubt", "fields_by_arrival"])
def test_the_queue_is_a_range_of_an_index_there_too(desk, admin, index):
    from inkgrad.desk.fields_kept import ORDERS

    desk()
    order = ORDERS[index.removeprefix("fields_by_")]
    admin.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    plan = admin.execute(
        f"EXPLAIN SELECT id FROM fields WHERE state='open' ORDER BY {order} LIMIT 11"
    ).fetchall()
    assert any(index in line for (line,) in plan)
    assert not any("Sort" in line for (line,) in plan)


@pytest.mark.parametrize(("table", "column"), [("fields", "text"), ("pieces", "name")])
def test_what_begins_so_is_a_range_of_an_index_there_too(desk, admin, table, column):
    desk()
    admin.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    plan = admin.execute(
        f"EXPLAIN SELECT id FROM {table} WHERE {column}>=%s AND {column}<%s "
        f"ORDER BY {column}, id LIMIT 11",
        ("a", "b"),
    ).fetchall()
    assert any(f"{table}_by_{column}" in line for (line,) in plan)
    assert not any("Sort" in line for (line,) in plan)


def test_names_are_kept_but_for_what_no_database_takes(desk):
    ledger = desk()
    assert put(ledger, 0, "a\0b\udcff%?ö.png").name == "ab?%?ö.png"
    assert Jobs(ledger, lambda *_: []).add("0" * 64, "a\0b", "zip").name == "ab"
    with pytest.raises(UsageError, match="NUL"):
        ledger.undo("ada\0")
    with pytest.raises(Nothing):
        ledger.field(10**30)


def test_a_folder_that_is_not_the_one_of_the_desks_is_refused(tmp_path, desk, url, new_schema):
    put(desk())
    with pytest.raises(DataError, match="is it mounted"):
        Ledger(tmp_path / "elsewhere", url)
    with pytest.raises(DataError, match="folder of another desk"):
        Ledger(tmp_path, new_schema())


def test_no_second_journal_is_begun_in_a_folder(tmp_path, desk, url, monkeypatch):
    desk()
    monkeypatch.delenv("INKGRAD_DESK_DATABASE", raising=False)
    with pytest.raises(UsageError, match="expected the URL"):
        Ledger(tmp_path)
    with pytest.raises(UsageError, match="INKGRAD_DESK_DATABASE"):
        Truths(tmp_path, "number")
    with pytest.raises(UsageError, match="INKGRAD_DESK_DATABASE"), on_desk(tmp_path, None, None):
        pass
    monkeypatch.setenv("INKGRAD_DESK_DATABASE", url)
    assert len(Truths(tmp_path, "number")) == 0
    with Ledger(tmp_path / "sqlite"):
        pass
    with pytest.raises(UsageError, match=r"holds the journal of a desk in desk\.db"):
        Ledger(tmp_path / "sqlite", url)
    assert len(Truths(tmp_path / "sqlite", "number")) == 0


def test_the_command_takes_the_url_of_the_environment(tmp_path, url, monkeypatch):
    given = []
    monkeypatch.setattr("inkgrad.desk.serving.serve", lambda *_, **more: given.append(more))
    monkeypatch.setenv("INKGRAD_DESK_DATABASE", url)
    assert CliRunner().invoke(app, ["serve", str(tmp_path)]).exit_code == 0
    CliRunner().invoke(app, ["serve", str(tmp_path), "--database", "postgresql://h/d"])
    assert [more["database"] for more in given] == [url, "postgresql://h/d"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:sEcret@127.0.0.1:1/none",
        "postgresql://127.0.0.1:1/none?user=ada&password=sEcret",
        "postgresql://ada:sE%zzcret@127.0.0.1/none",
        "postgresql://ada:pass/sEcret@127.0.0.1/none",
        "postgresql://ada:pass@sEcret@127.0.0.1/none",
        "postgresql://ada:sEcret@127.0.0.1:port/none",
        "postgresql://ada@127.0.0.1/none?sEcret",
        "mysql://ada:sEcret@127.0.0.1/none",
        "host=127.0.0.1 password=sEcret",
    ],
)
def test_no_error_tells_a_password(tmp_path, url):
    with pytest.raises((DataError, UsageError)) as said:
        Ledger(tmp_path, url)
    assert "sEcret" not in str(said.value)
    assert "\n" not in str(said.value)
    assert said.value.__cause__ is None


def test_a_wrong_password_is_said_without_it(tmp_path, url):
    wrong = re.sub("//([^:@]+):[^@]*@", r"//\1:sEcret@", url)
    with pytest.raises(DataError, match="authentication failed") as said:
        Ledger(tmp_path, wrong)
    assert "sEcret" not in str(said.value)
    assert url.partition(":")[2].partition("@")[0].rpartition(":")[2] not in str(said.value)
