"""Tables of text, CSV and TSV: one writer and one reader, so that every cell comes back as it was.

A cell with a separator, a quote or a line break of any kind in it stands between double quotes,
with each quote inside doubled; in TSV too, where the separator is a tab. Rows end with a newline.

`harmless` is for tables that people open: a cell that a spreadsheet would take for a formula gets
an apostrophe before it, unless it is nothing but a number. `read(..., harmless=True)` takes that
apostrophe off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import zip_longest

from inkgrad.errors import DataError

SEPARATORS = {"tsv": "\t", "csv": ","}
"""What stands between two cells, by the name of the format."""

# Line breaks are those of str.splitlines. A semicolon separates cells in the spreadsheets of half
# of Europe: what follows it inside a cell must not become a cell of its own there.
_QUOTED = re.compile('[",;\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029\ufeff]')
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # the last four are wide forms
_PLAIN = re.compile(r"-|[+-]?\d+(?:[.,]\d+)*", re.ASCII)  # a dash, a number


def line(
    cells: Iterable[object], kind: str, harmless: bool = False, as_text: Container[int] = ()
) -> str:
    """A row in the format `kind`, its end included.

    The cells at the places `as_text` are formulas of their text, where that has digits: a
    spreadsheet takes no zeros off that it begins with, and makes no date of it.
    """
    texts = [
        _formula(str(cell)) if place in as_text else _marked(str(cell)) if harmless else str(cell)
        for place, cell in enumerate(cells)
    ]
    if texts == [""]:
        return '""\n'  # an empty line would be no row
    return SEPARATORS[kind].join(map(_quoted, texts)) + "\n"


def encoded(text: str) -> bytes:
    """The text as UTF-8; names of files that are no text are the bytes that they are."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair that no name of a file stands for
        return text.encode("utf-8", "surrogatepass")


def read(text: str, kind: str, name: str, harmless: bool = False) -> Iterator[list[str]]:
    """The rows in a table, also with the byte-order mark and the ends of lines of a spreadsheet.

    Raises DataError, with the table's `name` and the line, for what is no such table.
    """
    source = io.StringIO(text.removeprefix("\ufeff"), newline="")
    rows = csv.reader(source, delimiter=SEPARATORS[kind], strict=True)
    try:
        for row in rows:
            if row:
                yield [_unmarked(cell) for cell in row] if harmless else row
    except csv.Error as error:
        raise DataError(
            f"{name}: line {rows.line_num}: {error}, expected a table as {kind.upper()}"
        ) from None


def records(
    text: str, kind: str, name: str, columns: Sequence[str], harmless: bool = False
) -> list[dict[str, str]]:
    """The rows below a heading with these columns, by the names in it.

    Cells that a row has not are empty. Raises DataError for a table without the columns, and for
    a row with more cells than the heading has.
    """
    rows = read(text, kind, name, harmless)
    heading = next(rows, [])
    if not set(columns) <= set(heading):
        raise DataError(f"{name}: has no columns {' and '.join(columns)}")
    found = []
    for number, row in enumerate(rows, start=1):
        if any(row[len(heading) :]):
            raise DataError(
                f"{name}: row {number} has {len(row)} cells, expected {len(heading)}: "
                f"{', '.join(heading)}"
            )
        found.append(dict(zip_longest(heading, row[: len(heading)], fillvalue="")))
    return found


def _quoted(cell: str) -> str:
    if not _QUOTED.search(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _marked(cell: str) -> str:
    """A cell that looks like a formula with an apostrophe before it, as does one with that."""
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN.fullmatch(cell) else cell


def _formula(cell: str) -> str:
    if not any(c.isdigit() for c in cell):
        return _marked(cell)
    doubled = cell.replace('"', '""')
    return f'="{doubled}"'


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
