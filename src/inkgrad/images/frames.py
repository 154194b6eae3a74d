"""The images in a file that Pillow opens: bounded before they are decoded, and one at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from contextlib import ExitStack
from itertools import islice
from typing import BinaryIO, TypeVar

from PIL import Image, UnidentifiedImageError

from inkgrad.errors import ImageError
from inkgrad.images import levels, tiff
from inkgrad.images.budget import DECODING
from inkgrad.images.given import Given
from inkgrad.images.page_ranges import PageRanges
from inkgrad.images.tiff import TiffPage
from inkgrad.images.upright import BROKEN, orientation_of, swapped

MOST_PIXELS = 120_000_000  # a 35-megapixel scan fits three times; a decompression bomb does not
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "JPEG2000")
BOUND = f"expected at most {MOST_PIXELS // 10**6} megapixels"
_MOST_REDUCED = 30_000_000  # pixels of a JPEG 2000: its decoder takes 18 bytes for each
_MOST_WEBP = 75_000_000  # and that of WebP 15, and has no way to give fewer of them
_DECODERS = {"WEBP": 14, "JPEG2000": 17}  # bytes a pixel while they work
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "I;16L": 2}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_Used = TypeVar("_Used")


def frames(
    given: Given,
    wanted: PageRanges,
    use: Callable[[Image.Image, int, int], _Used],
    colour: bool = False,
) -> Generator[_Used | ImageError, None, None]:
    """What `use` makes of each image, loaded, with its number and its orientation as stored.

    `colour` says that it makes colours of it too, which take their memory.

    A TIFF may have several; of any other file it is the first. An image that Pillow has turned
    when it loaded it is upright, and its resolution with it. An error stands for each that cannot
    be opened.
    """
    if given.image is not None:
        yield _attempt(given.name, given.image, 1, use, colour)
        return
    assert given.file is not None
    count = 0
    for count, page in enumerate(islice(tiff.pages(given.file), wanted.last), 1):
        if count in wanted:
            yield _attempt(given.name, page, count, use, colour)
    if not any(True for _ in wanted.upto(count)):
        yield ImageError(f"{given.name}: has {count:,} pages, expected some of {wanted}")


def _attempt(
    name: str,
    source: TiffPage | Image.Image,
    number: int,
    use: Callable[[Image.Image, int, int], _Used],
    colour: bool,
) -> _Used | ImageError:
    try:
        with warnings.catch_warnings(), ExitStack() as stack:
            warnings.simplefilter("ignore")  # Pillow's own warnings; our bound is below
            return _used(name, source, number, use, colour, stack)
    except ImageError as error:
        return error
    except UnidentifiedImageError:
        assert not isinstance(source, Image.Image)
        return _unknown(name, source.file)
    except Image.DecompressionBombError:  # Pillow's own bound comes first for the largest
        return ImageError(f"{name}: is far too large, {BOUND}")
    except MemoryError:
        return ImageError(f"{name}: does not fit into memory, expected a smaller image")
    except BROKEN as error:
        return ImageError(f"{name}: is truncated or broken ({error})")


def _used(
    name: str,
    source: TiffPage | Image.Image,
    number: int,
    use: Callable[[Image.Image, int, int], _Used],
    colour: bool,
    stack: ExitStack,
) -> _Used:
    if isinstance(source, Image.Image):
        image = source
    else:  # never by its path: Pillow would map it into memory as it lies there, turned or not
        image = Image.open(source.file, formats=(*FORMATS, *_more(name, source.file)))
        image.info[levels.WHITE_IS_ZERO] = source.white_is_zero
        image.info[levels.UNSIGNED] = source.unsigned
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ImageError(f"{name}: is {width} x {height} pixels, {BOUND}")
    if width * height > _MOST_WEBP and image.format == "WEBP":
        most = f"expected at most {_MOST_WEBP // 10**6} megapixels of WebP"
        raise ImageError(f"{name}: is {width} x {height} pixels, {most}")
    if image.format == "JPEG2000":
        width, height = _reduced(image)
    each = _DECODERS.get(str(image.format), _BYTES.get(image.mode, 4)) + 1
    each += 3 if colour and levels.has_colour(image) else 0
    stack.enter_context(DECODING.held(width * height * each))
    orientation = orientation_of(image)
    image.load()
    if image.format == "TIFF":  # is upright now
        for key in ("dpi", "resolution"):
            if key in image.info:
                image.info[key] = swapped(image.info[key], orientation)
        orientation = 1
    return use(image, number, orientation)


def _reduced(image: Image.Image) -> tuple[int, int]:
    """Have half as many pixels decoded on each side until they are few enough; their size."""
    power, (width, height) = 0, image.size
    while (width >> power) * (height >> power) > _MOST_REDUCED:
        power += 1
    image.reduce = power  # type: ignore[assignment, method-assign]
    return width >> power, height >> power


def _more(name: str, file: BinaryIO) -> tuple[str, ...]:
    """The formats that another library opens, if the file is of one."""
    head = file.read(12)
    file.seek(0)
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIC:
        return ()
    try:
        import pillow_heif
    except ImportError:
        raise ImageError(
            f"{name}: is HEIC, and reading that needs pillow-heif: pip install 'inkgrad[heic]'"
        ) from None
    pillow_heif.register_heif_opener()
    return ("HEIF",)


def _unknown(name: str, file: BinaryIO) -> ImageError:
    file.seek(0)
    if file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return ImageError(
            f"{name}: is a broken TIFF, or of a kind that is not known, expected grey or colour of "
            "8 bits: save it as such, or as PNG"
        )
    return ImageError(
        f"{name}: is no image, expected PNG, JPEG, TIFF, BMP, GIF, WebP, PGM, JPEG 2000, "
        "HEIC or PDF"
    )
