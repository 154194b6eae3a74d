"""Many fields, one after the other: files in, rows out, none lost and none read twice."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad import tables
from inkgrad.data.images import open_to_read
from inkgrad.errors import EmptyError, ImageError, UsageError
from inkgrad.nn.parallel import cores, one_blas_thread
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.number import NumberReader, Reading
from inkgrad.reading.page import Box
from inkgrad.reading.zipcodes import unused
from inkgrad.recognition.patterns import Pattern, Unlikely

FORMATS = ("tsv", "csv", "json")
SUFFIXES = {".tsv": "tsv", ".txt": "tsv", ".csv": "csv", ".json": "json", ".jsonl": "json"}
"""The format of a table of rows by the name of its file."""

STATUSES = ("read", "rejected", "empty", "failed")
KINDS = ("number", "zip", "envelope")
FieldReader = NumberReader | EnvelopeReader
_COLUMNS = ("path", "text", "confidence", "status")
Done = TypeVar("Done")
_AHEAD = 4  # files in work for each thread


@dataclass(frozen=True)
class Row:
    """What became of one page: "read", "rejected" as too doubtful, "empty" where nothing is
    written in a field, or "failed" with the reason.

    `path` is the file's, with "#2" after it for its second page, and so on. `boxes` say where each
    character is in the image: left, top, right, bottom. `turned` is by how many quarters
    counter-clockwise the image has to be turned to be upright. `notes` are on what was seen and not
    read: marks between digits.
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


@dataclass(frozen=True)
class Task:
    """What the images are: a field with a "number" or a "zip", of these patterns, or an "envelope".

    Patterns are expressions, or in short notation (docs/patterns.md). Readings less probable than
    `threshold` are rejected. `pages` are those of each file, as in "3-7,9"; all where it is empty.
    """

    kind: str = "number"
    patterns: tuple[str, ...] = ()
    threshold: float = 0.0
    alternatives: int = 0
    pages: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError(f"as {self.kind!r} is unknown, expected one of {', '.join(KINDS)}")

    def one(self, reader: FieldReader) -> Callable[[NDArray[np.uint8]], Reading]:
        """The function that reads one grey image (h, w), by the patterns and the prior of it."""
        codes = self.kind != "number"
        texts = self.patterns or (("99999", "99999-9999") if codes else ())
        patterns = [Pattern.parse(text, reader.alphabet) for text in texts]
        unlikely = Unlikely(unused()) if codes else None
        return lambda grey: reader.read(grey, patterns, self.alternatives + 1, unlikely)

    def reading(self, reader: FieldReader) -> Callable[[Path], list[Row]]:
        """The function that reads one file: a row for each of its pages."""
        one = self.one(reader)

        def read(path: Path) -> list[Row]:
            rows: list[Row] = []
            pages = open_to_read(path, self.pages or None)
            while True:  # a page that cannot be opened does not take those after it with it
                try:
                    page = next(pages, None)
                    if page is None:
                        return rows
                    found = one(page.grey)
                except EmptyError:
                    rows.append(Row(_named(path, pages.number), "", 0.0, "empty"))
                except ImageError as error:
                    rows.append(Row(_named(path, pages.number), "", 0.0, "failed", (), str(error)))
                except MemoryError:
                    why = f"{path}: needs more memory than there is"
                    rows.append(Row(_named(path, pages.number), "", 0.0, "failed", (), why))
                else:
                    sure = found.text and found.confidence >= self.threshold
                    status = "read" if sure else "rejected"
                    read_as = (found.text, found.confidence, status, found.alternatives)
                    name = _named(path, page.number)
                    where = found.boxes, found.turned
                    rows.append(Row(name, *read_as, "", *where, found.notes))

        return read


def _named(path: Path, number: int) -> str:
    return str(path) if number <= 1 else f"{path}#{number}"


def load_reader(kind: str, models: Sequence[Path]) -> FieldReader:
    """The reader of such images from its model files: of numbers, and for envelopes of text too."""
    if kind == "envelope":
        return EnvelopeReader.load(models[0], models[1])
    return NumberReader.load(models[0])


def read_all(
    reader: FieldReader, task: Task, paths: Iterable[Path], threads: int | None = None
) -> Iterator[list[Row]]:
    """The rows of each file, in the order of the files, from several threads.

    No more are in memory than are in work.
    """
    with one_blas_thread():
        yield from in_order(task.reading(reader), paths, threads)


def in_order(
    work: Callable[[Path], Done], paths: Iterable[Path], threads: int | None = None
) -> Iterator[Done]:
    """What `work` makes of each file, in the order of the files, from several threads."""
    workers, waiting = threads or cores(), iter(paths)
    with ThreadPoolExecutor(workers) as pool:
        ahead = deque(pool.submit(work, path) for path in islice(waiting, _AHEAD * workers))
        try:
            while ahead:
                done = ahead.popleft().result()
                ahead += [pool.submit(work, path) for path in islice(waiting, 1)]
                yield done
        finally:
            for future in ahead:
                future.cancel()


def written(row: Row, kind: str, alternatives: int) -> str:
    """A row as a line of its format, its end included; CSV is made harmless for spreadsheets."""
    confidence = f"{row.confidence:.4f}"
    if kind == "json":
        fields: dict[str, Any] = {**asdict(row), "confidence": round(row.confidence, 6)}
        fields["alternatives"] = [[text, round(p, 6)] for text, p in row.alternatives]
        return json.dumps(fields) + "\n"
    cells = [row.path, row.text, confidence, row.status]
    others = [f"{text}:{p:.4f}" for text, p in row.alternatives[:alternatives]]
    cells += [*others, *[""] * (alternatives - len(others))]
    return tables.line(cells, kind, harmless=kind == "csv")


def heading(kind: str, alternatives: int) -> str:
    """The first line of a format; none for JSON."""
    more = [f"alternative_{i + 1}" for i in range(alternatives)]
    return "" if kind == "json" else tables.line([*_COLUMNS, *more], kind)
