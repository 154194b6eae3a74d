"""How many may wait to be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from inkgrad.errors import UsageError


class Busy(UsageError):
    """More waits to be read than may."""


class WaitingRoom:
    """A place for each of so many at most, those that are being read among them."""

    def __init__(self, most: int) -> None:
        self._most, self._there, self._counting = most, 0, threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for as long as it takes; raises Busy where none is left."""
        with self._counting:
            if self._there >= self._most:
                raise Busy(f"{self._there} files wait to be read, expected fewer: try again")
            self._there += 1
        try:
            yield
        finally:
            with self._counting:
                self._there -= 1
