"""Many fields, one after the other: files in, rows out, none lost and none read twice."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from inkgrad.data.images import SUFFIXES, open_grey
from inkgrad.errors import ImageError, UsageError
from inkgrad.nn.parallel import cores, one_blas_thread
from inkgrad.reading.decoding import Pattern, Unlikely
from inkgrad.reading.number import NumberReader
from inkgrad.reading.zipcodes import unused

FORMATS = ("tsv", "csv", "json")
_COLUMNS = ("path", "text", "confidence", "status")
_AHEAD = 4  # files in work for each thread


@dataclass(frozen=True)
class Row:
    """What became of one file: "read", "rejected" as too doubtful, or "failed" with the reason."""

    path: str
    text: str
    confidence: float
    status: str
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Task:
    """What the fields hold: "number" or "zip", of these patterns, and when to reject."""

    kind: str = "number"
    patterns: tuple[str, ...] = ()
    threshold: float = 0.0
    alternatives: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ("number", "zip"):
            raise UsageError(f"as {self.kind!r} is unknown, expected number or zip")

    def reading(self, reader: NumberReader) -> Callable[[Path], Row]:
        """The function that reads one file."""
        texts = self.patterns or (("99999", "99999-9999") if self.kind == "zip" else ())
        patterns = [Pattern.parse(text, reader.alphabet) for text in texts]
        unlikely = Unlikely(unused()) if self.kind == "zip" else None

        def read(path: Path) -> Row:
            try:
                found = reader.read(open_grey(path), patterns, self.alternatives + 1, unlikely)
            except ImageError as error:
                return Row(str(path), "", 0.0, "failed", (), str(error))
            status = "read" if found.confidence >= self.threshold else "rejected"
            return Row(str(path), found.text, found.confidence, status, found.alternatives)

        return read


def files_of(given: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, folders by the images in them, in order of name."""
    for path in given:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def read_all(
    reader: NumberReader, task: Task, paths: Iterable[Path], threads: int | None = None
) -> Iterator[Row]:
    """Rows in the order of the files, from several threads; no more in memory than are in work."""
    workers = threads or cores()
    read, waiting = task.reading(reader), iter(paths)
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        ahead = [pool.submit(read, path) for path in islice(waiting, _AHEAD * workers)]
        try:
            while ahead:
                row = ahead.pop(0).result()
                ahead += [pool.submit(read, path) for path in islice(waiting, 1)]
                yield row
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
    """The paths of the whole lines of an output that was not finished."""
    lines = partial.split("\n")[:-1]
    if kind == "json":
        return {json.loads(line)["path"] for line in lines if line}
    rows = csv.reader(lines[1:], delimiter="\t" if kind == "tsv" else ",")
    return {row[0] for row in rows if row}


def _line(cells: Sequence[str], kind: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter="\t" if kind == "tsv" else ",", lineterminator="\n").writerow(cells)
    return text.getvalue()
