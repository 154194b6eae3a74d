"""`inkgrad read`: the numbers in images of fields, one row a file."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.pages import read_pages
from inkgrad.cli.show import complain, counting, stoppable, writable

if TYPE_CHECKING:
    from inkgrad.reading.batch import FieldReader, Row, Task


def read(
    images: Annotated[
        list[Path], typer.Argument(help="Images of one field each, folders, or - for a list.")
    ],
    kind: Annotated[str, typer.Option("--as", help="number, zip, envelope or text.")] = "number",
    pattern: Annotated[
        list[str] | None,
        typer.Option(help="What is possible: 9 for any digit, as in 99999-9999."),
    ] = None,
    max_error: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Reject what would let more than this part be wrong."),
    ] = None,
    alternatives: Annotated[int, typer.Option(min=0, max=20, help="Other readings to list.")] = 0,
    layout: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="tsv, csv or json (lines); for text: text, markdown, json, hocr, alto or pdf.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; - or none: the screen.")] = None,
    show: Annotated[
        Path | None, typer.Option(help="Draw every stage of the first image to this PNG.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    model: Annotated[
        str | None, typer.Option(help="A model's name or file.", show_default="numbers, or text")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="How many threads.", show_default="all processors")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Read on the Dask cluster at this address.")
    ] = None,
) -> None:
    """Read the number in each image of a field, the ZIP code on envelopes, or pages of notes.

    Every file becomes one row, with a confidence; one that cannot be read is a row that says so,
    and the exit status is then 1. What was read already when a run was stopped is not read again.
    With --as text the pages become one document.
    """
    from inkgrad.errors import UsageError
    from inkgrad.reading import batch

    if kind == "text":
        odd = {"--pattern": pattern, "--max-error": max_error, "--scheduler": scheduler}
        for option, value in {**odd, "--alternatives": alternatives or None}.items():
            if value is not None:
                raise UsageError(f"{option} is for numbers, expected it without --as text")
        pages = some(batch.files_of(listed(images)), images)
        read_pages(pages, layout or "text", out, show, force, model or "text", threads)
        return
    if kind not in batch.KINDS:
        known = ", ".join((*batch.KINDS, "text"))
        raise UsageError(f"as {kind!r} is unknown, expected one of {known}")
    layout, model = layout or "tsv", model or "numbers"
    if layout not in batch.FORMATS:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(batch.FORMATS)}")
    picture = writable(show, force) if show else None
    target = None if out is None or str(out) == "-" else writable(out, force)
    if picture and target and picture.absolute() == target.absolute():
        raise UsageError(f"{target}: is for the picture and the rows, expected two files")
    models = models_for(kind, model)
    reader = batch.load_reader(kind, models)
    threshold = 0.0 if max_error is None else reader.threshold(max_error)
    task = batch.Task(kind, tuple(pattern or ()), threshold, alternatives)
    task.reading(reader)  # a pattern that makes no sense is said before anything is read
    paths = some(batch.files_of(listed(images)), images)
    if picture:
        _draw(picture, task, reader, paths[0])
    partial = partial_of(target, task, layout, models) if target else None
    done: set[str] = set()  # names of files may be any bytes, and are written as they are
    if partial and partial.exists():
        text = partial.read_text(encoding="utf-8", errors="surrogateescape")
        done = batch.read_already(text, layout)
        partial.write_text(
            text[: text.rfind("\n") + 1], encoding="utf-8", errors="surrogateescape"
        )  # a line cut off is read again
    rest = [path for path in paths if str(path) not in done]
    counts = {"read": 0, "rejected": 0, "empty": 0, "failed": 0}
    output = (
        partial.open("a", encoding="utf-8", errors="surrogateescape")
        if partial
        else nullcontext(sys.stdout)
    )
    with stoppable("the same command goes on" if partial else ""), output as file:
        if not done:
            file.write(batch.heading(layout, alternatives))
        rows = rows_of(reader, models, task, rest, threads, scheduler)
        for of_file in tracked(rows, len(rest)):
            for row in of_file:
                counts[row.status] += 1
                tell(row)
            file.write("".join(batch.written(row, layout, alternatives) for row in of_file))
            file.flush()
    if partial and target:
        partial.replace(target)
        said = ", ".join(f"{count:,} {status}" for status, count in counts.items())
        print(f"{target}: {said}" + (f", {len(done):,} from before" if done else ""))
    if counts["failed"]:
        raise typer.Exit(1)


def some(found: Iterator[Path], given: list[Path]) -> list[Path]:
    """The files to read; an error where there are none."""
    from inkgrad.errors import UsageError

    paths = list(found)
    if not paths:
        raise UsageError(f"{', '.join(map(str, given))}: no images there, expected some to read")
    return paths


def partial_of(target: Path, task: Task, layout: str, models: list[Path]) -> Path:
    """Where rows are kept until all are read; with other settings, or weights, somewhere else."""
    weights = [hashlib.sha256(path.read_bytes()).hexdigest() for path in models]
    digest = hashlib.sha256(repr((task, layout, weights)).encode()).hexdigest()[:8]
    return target.with_name(f"{target.name}.{digest}.partial")


def tell(row: Row) -> None:
    """Say why a page was not read, where it was not."""
    if row.reason:
        complain(row.path, row.reason)


def listed(images: list[Path]) -> Iterator[Path]:
    """The paths given, and for - those on standard input, one a line."""
    for image in images:
        if str(image) == "-":
            yield from (Path(line.rstrip("\r\n")) for line in sys.stdin if line.strip())
        else:
            yield image


def models_for(kind: str, model: str) -> list[Path]:
    """The model files that reading such images takes: of numbers, and for envelopes of text too."""
    from inkgrad.pretrained.shipped import find

    return [find(name) for name in ([model, "text"] if kind == "envelope" else [model])]


def rows_of(
    reader: FieldReader,
    models: list[Path],
    task: Task,
    paths: list[Path],
    threads: int | None,
    scheduler: str | None,
) -> Iterator[list[Row]]:
    """The rows of each file, read on the cluster at `scheduler`, or here where there is none."""
    from inkgrad.reading import batch, cluster

    if scheduler:
        return cluster.read_all_on(scheduler, models, task, paths)
    return batch.read_all(reader, task, paths, threads)


def tracked(rows: Iterator[list[Row]], count: int) -> Iterator[list[Row]]:
    """The rows of each file as they come, with a bar on standard error if that is a terminal."""
    with counting("reading") as bars:
        yield from bars.track(rows, total=count)


def _draw(path: Path, task: Task, reader: FieldReader, image: Path) -> None:
    """The stages of the very reading that the first row tells of."""
    from inkgrad.atomic import atomic_write
    from inkgrad.data.images import open_pages
    from inkgrad.errors import ImageError
    from inkgrad.evaluation import plots

    try:
        found = task.one(reader)(next(open_pages(image)))
    except ImageError:  # said with its row
        return
    stages = {
        **(found.field.stages if found.field else {}),
        f"{found.text}  {100 * found.confidence:.1f} %": found.line,
    }
    atomic_write(path, plots.png(plots.stages(stages, found.spans, found.text)))
