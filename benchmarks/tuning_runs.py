"""What the benchmarks of the search share: `inkgrad tune` in a process of its own, timed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def search(*options: object) -> dict[str, Any]:
    """The figures of one search, with `wall_seconds` from the start of the program to its end.

    It is kept in a temporary file, so that it starts from nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "inkgrad", "tune", "--json", *map(str, options)]
        command += ["--study", str(Path(folder) / "study.journal")]
        started = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds = time.perf_counter() - started
    return {**json.loads(done.stdout.splitlines()[-1]), "wall_seconds": round(seconds, 2)}
