"""A plug-in for OCRmyPDF 17: `ocrmypdf --plugin inkgrad.ocrmypdf --output-type pdf in.pdf out.pdf`.

It takes Tesseract's place, so that Tesseract is not needed. Ghostscript is not needed either
unless a PDF/A is asked for with it.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING

from ocrmypdf import OcrEngine, OrientationConfidence, hookimpl
from ocrmypdf.builtin_plugins import tesseract_ocr
from ocrmypdf.exceptions import MissingDependencyError
from PIL import Image

from inkgrad import __version__
from inkgrad.documents.embedding import resolution
from inkgrad.documents.hocr import as_hocr
from inkgrad.documents.page import Page
from inkgrad.documents.pdf import write_layer
from inkgrad.documents.text import as_text
from inkgrad.documents.textlayer import load_pikepdf
from inkgrad.errors import ImageError, InkgradError
from inkgrad.images.files import open_to_read
from inkgrad.pretrained.pages import page_reader

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from ocrmypdf import OcrOptions
    from pluggy import PluginManager
    from pydantic import BaseModel


_FEW = 3  # words by which a page is turned, at least


class Engine(OcrEngine):
    """Reads handwriting in English, whichever side is up.

    Turned and skewed pages stay so, but with `--rotate-pages`.
    """

    @staticmethod
    def version() -> str:
        return __version__

    @staticmethod
    def creator_tag(options: OcrOptions) -> str:
        return f"inkgrad {__version__}"

    def __str__(self) -> str:
        return f"inkgrad {__version__}"

    @staticmethod
    def languages(options: OcrOptions) -> Set[str]:
        return {"eng"}

    @staticmethod
    def get_orientation(input_file: Path, options: OcrOptions) -> OrientationConfidence:
        """By how many degrees a page has to be turned counter-clockwise to be upright.

        The confidence is the mean of its words' in hundredths, 0 for a page of a few words:
        `--rotate-pages-threshold` is 14 where nothing is said.
        """
        page = _read(input_file)
        sure = [word.confidence for line in page.lines for word in line.words]
        confidence = 100 * sum(sure) / len(sure) if len(sure) >= _FEW else 0.0
        return OrientationConfidence(angle=90 * (page.turned % 4), confidence=confidence)

    @staticmethod
    def generate_hocr(
        input_file: Path, output_hocr: Path, output_text: Path, options: OcrOptions
    ) -> None:
        page = _read(input_file)
        output_hocr.write_text(as_hocr([page]), encoding="utf-8")
        output_text.write_text(as_text([page]), encoding="utf-8")

    @staticmethod
    def generate_pdf(
        input_file: Path, output_pdf: Path, output_text: Path, options: OcrOptions
    ) -> None:
        page = _read(input_file)
        with Image.open(input_file) as image:
            across, down = resolution(image)
            dots = across * page.width / image.width, down * page.height / image.height
        write_layer(page, dots, output_pdf)  # of the page, whose pixels were made square
        output_text.write_text(as_text([page]), encoding="utf-8")


def _read(path: Path) -> Page:
    """The page in an image; one without ink has no words."""
    grey = open_to_read(path).first().grey
    try:
        return page_reader()(grey)
    except ImageError:
        return Page(grey.shape[1], grey.shape[0], ())


@hookimpl
def initialize(plugin_manager: PluginManager) -> None:
    """Take Tesseract's plug-in out: it would refuse to start where Tesseract is not installed."""
    plugin_manager.set_blocked(tesseract_ocr.__name__)


@hookimpl
def register_options() -> dict[str, type[BaseModel]]:
    """Tesseract's options stay known, though they have no effect: OCRmyPDF itself looks at some."""
    return {"tesseract": tesseract_ocr.TesseractOptions}


@hookimpl
def add_options(parser: ArgumentParser) -> None:
    """The same on the command line."""
    tesseract_ocr.TesseractOptions.add_arguments_to_parser(parser)


@hookimpl
def check_options(options: OcrOptions) -> None:
    """Say before any page is looked at where the model or pikepdf is missing."""
    try:
        load_pikepdf()
        page_reader()
    except InkgradError as error:
        raise MissingDependencyError(str(error)) from None


@hookimpl
def get_ocr_engine(options: OcrOptions | None) -> OcrEngine | None:
    """Ours, unless no reading at all was asked for."""
    if options is not None and getattr(options, "ocr_engine", "auto") == "none":
        return None
    return Engine()
