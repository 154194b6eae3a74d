"""CSV files of pixels: one sample a line, with the column of its label found.

Comma, semicolon or tab; with a header or without; the label in a column that is named for it, or
first or last by what the columns hold; a column that counts the rows is passed over.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.columns import Edges, label_by_content
from inkgrad.data.from_arrays import listed
from inkgrad.data.streams import MOST_PIXELS, opened
from inkgrad.errors import DataError

Row = tuple[int, list[str]]  # the number of its line, and its cells
_LABELS = frozenset(
    (
        *("label", "labels", "class", "classes", "target", "targets", "y", "digit", "digits"),
        *("character", "letter", "category"),
    )
)
_COUNTS = frozenset(("", "index", "id", "no", "no.", "nr", "#", "row", "unnamed: 0", "level_0"))
_FILES = frozenset(("file", "filename", "file_name", "path", "image", "name"))
_SEPARATORS = ",;\t"
_HEAD = 200  # rows that are looked at first
_BLOCK = 500  # rows that are converted at a time
_LONGEST = 4 << 20  # characters of a line: an image of 1000 x 1000
_SQUARE = "expected a label and the pixels of a square image (785 for 28 x 28)"


@dataclass(frozen=True)
class Table:
    """pixels (n, side, side), of uint8 where they are that; labels (n,); which column they were."""

    pixels: NDArray[Any]
    labels: NDArray[Any]
    note: str


@dataclass(frozen=True)
class _Layout:
    """What the columns are: the label's, where that is known, and those passed over."""

    names: list[str] | None
    width: int
    label: int | None
    passed: tuple[int, ...]
    how: str = ""

    @property
    def dropped(self) -> list[int]:
        """Columns that hold no pixels for certain, the last first."""
        known = () if self.label is None else (self.label,)
        return sorted({*self.passed, *known}, reverse=True)

    def named(self, place: int) -> str:
        """A column as people call it."""
        name = self.names[place].strip()[:40] if self.names else ""
        return f"{name!r}" if name else f"number {place + 1}"


def read_table(path: Path, label: str | None = None) -> Table:
    """The samples in a CSV file, plain or gzip; `label` is the name or number of a column.

    Read by blocks of rows, so that memory is taken for the pixels alone. Raises DataError, naming
    the file, where a line is broken, the label cannot be told, or there is more than a data set.
    """
    try:
        with opened(path) as raw:
            text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
            return _read(text, path, label)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read as text ({error})") from None


def _lines(text: TextIO, path: Path) -> Iterator[str]:
    while line := text.readline(_LONGEST):
        if len(line) == _LONGEST and line[-1] not in "\r\n":
            raise DataError(f"{path}: has a line of more than {_LONGEST:,} characters")
        yield line


def _read(text: TextIO, path: Path, label: str | None) -> Table:
    lines = _lines(text, path)
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise DataError(f"{path}: is empty, expected one sample a line")
    separator = max(_SEPARATORS, key=first.count)
    rows = _rows(csv.reader(chain([first], lines), delimiter=separator))
    head = list(islice(rows, _HEAD))
    layout = _layout(path, head, label)
    body = chain(head[1:] if layout.names else head, rows)
    return _collected(path, layout, body)


def _rows(reader: Any) -> Iterator[Row]:
    for row in reader:
        if len(row) > 1 or (row and row[0].strip()):
            yield reader.line_num, row


def _layout(path: Path, head: list[Row], wanted: str | None) -> _Layout:
    _, first = head[0]
    width = len(first)
    names = [name.strip() for name in first] if _is_header(first, head[1:]) else None
    body = [row for _, row in (head[1:] if names else head) if len(row) == width]
    texts = [place for place in range(width) if _is_text(place, width, body)]
    lower = [name.lower() for name in names or ()]
    passed = {place for place, name in enumerate(lower) if name in _COUNTS}
    label, how = None, ""
    if wanted is not None:
        label, how = _wanted(path, names, width, wanted), "as asked for"
    elif named := [place for place, name in enumerate(lower) if name in _LABELS]:
        if len(named) > 1:
            several = listed([(names or [])[place] for place in named])
            raise DataError(f"{path}: has columns {several}: say which is the label with --label")
        label, how = named[0], "by its name"
    else:
        texts = [place for place in texts if not (lower and lower[place] in _FILES)] or texts
        if len(texts) == 1 and texts[0] not in passed:
            label, how = texts[0], "the one that holds text"
    if Edges.of(width - len(passed - {label}) - (label is not None), label is not None) is None:
        passed = set()  # a name that only looks like a count's
    passed |= {place for place, name in enumerate(lower) if name in _FILES}
    if label is not None and names:
        passed |= set(texts)
    return _Layout(names, width, label, tuple(sorted(passed - {label})), how)


def _is_header(first: list[str], others: list[Row]) -> bool:
    words = [place for place, cell in enumerate(first) if not is_number(cell)]
    if not words:  # the columns' numbers, as a table without names is written
        return len(first) > 10 and [cell.strip() for cell in first] in (
            [str(n) for n in range(len(first))], [str(n) for n in range(1, len(first) + 1)]
        )  # fmt: skip
    if len(words) > 1:
        return True
    below = [row[words[0]] for _, row in others if len(row) == len(first)]
    named = first[words[0]].strip().lower() in _LABELS | _COUNTS
    return named or (bool(below) and all(map(is_number, below)))


def _is_text(place: int, width: int, body: list[list[str]]) -> bool:
    """Whether a column is of words: most of its cells, or some at either edge of the table."""
    words = sum(not is_number(row[place]) for row in body)
    return 2 * words > len(body) or (words > 0 and place in (0, 1, width - 1))


def _wanted(path: Path, names: list[str] | None, width: int, wanted: str) -> int:
    """The column of that name or number: from 1, or from the end with a minus."""
    for one in (str.strip, str.lower):
        found = [place for place, name in enumerate(names or ()) if one(name) == one(wanted)]
        if len(found) == 1:
            return found[0]
    try:
        number = int(wanted)
    except ValueError:
        number = 0
    if not 1 <= abs(number) <= width:
        known = f"one of {listed(names)}, or a number" if names else "a number"
        raise DataError(
            f"{path}: has no column {wanted[:40]!r}, expected {known} from 1 to {width}, "
            "or -1 for the last"
        )
    return number - 1 if number > 0 else width + number


def _collected(path: Path, layout: _Layout, rows: Iterator[Row]) -> Table:
    """All rows as pixels and labels."""
    places = [place for place in range(layout.width) if place not in layout.dropped]
    edges = Edges.of(len(places), known=layout.label is not None)
    if edges is None:
        raise DataError(f"{path}: has {layout.width} columns, {_SQUARE}")
    texts: list[str] = []
    blocks: list[NDArray[Any]] = []
    beside: list[NDArray[np.float64]] = []
    count = 0
    while block := list(islice(rows, _BLOCK)):
        if layout.label is not None:
            texts += [_label(path, row, layout) for row in block]
        values = _values(path, block, layout)
        blocks.append(_small(values[:, edges.middle]))
        beside.append(values[:, edges.columns])
        count += len(block)
        if count * len(places) > MOST_PIXELS:
            raise DataError(f"{path}: holds more than {MOST_PIXELS:,} pixels")
    if count < 2:
        raise DataError(f"{path}: has {count} samples, expected at least 2")
    return _decided(path, layout, places, edges, _joined(blocks), np.concatenate(beside), texts)


def _decided(
    path: Path,
    layout: _Layout,
    places: list[int],
    edges: Edges,
    middle: NDArray[Any],
    beside: NDArray[np.float64],
    texts: list[str],
) -> Table:
    """What the columns at the edges are, now that all of each has been seen."""
    notes = [f"column {layout.named(place)} is passed over" for place in layout.passed]
    if edges.counts:
        counts = beside[:, 0]
        if len(counts) < 2 or (np.diff(counts) != 1).any():
            raise DataError(f"{path}: has {layout.width} columns, {_SQUARE}")
        notes.append(f"column {layout.named(places[0])} counts the rows and is passed over")
        beside = beside[:, 1:]
    labels: NDArray[Any]
    if layout.label is not None:
        where, labels, parts = layout.label, _plain_labels(texts), [middle]
        how = layout.how
    else:
        last = label_by_content(path, beside[:, 0], beside[:, 1])
        how = f"the {'last' if last else 'first'}, by what the columns hold"
        where = places[-1 if last else 1 if edges.counts else 0]
        labels, pixel = (beside[:, 1], beside[:, :1]) if last else (beside[:, 0], beside[:, 1:])
        parts = [_small(pixel), middle] if last else [middle, _small(pixel)]
    pixels = np.concatenate(parts, axis=1)
    side = math.isqrt(pixels.shape[1])
    notes.insert(0, f"the label is column {layout.named(where)} ({how})")
    return Table(pixels.reshape(-1, side, side), labels, "; ".join(notes))


def _values(path: Path, block: list[Row], layout: _Layout) -> NDArray[np.float64]:
    for number, row in block:
        if len(row) != layout.width:
            raise DataError(f"{path}: line {number} has {len(row)} values, expected {layout.width}")
        for place in layout.dropped:
            del row[place]
    try:
        return np.array([row for _, row in block], np.float64)
    except ValueError:
        number, cell = next(
            (number, cell) for number, row in block for cell in row if not is_number(cell)
        )
        raise DataError(
            f"{path}: line {number} holds {cell.strip()[:20]!r}, expected numbers"
        ) from None


def _label(path: Path, row: Row, layout: _Layout) -> str:
    number, cells = row
    text = cells[layout.label or 0].strip() if len(cells) == layout.width else "?"
    if not text:
        raise DataError(f"{path}: line {number} has no label")
    return text


def _plain_labels(texts: list[str]) -> NDArray[Any]:
    """Numbers where all are numbers, else the texts."""
    if all(map(is_number, set(texts))):
        return np.array(texts, np.float64)
    return np.array(texts, np.str_)


def _small(values: NDArray[np.float64]) -> NDArray[Any]:
    """As bytes where that loses nothing."""
    with np.errstate(invalid="ignore"):  # what is not finite is no byte, and is told later
        small = values.astype(np.uint8)
    return small if (small == values).all() else values.astype(np.float32)


def _joined(blocks: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(blocks) if len(blocks) > 1 else blocks[0]


def is_number(text: str) -> bool:
    """Whether a cell is one."""
    try:
        float(text)
    except ValueError:
        return False
    return True
