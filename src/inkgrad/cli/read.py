"""`inkgrad read`: the numbers in images of fields, one row a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.pages import Chosen, read_pages
from inkgrad.cli.read_forms import form_job, read_forms
from inkgrad.cli.show import (
    complain,
    counting,
    drawable,
    of_file,
    say,
    stoppable,
    writable,
    write_out,
)
from inkgrad.reading import kinds

if TYPE_CHECKING:
    from inkgrad.batch.inputs import Files
    from inkgrad.batch.job import Job, Watch
    from inkgrad.batch.rows import Row

Images = Annotated[
    list[Path],
    typer.Argument(
        help="Images, folders of them, or - for standard input: an image, a PDF or a list of names."
    ),
]
Nul = Annotated[
    bool, typer.Option("-0", "--null", help="Names on standard input are ended by NUL.")
]
Threads = Annotated[
    int | None, typer.Option(min=1, help="How many threads.", show_default="all processors")
]
Scheduler = Annotated[str | None, typer.Option(help="Read on the Dask cluster at this address.")]
Desk = Annotated[
    Path | None,
    typer.Option(help="Put each piece on the desk in this folder too; what is in doubt waits."),
]
_Patterns = Annotated[
    list[str] | None,
    typer.Option(help="What is possible: 9 for any digit, as in 99999-9999."),
]
Names = Annotated[
    Path | None,
    typer.Option("--patterns", help="Names for --pattern: TOML of lines like name = '99999'."),
]
_MaxError = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Reject what would let more than this part be wrong."),
]
_Layout = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="tsv, csv or json (lines); for text: text, markdown, json, hocr, alto or pdf.",
        show_default="by the end of --out",
    ),
]
_Show = Annotated[
    Path | None, typer.Option(help="Draw every stage of the first image to this PNG.")
]
_Pages = Annotated[str | None, typer.Option(help="Some pages of each file: 3-7, or 1,4,9-.")]
_Redo = Annotated[
    bool, typer.Option("--redo", help="Take text off that a PDF has to be searched, and read.")
]
_Skip = Annotated[
    bool, typer.Option("--skip", help="Leave pages of a PDF as they are that have text.")
]
_ON_DESK = 0.01  # of what is put on a desk may be wrong without a person, where nothing is said
_ON_DESK_OF_WORDS = 0.05  # and of the words of a text
_KIND = "number"  # where nothing is said
_Form = Annotated[
    Path | None,
    typer.Option(help="Filled forms of this template, which inkgrad form learn makes."),
]
_Excel = Annotated[
    bool,
    typer.Option("--excel", help="CSV that a spreadsheet keeps as it is: 00501, no 501, no dates."),
]
_Model = Annotated[
    str | None, typer.Option(help="A model's name or file.", show_default="what suits the kind")
]


def read(
    images: Images,
    kind: Annotated[str, typer.Option("--as", help=f"{kinds.listed()}.")] = _KIND,
    pattern: _Patterns = None,
    names: Names = None,
    max_error: _MaxError = None,
    alternatives: Annotated[int, typer.Option(min=0, max=20, help="Other readings to list.")] = 0,
    layout: _Layout = None,
    out: Annotated[Path | None, typer.Option(help="File to write; - or none: the screen.")] = None,
    show: _Show = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    model: _Model = None,
    threads: Threads = None,
    scheduler: Scheduler = None,
    nul: Nul = False,
    pages: _Pages = None,
    redo: _Redo = False,
    skip: _Skip = False,
    excel: _Excel = False,
    form: _Form = None,
    desk: Desk = None,
) -> None:
    """Read the number in each image of a field, the ZIP code on envelopes, or pages of notes.

    Every file becomes one row, with a confidence; one that cannot be read is a row that says so,
    and the exit status is then 1. What was read already when a run was stopped is not read again.
    A cell with a tab, a comma, a quote or a line break stands in double quotes, in TSV too. CSV is
    for spreadsheets: a cell that one would run as a formula begins with an apostrophe there.
    With --as text the pages become one document; --max-error then marks doubtful words with [?].
    With --desk the pieces are on a desk too (inkgrad serve), by --max-error; without one, 0.01 of
    the fields that nobody is asked for may be wrong, 0.05 of the words.
    With --form each page is a filled form: one row a form, one column a field.
    """
    from inkgrad.batch.inputs import opened
    from inkgrad.bulk import job_for, on_desk
    from inkgrad.recognition.named_patterns import patterns_of

    if desk is not None and max_error is None:
        max_error = _ON_DESK_OF_WORDS if kinds.named(kind).is_page else _ON_DESK
    chosen = _chosen(pages, kind, redo, skip, max_error)
    if form:
        _for_form(kind, pattern, names, show, scheduler, alternatives, model)
        target, layout = _target(out, layout, force, excel)
        with (
            form_job(form, max_error, chosen.pages, threads, desk) as forms,
            opened(images, nul) as files,
        ):
            read_forms(forms, files, target, layout, watched)
        return
    if kinds.named(kind).is_page:
        odd = {"--pattern": pattern, "--patterns": names, "--scheduler": scheduler}
        _for_fields(kind, {**odd, "--alternatives": alternatives or None, "--excel": excel or None})
        with opened(images, nul) as files:
            read_pages(files, layout, out, show, force, kind, model, threads, chosen, desk)
        return
    target, layout = _target(out, layout, force, excel)
    picture = _picture(show, target, force)
    possible = patterns_of(pattern or (), names)
    job = job_for(
        *(kind, model, possible, max_error, alternatives, threads, scheduler, chosen.pages)
    )
    with opened(images, nul) as files, on_desk(desk, job, watched) as watch:
        if picture:
            _draw(picture, job, files.paths[0])
        way = (job, files, watch)
        failed = _to_file(*way, target, layout) if target else _to_screen(*way, layout)
    if failed:
        raise typer.Exit(1)


def tell(row: Row) -> None:
    """Say why a page was not read, where it was not, and what was passed over on it."""
    if row.reason:
        complain(of_file(row.path, row.reason))
    if row.notes:
        complain(of_file(row.path, "; ".join(row.notes)))


def watched(rows: Iterator[list[Row]], count: int | None) -> Iterator[list[Row]]:
    """The rows of each file as they come; what was not read is said.

    With a count there is a bar on standard error, if that is a terminal.
    """
    with counting("reading") as bars:
        for each in rows if count is None else bars.track(rows, total=count):
            for row in each:
                tell(row)
            yield each


def _to_file(job: Job, files: Files, watch: Watch, target: Path, layout: str) -> int:
    """Read what is left, and write the table; how many rows are failures."""
    from inkgrad.batch.job import write_table

    with stoppable("the same command goes on"):
        found = write_table(job, files, target, layout, watch)
    said = ", ".join(f"{count:,} {status}" for status, count in found.counts.items())
    say(f"{target}: {said}" + (f", {found.before:,} from before" if found.before else ""))
    return found.counts["failed"]


def _to_screen(job: Job, files: Files, watch: Watch, layout: str) -> int:
    """Write the rows as they come; how many are failures."""
    from inkgrad.batch.rows import heading, written

    failed, shown = 0, (job.task.alternatives, job.task.valued)
    with stoppable():
        write_out(heading(layout, *shown))
        found = (rows for _, rows in job.read(files, files.paths))
        for rows in watch(found, len(files.paths)):
            failed += sum(row.status == "failed" for row in rows)
            write_out("".join(written(row, layout, *shown) for row in rows))
    return failed


def _target(
    out: Path | None, layout: str | None, force: bool, excel: bool
) -> tuple[Path | None, str]:
    """The file to write, if any, and the format that it is to have."""
    from inkgrad.batch.rows import EXCEL, SUFFIXES
    from inkgrad.errors import UsageError
    from inkgrad.suffixes import format_of

    target = None if out is None or str(out) == "-" else out
    layout = format_of(target, layout, SUFFIXES, "csv" if excel else "tsv")
    if excel and layout != "csv":
        raise UsageError(f"--excel is for CSV, expected --format csv with it, not {layout}")
    layout = EXCEL if excel else layout
    return writable(target, force) if target else None, layout


def _picture(show: Path | None, target: Path | None, force: bool) -> Path | None:
    """Where to draw, if that was asked for and can be done."""
    from inkgrad.errors import UsageError

    if show is None:
        return None
    if target and show.absolute() == target.absolute():
        raise UsageError(f"{target}: is for the picture and the rows, expected two files")
    return drawable(show, force)


def _chosen(
    pages: str | None, kind: str, redo: bool, skip: bool, max_error: float | None
) -> Chosen:
    """Which pages, and what becomes of text that is there; what makes no sense is said first."""
    from inkgrad.errors import UsageError
    from inkgrad.images.page_ranges import PageRanges

    if (redo or skip) and (not kinds.named(kind).is_page or (redo and skip)):
        raise UsageError("--redo and --skip are for --format pdf, expected one of them with it")
    wanted = str(PageRanges.parse(pages)) if pages else ""
    return Chosen(wanted, "redo" if redo else "skip" if skip else "keep", max_error)


def _for_fields(kind: str, given: dict[str, object]) -> None:
    """UsageError for an option that makes no sense for pages of text."""
    from inkgrad.errors import UsageError

    for option, value in given.items():
        if value is not None:
            raise UsageError(f"{option} is for numbers, expected it without --as {kind}")


def _for_form(kind: str, *others: object) -> None:
    """UsageError for an option of which the template says what is to be."""
    from inkgrad.errors import UsageError

    names = ("--pattern", "--patterns", "--show", "--scheduler", "--alternatives", "--model")
    given = {"--as": kind != _KIND, **dict(zip(names, others, strict=True))}
    for option, value in given.items():
        if value:
            raise UsageError(f"{option} is not for forms, expected it without --form")


def _draw(path: Path, job: Job, image: Path) -> None:
    """The stages of the very reading that the first row tells of."""
    from inkgrad.errors import ImageError
    from inkgrad.images.files import open_to_read
    from inkgrad.reading.pictures import draw_reading

    try:
        found = job.task.one(job.reader)(open_to_read(image, job.task.pages or None).first().grey)
    except ImageError:  # said with its row
        return
    draw_reading(path, found)
