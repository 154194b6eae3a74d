"""How much memory the images that are being opened may take together, in all threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Budget:
    """So many bytes, shared by all threads. What is larger than the whole waits to be alone."""

    def __init__(self, total: int) -> None:
        self.total, self._used = total, 0
        self._turn, self._changed = threading.Lock(), threading.Condition()

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Wait, in turn, until so much is free, and have it for as long as this lasts."""
        with self._turn, self._changed:  # who came first is first, so that large ones get through
            self._changed.wait_for(lambda: not self._used or self._used + size <= self.total)
            self._used += size
        try:
            yield
        finally:
            with self._changed:
                self._used -= size
                self._changed.notify_all()


DECODING = Budget(640 * 10**6)  # 120 megapixels in colour and in grey, once
