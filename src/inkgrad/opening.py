"""Handwriting read from a program: a reader is opened by the name of its kind.

    reader = open_reader("zip", max_error=0.01)
    reading = reader.read("field.png")

An image is a path, bytes, a file open as binary, an image of Pillow's, or an array of grey (h, w)
or colour (h, w, 3), uint8, 0 black to 255 white. What is wrong with an image is said by the reading
of it, whose status is then "empty" or "failed"; only what is wrong with a call is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.batch import on_cluster
from inkgrad.batch.pages import PageReader
from inkgrad.batch.rows import Task, in_order
from inkgrad.errors import UsageError
from inkgrad.images.files import Wanted
from inkgrad.images.given import Source
from inkgrad.images.page_ranges import PageRanges
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading import kinds
from inkgrad.reading.kinds import ImageReader
from inkgrad.reading.result import Reading

Readable = Source | NDArray[np.uint8]


@dataclass(frozen=True)
class Reader:
    """Reads images of one kind. Threads may share one.

    `images` reads a grey array by itself, as `task` says; `models` are the files it came from.
    """

    task: Task
    images: ImageReader
    models: tuple[Path, ...]

    def read(self, image: Readable, name: str | None = None) -> Reading:
        """What an image says, or the first page of a file; `name` is what messages call it."""
        return next(self.read_pages(image, [1], name))

    def read_pages(
        self, image: Readable, pages: Wanted = None, name: str | None = None
    ) -> Iterator[Reading]:
        """What each page of a file says, or each of some pages: "3-7", or numbers from 1 on."""
        task = self.task
        if pages is not None:
            task = replace(task, pages=str(PageRanges.of(pages)))
        source = _opened(image)
        found = task.pages_of(self.images)(source, name or _name(source))
        while True:
            with one_blas_thread():
                reading = next(found, None)
            if reading is None:
                return
            yield reading

    def read_all(
        self,
        images: Iterable[Readable],
        workers: int | None = None,
        cluster: str | None = None,
    ) -> Iterator[Reading]:
        """What each page of each of them says, in order; no more are open than are in work.

        By so many threads, one for each processor if that is not said, or by the Dask cluster at
        an address, which opens paths alone. The readings come without their stages.
        """
        if cluster is not None:
            paths = [_path(image) for image in images]
            for readings in on_cluster.readings_on(cluster, self.models, self.task, paths):
                yield from readings
            return
        pages = self.task.pages_of(self.images)

        def read(image: Readable) -> list[Reading]:
            source = _opened(image)
            return [reading.bare() for reading in pages(source, _name(source))]

        with one_blas_thread():
            for readings in in_order(read, images, workers):
                yield from readings


def open_reader(
    kind: str,
    model: str | Path | None = None,
    patterns: Sequence[str] = (),
    max_error: float | None = None,
    alternatives: int = 4,
    pages: str = "",
) -> Reader:
    """A reader of images of a kind: "number", "zip", "envelope", "character", "text", "date", ...

    `model` is one that comes with inkgrad, by name, or a file or a run's folder, in place of the
    kind's own. `patterns` say what is possible (docs/patterns.md). `max_error` rejects what would
    let more than this part of the readings be wrong; in a page of text it marks such words as
    doubtful. So many `alternatives` come with a reading.
    `pages` of each file are read, as in "3-7,9"; all where it is empty.

    Raises UsageError for an unknown kind or a pattern that makes no sense, ModelError for a model
    of another kind, or one whose errors nobody measured where `max_error` is given.
    """
    if max_error is not None and not 0 <= max_error <= 1:
        raise UsageError(f"max_error {max_error} is no part of 1, expected 0 to 1")
    if alternatives < 0:
        raise UsageError(f"alternatives {alternatives} are too few, expected 0 or more")
    entry = kinds.named(kind)
    models = tuple(find(name) for name in entry.models_with(model))
    images = entry.open(models)
    if entry.is_page and max_error is not None:  # words are marked, no page is rejected
        marking = cast(PageReader, images).marking(max_error)
        images, max_error = cast(ImageReader, marking), None
    least = images.refuse_below if max_error is None else images.threshold(max_error)
    given = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    task = Task(kind, given, least, alternatives, str(PageRanges.of(pages)) if pages else "")
    task.one(images)  # a pattern that makes no sense is said here
    return Reader(task, images, models)


def open_pages_reader(
    kind: str = "text", model: str | Path | None = None, max_error: float | None = None
) -> PageReader:
    """What reads the pages of documents, for a kind whose files are such.

    `max_error` marks words as doubtful, as with `open_reader`.
    """
    entry = kinds.named(kind, lambda each: each.is_page)
    reader = cast(PageReader, entry.open([find(name) for name in entry.models_with(model)]))
    return reader if max_error is None else reader.marking(max_error)


def _opened(image: Readable) -> Source:
    """An array as an image of Pillow's, anything else as it is; UsageError for another array."""
    if not isinstance(image, np.ndarray):
        return image
    colour = image.ndim == 3 and image.shape[2] == 3
    if image.dtype != np.uint8 or not (image.ndim == 2 or colour) or not image.size:
        raise UsageError(
            f"an array {image.shape} of {image.dtype} is no image, "
            "expected (h, w) or (h, w, 3) of uint8, 0 black to 255 white"
        )
    return Image.fromarray(np.ascontiguousarray(image))


def _name(source: Source) -> str:
    return str(source) if isinstance(source, (str, Path)) else "the image"


def _path(image: Readable) -> Path:
    if isinstance(image, (str, Path)):
        return Path(image)
    raise UsageError(f"{type(image).__name__} is here alone, expected paths for a cluster")
