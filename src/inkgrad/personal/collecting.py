"""Photos or scans of a written sheet -> a data set of characters, each with its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write, expect_free
from inkgrad.errors import DataError, ImageError, UsageError
from inkgrad.forms.cutting import cut
from inkgrad.images.files import open_pages
from inkgrad.ink.character import to_glyph
from inkgrad.personal.handsheet import HandSheet
from inkgrad.personal.laying_handsheet import PrintedSheet

Glyphs = NDArray[np.uint8]


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


def collect_hand(photos: Iterable[str | Path], sheet: HandSheet) -> OwnHand:
    """Cut what stands on photos of a sheet, whichever page each shows, whichever side is up.

    Raises DataError where nothing at all was found.
    """
    printed = PrintedSheet(sheet)
    images: list[Glyphs] = []
    labels: list[str] = []
    empty, unread = 0, []
    for photo in photos:
        with open_pages(photo) as pages:
            for grey in pages:
                try:
                    page, laid = printed.lay(grey)
                except ImageError as error:
                    unread.append(f"{photo}: {error}")
                    continue
                for label, box in page.cells:
                    found = cut(laid, page.blank, box)
                    if found.empty:
                        empty += 1
                    else:
                        images.append(to_glyph(found.ink))
                        labels.append(label)
    if not images:
        raise DataError(unread[0] if unread else "nothing is written on the sheet, expected some")
    return OwnHand(np.stack(images), np.array(labels), empty, tuple(unread))


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


def draw_hand(hand: OwnHand, path: str | Path) -> None:
    """Draw all of it, each with its name, to a PNG. Raises UsageError without matplotlib."""
    from inkgrad.evaluation import plots

    atomic_write(Path(path), plots.png(plots.sheet(list(hand.images), list(hand.labels))))
