"""Many images as one job, from a program as from the command line: a table of them, or mail sorted.

Whatever stops a job, the same call goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inkgrad.atomic import atomic_write, expect_free
from inkgrad.batch.filing import Filed, Filing, others
from inkgrad.batch.inputs import opened
from inkgrad.batch.job import Job, Watch, WrittenTable, unread, write_table
from inkgrad.batch.pages import Document, read_documents
from inkgrad.batch.rows import SUFFIXES
from inkgrad.batch.sorting import Plan
from inkgrad.opening import Reader, open_pages_reader, open_reader
from inkgrad.pretrained.shipped import find
from inkgrad.reading import kinds
from inkgrad.suffixes import format_of
from inkgrad.tables import encoded

if TYPE_CHECKING:
    from inkgrad.documents.pdf import There
    from inkgrad.forms.table import FormJob


def job_for(
    kind: str,
    model: str | Path | None = None,
    patterns: Sequence[str] = (),
    max_error: float | None = None,
    alternatives: int = 0,
    threads: int | None = None,
    cluster: str | None = None,
    pages: str = "",
) -> Job:
    """What reads such images, with its models and thresholds looked up, as `open_reader` does."""
    reader = open_reader(kind, model, patterns, max_error, alternatives, pages)
    return Job(reader.task, reader.images, reader.models, threads, cluster)


@contextmanager
def on_desk(desk: str | Path | None, job: Job, watch: Watch) -> Iterator[Watch]:
    """`watch`, which then puts the rows of a job on a desk too; as it is where there is none."""
    if desk is None:
        yield watch
        return
    from inkgrad.desk.incoming import Incoming
    from inkgrad.desk.ledger import Ledger
    from inkgrad.desk.which_database import desk_database

    with Ledger(desk, desk_database(desk)) as ledger:
        incoming = Incoming(ledger, Reader(job.task, job.reader, job.models))
        yield lambda rows, count: incoming.passed(watch(rows, count))


@contextmanager
def texts_on_desk(
    desk: str | Path | None, kind: str, model: str | Path | None = None
) -> Iterator[Callable[[Iterable[Document]], Iterator[Document]]]:
    """What passes documents on and puts their pages on a desk; nothing else where there is none."""
    if desk is None:
        yield iter
        return
    from inkgrad.desk.incoming_pages import IncomingTexts
    from inkgrad.desk.ledger import Ledger
    from inkgrad.desk.which_database import desk_database

    models = [find(name) for name in kinds.named(kind).models_with(model)]
    with Ledger(desk, desk_database(desk)) as ledger:
        incoming = IncomingTexts(ledger, kind, models)

        def passed(documents: Iterable[Document]) -> Iterator[Document]:
            for document in documents:
                incoming.put(document)
                yield document

        yield passed


@contextmanager
def forms_on_desk(desk: str | Path | None, template: Path, job: FormJob) -> Iterator[FormJob]:
    """A job that puts the forms it reads on a desk too; as it is where there is none."""
    if desk is None:
        yield job
        return
    from inkgrad.desk.incoming_pages import IncomingForms
    from inkgrad.desk.ledger import Ledger
    from inkgrad.desk.which_database import desk_database

    with Ledger(desk, desk_database(desk)) as ledger:
        yield replace(job, told=IncomingForms(ledger, template, job.reader).put)


def read_table(
    images: Iterable[str | Path],
    target: str | Path,
    kind: str = "number",
    *,
    model: str | Path | None = None,
    patterns: Sequence[str] = (),
    max_error: float | None = None,
    alternatives: int = 0,
    layout: str | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    pages: str = "",
    force: bool = False,
) -> WrittenTable:
    """Read images, and folders of them, into a table: TSV, CSV or JSON by the end of its name.

    Every page is a row, in order. Raises UsageError where `target` is there already, without
    `force`, and as `open_reader` does.
    """
    target = Path(target)
    expect_free(target, force)
    layout = format_of(target, layout, SUFFIXES, "tsv")
    job = job_for(kind, model, patterns, max_error, alternatives, threads, cluster, pages)
    with opened(map(Path, images)) as files:
        return write_table(job, files, target, layout)


def read_document(
    images: Iterable[str | Path],
    target: str | Path,
    kind: str = "text",
    *,
    model: str | Path | None = None,
    layout: str | None = None,
    threads: int | None = None,
    pages: str = "",
    there: There = "keep",
    force: bool = False,
    max_error: float | None = None,
) -> list[Document]:
    """Read pages of text into one document: text, Markdown, JSON, hOCR, ALTO or a searchable PDF.

    By the end of its name, if `layout` does not say. Words are marked as doubtful that would let
    more than `max_error` of the others be wrong. Each file is returned with its pages, and the
    reasons why others of them could not be read; where none could, nothing is written. Raises
    UsageError where `target` is there already, without `force`.
    """
    from inkgrad.documents.writers import BY_SUFFIX

    target = Path(target)
    expect_free(target, force)
    layout = format_of(target, layout, BY_SUFFIX, "text")
    reader = open_pages_reader(kind, model, max_error)
    with opened(map(Path, images)) as files:
        found = list(read_documents(reader, files, threads, pages))
        if any(document.pages for document in found):
            write_document(found, target, layout, there, max_error is not None)
    return found


def write_document(
    read: Iterable[Document],
    target: Path,
    layout: str,
    there: There = "keep",
    marked: bool = False,
) -> None:
    """Write the pages that could be read as one document, whole or not at all.

    `there` says what becomes of text that a PDF has already; `marked` shows doubt in plain text.
    """
    with_pages = [document for document in read if document.pages]
    pages = [page for document in with_pages for page in document.pages]
    if layout == "pdf":
        from inkgrad.documents.pdf import write_pdf

        write_pdf(pages, [document.path for document in with_pages], target, there)
    else:
        from inkgrad.documents.writers import as_document

        atomic_write(target, encoded(as_document(pages, layout, marked)))


def sort_mail(
    images: Iterable[str | Path],
    plan: Plan | str | Path,
    folder: str | Path = "bins",
    kind: str = "zip",
    *,
    model: str | Path | None = None,
    max_error: float = 0.01,
    move: bool = False,
    review: bool = False,
    add: bool = False,
    force: bool = False,
    threads: int | None = None,
    cluster: str | None = None,
    nul: bool = False,
    watch: Watch = lambda rows, count: rows,
    desk: str | Path | None = None,
) -> Filed:
    """Sort images by the ZIP code on them into the bins of a plan: `folder`/bins.csv says where.

    What is not read for sure, or has no bin, goes to "manual". With `move` each image goes into
    the folder of its bin, when all is read; with `review` a page shows what is for a person; with
    `add` the rows of an earlier sort there stay; with `desk` every piece is put on the desk in that
    folder too, where those in doubt wait. Raises UsageError where one would be written over without
    `force`, and as `open_reader` does.
    """
    plan = plan if isinstance(plan, Plan) else Plan.load(Path(plan))
    kinds.named(kind, lambda each: each.is_code)
    job = job_for(kind, model, (), max_error, 4, threads, cluster)
    with (
        on_desk(desk, job, watch) as watch,
        Filing(plan, job, Path(folder), move, add, force) as filing,
    ):
        if not filing.begun:
            with opened(map(Path, images), nul) as given:
                files = replace(given, paths=others(given.paths, filing.folder))
                left = unread(filing.journal, files)
                if desk is not None:  # a stop may have come before they were put there
                    known = [path for path in files.paths if path not in set(left)]
                    for _ in watch((filing.journal.rows(files.name(p)) for p in known), None):
                        pass
                for _ in watch(filing.read(files, left), len(left)):
                    pass
                filing.conclude(files, review)
        return filing.finish()
