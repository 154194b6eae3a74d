"""Many fields, one after the other: files in, rows out, none lost and none read twice."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.images import SUFFIXES, open_pages
from inkgrad.errors import EmptyError, ImageError, UsageError
from inkgrad.nn.parallel import cores, one_blas_thread
from inkgrad.reading.decoding import Pattern, Unlikely
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.number import NumberReader, Reading
from inkgrad.reading.page import Box
from inkgrad.reading.zipcodes import unused

FORMATS = ("tsv", "csv", "json")
KINDS = ("number", "zip", "envelope")
FieldReader = NumberReader | EnvelopeReader
_SUFFIXES = SUFFIXES | {".pdf"}
_COLUMNS = ("path", "text", "confidence", "status")
_AHEAD = 4  # files in work for each thread


@dataclass(frozen=True)
class Row:
    """What became of one page: "read", "rejected" as too doubtful, "empty" where nothing is
    written in a field, or "failed" with the reason.

    `path` is the file's, with "#2" after it for its second page, and so on. `boxes` say where each
    character is in the image: left, top, right, bottom. `turned` is by how many quarters
    counter-clockwise the image has to be turned to be upright.
    """

    path: str
    text: str
    confidence: float
    status: str
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: str = ""
    boxes: tuple[Box, ...] = ()
    turned: int = 0


@dataclass(frozen=True)
class Task:
    """What the images are: a field with a "number" or a "zip", of these patterns, or an "envelope".

    Readings less probable than `threshold` are rejected.
    """

    kind: str = "number"
    patterns: tuple[str, ...] = ()
    threshold: float = 0.0
    alternatives: int = 0

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
            name = str(path)
            try:
                for grey in open_pages(path):
                    try:
                        found = one(grey)
                    except EmptyError:
                        rows.append(Row(name, "", 0.0, "empty"))
                    except ImageError as error:
                        rows.append(Row(name, "", 0.0, "failed", (), str(error)))
                    else:
                        sure = found.text and found.confidence >= self.threshold
                        status = "read" if sure else "rejected"
                        read_as = (found.text, found.confidence, status, found.alternatives)
                        rows.append(Row(name, *read_as, boxes=found.boxes, turned=found.turned))
                    name = f"{path}#{len(rows) + 1}"
            except ImageError as error:
                rows.append(Row(name, "", 0.0, "failed", (), str(error)))
            return rows

        return read


def files_of(given: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, folders by the images in them, in order of name; hidden ones are not."""
    for path in given:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
            yield from sorted(p for p in found if p.is_file() and not p.name.startswith("."))
        else:
            yield path


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
    workers = threads or cores()
    read, waiting = task.reading(reader), iter(paths)
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        ahead = [pool.submit(read, path) for path in islice(waiting, _AHEAD * workers)]
        try:
            while ahead:
                rows = ahead.pop(0).result()
                ahead += [pool.submit(read, path) for path in islice(waiting, 1)]
                yield rows
        finally:
            for work in ahead:
                work.cancel()


def written(row: Row, kind: str, alternatives: int) -> str:
    """A row as a line of its format, its end included."""
    confidence = f"{row.confidence:.4f}"
    if kind == "json":
        fields: dict[str, Any] = {**asdict(row), "confidence": round(row.confidence, 6)}
        fields["alternatives"] = [[text, round(p, 6)] for text, p in row.alternatives]
        return json.dumps(fields) + "\n"
    cells = [row.path, row.text, confidence, row.status]
    others = [f"{text}:{p:.4f}" for text, p in row.alternatives[:alternatives]]
    cells += [*others, *[""] * (alternatives - len(others))]
    return _line(cells, kind)


def heading(kind: str, alternatives: int) -> str:
    """The first line of a format; none for JSON."""
    more = [f"alternative_{i + 1}" for i in range(alternatives)]
    return "" if kind == "json" else _line([*_COLUMNS, *more], kind)


def read_already(partial: str, kind: str) -> set[str]:
    """The files in the whole lines of an output that was not finished.

    The rows of a file are written at once, so one that begins there is there.
    """
    lines = partial.split("\n")[:-1]
    if kind == "json":
        names = [json.loads(line)["path"] for line in lines if line]
    else:
        rows = csv.reader(lines[1:], delimiter="\t" if kind == "tsv" else ",")
        names = [row[0] for row in rows if row]
    known = set(names)  # "scan.tif#2" is a page of scan.tif where that is there, else a file
    files = {name: re.sub(r"#\d+$", "", name) for name in names}
    return {file if file in known else name for name, file in files.items()}


def _line(cells: Sequence[str], kind: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter="\t" if kind == "tsv" else ",", lineterminator="\n").writerow(cells)
    return text.getvalue()
