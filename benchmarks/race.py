"""Timing several candidates fairly: each in a process of its own, all taking turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
Job = tuple[str, dict]

_WARM_UP, _SETTLE = 10, 3


def serve(step: Callable[[int], object], steps: int) -> None:
    """In a process of its own: for each line read, `steps` steps, and the time of each in ms."""
    for done in range(_WARM_UP):
        step(done)
    done = _WARM_UP
    print("ready", flush=True)
    for _ in sys.stdin:
        times = []
        for _ in range(steps + _SETTLE):
            started = time.perf_counter()
            step(done)
            times.append((time.perf_counter() - started) * 1e3)
            done += 1
        print(json.dumps(times[_SETTLE:]), flush=True)


def race(script: Path, jobs: dict[Name, Job], rounds: int = 12) -> dict[Name, float]:
    """The median time of a step in ms for every job: a function of `script` and its arguments.

    The script must hand `--worker FUNCTION ARGUMENTS` to `serve`.
    """
    running = {}
    for name, (function, arguments) in jobs.items():
        command = [sys.executable, str(script), "--worker", function, json.dumps(arguments)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n", f"{name} did not start"
        running[name] = process
    times: dict[Name, list[float]] = {name: [] for name in running}
    for _ in range(rounds):
        for name, process in running.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write("go\n")
            times[name] += json.loads(process.stdout.readline())
    for process in running.values():
        process.communicate()
    return {name: statistics.median(values) for name, values in times.items()}
