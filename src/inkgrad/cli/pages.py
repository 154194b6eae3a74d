"""`inkgrad read --as text`: pages of notes into text, in the format asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkgrad.cli.show import complain, counting, stoppable, writable

if TYPE_CHECKING:
    from inkgrad.reading.notes import NotesReader
    from inkgrad.reading.page import Page


def read_pages(
    paths: list[Path],
    layout: str,
    out: Path | None,
    show: Path | None,
    force: bool,
    model: str,
    threads: int | None,
) -> None:
    """Read pages and write them as one document; a file that is no image is said, and left out."""
    from inkgrad.errors import UsageError
    from inkgrad.exporting import FORMATS, WRITERS
    from inkgrad.pretrained.shipped import find
    from inkgrad.reading.notes import NotesReader

    if layout not in FORMATS:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(FORMATS)}")
    target = None if out is None or str(out) == "-" else writable(out, force)
    if layout == "pdf" and target is None:
        raise UsageError("format pdf is no text: expected --out FILE.pdf")
    picture = writable(show, force) if show else None
    reader = NotesReader.load(find(model))
    failed: list[Path] = []
    with stoppable():
        pages = list(_tracked(paths, reader, threads, failed))
    if not pages:
        raise typer.Exit(1)
    if picture:
        _draw(picture, pages[0])
    if layout == "pdf":
        from inkgrad.reading.pdf import write_pdf

        assert target
        write_pdf(pages, [path for path in paths if path not in failed], target)
    else:
        _write(WRITERS[layout](pages), target)
    if target:
        doubtful = sum(
            word.doubtful for page in pages for line in page.lines for word in line.words
        )
        words = sum(len(line.words) for page in pages for line in page.lines)
        print(f"{target}: {len(pages):,} pages, {words:,} words, {doubtful:,} of them doubtful")
    if failed:
        raise typer.Exit(1)


def _write(text: str, target: Path | None) -> None:
    from inkgrad.atomic import atomic_write

    text = text if text.endswith("\n") else f"{text}\n"
    if target:
        atomic_write(target, text)
    else:
        sys.stdout.write(text)


def _tracked(
    paths: list[Path], reader: NotesReader, threads: int | None, failed: list[Path]
) -> Iterator[Page]:
    """The pages in order, from several threads, with a bar where standard error is a terminal."""
    from inkgrad.data.images import open_pages
    from inkgrad.errors import ImageError
    from inkgrad.nn.parallel import cores

    def of_file(path: Path) -> list[Page]:
        return [
            reader.read_or_blank(grey, str(path), number)
            for number, grey in enumerate(open_pages(path), start=1)
        ]

    workers, waiting = threads or cores(), iter(paths)
    with counting("reading") as bars, ThreadPoolExecutor(workers) as pool:
        bar = bars.add_task("", total=len(paths))
        ahead = [(path, pool.submit(of_file, path)) for path in islice(waiting, 2 * workers)]
        try:
            while ahead:
                path, work = ahead.pop(0)
                try:
                    yield from work.result()
                except ImageError as error:
                    failed.append(path)
                    complain(str(path), str(error))
                ahead += [(path, pool.submit(of_file, path)) for path in islice(waiting, 1)]
                bars.advance(bar)
        finally:
            for _, work in ahead:
                work.cancel()


def _draw(path: Path, page: Page) -> None:
    from inkgrad.atomic import atomic_write
    from inkgrad.data.images import open_pages
    from inkgrad.evaluation import plots

    grey = next(open_pages(Path(page.source)))
    lines = [(line.baseline, line.text) for line in page.lines]
    words = [(word.box, word.doubtful) for line in page.lines for word in line.words]
    atomic_write(path, plots.png(plots.page(grey, lines, words, page.drawings)))
