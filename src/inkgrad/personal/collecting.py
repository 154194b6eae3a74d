"""Photos or scans of a written sheet -> characters or lines, each with what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.atomic import atomic_write, expect_free
from inkgrad.data.labelled import LABELS
from inkgrad.errors import DataError, ImageError, UsageError
from inkgrad.forms.cutting import CutField, cut
from inkgrad.images.files import open_pages
from inkgrad.ink.character import to_glyph
from inkgrad.kernels.arrays import Floats
from inkgrad.personal.laying_handsheet import PrintedSheet
from inkgrad.personal.sheet_page import WritingSheet
from inkgrad.tables import line

Glyphs = NDArray[np.uint8]
_ROOM = 12  # pixels of paper around a line


@dataclass(frozen=True, eq=False)
class OwnHand:
    """What somebody wrote: images (n, 28, 28) uint8 as MNIST's, and the names (n,) of each.

    `empty` counts cells in which nothing was written; `unread` says why for photos that show no
    page of the sheet.
    """

    images: Glyphs
    labels: NDArray[np.str_]
    empty: int
    unread: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OwnWriting:
    """What somebody wrote in lines: images (h, w) uint8, dark on white, and the text of each.

    `empty` and `unread` as in OwnHand.
    """

    images: Sequence[Glyphs]
    texts: Sequence[str]
    empty: int
    unread: tuple[str, ...]


def collect_hand(photos: Iterable[str | Path], sheet: WritingSheet) -> OwnHand:
    """Cut the characters on photos of a sheet, whichever page each shows, whichever side is up.

    Raises DataError where nothing at all was found.
    """
    unread = list[str]()
    found = list(_cells(photos, sheet, unread))
    written = [(label, field) for label, field in found if not field.empty]
    _expect_some(written, unread)
    images = np.stack([to_glyph(field.ink) for _, field in written])
    labels = np.array([label for label, _ in written])
    return OwnHand(images, labels, len(found) - len(written), tuple(unread))


def collect_lines(photos: Iterable[str | Path], sheet: WritingSheet) -> OwnWriting:
    """Cut the lines on photos of a sheet, as `collect_hand` does characters."""
    unread = list[str]()
    found = list(_cells(photos, sheet, unread))
    written = [(label, field) for label, field in found if not field.empty]
    _expect_some(written, unread)
    images = [_on_white(field.ink) for _, field in written]
    texts = [label for label, _ in written]
    return OwnWriting(images, texts, len(found) - len(written), tuple(unread))


def _cells(
    photos: Iterable[str | Path], sheet: WritingSheet, unread: list[str]
) -> Iterator[tuple[str, CutField]]:
    """What is in each cell of the pages that photos show; why others show none goes to `unread`."""
    printed = PrintedSheet(sheet)
    for photo in photos:
        with open_pages(photo) as pages:
            for grey in pages:
                try:
                    page, laid = printed.lay(grey)
                except ImageError as error:
                    unread.append(f"{photo}: {error}")
                    continue
                for label, box in page.cells:
                    yield label, cut(laid, page.blank, box)


def _expect_some(written: Sequence[object], unread: Sequence[str]) -> None:
    if not written:
        raise DataError(unread[0] if unread else "nothing is written on the sheet, expected some")


def _on_white(ink: Floats) -> Glyphs:
    """Ink (h, w), 0..1, as on paper, with room around it."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(np.asarray(255 - 235 * part, np.uint8), _ROOM, constant_values=255)


def save_hand(hand: OwnHand, path: str | Path, force: bool = False) -> None:
    """Write it as .npz: `images` and `labels`, a data set for `load`, `train` and `adapt`.

    Raises UsageError for another name, and for a file that is there already.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise UsageError(f"{path}: expected a name that ends in .npz")
    expect_free(path, force)
    written = BytesIO()
    np.savez_compressed(written, images=hand.images, labels=hand.labels)
    atomic_write(path, written.getvalue())


def save_lines(writing: OwnWriting, folder: str | Path, force: bool = False) -> None:
    """Write a folder of PNG with labels.csv (path, text): for `adapt` and `models calibrate`.

    Raises UsageError for a folder that is there already.
    """
    folder = Path(folder)
    expect_free(folder, force)
    names = [f"{place:04}.png" for place in range(1, len(writing.images) + 1)]
    for name, image in zip(names, writing.images, strict=True):
        written = BytesIO()
        Image.fromarray(image).save(written, "PNG")
        atomic_write(folder / name, written.getvalue())
    rows = [("path", "text"), *zip(names, writing.texts, strict=True)]
    atomic_write(folder / LABELS, "".join(line(row, "csv") for row in rows))


def draw_hand(hand: OwnHand, path: str | Path) -> None:
    """Draw all of it, each with its name, to a PNG. Raises UsageError without matplotlib."""
    from inkgrad.evaluation import plots

    atomic_write(Path(path), plots.png(plots.sheet(list(hand.images), list(hand.labels))))


def draw_lines(writing: OwnWriting, path: str | Path) -> None:
    """As `draw_hand`, of lines."""
    from inkgrad.evaluation import plots

    dark = [255 - image for image in writing.images]
    atomic_write(Path(path), plots.png(plots.lines(dark, list(writing.texts))))
