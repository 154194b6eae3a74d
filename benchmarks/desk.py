"""The desk under load: many clients, a long journal, kills, hostile files.

    python benchmarks/desk.py clients [--clients 50] [--each 10] [--pause 5]
    python benchmarks/desk.py rows [--rows 1000000]
    python benchmarks/desk.py kills [--kills 100]
    python benchmarks/desk.py hostile [--files 500]
    python benchmarks/desk.py envelopes [--files 120]

`clients`: each sends fields of embedded digits to `inkgrad serve`, one after the other, and pauses
between two for about so many seconds, as one does who writes the next; 0 for no pause. `rows`: so
many settled fields, and a thousand that wait; the queue and a page of results by HTTP. `kills`: a
program that fills and settles is killed at random moments, and what it had said is looked for.
`hostile`: images cut off, with bits turned, and huge ones; the server's memory before and after.
`envelopes`: composed ones, sorted by `inkgrad sort` and then sent as jobs to `inkgrad serve`, each
from its start to the last, with models loaded in both; needs the data in INKGRAD_DATA.
Servers are on loopback, in temporary folders, and stopped at the end.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

import machine
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.ledger import Ledger
from reading_speed import write_envelopes, write_fields

FILLING = """
import sys
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.ledger import Ledger
ledger, k = Ledger(sys.argv[1]), int(sys.argv[2])
while True:
    field = ledger.add(f"{k:064x}", 1, "a", "zip", ReadField("12345", 0.5, "rejected"))
    print("added", field.id, k, flush=True)
    ledger.settle(field.id, 0, str(k), "ada")
    print("settled", field.id, k, flush=True)
    k += 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["clients", "rows", "kills", "hostile", "envelopes"])
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--each", type=int, default=10, help="fields of each client")
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between two, about")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, help="500, or 120 envelopes")
    given = parser.parse_args()
    print(machine.describe())
    with tempfile.TemporaryDirectory() as folder:
        if given.what == "clients":
            clients(Path(folder), given.clients, given.each, given.pause)
        elif given.what == "rows":
            rows(Path(folder), given.rows)
        elif given.what == "kills":
            kills(Path(folder), given.kills)
        elif given.what == "envelopes":
            envelopes(Path(folder), given.files or 120)
        else:
            hostile(Path(folder), given.files or 500)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """A desk served in a folder: its port, and the number of its process."""
    command = [sys.executable, "-m", "inkgrad", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().partition("/  ")[0].rpartition(":")[2])
        ask(port, "GET", "/ready")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def ask(port: int, method: str, path: str, content: bytes = b"") -> tuple[int, bytes]:
    """An answer of the desk: its status, and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request(method, path, content or None, {"Content-Type": "image/png"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def clients(folder: Path, count: int, each: int, pause: float) -> None:
    """So many at once: how long each field took, and how many were not read."""
    images = [path.read_bytes() for path in write_fields(folder, min(400, count * each))]
    seconds: list[float] = []
    statuses: Counter[int | str] = Counter()

    def send(client: int, port: int) -> None:
        rng = np.random.default_rng(client)
        time.sleep(rng.uniform(0, pause))
        for k in range(each):
            name, started = f"{client}-{k}", time.perf_counter()
            content = images[(client * each + k) % len(images)]
            try:
                path = f"/v1/read?kind=number&name={name}"
                statuses[ask(port, "POST", path, content)[0]] += 1
            except OSError as error:
                statuses[type(error).__name__] += 1
            seconds.append(time.perf_counter() - started)
            time.sleep(pause * rng.uniform(0.5, 1.5))

    with served(folder / "desk") as (port, _):
        ask(port, "POST", "/v1/read?kind=number&name=first", images[0])  # models are loaded
        started = time.perf_counter()
        threads = [threading.Thread(target=send, args=(k, port)) for k in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = len(seconds) / (time.perf_counter() - started)
    median, slow = np.percentile(seconds, [50, 99]) * 1000
    dropped = sum(number for status, number in statuses.items() if status != 201)
    print(
        f"{count} clients, {len(seconds)} fields, {rate:.1f} a second: median {median:.0f} ms, "
        f"99th percentile {slow:.0f} ms, {dropped} dropped {dict(statuses)}"
    )


def envelopes(folder: Path, count: int) -> None:
    """How many a second are sorted by the command, and read by the desk as jobs."""
    mail = folder / "mail"
    mail.mkdir()
    paths = write_envelopes(mail, count)
    plan = folder / "plan.csv"
    plan.write_text("prefix,bin\n0,east\n", encoding="utf-8")
    command = [sys.executable, "-m", "inkgrad", "sort", "--as", "envelope", "--plan", str(plan)]
    command.append("--out")
    times = []
    for name, some in (("one", paths[:1]), ("all", paths)):
        started = time.perf_counter()
        files = [str(path) for path in some]
        subprocess.run([*command, str(folder / name), *files], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    print(f"inkgrad sort: {(count - 1) / (times[1] - times[0]):.1f} envelopes a second")
    with served(folder / "desk") as (port, _):
        ways = [threading.Thread(target=job, args=(port, [path])) for path in paths[:4]]
        for way in ways:  # every process has loaded its models then
            way.start()
        for way in ways:
            way.join()
        started = time.perf_counter()
        job(port, paths[4:])
        print(f"inkgrad serve: {(count - 4) / (time.perf_counter() - started):.1f} a second")


def job(port: int, paths: list[Path]) -> None:
    """Send files as jobs, and wait for the last of them."""
    numbers = []
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        headers = {"Content-Type": "image/png", "Prefer": "respond-async"}
        connection.request("POST", "/v1/read?kind=envelope", path.read_bytes(), headers)
        numbers.append(json.loads(connection.getresponse().read())["id"])
        connection.close()
    for number in numbers:
        while json.loads(ask(port, "GET", f"/v1/jobs/{number}")[1])["state"] in (
            "waiting",
            "reading",
        ):
            time.sleep(0.25)


def rows(folder: Path, count: int) -> None:
    """So many settled fields, and what the queue and a page of results cost beside them."""
    with Ledger(folder / "desk") as ledger:
        detail = ledger.add("0" * 64, 1, "first.png", "zip", ReadField("1", 0.5, "rejected"))
        ledger.settle(detail.id, 0, "12345", "ada")
    database = sqlite3.connect(folder / "desk" / "desk.db")
    database.execute("PRAGMA synchronous = OFF")
    (kept,) = database.execute("SELECT detail FROM readings").fetchone()
    numbers = range(2, count + 1002)
    with database:
        database.executemany(
            "INSERT INTO pieces VALUES (?, ?, 1, ?, ?)",
            ((k, f"{k:064x}", f"piece-{k}.png", float(k)) for k in numbers),
        )
        database.executemany(
            "INSERT INTO readings VALUES (?, ?, 0, ?, 0.5, 'rejected', ?, '')",
            ((k, k, f"{k % 100000:05}", kept) for k in numbers),
        )
        database.executemany(
            "INSERT INTO fields VALUES (?, ?, 'zip', ?, ?, ?, ?, 0, ?)",
            ((k, k, k, *_state(k, count), k % 997 / 997, int(k <= count)) for k in numbers),
        )
        database.executemany(
            "INSERT INTO events VALUES (?, ?, 'settle', 'ada', 0, 1, '{}', '{}', ?, NULL)",
            ((k, k, k) for k in range(2, count + 1)),
        )
    database.close()
    with served(folder / "desk") as (port, _):
        for what, path in {
            "queue by doubt": "/v1/queue?order=doubt",
            "queue by arrival": "/v1/queue?order=arrival",
            "100 results in the middle": f"/v1/results?after={count // 2}&count=100",
            "a name found": f"/v1/search?text=piece-{count // 2}.png",
            "a text found": "/v1/search?text=54321",
            "what to check": "/v1/checks?who=ada",
            "error rates": "/v1/rates",
        }.items():
            spent, status = [], 0
            for _ in range(20):
                started = time.perf_counter()
                status, _said = ask(port, "GET", path)
                spent.append((time.perf_counter() - started) * 1000)
            print(
                f"{count:,} settled, {what}: median {np.median(spent):.1f} ms, slowest "
                f"{max(spent):.1f} ms, status {status}"
            )


def _state(k: int, count: int) -> tuple[str, str]:
    return ("settled", f"{k % 100000:05}") if k <= count else ("open", "")


def kills(folder: Path, count: int) -> None:
    """Kill what fills and settles, so many times; everything that it had said must be there."""
    rng, told, following = np.random.default_rng(0), 0, 0
    for _ in range(count):
        command = [sys.executable, "-c", FILLING, str(folder / "desk"), str(following)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        lines = [process.stdout.readline()]  # it has begun
        time.sleep(rng.uniform(0, 0.3))
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.read().splitlines(keepends=True)
        process.wait()
        process.stdout.close()
        said = [line.split() for line in lines if line.endswith("\n")]
        with Ledger(folder / "desk") as ledger:
            for what, number, k in said:
                field = ledger.field(int(number))
                assert field.sha256 == f"{int(k):064x}", (what, field)
                if what == "settled":
                    assert (field.state, field.text) == ("settled", k), field
                    assert [event["what"] for event in ledger.events(field.id)] == ["settle"]
        told, following = told + len(said), max(int(k) for *_, k in said) + 2
    database = sqlite3.connect(folder / "desk" / "desk.db")
    (whole,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    assert whole == "ok", whole
    print(f"{count} kills: {told:,} things said before them, all of them there, database {whole}")


def spoilt(images: list[bytes], rng: np.random.Generator) -> bytes:
    """An image that is none any more: cut off, with bits turned, doubled, or of a huge size."""
    content = bytearray(images[rng.integers(len(images))])
    way = rng.integers(5)
    if way == 0:
        return bytes(content[: rng.integers(1, len(content))])
    if way == 1:
        for place in rng.integers(0, len(content), 20):
            content[place] ^= 1 << rng.integers(8)
    elif way == 2:
        content[16:24] = rng.bytes(8)  # width and height of a PNG
    elif way == 3:
        return bytes(content[:40]) + rng.bytes(2000)
    else:
        out = io.BytesIO()
        Image.new("1", (int(rng.integers(9000, 30000)), 9000)).save(out, "PNG")
        return out.getvalue()
    return bytes(content)


def hostile(folder: Path, count: int) -> None:
    """So many spoilt files: what became of them, and of the server's memory."""
    images = [path.read_bytes() for path in write_fields(folder, 20)]
    rng, statuses = np.random.default_rng(0), Counter[int]()
    with served(folder / "desk") as (port, pid):
        memory = []
        for k in range(count):
            status, said = ask(port, "POST", "/v1/read?kind=number&name=x", spoilt(images, rng))
            assert status in (201, 413, 422), (status, said)
            assert status == 201 or json.loads(said)["error"]
            statuses[status] += 1
            if k + 1 in (count // 5, count):
                memory.append(_megabytes(pid))
        status, _ = ask(port, "POST", "/v1/read?kind=number&name=good", images[0])
        assert status == 201, "a good one is read after all of them"
    told = ", ".join(f"server {a:.0f} MB, reader {b:.0f} MB" for a, b in memory)
    print(f"{count} hostile files {dict(statuses)}; after a fifth and at the end: {told}")


def _megabytes(pid: int) -> tuple[float, float]:
    """What the server holds, and what its reader does."""
    server = psutil.Process(pid)
    inside = sum(child.memory_info().rss for child in server.children(recursive=True))
    return server.memory_info().rss / 2**20, inside / 2**20


if __name__ == "__main__":
    main()
