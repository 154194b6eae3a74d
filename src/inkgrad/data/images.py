"""Image files as grey arrays: any bit depth, alpha, palette or EXIF rotation, bounded first."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from inkgrad.errors import ImageError, missing

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm"})
_MOST_PIXELS = 120_000_000  # a 35-megapixel scan fits three times; a decompression bomb does not
_BOUND = f"expected at most {_MOST_PIXELS // 10**6} megapixels"
_DOTS = 300  # to the inch, for pages that have no pixels of their own
_EXIF, _ORIGINAL, _CHANGED = 0x8769, 36867, 306  # where EXIF data have dates
_BROKEN = (OSError, EOFError, ValueError, SyntaxError, TypeError, KeyError, struct.error)
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")


def open_grey(path: str | Path) -> NDArray[np.uint8]:
    """The image in a file as grey (h, w), 0 black to 255 white, upright.

    Transparent pixels become white paper, or black where all that is opaque is light. 16-bit and
    floating-point images are scaled by their own range of values. Raises ImageError, naming the
    file, where it is missing, no image, truncated, or of more than 120 megapixels; the size is
    looked at before any pixel is decoded.
    """
    return next(_frames(Path(path)))


def open_pages(path: str | Path) -> Iterator[NDArray[np.uint8]]:
    """The pages in a file, one by one, each as `open_grey` gives them.

    A TIFF may hold several; a PDF is rendered at 300 dots to the inch. Other images are one page.
    Raises UsageError for a PDF where pypdfium2 is not installed.
    """
    path = Path(path)
    return _pdf_pages(path) if path.suffix.lower() == ".pdf" else _frames(path)


def taken_at(path: str | Path) -> datetime | None:
    """When a photo was taken, as its EXIF data have it; None where that is not known."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as image:
                exif = image.getexif()
                said = exif.get_ifd(_EXIF).get(_ORIGINAL) or exif.get(_CHANGED)
                return datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except (*_BROKEN, Image.DecompressionBombError):
        return None


def open_frames(path: str | Path) -> Iterator[Image.Image]:
    """The images in a file as they are stored: in colour, not turned, each open until the next.

    Raises ImageError as `open_grey` does.
    """
    path = Path(path)
    if not path.is_file():
        raise ImageError(f"{path}: no such file, expected an image")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own warnings; our bound is below
            with Image.open(path, formats=_FORMATS) as image:
                several = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
                for number in range(several):
                    image.seek(number)
                    width, height = image.size
                    if width * height > _MOST_PIXELS:
                        raise ImageError(f"{path}: is {width} x {height} pixels, {_BOUND}")
                    image.load()
                    yield image
    except UnidentifiedImageError:
        raise ImageError(
            f"{path}: is no image, expected PNG, JPEG, TIFF, BMP, GIF, WebP or PGM"
        ) from None
    except ImageError:
        raise
    except Image.DecompressionBombError:  # Pillow's own bound comes first for the largest
        raise ImageError(f"{path}: is far too large, {_BOUND}") from None
    except _BROKEN as error:
        raise ImageError(f"{path}: is truncated or broken ({error})") from None


def _frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    for image in open_frames(path):
        try:
            grey = grey_of(image)
        except _BROKEN as error:  # a colour space that cannot be converted, among others
            raise ImageError(f"{path}: cannot be read ({error})") from None
        yield grey


def grey_of(image: Image.Image) -> NDArray[np.uint8]:
    """An opened image as `open_grey` gives it, upright."""
    return _grey(ImageOps.exif_transpose(image))


def _pdf_pages(path: Path) -> Iterator[NDArray[np.uint8]]:
    try:
        import pypdfium2
    except ImportError:
        raise missing("pypdfium2", "pdf", "reading a PDF") from None
    if not path.is_file():
        raise ImageError(f"{path}: no such file, expected a PDF")
    try:
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                width, height = (round(side * _DOTS / 72) for side in page.get_size())
                if width * height > _MOST_PIXELS:
                    raise ImageError(f"{path}: has a page of {width} x {height} pixels, {_BOUND}")
                pixels = page.render(scale=_DOTS / 72, grayscale=True).to_numpy()
                yield pixels.reshape(pixels.shape[:2]).copy()
    except pypdfium2.PdfiumError as error:
        raise ImageError(f"{path}: is no PDF, locked or broken ({error})") from None


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return _scaled(np.asarray(image, np.float64))
    if image.has_transparency_data:
        return _flattened(image.convert("RGBA"))
    return np.asarray(image.convert("L"))


def _scaled(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    low, high = min(low, 0.0), max(high, 255.0 if high > 1 else 1.0)
    if high > 255:  # 16 bits; what a camera calls white is seldom 65535
        high = 65535.0 if high > 4095 else 4095.0 if high > 1023 else 1023.0
    return (np.clip((values - low) / (high - low), 0, 1) * 255).round().astype(np.uint8)


def _flattened(image: Image.Image) -> NDArray[np.uint8]:
    """The image on paper: white, or black where the opaque part is light ink."""
    alpha = np.asarray(image.getchannel("A"), np.float64) / 255
    grey = np.asarray(image.convert("RGB").convert("L"), np.float64)
    opaque = alpha > 0.5
    light_ink = bool(opaque.any()) and not opaque.all() and float(grey[opaque].mean()) > 127
    paper = 0.0 if light_ink else 255.0
    return (grey * alpha + paper * (1 - alpha)).round().astype(np.uint8)
