"""A folder beside a desk: what is put into it is on the desk, and put away."""

from __future__ import annotations

import queue
import threading

import pytest

from inkgrad.batch.inbox import Handled
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.guard import Guard
from inkgrad.desk.service import Service
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import DataError, ImageError, UsageError

SECONDS = {"every": 0.01, "settle": 0.0, "again": 0.0}


class Told:
    """A worker that says the same of everything, after its faults."""

    ready = True

    def __init__(self):
        self.faults, self.reading = [], threading.Event()

    def read(self, sha256, name, kind):
        self.reading.set()
        if self.faults:
            raise self.faults.pop(0)
        return [(1, 0, ReadField("12345", 0.5, "rejected"))]


@pytest.fixture
def worker():
    return Told()


@pytest.fixture
def inside(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def service(ledger, worker):
    return Service(ledger, worker, Guard(), most_bytes=1000)


@pytest.fixture
def heard(service, inside):
    """What is heard of the files of a folder that is watched."""
    heard = queue.Queue()
    folder = service.watched(inside, heard.put, **SECONDS)
    folder.begin()
    yield heard
    folder.end()
    assert not folder._thread.is_alive()


def test_a_file_is_on_the_desk_and_put_away(inside, heard, ledger):
    (inside / "mail").mkdir()
    (inside / "mail" / "a.png").write_bytes(b"image")
    assert heard.get(timeout=60) == Handled("mail/a.png", "done")
    (field,) = ledger.queue()
    assert (field.name, field.read.text) == ("mail/a.png", "12345")
    assert (ledger.folder / "watched" / "done" / "mail" / "a.png").read_bytes() == b"image"
    assert not (inside / "mail" / "a.png").exists()


def test_what_cannot_be_read_or_is_too_large_is_put_away_with_its_reason(
    inside, heard, worker, ledger
):
    worker.faults = [ImageError("a.png: is no image")] * 2  # it is tried twice
    (inside / "a.png").write_bytes(b"image")
    assert heard.get(timeout=60) == Handled("a.png", "failed", "a.png: is no image")
    (inside / "b.png").write_bytes(b"x" * 1001)
    assert "1,001 bytes are too many" in heard.get(timeout=60).reason
    reason = ledger.folder / "watched" / "failed" / "a.png.reason.txt"
    assert reason.read_text() == "a.png: is no image\n"
    assert ledger.queue() == []


def test_a_file_waits_while_the_reader_has_no_place(inside, heard, worker, monkeypatch):
    monkeypatch.setattr("inkgrad.desk.watched._PAUSE", 0.001)
    worker.faults = [Busy("too many")] * 5
    (inside / "a.png").write_bytes(b"image")
    assert heard.get(timeout=60) == Handled("a.png", "done")


def test_a_desk_that_cannot_keep_it_leaves_the_file_where_it_is(inside, heard, worker):
    worker.faults = [DataError("desk.db: cannot be used (disk is full)")]
    (inside / "a.png").write_bytes(b"image")
    handled = heard.get(timeout=60)
    assert (handled.status, "disk is full" in handled.reason) == ("waits", True)
    assert (inside / "a.png").exists()


def test_a_desk_that_is_closed_fails_no_file(service, inside, worker):
    worker.faults = [Busy("too many")] * 10_000
    (inside / "a.png").write_bytes(b"image")
    folder = service.watched(inside, lambda handled: None, **SECONDS)
    folder.begin()
    assert worker.reading.wait(60)
    folder.end()
    assert not folder._thread.is_alive()
    assert (inside / "a.png").exists()
    worker.faults.clear()
    heard = queue.Queue()
    again = service.watched(inside, heard.put, **SECONDS)
    again.begin()
    assert heard.get(timeout=60) == Handled("a.png", "done")
    again.end()


def test_a_folder_that_was_never_looked_into_is_free_for_another(service, inside):
    service.watched(inside, print).end()
    service.watched(inside, print).end()


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("none", "is no folder"),
        ("desk", "is not apart from"),
        ("desk/files", "inside the desk's folder"),
        (".", "is not apart from"),
    ],
)
def test_a_folder_that_is_none_or_holds_the_desk_is_refused(service, tmp_path, folder, said):
    (tmp_path / "desk" / "files").mkdir(parents=True)
    with pytest.raises(UsageError, match=said):
        service.watched(tmp_path / folder, print)
