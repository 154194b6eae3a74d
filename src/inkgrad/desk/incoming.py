"""What a job reads, put on a desk as it comes: the accepted as read, the doubtful to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from inkgrad.batch.rows import Row
from inkgrad.desk import pictures_kept
from inkgrad.desk.doubts import opinions, reasons
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.page_parts import ALTERNATIVES, field_seen
from inkgrad.desk.reader_process import checksum, keep_seen
from inkgrad.errors import ImageError
from inkgrad.images.files import Opened, open_to_read
from inkgrad.opening import Reader
from inkgrad.reading.result import Reading


class Incoming:
    """Puts rows on a desk. `reader` is what made them: what is in doubt is looked at again by it.

    That second look gives the reasons and the alternatives, which rows do not hold.
    """

    def __init__(self, ledger: Ledger, reader: Reader) -> None:
        self.ledger, self.reader = ledger, reader
        self._model = checksum(reader.models)
        task = replace(reader.task, alternatives=ALTERNATIVES)
        self._again = task.one(reader.images)

    def passed(self, files: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """The rows of each file, which are then on the desk. Files that are not there are not."""
        for rows in files:
            self.put(rows)
            yield rows

    def put(self, rows: Sequence[Row]) -> None:
        """The rows of one file, with its content and pictures; a page that cannot be opened not."""
        if not rows:
            return
        path = _file_of(rows[0].path)
        try:
            content = path.read_bytes()
        except OSError:
            return  # its row says so
        by_page = {_page_of(row.path, path): row for row in rows}
        sha256 = pictures_kept.keep(self.ledger.folder, content)
        try:
            with open_to_read(path, self.reader.task.pages or None, name=str(path)) as pages:
                for page in pages:
                    if page.number in by_page:
                        self._put(sha256, str(path), page, by_page[page.number])
        except ImageError:
            return  # what comes after it cannot be shown, and has rows that say so

    def _put(self, sha256: str, name: str, page: Opened, row: Row) -> None:
        reading = _reading(row)
        why: tuple[str, ...] = ()
        if row.status == "rejected":
            reading = replace(self._again(page.grey), status=row.status, confidence=row.confidence)
            why = reasons(reading, opinions(self.reader, reading))
        elif row.status != "read":
            why = (row.reason or "nothing is written there",)
        where = (sha256, page.number, self.reader.task.kind)
        seen = field_seen(page.grey, reading, self._model, why)
        keep_seen(self.ledger.folder, where, seen)
        self.ledger.add(sha256, page.number, name, self.reader.task.kind, seen.parts[0].read)


def _reading(row: Row) -> Reading:
    """A row as the reading that it was made of, but for what no row holds."""
    return Reading(
        row.text,
        row.confidence,
        row.alternatives,
        status=row.status,
        reason=row.reason,
        boxes=row.boxes,
        turned=row.turned,
        notes=row.notes,
    )


def _file_of(name: str) -> Path:
    """The file of a row: its name, without the number of a page after it."""
    path = Path(name)
    file, _, number = name.rpartition("#")
    return Path(file) if file and number.isdecimal() and not path.exists() else path


def _page_of(name: str, path: Path) -> int:
    number = name.removeprefix(str(path)).removeprefix("#")
    return int(number) if number.isdecimal() else 1
