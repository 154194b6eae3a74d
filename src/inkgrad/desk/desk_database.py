"""What a desk asks of a database; SQLite and PostgreSQL each have a module that does it.

Statements are written once, in the SQL that both take, with ? for each value.
"""

from __future__ import annotations

import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inkgrad.desk.desk_fields import Nothing

DeskRow = dict[str, Any]
"""A row by the names of its columns."""

PATIENCE = 30
"""Seconds to wait for another desk or process that writes."""

_LARGEST = 2**63


class DeskDatabase(ABC):
    """A database of a desk. Threads may share one, and processes have each their own.

    One writes at a time, over all desks: what a write transaction has read holds until it ends.
    Every operation raises DataError where the database cannot be used.
    """

    def __init__(self) -> None:
        self.number = 1 + secrets.randbelow(2**31 - 1)
        """What the others call this desk by, as long as it is open."""
        self._lock, self._within = threading.RLock(), False

    @abstractmethod
    def others(self) -> list[int] | None:
        """The numbers of the others that are open now; None where nobody knows."""

    def run(self, statement: str, *values: Any) -> list[DeskRow]:
        """Do one statement; its rows. Raises Nothing for a number that no database can hold."""
        if any(isinstance(value, int) and abs(value) >= _LARGEST for value in values):
            raise Nothing("there is nothing of so large a number")
        with self._lock:
            return self._run(statement, values)

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[None]:
        """What is done within is done whole or not at all, and seen as of one moment.

        Within another of the same thread it becomes part of that one.
        """
        with self._lock:
            if self._within:
                yield
                return
            self._begin(write)
            self._within = True
            try:
                yield
                self._commit()
            except BaseException:
                self._rollback()
                raise
            finally:
                self._within = False

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._close()

    @abstractmethod
    def _run(self, statement: str, values: tuple[Any, ...]) -> list[DeskRow]: ...

    @abstractmethod
    def _begin(self, write: bool) -> None: ...

    @abstractmethod
    def _commit(self) -> None: ...

    @abstractmethod
    def _rollback(self) -> None:
        """Undo what was begun, where it still is; raises nothing of its own."""

    @abstractmethod
    def _close(self) -> None: ...
