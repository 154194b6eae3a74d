"""Images as pages of a PDF: as large as they are on paper, upright, and nothing lost."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from inkgrad.images.files import grey_of

if TYPE_CHECKING:
    import pikepdf

_DOTS = 200.0  # to the inch, where an image does not say
_LEAST_DOTS, _MOST_DOTS = 20.0, 5000.0
_UNKNOWN = 72.0  # what the EXIF standard has cameras write where it is not known
_LONGEST = 47.0  # inches: an image said to be longer than A0 does not know
_PDF_LONGEST = 200.0  # inches: no page of a PDF may be longer
_LEAST_POINTS = 3.0  # no page may have a shorter side
_ORIENTATION = 274  # EXIF
_TURNED = {  # EXIF orientation -> what takes the unit square of the image to that of the page
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def add_image(pdf: pikepdf.Pdf, path: Path, image: Image.Image) -> tuple[pikepdf.Page, int]:
    """Add a page that is this image, opened from this file; the page, and how many bytes it took.

    A JPEG goes in as it is, turned on the page as its EXIF orientation says. Other images are
    stored without loss, grey where they are transparent or of 16 bits.
    """
    from pikepdf import Dictionary

    orientation = image.getexif().get(_ORIENTATION, 1)
    orientation = orientation if orientation in _TURNED else 1
    across, down = resolution(image)
    if image.format == "JPEG" and image.mode in ("L", "RGB", "CMYK"):
        stream = _as_it_is(pdf, path, image)
    else:
        plain = image.mode in ("1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "HSV")
        if image.has_transparency_data or not plain:
            upright, orientation = Image.fromarray(grey_of(image)), 1
            if upright.size != image.size:
                across, down = down, across
            image = upright
        stream = _without_loss(pdf, image)
    width, height = image.width * 72 / across, image.height * 72 / down
    if orientation > 4:
        width, height = height, width
    width, height = _allowed(width, height)
    sheet = pdf.add_blank_page(page_size=(width, height))
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Image=stream))
    sides = (width, height) * 3
    turned = (f"{x * side:.5f}" for x, side in zip(_TURNED[orientation], sides, strict=True))
    sheet.contents_add(f"q {' '.join(turned)} cm /Image Do Q\n".encode())
    return sheet, len(stream.read_raw_bytes())


def _allowed(width: float, height: float) -> tuple[float, float]:
    """A page of this form that is as large as one has to be, and no larger than one may be."""
    larger = max(1.0, _LEAST_POINTS / min(width, height))
    most = 72 * _PDF_LONGEST
    sides = (min(max(larger * side, _LEAST_POINTS), most) for side in (width, height))
    across, down = sides
    return across, down


def resolution(image: Image.Image) -> tuple[float, float]:
    """Dots to the inch, across and down, as the file says if that can be; 200 otherwise."""
    try:
        across, down = (float(dots) for dots in image.info.get("dpi", ()))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    known = all(_LEAST_DOTS <= dots <= _MOST_DOTS for dots in (across, down))
    known = known and (across, down) != (_UNKNOWN, _UNKNOWN)
    if known and max(image.width / across, image.height / down) <= _LONGEST:
        return across, down
    dots = max(_DOTS, *(side / _PDF_LONGEST for side in image.size))
    return dots, dots


def _as_it_is(pdf: pikepdf.Pdf, path: Path, image: Image.Image) -> pikepdf.Stream:
    from pikepdf import Array, Name, Stream

    stream = Stream(pdf, path.read_bytes())
    _describe(stream, image.size, 8)
    stream.Filter = Name.DCTDecode
    spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
    stream.ColorSpace = spaces[image.mode]
    if image.mode == "CMYK" and "adobe" in image.info:  # such files have their inks the other way
        stream.Decode = Array([1, 0] * 4)
    return stream


def _without_loss(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    """The compressed rows of a PNG: a PDF stores them the same way."""
    from pikepdf import Dictionary, Name, Stream

    if image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=4)
    bits, colors = (1 if image.mode == "1" else 8), len(image.getbands())
    stream = Stream(pdf, b"".join(_chunks(file.getvalue(), b"IDAT")))
    _describe(stream, image.size, bits)
    stream.Filter = Name.FlateDecode
    stream.ColorSpace = Name.DeviceRGB if colors == 3 else Name.DeviceGray
    stream.DecodeParms = Dictionary(
        Predictor=15, Colors=colors, BitsPerComponent=bits, Columns=image.width
    )
    return stream


def _describe(stream: pikepdf.Stream, size: tuple[int, int], bits: int) -> None:
    from pikepdf import Name

    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = size
    stream.BitsPerComponent = bits


def _chunks(png: bytes, kind: bytes) -> list[bytes]:
    """The contents of the chunks of this kind in a PNG file."""
    at, found = 8, []
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == kind:
            found.append(png[at + 8 : at + 8 + length])
        at += 12 + length
    return found
