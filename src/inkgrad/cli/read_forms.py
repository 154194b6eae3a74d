"""`inkgrad read --form`: filled forms, one row a form and one column a field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkgrad.cli.show import busy, say, stoppable, write_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from inkgrad.batch.inputs import Files
    from inkgrad.batch.rows import Row
    from inkgrad.forms.table import FormJob

    Watched = Callable[[Iterator[list[Row]], int | None], Iterator[list[Row]]]


@contextmanager
def form_job(
    template: Path,
    max_error: float | None,
    pages: str,
    threads: int | None,
    desk: Path | None,
) -> Iterator[FormJob]:
    """What reads such forms, onto a desk too; what is wrong with the template is said first."""
    from inkgrad.bulk import forms_on_desk
    from inkgrad.forms.reading import FormReader
    from inkgrad.forms.table import FormJob
    from inkgrad.forms.template import FormTemplate

    with busy("opening the form"):
        reader = FormReader(FormTemplate.load(template), max_error)
    with forms_on_desk(desk, template, FormJob(reader, max_error, pages, threads)) as job:
        yield job


def read_forms(
    job: FormJob, files: Files, target: Path | None, layout: str, watched: Watched
) -> None:
    """Read them to the screen or into a table. Exits with 1 where a file could not be read."""
    failed = _to_file(job, files, target, layout, watched) if target else 0
    if target is None:
        failed = _to_screen(job, files, layout, watched)
    if failed:
        raise typer.Exit(1)


def _to_file(job: FormJob, files: Files, target: Path, layout: str, watched: Watched) -> int:
    from inkgrad.forms.table import write_forms

    with stoppable("the same command goes on"):
        found = write_forms(job, files, target, layout, watched)
    said = ", ".join(f"{count:,} {status}" for status, count in found.counts.items())
    say(f"{target}: {said}" + (f", {found.before:,} from before" if found.before else ""))
    return found.counts["failed"]


def _to_screen(job: FormJob, files: Files, layout: str, watched: Watched) -> int:
    failed = 0
    with stoppable():
        write_out(job.heading(layout))
        rows_of = (rows for _, rows in job.read(files, files.paths))
        for rows in watched(rows_of, len(files.paths)):
            failed += sum(row.status == "failed" for row in rows)
            write_out("".join(job.line(row, layout) for row in rows))
    return failed
