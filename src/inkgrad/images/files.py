"""Image and PDF files as grey arrays: any bit depth, alpha, palette or rotation, bounded first."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ImageError
from inkgrad.images import levels
from inkgrad.images.frames import FORMATS, MOST_PIXELS, frames
from inkgrad.images.given import Given, Source, opened
from inkgrad.images.page_ranges import PageRanges
from inkgrad.images.pdf import sheets
from inkgrad.images.upright import (
    BROKEN,
    dots_of,
    form_of,
    orientation_of,
    resized,
    square_size,
    swapped,
    upright,
)
from inkgrad.imaging.colour import grey_with_ink

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm"}
    | {".jp2", ".j2k", ".jpx", ".heic", ".heif"}
)
Wanted = PageRanges | Iterable[int] | str | None
"""Pages of a file: "3-7,9", numbers from 1 on, or None for all of them."""

_MOST_PAGES = 100_000
_MOST_IN_ALL = 200 * 10**9  # pixels of one file, which is 20,000 pages of a scanner
_EXIF, _ORIGINAL, _CHANGED = 0x8769, 36867, 306  # where EXIF data have dates
_Page = TypeVar("_Page")


@dataclass(frozen=True)
class Opened:
    """A page: its number in its file, grey (h, w), and in colour (h, w, 3), all upright.

    0 is black and 255 white. `rgb` is None where colour was not asked for, or the image has none.
    `dots` to the inch is None where that is not known.
    """

    number: int
    grey: NDArray[np.uint8]
    rgb: NDArray[np.uint8] | None = None
    dots: float | None = None


class Pages(Iterator[_Page], AbstractContextManager["Pages[_Page]"], Generic[_Page]):
    """Pages one by one. One that cannot be opened is raised, and the next can be asked for then.

    `number` is that of the page that was asked for last. Who may stop before the last page says
    so: `with open_pages(path) as pages` lets go of the file, or `pages.close()` does.
    """

    def __init__(
        self, found: Generator[_Page | ImageError, None, None], wanted: PageRanges | None = None
    ) -> None:
        self._found, self.number = found, 0
        self._numbers = (wanted or PageRanges()).upto(_MOST_PAGES)

    def __next__(self) -> _Page:
        self.number = next(self._numbers, self.number)
        page = next(self._found)
        if isinstance(page, ImageError):
            raise page
        return page

    def close(self) -> None:
        """Let go of the file, and of the process that opens it, before its end."""
        self._found.close()

    def __exit__(self, *error: object) -> None:
        self.close()

    def first(self) -> _Page:
        """The next page, and no other. Raises ImageError where it cannot be opened."""
        with self:
            return next(self)


def open_grey(source: Source, name: str | None = None) -> NDArray[np.uint8]:
    """An image, or the first page of a file, as grey (h, w), 0 black to 255 white, upright.

    A source is a path, bytes, a file open as binary, or an image of Pillow's; `name` is what
    messages call it. Transparent pixels become white paper, or black where all that is opaque is
    light. Values of more than 8 bits are scaled by what a TIFF says of their range, or by the least
    usual range that has them. Pixels that are not square, as a fax has them, are made square.

    Raises ImageError, naming the file, where it is missing, no image, truncated, or of more than
    120 megapixels (75 of WebP); the size is looked at before any pixel is decoded. A JPEG 2000 of
    more than 30 is opened with fewer pixels.
    """
    return open_pages(source, name=name).first()


def open_pages(
    source: Source, pages: Wanted = None, name: str | None = None
) -> Pages[NDArray[np.uint8]]:
    """The pages in a file, or some of them, one by one, each as `open_grey` gives them."""
    wanted = PageRanges.of(pages)
    return Pages(_greys(_opened(source, wanted, False, name)), wanted)


def open_images(
    source: Source, pages: Wanted = None, colour: bool = False, name: str | None = None
) -> Pages[Opened]:
    """The same with what else is known of each, and in colour if that is asked for.

    A TIFF may hold several pages; thumbnails and masks are none. A PDF is opened by a process of
    its own, within 1 GB of memory and 20 seconds of a processor for each page, and is shown as a
    viewer does, at 300 dots to the inch or as many as make 60 megapixels; an image that is all of
    a page is shown pixel by pixel. A page that cannot be opened raises ImageError, and after it the
    next one can be asked for. More than 100,000 pages, or 200,000 megapixels, are not opened.

    Raises UsageError for a PDF where pypdfium2 is not installed.
    """
    wanted = PageRanges.of(pages)
    return Pages(_opened(source, wanted, colour, name), wanted)


def open_to_read(source: Source, pages: Wanted = None, name: str | None = None) -> Pages[Opened]:
    """The same, each page grey as it is to be read: `grey` shows ink that only its colour tells.

    Where ink shows in brightness, which is nearly always, that is `open_grey`'s, bit for bit.
    """
    wanted = PageRanges.of(pages)
    return Pages(_to_read(_opened(source, wanted, True, name)), wanted)


def open_frames(source: Source, name: str | None = None) -> Pages[Image.Image]:
    """The images in a file as they are stored: in colour, not turned, each open until the next.

    Those of a TIFF are upright. One that cannot be opened raises ImageError as `open_grey` does,
    and after it the next can be asked for.
    """
    return Pages(_frames(source, name))


def grey_of(image: Image.Image) -> NDArray[np.uint8]:
    """An image that `open_frames` gave as `open_grey` gives it, its pixels left as they are."""
    return upright(levels.grey_levels(image), orientation_of(image))


def taken_at(path: str | os.PathLike[str]) -> datetime | None:
    """When a photo was taken, as its EXIF data have it; None where that is not known."""
    try:
        with warnings.catch_warnings(), Path(path).open("rb") as file:
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                exif = image.getexif()
                said = exif.get_ifd(_EXIF).get(_ORIGINAL) or exif.get(_CHANGED)
                return datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except (*BROKEN, Image.DecompressionBombError):
        return None


def _frames(source: Source, name: str | None) -> Generator[Image.Image | ImageError, None, None]:
    with opened(source, name) as given:
        yield from frames(given, PageRanges(), lambda image, *_: image)


def _greys(
    found: Generator[Opened | ImageError, None, None],
) -> Generator[NDArray[np.uint8] | ImageError, None, None]:
    with closing(found):
        for page in found:
            yield page if isinstance(page, ImageError) else page.grey


def _to_read(
    found: Generator[Opened | ImageError, None, None],
) -> Generator[Opened | ImageError, None, None]:
    with closing(found):
        for page in found:
            if isinstance(page, Opened) and page.rgb is not None:
                page = replace(page, grey=grey_with_ink(page.grey, page.rgb), rgb=None)
            yield page


def _opened(
    source: Source, wanted: PageRanges, colour: bool, name: str | None
) -> Generator[Opened | ImageError, None, None]:
    count = pixels = 0
    with opened(source, name) as given, closing(_found(given, wanted, colour)) as found:
        for page in found:
            count += 1
            pixels += 0 if isinstance(page, ImageError) else page.grey.size
            if count > _MOST_PAGES or pixels > _MOST_IN_ALL:
                yield ImageError(
                    f"{given.name}: has too much on its pages, expected at most {_MOST_PAGES:,} "
                    f"of {_MOST_IN_ALL // 10**6:,} megapixels in all: take some of them, as in 1-99"
                )
                return
            yield page


def _found(
    given: Given, wanted: PageRanges, colour: bool
) -> Generator[Opened | ImageError, None, None]:
    if given.is_pdf:
        return _of_sheets(given, wanted, colour)

    def of_frame(image: Image.Image, number: int, orientation: int) -> Opened:
        return _of_frame(image, number, orientation, colour)

    return frames(given, wanted, of_frame, colour)


def _of_sheets(
    given: Given, wanted: PageRanges, colour: bool
) -> Generator[Opened | ImageError, None, None]:
    assert given.file
    with closing(sheets(given.file, given.name, wanted, colour)) as found:
        for sheet in found:
            if isinstance(sheet, ImageError):
                yield sheet
            else:
                yield Opened(sheet.number, sheet.grey, sheet.rgb, sheet.dots)


def _of_frame(image: Image.Image, number: int, orientation: int, colour: bool) -> Opened:
    form, dots = form_of(image), dots_of(image)
    width, height = swapped(image.size, orientation)
    size = square_size(width, height, form and swapped(form, orientation), MOST_PIXELS)
    grey = resized(upright(levels.grey_levels(image), orientation), size)
    rgb = levels.colours(image) if colour else None
    if rgb is not None:
        rgb = resized(upright(rgb, orientation), size)
    return Opened(number, grey, rgb, dots and swapped(dots, orientation)[0] * size[0] / width)
