"""UNIPEN's words and lines of text as strokes: printed, mixed and joined hands of many writers.

Guyon 1994; categories 6, 7 and 8 of train_r01_v07, CC BY 4.0. Looked for in
INKGRAD_DATA/unipen-words.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import DataError
from inkgrad.imaging.strokes import Stroke

TALL = 1000
"""Units from top to bottom of an item's ink."""


@dataclass(frozen=True)
class Writing:
    """n words and lines, each as the paths of a pen, with what they say and who wrote them.

    points (p, 2), x to the right and y down; stroke j is
    points[stroke_start[j]:stroke_start[j + 1]]. Item i is strokes first[i] to last[i]; `numbers`
    (n,) is its place in the data set. `styles` are PR printed, MI mixed, CU joined, ? not told;
    `lines` (n,) says what was asked for as a line of text.
    """

    points: NDArray[np.int16]
    stroke_start: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    numbers: NDArray[np.intp]
    texts: NDArray[np.str_]
    writers: NDArray[np.integer]
    sources: NDArray[np.str_]
    styles: NDArray[np.str_]
    lines: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.texts)

    def strokes(self, item: int) -> list[Stroke]:
        """The strokes of one item, from (0, 0) on, as float32."""
        starts = self.stroke_start[self.first[item] : self.last[item] + 1]
        points = self.points[starts[0] : starts[-1]].astype(np.float32)
        points -= points.min(0)
        return np.split(points, starts[1:-1] - starts[0])

    def only(self, wanted: NDArray[np.bool_]) -> Writing:
        """The items for which `wanted` (n,) is true."""
        kept = {
            name: getattr(self, name)[wanted]
            for name in (
                *("first", "last", "numbers", "texts"),
                *("writers", "sources", "styles", "lines"),
            )
        }
        return replace(self, **kept)

    def of_sources(self, names: Sequence[str]) -> tuple[Writing, Writing]:
        """The items of other sources than these, and those of these."""
        these = np.isin(self.sources, names)
        return self.only(~these), self.only(these)


def load_unipen_words() -> Writing:
    """The words in INKGRAD_DATA/unipen-words. Raises DataError where they are missing or broken."""
    path = Path(os.environ.get("INKGRAD_DATA", "")) / "unipen-words" / "words.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            starts = file["item_start"]
            writing = Writing(
                *(file["points"], file["stroke_start"], starts[:-1], starts[1:]),
                np.arange(len(starts) - 1),
                *(file[name] for name in ("text", "writer", "provider", "style", "line")),
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: holds no words as strokes ({error})") from None
    sizes = {len(part) for part in (writing.first, writing.texts, writing.writers, writing.lines)}
    if len(sizes) != 1 or writing.stroke_start[-1] != len(writing.points):
        raise DataError(f"{path}: its parts do not belong together, expected one text an item")
    return writing
