"""The reader of pages, loaded when the first page is read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Page
from inkgrad.pretrained.shipped import find
from inkgrad.reading import kinds

if TYPE_CHECKING:
    from inkgrad.reading.notes import NotesReader

Read = Callable[[NDArray[np.uint8]], Page]


def page_reader(model: str | Path = "text") -> Read:
    """What reads a grey page (h, w) uint8, with a model that comes with inkgrad or a file.

    Nothing is loaded before the first page; ModelError where there is no such model comes at once.
    """
    paths = [find(name) for name in kinds.named("text").models_with(model)]
    return lambda grey: _loaded(*paths).read(grey)


@cache
def _loaded(path: Path, crossings: Path) -> NotesReader:
    from inkgrad.reading.notes import NotesReader

    return NotesReader.load(path, crossings)
