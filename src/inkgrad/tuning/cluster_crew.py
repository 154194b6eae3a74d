"""Trials on many machines: the workers of a Dask cluster run them, the book is kept here.

`dask scheduler` starts a cluster, `dask worker ADDRESS --nthreads 1` adds a machine to it (with
`--nworkers N`, N processes of it); each needs inkgrad installed, but no data and no common disk. A
trial whose worker dies is run again by another.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any

from inkgrad.errors import TrainingError, UsageError, missing
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.tuning.space import Parameters
from inkgrad.tuning.workers import Crew, Ended, Judge, Pruned, Score, attempt

_PATIENCE = 10.0  # seconds to wait for a scheduler


class Cluster(Crew):
    """The threads of all workers at an address. Raises UsageError where there is no cluster."""

    def __init__(self, score: Score, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise missing("distributed", "cluster", "searching on a cluster") from None
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(f"{address}: no Dask scheduler answers there ({error})") from None
        if not self.size:
            self._client.close()
            raise UsageError(f"{address}: has no workers, expected dask worker {address}")
        self._score = score
        self._sent = self._client.scatter(score, broadcast=True)
        self._news: SimpleQueue[Any] = SimpleQueue()
        self._running: dict[str, tuple[Hashable, Any]] = {}  # by the name of the task
        self._topic = f"inkgrad-{uuid.uuid4().hex}"
        self._client.subscribe_topic(self._topic, self._hear)

    def _hear(self, event: tuple[Any, Any]) -> None:
        self._news.put(event[1])

    @property
    def size(self) -> int:
        return sum(self._client.nthreads().values())

    def start(self, key: Hashable, parameters: Parameters) -> None:
        if self._sent.status != "finished":  # it was on workers that are all gone
            self._sent = self._client.scatter(self._score, broadcast=True)
        name = f"{self._topic}-{uuid.uuid4().hex}"
        future = self._client.submit(
            _run, self._sent, key, parameters, self._topic, name, key=name, pure=False
        )
        self._running[name] = (key, future)
        future.add_done_callback(lambda done: self._news.put(name))

    def wait(self, judge: Judge, seconds: float) -> Sequence[Ended]:
        while True:
            try:
                news = self._news.get(timeout=seconds)
            except Empty:
                return []
            if isinstance(news, str):
                return [self._end(news)] if news in self._running else []
            name, epoch, value = news
            if name in self._running and judge(self._running[name][0], epoch, value):
                from distributed import Event

                Event(name, client=self._client).set()

    def _end(self, name: str) -> Ended:
        from distributed import KilledWorker

        key, future = self._running.pop(name)
        if future.status == "finished":
            return future.result()
        error = future.exception() if future.status == "error" else None
        if error is None or isinstance(error, KilledWorker):
            return Ended(key, "lost", why="its worker died")
        raise TrainingError(f"trial {key}: the score raised {type(error).__name__}: {error}")

    def __exit__(self, *_: object) -> None:
        self._client.cancel([future for _, future in self._running.values()])
        self._client.unsubscribe_topic(self._topic)
        self._client.close()


def _run(score: Score, key: Hashable, parameters: Parameters, topic: str, name: str) -> Ended:
    """One task, on a worker. What it is worth is told as it goes; a stop may come an epoch late."""
    from distributed import Event, get_worker

    worker, stop = get_worker(), Event(name)

    def report(epoch: int, value: float) -> None:
        worker.log_event(topic, (name, epoch, value))
        if stop.is_set():
            raise Pruned

    _one_thread_for_good()
    return attempt(score, key, parameters, report)


@cache
def _one_thread_for_good() -> object:
    """BLAS on one thread from here on: several trials may share the process of a worker."""
    limit = one_blas_thread()
    limit.__enter__()
    return limit
