"""The desk's journal in SQLite and in PostgreSQL: how long each use takes, alone and of several.

    apt-get install postgresql      # Debian's packages; nothing of it need be running
    pip install 'inkgrad[postgresql]'
    python benchmarks/desk_databases.py [--fields 2000] [--desks 4]

The server is on loopback, with Debian's settings: what is committed is on the disk.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from inkgrad.desk.desk_fields import DeskField, ReadField
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.searching import begins
from machine import describe
from postgresql_server import server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fields", type=int, default=2000)
    parser.add_argument("--desks", type=int, default=4)
    given = parser.parse_args()
    print(describe())
    with ExitStack() as running:
        url = running.enter_context(server())
        for name, database in (("SQLite", None), ("PostgreSQL", url)):
            folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
            desks = [running.enter_context(Ledger(folder, database)) for _ in range(given.desks)]
            measure(name, desks, given.fields)


def measure(name: str, desks: list[Ledger], count: int) -> None:
    """Print the median and the 99th percentile of each use of one desk, and how fast all settle."""
    ledger = desks[0]

    def add(k: int) -> DeskField:
        read = ReadField(f"{k:05}", 0.5, "rejected", (1, 2, 3, 4), (("1", 0.2),), ("why",), "m")
        return ledger.add(f"{k:064x}", 1, f"{k}.png", "zip", read)

    timed(f"{name}: add", add, range(count))
    timed(f"{name}: queue of 11", lambda _: ledger.queue(), range(200))
    timed(f"{name}: queue of 1,000", lambda _: ledger.queue("arrival", 1000), range(50))
    timed(f"{name}: page of 1,000 results", lambda _: ledger.results(), range(50))
    timed(f"{name}: search", lambda _: begins(ledger, "1"), range(50))
    timed(f"{name}: settle", lambda k: ledger.settle(k, 0, "1", "ada"), range(1, count // 2 + 1))

    def all_of(share: int) -> None:
        for number in range(count // 2 + 1 + share, count + 1, len(desks)):
            desks[share].settle(number, 0, "1", "ada")

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(all_of, range(len(desks))))
    rate = (count - count // 2) / (time.perf_counter() - begun)
    print(f"{name}: {len(desks)} desks settle at once: {rate:,.0f} a second in all")


def timed(what: str, use: Callable[[int], object], numbers: Iterable[int]) -> None:
    seconds = []
    for number in numbers:
        begun = time.perf_counter()
        use(number)
        seconds.append(time.perf_counter() - begun)
    middle, slow = np.percentile(seconds, (50, 99)) * 1000
    print(f"{what}: median {middle:.1f} ms, 99th percentile {slow:.1f} ms")


if __name__ == "__main__":
    main()
