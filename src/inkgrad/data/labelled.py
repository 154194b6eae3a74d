"""A folder of images of one's own with what they say: `truth.tsv` or `labels.csv` beside them."""

from __future__ import annotations

from pathlib import Path

from inkgrad import tables
from inkgrad.errors import DataError

LABELS = "labels.csv"
TABLES = {"truth.tsv": "tsv", LABELS: "csv"}
_COLUMNS = ("path", "text")


def labelled(folder: Path) -> list[tuple[Path, str]]:
    """The images that a folder's table names, and the text in each.

    The table has the columns `path`, from the folder on, and `text`. Raises DataError, naming the
    table and what is wrong with it, also for an image that is not there.
    """
    for name, kind in TABLES.items():
        if (folder / name).is_file():
            return _rows(folder / name, kind)
    raise DataError(f"{folder}: holds no {' or '.join(TABLES)}, expected one with path and text")


def _rows(table: Path, kind: str) -> list[tuple[Path, str]]:
    try:
        text = table.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise DataError(f"{table}: cannot be read ({error.strerror})") from None
    found = []
    for row in tables.records(text, kind, str(table), _COLUMNS):
        path = table.parent / row["path"]
        if not row["path"] or not path.is_file():
            raise DataError(f"{table}: {row['path']!r} is no file beside it, expected an image")
        if not row["text"]:
            raise DataError(f"{table}: {row['path']!r} has no text, expected what is written there")
        found.append((path, row["text"]))
    return found
