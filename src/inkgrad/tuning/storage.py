"""Where the book of a search is kept: memory, a journal on a file, or a database; and by whom."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Required, TypedDict, TypeVar

from msgspec import Meta

from inkgrad.atomic import naming
from inkgrad.errors import UsageError, missing
from inkgrad.schema import Count, checked

_SILENCE = 90.0  # seconds without a sign of life until an owner is given up
_PAUSE = 1.0  # seconds before a second try
_NAME = "inkgrad"

Made = TypeVar("Made")


def library() -> Any:
    """Optuna; UsageError where it is not installed."""
    try:
        import optuna
    except ImportError:
        raise missing("optuna", "tune", "searching") from None
    return optuna


def new_owner() -> str:
    """A name for this process that no other has or will have."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def alive(owner: str, seen: float) -> bool:
    """Whether an owner, last seen at that time, is still at work."""
    if time.time() - seen > _SILENCE:
        return False
    host, _, rest = owner.partition(":")
    if host != socket.gethostname() or sys.platform == "win32":
        return True
    try:
        os.kill(int(rest.partition(":")[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def quietly() -> Iterator[None]:
    """Optuna tells of every study it makes; not here."""
    logging = library().logging
    level = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(level)


def patiently(where: str | None, call: Callable[[], Made]) -> Made:
    """What a call makes; again, where two processes have set up the same database at once.

    Raises UsageError where it cannot be made.
    """
    for left in (2, 1, 0):
        try:
            return call()
        except (UsageError, OSError):
            raise
        except Exception as error:  # of the database, whichever it is
            if not left or type(error).__name__ == "OperationalError":  # it does not answer
                raise unreadable(where, error) from None
            time.sleep(_PAUSE)
    raise AssertionError


def open_storage(where: str | None) -> tuple[Any, str]:
    """Optuna's storage, and the study's name in it: what follows # in a URL, or "inkgrad".

    Raises UsageError where it cannot be used.
    """
    storages = library().storages
    if where is None:
        return storages.InMemoryStorage(), _NAME
    if "://" in where:
        url, _, name = where.partition("#")
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
        try:
            return storages.get_storage(url), name or _NAME
        except ImportError as error:
            raise UsageError(
                f"{shown(where)}: {error}, expected its driver to be installed "
                "(PostgreSQL: pip install 'inkgrad[postgresql]')"
            ) from None
    path = Path(where)
    if path.is_dir():
        raise UsageError(f"{where}: is a folder, expected a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = storages.journal.JournalFileOpenLock(where)
    _mend(path, lock)
    return storages.JournalStorage(_journal(storages.journal, where, lock)), _NAME


def _journal(journal: Any, where: str, lock: Any) -> Any:
    """Optuna's journal; a disk that is full is named with its file."""

    class Named(journal.JournalFileBackend):  # type: ignore[misc]
        def append_logs(self, logs: list[dict[str, Any]]) -> None:
            with naming(where):
                super().append_logs(logs)

    return Named(where, lock_obj=lock)


class _Line(TypedDict, total=False):
    """A line of a journal, as Optuna writes it: what is done, by whom, and to what."""

    op_code: Required[Annotated[int, Meta(ge=0, le=100)]]
    worker_id: Required[str]
    study_name: str
    study_id: Count
    trial_id: Count
    step: Count
    directions: list[int]
    user_attr: dict[str, Any]
    system_attr: dict[str, Any]
    distributions: dict[str, str]
    distribution: str
    params: dict[str, Any]


def _mend(path: Path, lock: Any) -> None:
    """Take off the half line that a process leaves which is killed while it writes.

    Raises UsageError where a whole line is none of a journal.
    """
    if not path.exists() or not path.stat().st_size:
        return
    half = False
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            half = not line.endswith(b"\n")
            if half and number > 1:
                break
            try:
                values = json.loads(line)  # and not msgspec: a score may be no number
            except (ValueError, RecursionError) as error:
                raise unreadable(str(path), ValueError(f"line {number}: {error}")) from None
            checked(_Line, values, f"{path}: line {number}", UsageError)
    if not half:
        return
    lock.acquire()  # or somebody is writing it just now
    try:
        content = path.read_bytes()
        os.truncate(path, content.rfind(b"\n") + 1)
    finally:
        lock.release()


def unreadable(where: str | None, error: Exception) -> UsageError:
    """The error for a place where no study can be kept, without the password that it may name."""
    reason = str(error).strip().splitlines() or [type(error).__name__]
    return UsageError(f"{shown(where)}: cannot be used as a study ({reason[0]})")


def shown(where: str | None) -> str:
    """A place as it may be told: without a password."""
    return re.sub(r"(://[^:/@]+):[^@]*@", r"\1:***@", where or "memory")
