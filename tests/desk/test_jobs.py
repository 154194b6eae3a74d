"""Jobs: files that are read while nobody waits, and lost by nobody who is killed."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from starlette.testclient import TestClient

from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.desk_metrics import DeskMetrics
from inkgrad.desk.guard import Guard
from inkgrad.desk.job_routes import JobRoutes
from inkgrad.desk.jobs import Jobs
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.service import Service
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import ImageError

AT = "http://localhost:8420"
ASYNC = {"content-type": "image/png", "prefer": "wait=1, Respond-Async"}


class Gated:
    """A worker that reads when it is let."""

    ready = True

    def __init__(self):
        self.go, self.faults = threading.Event(), []

    def read(self, sha256, name, kind):
        assert self.go.wait(60)
        if self.faults:
            raise self.faults.pop(0)
        return [(1, 0, ReadField("12345", 0.5, "rejected"))]


@pytest.fixture
def worker():
    return Gated()


@pytest.fixture
def service(ledger, worker):
    return Service(ledger, worker, Guard())


@pytest.fixture
def client(service, worker):
    with TestClient(service.app, base_url=AT) as made:
        yield made
        worker.go.set()


def send(client, content=b"image", **more):
    return client.post("/v1/read", content=content, headers=ASYNC, **more)


def told_until_the_end(client, number):
    """The jobs that server-sent events tell of."""
    answer = client.get(f"/v1/jobs/{number}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [each.split("\n") for each in answer.text.split("\n\n") if each.startswith("event")]
    return [(event[7:], json.loads(data[6:])) for event, data in events]


def test_who_would_not_wait_gets_a_job_and_hears_when_it_is_done(client, worker):
    sent = send(client, params={"name": "a.png"})
    assert (sent.status_code, sent.headers["location"]) == (202, "/v1/jobs/1")
    assert client.get("/v1/jobs/1").json()["state"] in ("waiting", "reading")
    worker.go.set()
    state, job = told_until_the_end(client, 1)[-1]
    assert (state, job["state"], job["fields"], job["name"]) == ("done", "done", [1], "a.png")
    assert client.get("/v1/fields/1").json()["read"]["text"] == "12345"


def test_events_tell_of_each_change_and_of_those_before_it(ledger, worker):
    jobs = Jobs(ledger, lambda *_: [])
    first, second = jobs.add("0" * 64, "a", "zip"), jobs.add("1" * 64, "b", "zip")

    async def told():
        changes = JobRoutes(jobs)._changes(second.id)
        yield await anext(changes)
        ledger.asked("UPDATE jobs SET state='done' WHERE id=? RETURNING id", first.id)
        yield await anext(changes)
        ledger.asked("UPDATE jobs SET state='done' WHERE id=? RETURNING id", second.id)
        yield await anext(changes)
        with pytest.raises(StopAsyncIteration):
            await anext(changes)

    async def all_told():
        return [json.loads(each.partition(b"data: ")[2]) async for each in told()]

    seen = [(job["state"], job["before"]) for job in asyncio.run(all_told())]
    assert seen == [("waiting", 1), ("waiting", 0), ("done", 0)]


def test_a_file_that_cannot_be_read_fails_its_job_and_no_other(client, worker):
    worker.faults = [ImageError("a.png: is no image"), ZeroDivisionError("secret")]
    worker.go.set()
    for k in range(3):
        send(client, b"%d" % k, params={"name": f"{k}.png"})
    ends = [told_until_the_end(client, number)[-1][1] for number in (1, 2, 3)]
    assert [job["state"] for job in ends] == ["failed", "failed", "done"]
    assert ends[0]["error"] == "a.png: is no image"
    assert ends[1]["error"] == "1.png: unexpected ZeroDivisionError"


def test_a_job_whose_reader_has_no_place_waits_for_one(client, worker, monkeypatch):
    monkeypatch.setattr("inkgrad.desk.jobs._PAUSE", 0.01)
    worker.faults = [Busy("too many")] * 3
    worker.go.set()
    send(client)
    assert told_until_the_end(client, 1)[-1][0] == "done"


def test_more_jobs_than_may_wait_are_refused(client, service):
    service.jobs.most = 2
    answers = [send(client, b"%d" % k) for k in range(4)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) in (1, 2)  # the reader may have one
    assert refused[0].headers["retry-after"]
    assert {answer.status_code for answer in answers} == {202, 429}


@pytest.mark.parametrize("path", ["/v1/jobs/7", "/v1/jobs/7/events", "/v1/jobs/-1", "/v1/jobs/x"])
def test_a_job_that_is_not_there_is_said(client, path):
    assert client.get(path).status_code == 404


def test_what_a_killed_desk_had_begun_is_done_by_the_next(tmp_path, database):
    with Ledger(tmp_path, database) as ledger:
        jobs = Jobs(ledger, lambda *_: [])
        for k in range(3):
            jobs.add(f"{k:064x}", f"{k}.png", "zip")
        ledger.asked("UPDATE jobs SET state='reading' WHERE id=1 RETURNING id")
    names, done = [], threading.Event()

    def read(sha256, name, kind):
        names.append(name)
        if len(names) == 3:
            done.set()
        return []

    with Ledger(tmp_path, database) as ledger:
        jobs = Jobs(ledger, read)
        jobs.begin()
        assert done.wait(60)
        jobs.end()
        assert not any(thread.is_alive() for thread in jobs._threads)
        assert [jobs.job(number).state for number in (1, 2, 3)] == ["done"] * 3
    assert names == ["0.png", "1.png", "2.png"]


def test_a_reader_that_is_ended_with_the_desk_fails_no_job(ledger):
    begun, ended = threading.Event(), threading.Event()

    def read(*_):
        begun.set()
        assert ended.wait(60)
        raise ImageError("ended the process that read it")

    jobs = Jobs(ledger, read)
    jobs.begin()
    number = jobs.add("0" * 64, "a.png", "zip").id
    assert begun.wait(60)
    jobs._ended.set()
    ended.set()
    jobs.end()
    jobs.end(60)
    assert jobs.job(number).state == "reading"  # and so begun anew


def test_a_database_of_before_there_were_jobs_has_them_now(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.asked("DROP TABLE jobs")
    with Ledger(tmp_path) as ledger:
        assert Jobs(ledger, lambda *_: []).add("0" * 64, "a", "zip").state == "waiting"


def test_a_database_of_before_jobs_were_of_a_desk_is_taken(tmp_path):
    with Ledger(tmp_path) as ledger:
        Jobs(ledger, lambda *_: []).add("0" * 64, "a", "zip")
        ledger.asked("UPDATE jobs SET state='reading'")
        ledger.asked("ALTER TABLE jobs DROP COLUMN desk")
    done = threading.Event()
    with Ledger(tmp_path) as ledger:
        jobs = Jobs(ledger, lambda *_: done.set() or [])
        jobs.begin()
        assert done.wait(60)
        jobs.end()
        assert not any(thread.is_alive() for thread in jobs._threads)
        assert jobs.job(1).state == "done"


def test_metrics_count_what_was_answered_and_read(client, worker, fill):
    fill(2)
    worker.go.set()
    client.post("/v1/read", content=b"image", headers={"content-type": "image/png"})
    client.get("/nowhere")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        'inkgrad_desk_answers_total{status="201"} 1',
        'inkgrad_desk_answers_total{status="404"} 1',
        'inkgrad_desk_read_seconds_bucket{le="+Inf"} 1',
        "inkgrad_desk_read_seconds_count 1",
        "inkgrad_desk_fields_waiting 3",
        "inkgrad_desk_jobs_waiting 0",
        "inkgrad_desk_ready 1",
    ):
        assert line in lines, line


def test_the_buckets_of_a_histogram_only_grow():
    metrics = DeskMetrics()
    for _ in range(3):
        with metrics.reading():
            pass
    counts = [
        int(line.rpartition(" ")[2])
        for line in metrics.text({}).splitlines()
        if line.startswith("inkgrad_desk_read_seconds_bucket")
    ]
    assert counts == sorted(counts)
    assert counts[-1] == 3
