"""The desk under load: many at once, kills at any moment, files made to break it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import numpy as np
from PIL import Image
from starlette.testclient import TestClient

from inkgrad.desk.guard import Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.service import Service
from inkgrad.desk.worker import Worker

AT, IMAGE = "http://localhost:8420", {"content-type": "image/png"}
READ = {"text": "12345", "confidence": 0.5, "status": "rejected"}


class Held(Worker):
    """A worker whose first file takes until it is let go."""

    def __init__(self, folder):
        super().__init__(folder)
        self.begun, self.go = threading.Event(), threading.Event()

    def _ask(self, asked, name):
        self.begun.set()
        assert self.go.wait(60)
        return {"parts": [[1, 0, READ]]}


def test_fifty_clients_at_once_are_all_read_and_nobody_else_waits_for_them(ledger, fill):
    fill(1)
    worker = Held(ledger.folder)
    said = {"who": "ada", "version": 0, "text": "1"}
    with (
        TestClient(Service(ledger, worker, Guard()).app, base_url=AT) as client,
        ThreadPoolExecutor(51) as pool,
    ):
        sent = [
            pool.submit(client.post, "/v1/read", content=b"%d" % k, headers=IMAGE)
            for k in range(50)
        ]
        try:
            assert worker.begun.wait(60)
            settled = pool.submit(client.post, "/v1/fields/1/settle", json=said).result(60)
            assert settled.status_code == 200
            assert pool.submit(client.get, "/v1/queue").result(60).status_code == 200
        finally:
            worker.go.set()
        assert [answer.result(60).status_code for answer in sent] == [201] * 50
    assert len(ledger.results()) == 51


def test_more_than_may_wait_are_told_to_come_again(ledger):
    worker = Held(ledger.folder)
    with (
        TestClient(Service(ledger, worker, Guard()).app, base_url=AT) as client,
        ThreadPoolExecutor(70) as pool,
    ):
        sent = [
            pool.submit(client.post, "/v1/read", content=b"%d" % k, headers=IMAGE)
            for k in range(70)
        ]
        try:
            refused = [answer.result(60) for answer in islice(as_completed(sent, 60), 6)]
        finally:
            worker.go.set()
        statuses = sorted(answer.result(60).status_code for answer in sent)
    assert {answer.status_code for answer in refused} == {429}
    assert statuses == [201] * 64 + [429] * 6


FILLING = """
import sys
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.ledger import Ledger
ledger, k = Ledger(sys.argv[1], *sys.argv[3:]), int(sys.argv[2])
while True:
    field = ledger.add(f"{k:064x}", 1, "a", "zip", ReadField("12345", 0.5, "rejected"))
    print("added", field.id, k, flush=True)
    ledger.settle(field.id, 0, str(k), "ada")
    print("settled", field.id, k, flush=True)
    k += 1
"""


def test_ten_kills_at_random_moments_lose_nothing(tmp_path, database):
    rng, following = np.random.default_rng(0), 0
    for _ in range(10):
        command = [sys.executable, "-c", FILLING, str(tmp_path), str(following)]
        command += filter(None, [database])
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        lines = [process.stdout.readline()]
        time.sleep(rng.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.read().splitlines(keepends=True)
        process.wait()
        process.stdout.close()
        said = [line.split() for line in lines if line.endswith("\n")]
        assert said
        with Ledger(tmp_path, database) as ledger:
            for what, number, k in said:
                field = ledger.field(int(number))
                assert field.sha256 == f"{int(k):064x}"
                if what == "settled":
                    assert (field.state, field.text) == ("settled", k)
        following = max(int(k) for *_, k in said) + 2


def spoilt(image, rng):
    """An image cut off, with bits turned, or of another size than it says."""
    content = bytearray(image)
    way = rng.integers(3)
    if way == 0:
        return bytes(content[: rng.integers(1, len(content))])
    if way == 1:
        for place in rng.integers(0, len(content), 20):
            content[place] ^= 1 << rng.integers(8)
    else:
        content[16:24] = rng.bytes(8)
    return bytes(content)


def test_fifty_spoilt_images_are_each_answered_and_the_next_good_one_is_read(ledger):
    out, rng = io.BytesIO(), np.random.default_rng(0)
    Image.fromarray(rng.integers(150, 255, (40, 120), np.uint8)).save(out, "PNG")
    worker = Worker(ledger.folder)
    try:
        with TestClient(Service(ledger, worker, Guard()).app, base_url=AT) as client:
            for k in range(50):
                content = spoilt(out.getvalue(), rng)
                sent = client.post(
                    "/v1/read", content=content, headers=IMAGE, params={"name": f"{k}.png"}
                )
                assert sent.status_code in (201, 422)
                if sent.status_code == 422:
                    said = sent.json()["error"]
                    assert f"{k}.png" in said
                    assert "\n" not in said
                    assert "ended the process" not in said
            good = client.post("/v1/read", content=out.getvalue(), headers=IMAGE)
            assert good.status_code == 201
    finally:
        worker.close()
