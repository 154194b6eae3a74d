"""UNIPEN: characters written on pen tablets in several countries, with the writer of each.

Guyon 1994, "UNIPEN project of on-line data exchange and recognizer benchmarks"; train_r01_v07 is
CC BY 4.0. Looked for in INKGRAD_DATA/unipen: images and labels as IDX, writers in an .npz.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images, Labels, Split, as_labels
from inkgrad.data.idx import read_idx
from inkgrad.errors import DataError
from inkgrad.imaging.strokes import Stroke
from inkgrad.randomness import generator


@dataclass(frozen=True)
class Handwriting:
    """Characters with their writers: images (n, 28, 28), labels (n,) of 62 classes, writers (n,).

    The classes are the digits, then A-Z, then a-z. `strokes` are the n paths of the pen.
    """

    images: Images
    labels: Labels
    writers: NDArray[np.integer]
    strokes: list[list[Stroke]]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def split(self) -> Split:
        """The images and labels alone."""
        return Split(self.images, self.labels)

    def only(self, wanted: NDArray[np.bool_]) -> Handwriting:
        """The characters for which `wanted` (n,) is true."""
        strokes = [self.strokes[i] for i in np.flatnonzero(wanted)]
        return Handwriting(self.images[wanted], self.labels[wanted], self.writers[wanted], strokes)

    def by_writer(self, part: float, seed: int) -> tuple[Handwriting, Handwriting]:
        """Two parts that share no writer; the second has `part` of the writers."""
        writers = np.unique(self.writers)
        count = max(1, round(part * len(writers)))
        held = generator(seed, "split").choice(writers, count, replace=False)
        second = np.isin(self.writers, held)
        return self.only(~second), self.only(second)


def load_unipen() -> Handwriting:
    """The characters in INKGRAD_DATA/unipen. Raises DataError where they are missing or broken."""
    folder = Path(os.environ.get("INKGRAD_DATA", "")) / "unipen"
    images = read_idx(folder / "unipen-images-idx3-ubyte.gz")
    labels = read_idx(folder / "unipen-labels62-idx1-ubyte.gz")
    path = folder / "unipen-strokes.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            writers, points = file["writer"], file["points"].astype(np.float32)
            strokes = np.split(points, file["stroke_start"][1:-1])
            first = file["character_start"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: holds no writers ({error})") from None
    if not len(images) == len(labels) == len(writers):
        raise DataError(
            f"{folder}: has {len(images):,} images, {len(labels):,} labels and "
            f"{len(writers):,} writers, expected as many of each"
        )
    characters = [strokes[a:b] for a, b in pairwise(first)]
    return Handwriting(images, as_labels(labels), writers, characters)
