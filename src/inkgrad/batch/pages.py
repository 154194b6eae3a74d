"""Files of pages, one after the other: each read whole, in order, from several threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inkgrad.batch.inputs import Files
from inkgrad.batch.rows import in_order
from inkgrad.documents.page import Page
from inkgrad.errors import ImageError
from inkgrad.images.files import open_to_read


class PageReader(Protocol):
    """What reads a grey page (h, w) uint8; `source` and `number` say where it is from."""

    def read_or_blank(self, grey: NDArray[np.uint8], source: str = "", number: int = 1) -> Page: ...

    def marking(self, max_error: float) -> PageReader: ...


@dataclass(frozen=True)
class Document:
    """The pages of one file that could be read, and why others could not."""

    path: Path
    pages: tuple[Page, ...]
    reasons: tuple[str, ...] = ()


def read_documents(
    reader: PageReader, files: Files, threads: int | None = None, wanted: str = ""
) -> Iterator[Document]:
    """The pages of each file, in the order of the files; `wanted` are some of them, as in 3-7."""
    yield from in_order(partial(_read, reader, files, wanted), files.paths, threads)


def _read(reader: PageReader, files: Files, wanted: str, path: Path) -> Document:
    name = files.name(path)
    pages, reasons = list[Page](), list[str]()
    with open_to_read(path, wanted or None) as opened:
        while True:  # a page that cannot be opened does not take those after it with it
            try:
                page = next(opened, None)
                if page is None:
                    return Document(path, tuple(pages), tuple(reasons))
                pages.append(reader.read_or_blank(page.grey, name, page.number))
            except ImageError as error:
                reasons.append(str(error).replace(str(path), name))
            except MemoryError:
                reasons.append(f"{name}: needs more memory than there is")
