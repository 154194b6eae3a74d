"""Files of pages, one after the other: each read whole, in order, from several threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.images import open_pages
from inkgrad.errors import ImageError
from inkgrad.reading.batch import in_order
from inkgrad.reading.inputs import Files
from inkgrad.reading.page import Page


class PageReader(Protocol):
    """What reads a grey page (h, w) uint8; `source` and `number` say where it is from."""

    def read(self, grey: NDArray[np.uint8], source: str = "", number: int = 1) -> Page: ...


@dataclass(frozen=True)
class Document:
    """The pages of one file, or, where `reason` says why, none."""

    path: Path
    pages: tuple[Page, ...]
    reason: str = ""


def read_documents(
    reader: PageReader, files: Files, threads: int | None = None
) -> Iterator[Document]:
    """The pages of each file, in the order of the files."""
    yield from in_order(partial(_read, reader, files), files.paths, threads)


def _read(reader: PageReader, files: Files, path: Path) -> Document:
    name = files.name(path)
    try:
        pages = [
            reader.read(grey, name, number) for number, grey in enumerate(open_pages(path), start=1)
        ]
    except ImageError as error:
        return Document(path, (), str(error).replace(str(path), name))
    except MemoryError:
        return Document(path, (), f"{name}: needs more memory than there is")
    return Document(path, tuple(pages))
