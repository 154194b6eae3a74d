"""Searchable PDF files: what was scanned as it is, and over it the words, invisible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from inkgrad.atomic import atomic_path
from inkgrad.documents.embedding import add_image
from inkgrad.documents.existing import beside, places_in, take_off_unseen
from inkgrad.documents.page import Page
from inkgrad.documents.textlayer import add_font, content, load_pikepdf
from inkgrad.documents.turning import Matrix
from inkgrad.errors import ImageError, UsageError
from inkgrad.images.files import open_frames
from inkgrad.images.given import opened

if TYPE_CHECKING:
    import pikepdf
    from PIL import Image

There = Literal["keep", "redo", "skip"]
"""What becomes of text that is on a page already."""

_HELD = 32 * 2**20  # bytes of images in memory before they go to the disk


def write_pdf(
    pages: Iterable[Page],
    originals: Iterable[str | Path],
    target: str | Path,
    there: There = "keep",
) -> None:
    """Write the originals as one PDF whose text can be searched and selected.

    `pages` come in the order of the originals, each with its `number` in its file, and its `source`
    if that is one of them; a page of an original for which there is none stays without text.

    Pages of a PDF stay as they are, with their outlines and notes where it is the first. Text that
    they have already is kept, and words are added where there is none; with "redo" in `there`, text
    that nobody sees is taken off first, and with "skip" a page that has text stays as it is.

    A JPEG is put in as it is, other images without loss, transparent and 16-bit ones in grey. An
    image is as large as its resolution says, or has 200 dots to the inch. Pages are taken one by
    one, so an iterator that reads them as they are asked for keeps little in memory.

    An image of a file that cannot be opened is left out, and does not take the others with it.

    Raises UsageError where pikepdf is not installed, or pages are left that belong to no original;
    ImageError where nothing of an original can be opened.
    """
    load_pikepdf()
    import pikepdf

    paths = [Path(path) for path in originals]
    waiting, folder = _Waiting(pages, paths), Path(target).resolve().parent
    with atomic_path(target) as temporary, ExitStack() as stack:
        scratch = TemporaryDirectory(prefix=".inkgrad-", dir=folder)
        parts = _parts(paths, waiting, Path(stack.enter_context(scratch)), there)
        whole: pikepdf.Pdf | None = None
        for path in parts:
            part = stack.enter_context(pikepdf.open(path))
            if whole is None:
                whole = part
            else:
                whole.pages.extend(part.pages)
        if whole is None:
            raise UsageError(f"{target}: nothing to write, expected an original")
        waiting.expect_none()
        whole.save(temporary)


def write_layer(page: Page, dots: tuple[float, float], target: str | Path) -> None:
    """Write a PDF of one page with nothing but the text layer, as large as the page's image.

    `dots` are the image's dots to the inch, across and down.
    """
    load_pikepdf()
    import pikepdf
    from pikepdf import Name

    with pikepdf.new() as pdf, atomic_path(target) as temporary:
        across, down = 72 / dots[0], 72 / dots[1]
        sheet = pdf.add_blank_page(page_size=(page.width * across, page.height * down))
        name = sheet.add_resource(add_font(pdf), Name.Font, Name("/F1"))  # OCRmyPDF looks for F1
        sheet.contents_add(content(page, (across, 0, 0, down, 0, 0), str(name)))
        sheet.contents_coalesce()
        pdf.save(temporary)


class _Waiting:
    """Pages that come one by one, and wait until it is their turn."""

    def __init__(self, pages: Iterable[Page], originals: Iterable[Path]) -> None:
        self.rest, self.names = iter(pages), set(map(str, originals))
        self.ahead: Page | None = None

    def take(self, path: Path, number: int) -> Page | None:
        """The next page, if it has this number and does not say that it is of another original."""
        page = self.ahead = self.ahead or next(self.rest, None)
        if page is None or page.number != number:
            return None
        if page.source in self.names and page.source != str(path):
            return None
        self.ahead = None
        return page

    def expect_none(self) -> None:
        left = self.ahead or next(self.rest, None)
        if left is not None:
            raise UsageError(f"page {left.number} of {left.source or 'a file'}: is in no original")


def _parts(originals: list[Path], waiting: _Waiting, folder: Path, there: There) -> Iterator[Path]:
    """PDF files in `folder` that hold all pages: one for each PDF, some images together else."""
    count = 0
    for is_pdf, paths in groupby(originals, _is_pdf):
        of_run = list(paths)
        whole = (_of_pdf(path, waiting, folder, there) for path in of_run)
        for pdf in whole if is_pdf else _of_images(of_run, waiting):
            count += 1
            part = folder / f"{count}.pdf"
            with pdf:
                pdf.save(part)
            yield part


def _is_pdf(path: Path) -> bool:
    with opened(path) as given:
        return given.is_pdf


def _of_pdf(path: Path, waiting: _Waiting, folder: Path, there: There) -> pikepdf.Pdf:
    """The PDF with the text layer on its pages."""
    import pikepdf

    try:
        pdf = pikepdf.open(path)
        bare = path
        if there == "redo":
            take_off_unseen(pdf)
            bare = folder / "bare.pdf"
            pdf.save(bare)
    except (pikepdf.PdfError, pikepdf.PasswordError, TypeError, ValueError) as error:
        raise ImageError(f"{path}: is no PDF, locked or broken ({error})") from None
    places, font = places_in(bare), add_font(pdf)
    for number, sheet in enumerate(pdf.pages, 1):
        page = waiting.take(path, number)
        if page is None or (there == "skip" and places.get(number)):
            continue
        try:
            matrix = _on_sheet(sheet, page)
            page = beside(page, matrix, places.get(number, []))
            sheet.contents_add(b"q\n", prepend=True)
            sheet.contents_add(b"\nQ\n")
            _put(pdf, sheet, page, matrix, font)
        except (pikepdf.PdfError, TypeError, ValueError) as error:
            raise ImageError(f"{path}: has a broken page {number} ({error})") from None
    return pdf


def _on_sheet(sheet: pikepdf.Page, page: Page) -> Matrix:
    """Where the pixels of a rendered page are on the sheet: within its crop box, turned back."""
    left, bottom, right, top = _visible(sheet)
    width, height = right - left, top - bottom
    turn = (
        int(sheet.get("/Rotate", 0)) % 360
    )  # inherited ones are put on the page when it is opened
    w, h = page.width, page.height
    if turn == 90:
        return 0, height / w, -width / h, 0, right, bottom
    if turn == 180:
        return -width / w, 0, 0, -height / h, right, top
    if turn == 270:
        return 0, -height / w, width / h, 0, left, top
    return width / w, 0, 0, height / h, left, bottom


def _visible(sheet: pikepdf.Page) -> tuple[float, float, float, float]:
    media, crop = ([float(x) for x in box] for box in (sheet.mediabox, sheet.cropbox))
    boxes = [
        (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)) for x0, y0, x1, y1 in (media, crop)
    ]
    (left, bottom, right, top), (l2, b2, r2, t2) = boxes
    inner = max(left, l2), max(bottom, b2), min(right, r2), min(top, t2)
    return inner if inner[0] < inner[2] and inner[1] < inner[3] else boxes[0]


def _put(
    pdf: pikepdf.Pdf, sheet: pikepdf.Page, page: Page, matrix: Matrix, font: pikepdf.Object
) -> None:
    from pikepdf import Name

    name = sheet.add_resource(font, Name.Font, prefix="Words")
    sheet.contents_add(content(page, matrix, str(name)))


def _frames(path: Path) -> Iterator[tuple[int, Image.Image]]:
    """The images in a file that can be opened, numbered. Raises ImageError where none can."""
    broken, found = list[ImageError](), False
    with open_frames(path) as frames:
        while True:
            try:
                frame = next(frames, None)
            except ImageError as error:
                broken.append(error)
                continue
            if frame is None:
                break
            found = True
            yield frames.number, frame
    if broken and not found:
        raise broken[0]


def _of_images(paths: list[Path], waiting: _Waiting) -> Iterator[pikepdf.Pdf]:
    """PDF files of the images, a page each, every one with as much as is held in memory."""
    import pikepdf

    pdf, held = pikepdf.new(), 0
    font = add_font(pdf)
    for path in paths:
        for number, image in _frames(path):
            if held > _HELD:
                yield pdf
                pdf, held = pikepdf.new(), 0
                font = add_font(pdf)
            sheet, size = add_image(pdf, path, image)
            held += size
            page = waiting.take(path, number)
            if page is not None:
                across, down = (float(side) for side in sheet.mediabox[2:])
                matrix = across / page.width, 0.0, 0.0, down / page.height, 0.0, 0.0
                _put(pdf, sheet, page, matrix, font)
                sheet.rotate(-90 * page.turned % 360, relative=False)  # to be read, and searched
    if len(pdf.pages):
        yield pdf
