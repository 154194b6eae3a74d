"""Many files as one job that can be stopped anywhere: what was read is kept, and it goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inkgrad import tables
from inkgrad.atomic import atomic_path
from inkgrad.batch import on_cluster
from inkgrad.batch import rows as batch
from inkgrad.batch.inputs import Files
from inkgrad.batch.journal import Journal
from inkgrad.batch.rows import Row, Task
from inkgrad.errors import UsageError, needed
from inkgrad.reading.kinds import ImageReader
from inkgrad.reading.result import STATUSES

_VERSION = 3  # of what a journal holds; one of another version is not gone on with
_LONGEST_NAME = 255  # bytes

Watch = Callable[[Iterator[list[Row]], int | None], Iterator[list[Row]]]
"""Looks at the rows of each file as they come, and passes them on."""


class Reads(Protocol):
    """What reads files: each with its rows, in the order of the paths."""

    def read(self, files: Files, paths: Iterable[Path]) -> Iterator[tuple[Path, list[Row]]]: ...


@dataclass(frozen=True)
class Job:
    """What reads files, and what they are read as: here, or on the cluster at `scheduler`."""

    task: Task
    reader: ImageReader
    models: tuple[Path, ...]
    threads: int | None = None
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.scheduler:
            needed("distributed", "cluster", "reading on a cluster")
        self.task.reading(self.reader)  # a pattern that makes no sense is said before any work

    def read(self, files: Files, paths: Iterable[Path]) -> Iterator[tuple[Path, list[Row]]]:
        """These of the files with their rows, in the order of the paths.

        Raises UsageError for a file that came through a pipe and is to be read on a cluster.
        """
        asked = list(paths)
        if self.scheduler:
            if files.names:
                name = next(iter(files.names.values()))
                raise UsageError(f"{name}: is here alone, expected files that the cluster can open")
            found = on_cluster.read_all_on(self.scheduler, self.models, self.task, asked)
        else:
            found = batch.read_all(self.reader, self.task, asked, self.threads)
        for path, rows in zip(asked, found, strict=True):
            yield path, files.named(path, rows)

    def journal_of(self, target: Path, *more: object) -> Path:
        """Where the rows for `target` are kept until all are read.

        With another task, other weights or other `more` it is another file.
        """
        return partial_of(target, self.task, self.models, *more)


def partial_of(target: Path, task: Task, models: Iterable[Path], *more: object) -> Path:
    """The journal of a job that writes `target`, beside it."""
    weights = [hashlib.sha256(path.read_bytes()).hexdigest() for path in models]
    digest = hashlib.sha256(repr((_VERSION, task, weights, *more)).encode()).hexdigest()[:8]
    end = f".{digest}.partial"
    name = target.name
    if len(name.encode(errors="surrogateescape")) + len(end) > _LONGEST_NAME:
        name = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32]
    return target.with_name(f"{name}{end}")


@dataclass(frozen=True)
class WrittenTable:
    """What a table of rows came to: rows by status, and how many files had been read before."""

    counts: dict[str, int]
    before: int = 0


def write_table(
    job: Job, files: Files, target: Path, layout: str, watch: Watch = lambda rows, count: rows
) -> WrittenTable:
    """Read what is left, and write the table `target`; stopped anywhere, the same call goes on.

    `watch` is given the rows of each file as they come and how many files there are, and passes
    them on: those that were read before without a count.
    """
    shown = job.task.alternatives, job.task.valued
    heading = batch.heading(layout, *shown)
    with Journal(job.journal_of(target)) as journal:
        return table_of(
            job,
            files,
            journal,
            target,
            heading,
            lambda row: batch.written(row, layout, *shown),
            watch,
        )


def table_of(
    job: Reads,
    files: Files,
    journal: Journal,
    target: Path,
    heading: str,
    written: Callable[[Row], str],
    watch: Watch,
) -> WrittenTable:
    """Read what is left into the journal, write all of it as a table, and remove the journal.

    `heading` is the table's first line and `written` makes one of a row, their ends included.
    """
    rest = set(left := unread(journal, files))
    known = [path for path in files.paths if path not in rest]
    for _ in watch((journal.rows(files.name(path)) for path in known), None):
        pass
    for _ in watch(go_on(job, journal, files, left), len(left)):
        pass
    counts = dict.fromkeys(STATUSES, 0)
    with atomic_path(target) as temporary, temporary.open("wb") as file:
        file.write(tables.encoded(heading))
        for path in files.paths:
            for row in journal.rows(files.name(path)):
                counts[row.status] += 1
                file.write(tables.encoded(written(row)))
    journal.remove()
    return WrittenTable(counts, len(known))


def unread(journal: Journal, files: Files) -> list[Path]:
    """The files that are not in the journal as they are now."""
    return [path for path in files.paths if not journal.has(files.name(path), path)]


def go_on(job: Reads, journal: Journal, files: Files, paths: Iterable[Path]) -> Iterator[list[Row]]:
    """Read these of the files into the journal; the rows of each when they are kept."""
    for path, rows in job.read(files, paths):
        journal.add(files.name(path), path, rows)
        yield rows
