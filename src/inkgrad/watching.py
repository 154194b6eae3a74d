"""A folder watched: what is put into it is read, and put away with what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from inkgrad.atomic import atomic_write
from inkgrad.batch import rows as batch
from inkgrad.batch.inbox import Findings, Handled, Inbox
from inkgrad.batch.inputs import Files, takes
from inkgrad.batch.job import Job
from inkgrad.batch.pages import PageReader, read_documents
from inkgrad.bulk import job_for, write_document
from inkgrad.errors import UsageError
from inkgrad.opening import open_pages_reader
from inkgrad.reading import kinds
from inkgrad.tables import encoded

_ENDS = {"tsv": ".tsv", "csv": ".csv", "json": ".json"}  # of tables


def watch_folder(
    inside: str | Path,
    outside: str | Path,
    kind: str = "number",
    *,
    model: str | Path | None = None,
    patterns: Sequence[str] = (),
    max_error: float | None = None,
    layout: str | None = None,
    every: float = 2.0,
    settle: float = 5.0,
    again: float = 30.0,
    once: bool = False,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Handled]:
    """Read each image or PDF that is put into a folder, as of a kind; tell of it when it is done.

    Results are OUT/read, one a file, of a format (`layout`) as `read_table` or, for pages,
    `read_document` have them; files go to OUT/done or OUT/failed. The folder is looked at `every`
    so many seconds; a file has to stay as it is for `settle` seconds, and is tried again after
    `again` if it cannot be read. With `once` it ends when the folder is empty. Kill it at any time:
    the same call goes on. Raises UsageError for folders that hold each other, and as `open_reader`.
    """
    handle, suffix = _handler(kind, model, patterns, max_error, layout)
    inbox = Inbox(Path(inside), Path(outside), handle, takes, suffix, settle, again)
    with inbox:
        yield from inbox.watch(every, once, sleep)


def _handler(
    kind: str,
    model: str | Path | None,
    patterns: Sequence[str],
    max_error: float | None,
    layout: str | None,
) -> tuple[Callable[[Path, str], Findings], str]:
    """What reads a file of a kind, and how the names of its results end."""
    if not kinds.named(kind).is_page:
        layout = _known(layout or "tsv", _ENDS)
        job = job_for(kind, model, patterns, max_error)
        return partial(_rows, job, layout), _ENDS[layout]
    from inkgrad.documents.writers import SUFFIXES

    layout = _known(layout or "text", SUFFIXES)
    if patterns:
        raise UsageError(f"as {kind} nothing goes by patterns, expected none")
    reader = open_pages_reader(kind, model, max_error)
    return partial(_pages, reader, layout, max_error is not None), SUFFIXES[layout]


def _known(layout: str, suffixes: dict[str, str]) -> str:
    if layout not in suffixes:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(suffixes)}")
    return layout


def _rows(job: Job, layout: str, path: Path, name: str) -> Findings:
    """A table with a row for each page of a file."""
    ((_, rows),) = job.read(Files((path,), {path: name}), [path])
    shown = 0, job.task.valued
    lines = [batch.heading(layout, *shown), *(batch.written(row, layout, *shown) for row in rows)]
    reasons = tuple(row.reason for row in rows if row.status == "failed")
    if len(reasons) == len(rows):
        return Findings(None, reasons or (f"{name}: has no pages",))
    return Findings(partial(atomic_write, content=encoded("".join(lines))), reasons)


def _pages(reader: PageReader, layout: str, marked: bool, path: Path, name: str) -> Findings:
    """A document of the pages of a file."""
    (document,) = read_documents(reader, Files((path,), {path: name}), 1)
    if not document.pages:
        return Findings(None, document.reasons or (f"{name}: has no pages",))

    def write(target: Path) -> None:
        write_document([document], target, layout, marked=marked)

    return Findings(write, document.reasons)
