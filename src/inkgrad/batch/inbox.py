"""A folder into which others put files: each is handled once, when it is whole, and moved away.

    OUT/read/NAME.tsv        what came of IN/NAME
    OUT/done/NAME            the file itself
    OUT/failed/NAME          or here, with NAME.reason.txt beside it

It is looked at again and again, since drives of other machines do not tell of changes. A file is
whole when its size and time have stayed the same for a while; one that cannot be read is tried once
more, later: it may have been half of one. What came of a file is written before it is moved, whole
or not at all, and would be the same again: so this may be killed at any moment, and begun again.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypedDict

from inkgrad.atomic import atomic_write
from inkgrad.batch.journal import Stamp, lock
from inkgrad.batch.sorting import free, move_one
from inkgrad.errors import DataError, InkgradError, UsageError
from inkgrad.schema import Count, decoded

_DEATHS = 3  # times that the program may end in the middle of one file
_PAUSE = 30.0  # seconds until what the system refused is tried again


@dataclass(frozen=True)
class Findings:
    """What came of a file: `write` puts it into a file, `reasons` say what could not be read.

    `write` is None where nothing could.
    """

    write: Callable[[Path], None] | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handled:
    """A file that was handled, by its name in the folder: "done", "failed", or "waits".

    `reason` says why it failed, or what the system refused.
    """

    name: str
    status: str
    reason: str = ""


@dataclass
class _Seen:
    """A file as it was when it was looked at last: since when, and when to look again."""

    stamp: Stamp
    since: float
    not_before: float = 0.0
    failures: int = 0


class _At(TypedDict):
    """The file that is being handled, and how often the program ended there."""

    file: str
    deaths: Count


class Inbox:
    """The folder `inside`, whose files come to `outside`. Use it in a `with`.

    `handle` is given a file and its name; `suffix` ends the names of what is written of it.
    `settle` are the seconds that a file has to stay as it is, `again` those after which one that
    failed is tried once more. Raises UsageError where one folder holds the other, or another
    program is at it.
    """

    def __init__(
        self,
        inside: Path,
        outside: Path,
        handle: Callable[[Path, str], Findings],
        accepts: Callable[[Path], bool],
        suffix: str,
        settle: float = 5.0,
        again: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        inner, outer = inside.resolve(), outside.resolve()
        if inner == outer or inner in outer.parents or outer in inner.parents:
            raise UsageError(f"{outside}: is not apart from {inside}, expected two folders")
        if not inside.is_dir():
            raise UsageError(f"{inside}: is no folder, expected one to watch")
        self.inside, self.outside, self.suffix = inside, outside, suffix
        self.handle, self.accepts = handle, accepts
        self.settle, self.again, self.clock = settle, again, clock
        self._seen: dict[Path, _Seen] = {}
        self._deaths: dict[str, int] = {}
        outside.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(outside / ".lock")
        self._at = outside / ".at.json"
        self._remember_death()

    def __enter__(self) -> Inbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or issubclass(kind, KeyboardInterrupt):
            with suppress(OSError):
                self._at.unlink(missing_ok=True)
        self._lock.close()

    @property
    def waiting(self) -> int:
        """How many files with something in them are not handled yet, by the last look."""
        return sum(bool(seen.stamp and seen.stamp[0]) for seen in self._seen.values())

    def watch(
        self,
        every: float,
        once: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> Iterator[Handled]:
        """Look each `every` seconds, and tell of what was handled or cannot be reached.

        It ends when `sleep` says anything true and, with `once`, when nothing is left.
        """
        away = False
        while True:
            self.beat()
            try:
                for handled in self.look():
                    yield handled
                    self.beat()
                away = False
            except OSError as error:
                if not away:
                    yield Handled(str(self.inside), "waits", error.strerror or str(error))
                away = True
            if once and not away and not self.waiting:
                return
            if sleep(every):
                return

    def look(self) -> Iterator[Handled]:
        """Look once: handle each file that is whole. An OSError says that the folder is away."""
        self._note_all()
        for path in sorted(self._seen):
            if self._ready(path):
                yield from self._handled(path)

    def beat(self) -> None:
        """Leave a sign of life: the time of OUT/.alive, for those who look after programs."""
        with suppress(OSError):
            (self.outside / ".alive").touch()

    def _note_all(self) -> None:
        now, found = self.clock(), {}
        for path in _files_in(self.inside):
            if self.accepts(path) and (stamp := _stamp(path)):
                seen = self._seen.get(path)
                found[path] = seen if seen and seen.stamp == stamp else _Seen(stamp, now)
        self._seen = found

    def _ready(self, path: Path) -> bool:
        """Whether it was the same for long enough, and still is."""
        seen, now = self._seen[path], self.clock()
        same = now - seen.since >= self.settle and now >= seen.not_before
        return same and bool(seen.stamp and seen.stamp[0]) and _stamp(path) == seen.stamp

    def _handled(self, path: Path) -> Iterator[Handled]:
        name, seen = path.relative_to(self.inside).as_posix(), self._seen[path]
        try:
            outcome = self._outcome(path, name)
            if outcome.reasons and not seen.failures and self._deaths.get(name, 0) < _DEATHS:
                seen.failures, seen.not_before = 1, self.clock() + self.again
                return
            if _stamp(path) != seen.stamp:
                return  # written to in the meantime: the next look begins anew
            self._put_away(path, name, outcome)
        except (OSError, DataError) as error:
            seen.not_before = self.clock() + _PAUSE
            yield Handled(name, "waits", _said(error, path))
            return
        self._deaths.pop(name, None)
        del self._seen[path]
        yield Handled(name, "failed" if outcome.reasons else "done", "; ".join(outcome.reasons))

    def _outcome(self, path: Path, name: str) -> Findings:
        """What comes of a file. Nothing that goes wrong in it ends the program, and if one does,
        then not time and again."""
        deaths = self._deaths.get(name, 0)
        if deaths >= _DEATHS:
            return Findings(None, (f"{name}: the program ended {deaths} times while reading it",))
        atomic_write(self._at, json.dumps({"file": name, "deaths": deaths}))
        try:
            outcome = self.handle(path, name)
        except (InkgradError, MemoryError) as error:
            outcome = Findings(None, (str(error) or "needs more memory than there is",))
        except OSError:
            raise
        except Exception as error:
            outcome = Findings(None, (f"{name}: unexpected {type(error).__name__}: {error}",))
        self._at.unlink(missing_ok=True)
        return outcome

    def _put_away(self, path: Path, name: str, outcome: Findings) -> None:
        name = self._free(name)
        if outcome.write:
            target = self.outside / "read" / self._result(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            outcome.write(target)
        if outcome.reasons:
            reason = self.outside / "failed" / f"{name}.reason.txt"
            atomic_write(reason, "\n".join(outcome.reasons) + "\n")
        target = self.outside / ("failed" if outcome.reasons else "done") / name
        target.parent.mkdir(parents=True, exist_ok=True)
        move_one(path, target)

    def _result(self, name: str) -> str:
        return name if name.endswith(self.suffix) else f"{name}{self.suffix}"

    def _free(self, name: str) -> str:
        """The name, or name-2, ..., of which no file was put away."""

        def put_away(tried: Path) -> bool:
            return any((self.outside / to / tried).exists() for to in ("done", "failed"))

        return free(Path(name), put_away).as_posix()

    def _remember_death(self) -> None:
        """Count the end of the program before this one, if it came in the middle of a file."""
        try:
            at, _ = decoded(_At, self._at.read_bytes(), self._at, UsageError)
        except (OSError, UsageError):
            return
        self._deaths[at["file"]] = at["deaths"] + 1


def _files_in(folder: Path) -> Iterator[Path]:
    """Plain files in a folder and those inside; no hidden ones, and no links to elsewhere."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    yield from _files_in(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _stamp(path: Path) -> Stamp:
    """Size and time of change of a plain file; None where there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _said(error: OSError | DataError, path: Path) -> str:
    """What the system refused, as one line."""
    if isinstance(error, DataError):
        return str(error)
    return f"{error.filename or path}: {error.strerror or error}"


def _locked(path: Path) -> FileIO:
    file = path.open("a+b", buffering=0)
    try:
        lock(file)
    except (BlockingIOError, PermissionError):
        file.close()
        raise UsageError(f"{path.parent}: another watch is at it, expected it to end") from None
    except OSError:  # a file system that knows no locks
        pass
    return file
