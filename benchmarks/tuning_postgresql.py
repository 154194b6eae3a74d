"""A study in a real PostgreSQL: two searches share it, one is killed, and nothing is lost.

    apt-get install postgresql      # Debian's packages; nothing of it need be running
    pip install 'inkgrad[tune,postgresql]'
    python benchmarks/tuning_postgresql.py [--trials 12] [--data mnist-5k]

A server of its own is started in a temporary folder, on loopback, with a password, and stopped at
the end. Run by root, it belongs to the user postgres, as a server refuses to be root's.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import describe
from postgresql_server import server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--trials", type=int, default=12)
    given = parser.parse_args()
    print(describe())
    options = ["--data", given.data, "--model", "deck", "--strategy", "random", "--epochs", "3"]
    options += ["--trials", str(given.trials), "--workers", "1", "--finalists", "1", "--seeds", "1"]
    with server() as url, tempfile.TemporaryDirectory() as folder:
        alone = finished(begun(*options, "--study", str(Path(folder) / "study.journal")))
        first = begun(*options, "--study", f"{url}#shared")
        second = begun(*options, "--study", f"{url}#shared")
        wait_for_a_trial(first)
        wait_for_a_trial(second)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        found = finished(second)
        again = finished(begun(*options, "--study", f"{url}#shared"))
        print(f"{version(url)}, two searches on one study")
    for name in ("best_validation_accuracy", "best_parameters", "trials", "complete", "failed"):
        assert found[name] == alone[name] == again[name], (name, found[name], alone[name])
    print(
        f"{found['complete']} of {given.trials} trials complete in a database after one of two "
        "searches was killed, with the results of one that was alone"
    )


def begun(*options: str) -> subprocess.Popen[str]:
    """A search in a process of its own."""
    command = [sys.executable, "-m", "inkgrad", "tune", "--json", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def wait_for_a_trial(process: subprocess.Popen[str]) -> None:
    """Until a search has told of one."""
    assert process.stderr
    line = process.stderr.readline()
    if not line.startswith("trial "):
        sys.exit(line)


def finished(process: subprocess.Popen[str]) -> dict:
    """The figures at the end of a search."""
    out, told = process.communicate()
    if process.returncode:
        sys.exit(told)
    return json.loads(out.splitlines()[-1])


def version(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as connection:
        return f"PostgreSQL {connection.info.server_version // 10000}"


if __name__ == "__main__":
    main()
