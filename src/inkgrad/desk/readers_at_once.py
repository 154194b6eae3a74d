"""Several processes that read for a desk, as many as are busy at once."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from typing import Protocol

from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.waiting_room import WaitingRoom
from inkgrad.desk.worker import Worker


class DeskReader(Protocol):
    """What reads files for a desk. Threads share it."""

    @property
    def ready(self) -> bool: ...

    @property
    def at_once(self) -> int:
        """How many files it reads at once."""

    def read(self, sha256: str, name: str, kind: str) -> list[tuple[int, int, ReadField]]:
        """What each part of each page says; Busy where too many wait, ImageError if unreadable."""
        raise NotImplementedError

    def close(self) -> None: ...


class ReadersAtOnce:
    """Workers of which each reads one file at a time; a further one starts when all are busy.

    More than `most` files do not wait.
    """

    def __init__(self, workers: Sequence[Worker], most: int = 64) -> None:
        self._workers, self._room = tuple(workers), WaitingRoom(most)
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()  # those that have started first
        for worker in reversed(self._workers):
            self._idle.put(worker)

    @property
    def ready(self) -> bool:
        """Whether they are there, or can still be started."""
        return all(worker.ready for worker in self._workers)

    @property
    def at_once(self) -> int:
        """How many files are read at once."""
        return len(self._workers)

    def read(self, sha256: str, name: str, kind: str) -> list[tuple[int, int, ReadField]]:
        """As one of them reads it; raises what `Worker.read` raises."""
        with self._room.place():
            worker = self._idle.get()
            try:
                return worker.read(sha256, name, kind)
            finally:
                self._idle.put(worker)

    def close(self) -> None:
        """End all of them."""
        for worker in self._workers:
            worker.close()
