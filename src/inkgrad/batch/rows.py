"""Many fields, one after the other: files in, rows out, none lost and none read twice."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad import tables
from inkgrad.documents.page import Box
from inkgrad.errors import EmptyError, ImageError, UsageError
from inkgrad.images.files import open_to_read
from inkgrad.images.given import Source
from inkgrad.nn.parallel import cores, one_blas_thread, one_of_many
from inkgrad.reading import kinds
from inkgrad.reading.kinds import ImageReader
from inkgrad.reading.result import Reading
from inkgrad.reading.sheets import on_sheet
from inkgrad.recognition.patterns import Pattern

FORMATS = ("tsv", "csv", "json")
SUFFIXES = {".tsv": "tsv", ".txt": "tsv", ".csv": "csv", ".json": "json", ".jsonl": "json"}
"""The format of a table of rows by the name of its file."""

EXCEL = "excel"
"""CSV whose texts a spreadsheet keeps as they are, with the zeros that they begin with."""

_COLUMNS, _TEXT = ("path", "text", "confidence", "status"), 1
Given = TypeVar("Given")
Done = TypeVar("Done")
_AHEAD = 4  # files in work for each thread


@dataclass(frozen=True)
class Row:
    """What became of one page: "read", "rejected" as too doubtful, "empty" where nothing is
    written in a field, or "failed" with the reason.

    `path` is the file's, with "#2" after it for its second page, and so on. `boxes` say where each
    character is in the image: left, top, right, bottom. `turned` is by how many quarters
    counter-clockwise the image has to be turned to be upright. `notes` are on what was seen and not
    read: marks between digits. `value` is what an amount is worth, or a date as 2024-12-31.
    """

    path: str
    text: str
    confidence: float
    status: str
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: str = ""
    boxes: tuple[Box, ...] = ()
    turned: int = 0
    notes: tuple[str, ...] = ()
    value: str = ""

    @classmethod
    def of(cls, reading: Reading) -> Row:
        """The row of a reading; it says why only of a failure."""
        return cls(
            _named(reading.source, reading.page),
            reading.text,
            reading.confidence,
            reading.status,
            reading.alternatives,
            reading.reason if reading.status == "failed" else "",
            reading.boxes,
            reading.turned,
            reading.notes,
            "" if reading.value is None else str(reading.value),
        )


@dataclass(frozen=True)
class Task:
    """What the images are, by the name of their kind (`reading.kinds`), and what may be in them.

    Patterns are expressions, or in short notation (docs/patterns.md); without any, those of the
    kind. Readings less probable than `threshold` are rejected. `pages` are those of each file, as
    in "3-7,9"; all where it is empty.
    """

    kind: str = "number"
    patterns: tuple[str, ...] = ()
    threshold: float = 0.0
    alternatives: int = 0
    pages: str = ""

    def __post_init__(self) -> None:
        kinds.named(self.kind)

    @property
    def valued(self) -> bool:
        """Whether what is read has a value, which has a column of its own."""
        return kinds.named(self.kind).valued

    def one(self, reader: ImageReader) -> Callable[[NDArray[np.uint8]], Reading]:
        """The function that reads one grey image (h, w), by the patterns and the prior of it.

        Where it is a photo with a sheet of paper in it, that is read.
        """
        kind = kinds.named(self.kind)
        if self.patterns and not kind.by_pattern:
            raise UsageError(f"as {kind.name} nothing goes by patterns, expected none")
        texts = self.patterns or kind.patterns
        patterns = [Pattern.parse(text, reader.alphabet) for text in texts]
        unlikely = kind.prior()

        def read(grey: NDArray[np.uint8]) -> Reading:
            return reader.read(grey, patterns, self.alternatives + 1, unlikely)

        if kind.is_page:  # which finds the sheet by itself, for documents as well
            return read
        return lambda grey: on_sheet(grey, read)

    def pages_of(self, reader: ImageReader) -> Callable[[Source, str], Iterator[Reading]]:
        """The function that reads what was given, of this name, page by page.

        A page that cannot be read is a reading that says so.
        """
        one = self.one(reader)

        def read(source: Source, name: str) -> Iterator[Reading]:
            with open_to_read(source, self.pages or None, name=name) as pages:
                while True:  # a page that cannot be opened does not take those after it with it
                    number = 0
                    try:
                        page = next(pages, None)
                        if page is None:
                            return
                        number, found = page.number, one(page.grey).judged(self.threshold)
                    except EmptyError as error:
                        found = Reading("", 0.0, status="empty", reason=str(error))
                    except ImageError as error:
                        found = Reading("", 0.0, status="failed", reason=str(error))
                    except MemoryError:
                        reason = f"{name}: needs more memory than there is"
                        found = Reading("", 0.0, status="failed", reason=reason)
                    yield replace(found, source=name, page=max(1, number or pages.number))

        return read

    def readings(self, reader: ImageReader) -> Callable[[Path], list[Reading]]:
        """The function that reads one file: a reading for each of its pages, without stages."""
        pages = self.pages_of(reader)
        return lambda path: [reading.bare() for reading in pages(path, str(path))]

    def reading(self, reader: ImageReader) -> Callable[[Path], list[Row]]:
        """The function that reads one file: a row for each of its pages."""
        read = self.readings(reader)
        return lambda path: [Row.of(reading) for reading in read(path)]


def _named(name: str, number: int) -> str:
    return name if number <= 1 else f"{name}#{number}"


def read_all(
    reader: ImageReader, task: Task, paths: Iterable[Path], threads: int | None = None
) -> Iterator[list[Row]]:
    """The rows of each file, in the order of the files, from several threads.

    No more are in memory than are in work.
    """
    with one_blas_thread():
        yield from in_order(task.reading(reader), paths, threads)


def in_order(
    work: Callable[[Given], Done], given: Iterable[Given], threads: int | None = None
) -> Iterator[Done]:
    """What `work` makes of each file, in the order of the files, from several threads.

    Of a single file the caller's own makes it, with what threads that may have.
    """
    workers, waiting = threads or cores(), iter(given)
    first = list(islice(waiting, _AHEAD * workers))
    if len(first) == 1 and threads is None:
        yield work(first[0])
        return

    def among_others(each: Given) -> Done:
        with one_of_many():
            return work(each)

    with ThreadPoolExecutor(workers) as pool:
        ahead = deque(pool.submit(among_others, each) for each in first)
        try:
            while ahead:
                done = ahead.popleft().result()
                ahead += [pool.submit(among_others, each) for each in islice(waiting, 1)]
                yield done
        finally:
            for future in ahead:
                future.cancel()


def written(row: Row, kind: str, alternatives: int, valued: bool = False) -> str:
    """A row as a line of its format, its end included; CSV is made harmless for spreadsheets.

    As "excel" it is CSV in which texts stay what they are in a spreadsheet. `valued` rows have a
    column for their value.
    """
    confidence = f"{row.confidence:.4f}"
    if kind == "json":
        fields: dict[str, Any] = {**asdict(row), "confidence": round(row.confidence, 6)}
        if not (valued or row.value):
            del fields["value"]
        fields["alternatives"] = [[text, round(p, 6)] for text, p in row.alternatives]
        return json.dumps(fields) + "\n"
    cells = [row.path, row.text, confidence, row.status, *([row.value] if valued else [])]
    first = len(cells)
    others = [f"{text}:{p:.4f}" for text, p in row.alternatives[:alternatives]]
    cells += [*others, *[""] * (alternatives - len(others))]
    if kind == EXCEL:
        return tables.line(cells, "csv", True, {_TEXT, *range(first, len(cells))})
    return tables.line(cells, kind, harmless=kind == "csv")


def heading(kind: str, alternatives: int, valued: bool = False) -> str:
    """The first line of a format; none for JSON."""
    more = [f"alternative_{i + 1}" for i in range(alternatives)]
    columns = [*_COLUMNS, *(["value"] if valued else []), *more]
    return "" if kind == "json" else tables.line(columns, "csv" if kind == EXCEL else kind)
