"""Many filled forms into a table: one row a form, one column a field and one for how sure it is.

What was read is kept in a journal until all is read, as with any job over many files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from inkgrad import tables
from inkgrad.batch.inputs import Files
from inkgrad.batch.job import Watch, WrittenTable, partial_of, table_of
from inkgrad.batch.journal import Journal
from inkgrad.batch.rows import EXCEL, Row, Task, in_order
from inkgrad.errors import ImageError
from inkgrad.forms.answer import FieldRead
from inkgrad.forms.laying import Laid
from inkgrad.forms.reading import FormReader
from inkgrad.images.files import open_to_read
from inkgrad.nn.parallel import one_blas_thread


@dataclass(frozen=True)
class FormRow(Row):
    """What became of one form: its fields as name, text, confidence, status and reason.

    "rejected" where one of the fields is, whose name its `text` then has.
    """

    fields: tuple[tuple[str, str, float, str, str], ...] = ()

    @classmethod
    def read(cls, path: str, found: Iterable[FieldRead]) -> FormRow:
        fields = tuple((f.name, f.text, f.confidence, f.status, f.reason) for f in found)
        doubtful = [name for name, _, _, status, _ in fields if status == "rejected"]
        status = "rejected" if doubtful else "read"
        if all(each[3] == "empty" for each in fields):
            status = "empty"
        least = min(each[2] for each in fields)
        return cls(path, ", ".join(doubtful), least, status, fields=fields)


@dataclass(frozen=True)
class FormJob:
    """What reads forms: some pages of each file, as in "1-3", or all of them."""

    reader: FormReader
    max_error: float | None = None
    pages: str = ""
    threads: int | None = None
    told: Callable[[Path, int, Laid, list[FieldRead]], object] | None = None
    """Hears of each form: its file and page, how it lies on the template, and its fields."""

    def rows(self, path: Path) -> list[Row]:
        """A row for each page of a file."""
        found: list[Row] = []
        with open_to_read(path, self.pages or None) as pages:
            while True:
                number = 0
                try:
                    page = next(pages, None)
                    if page is None:
                        return found
                    number = page.number
                    laid, read = self.reader.laid_and_read(page.grey)
                    row: Row = FormRow.read("", read)
                    if self.told is not None:
                        self.told(path, number, laid, read)
                except ImageError as error:
                    row = FormRow("", "", 0.0, "failed", reason=str(error))
                except MemoryError:
                    row = FormRow("", "", 0.0, "failed", reason="needs more memory than there is")
                number = max(1, number or pages.number)
                found.append(replace(row, path=f"{path}#{number}" if number > 1 else str(path)))

    def read(self, files: Files, paths: Iterable[Path]) -> Iterator[tuple[Path, list[Row]]]:
        """The rows of these files, each under the name that people know it by."""
        asked = list(paths)
        with one_blas_thread():
            for path, rows in zip(asked, in_order(self.rows, asked, self.threads), strict=True):
                yield path, files.named(path, rows)

    def journal_of(self, target: Path) -> Path:
        """Where rows are kept until all are read; another template has another one."""
        template = self.reader.template
        known = template.written(""), template.blank.tobytes()
        return partial_of(target, Task(pages=self.pages), self.reader.models, self.max_error, known)

    def heading(self, layout: str) -> str:
        """The first line of a table; none for JSON."""
        if layout == "json":
            return ""
        names = [field.name for field in self.reader.template.fields]
        columns = ["path", "status", "doubtful"]
        columns += [column for name in names for column in (name, f"{name} confidence")]
        return tables.line(columns, "csv" if layout == EXCEL else layout, harmless=True)

    def line(self, row: Row, layout: str) -> str:
        """A row of this job as a line of its format, its end included."""
        row = cast(FormRow, row)
        if layout == "json":
            return json.dumps(_as_json(row)) + "\n"
        cells = [row.path, row.status, row.text]
        if row.fields:
            cells += [cell for _, text, p, *_ in row.fields for cell in (text, f"{p:.4f}")]
        else:
            cells += [""] * (2 * len(self.reader.template.fields))
        texts = set(range(3, len(cells), 2))
        if layout == EXCEL:
            return tables.line(cells, "csv", True, texts)
        return tables.line(cells, layout, harmless=layout == "csv")


def _as_json(row: FormRow) -> dict[str, Any]:
    fields = {
        name: {
            "text": text,
            "confidence": round(p, 6),
            "status": status,
            **({"reason": reason} if reason else {}),
        }
        for name, text, p, status, reason in row.fields
    }
    known: dict[str, Any] = {"path": row.path, "status": row.status}
    return {**known, **({"reason": row.reason} if row.reason else {}), "fields": fields}


def write_forms(
    job: FormJob, files: Files, target: Path, layout: str, watch: Watch = lambda rows, count: rows
) -> WrittenTable:
    """Read what is left, and write the table `target`; stopped anywhere, the same call goes on."""
    heading = job.heading(layout)
    with Journal(job.journal_of(target), FormRow) as journal:
        return table_of(
            job, files, journal, target, heading, lambda row: job.line(row, layout), watch
        )
