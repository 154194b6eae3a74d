"""How a desk fares, for Prometheus: the text format, version 0.0.4."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)  # of reading, the bounds


class DeskMetrics:
    """What was counted since the desk was started. Threads may share one."""

    def __init__(self) -> None:
        self._lock, self._started = threading.Lock(), time.time()
        self._answers: Counter[int] = Counter()
        self._reading, self._seconds = [0] * (len(_SECONDS) + 1), 0.0

    def answered(self, status: int) -> None:
        """An answer was given."""
        with self._lock:
            self._answers[status] += 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read within is timed, the wait for its turn with it."""
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            with self._lock:
                self._reading[bisect_left(_SECONDS, spent)] += 1
                self._seconds += spent

    def text(self, now: Mapping[str, float]) -> str:
        """All of it as a page of text; `now` are numbers that hold at this moment, by name."""
        lines: list[str] = []

        def family(name: str, kind: str, help: str) -> None:
            lines.append(f"# HELP inkgrad_desk_{name} {help}")
            lines.append(f"# TYPE inkgrad_desk_{name} {kind}")

        with self._lock:
            family("answers_total", "counter", "Answers by status.")
            for status, count in sorted(self._answers.items()):
                lines.append(f'inkgrad_desk_answers_total{{status="{status}"}} {count}')
            family("read_seconds", "histogram", "Seconds from a file to its reading, with waits.")
            total = 0
            for bound, count in zip((*_SECONDS, "+Inf"), self._reading, strict=True):
                total += count
                lines.append(f'inkgrad_desk_read_seconds_bucket{{le="{bound}"}} {total}')
            lines.append(f"inkgrad_desk_read_seconds_sum {self._seconds:.6f}")
            lines.append(f"inkgrad_desk_read_seconds_count {total}")
        for name, value in {**now, "started_seconds": self._started}.items():
            family(name, "gauge", f"{name.replace('_', ' ').capitalize()}.")
            lines.append(f"inkgrad_desk_{name} {value:.10g}")
        return "\n".join(lines) + "\n"
