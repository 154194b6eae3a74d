"""The pixels of an opened image as grey and as colour, a few rows at a time.

Whatever the depth, no more than the opened image, what comes out of it, and a strip is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Bytes = NDArray[np.uint8]
_STRIP = 2_000_000  # pixels
WHITE_IS_ZERO, UNSIGNED = "white is zero", "unsigned"
"""What an image's `info` says of a deep TIFF beyond what Pillow has a mode for."""

_FORMAT = 339  # a tag of TIFF
_RANGES = ((340, 341), (280, 281))  # tags of the least and the greatest value
_SIGNED = 2
_GREY = ("1", "L", "LA", "La")
_UNSIGNED_TOPS = (255.0, 1023.0, 4095.0, 65535.0, 2.0**24 - 1, 2.0**32 - 1)
_SIGNED_TOPS = (127.0, 2047.0, 32767.0, 2.0**31 - 1)


def grey_levels(image: Image.Image) -> Bytes:
    """A loaded image as grey (h, w), 0 black to 255 white, not turned.

    Transparent pixels become white paper, or black where all that is opaque is light. Values of
    more than 8 bits, with a sign or with a fraction are scaled by what a TIFF says of their range,
    else by the least usual range that has them all.
    """
    if _is_deep(image):
        return _scaled(image)
    if image.has_transparency_data:
        return _flattened(image, "L")
    if image.mode == "LAB":
        return _filled(image, lambda strip: np.asarray(strip.getchannel("L")))
    return _filled(image, lambda strip: np.asarray(strip.convert("L")))


def colours(image: Image.Image) -> Bytes | None:
    """The same in colour (h, w, 3); None where the image has none."""
    if not has_colour(image):
        return None
    if image.has_transparency_data:
        return _flattened(image, "RGB")
    if image.mode == "LAB":
        to_rgb = ImageCms.buildTransform(
            ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
        )
        return _filled(image, lambda strip: np.asarray(to_rgb.apply(strip)))
    return _filled(image, lambda strip: np.asarray(strip.convert("RGB")))


def has_colour(image: Image.Image) -> bool:
    """Whether an image is of a mode that has colours."""
    return not (_is_deep(image) or image.mode in _GREY)


def _is_deep(image: Image.Image) -> bool:
    signed = image.mode == "L" and _tag(image, _FORMAT) == _SIGNED
    return image.mode in ("I", "F") or image.mode.startswith("I;") or signed


def _strips(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    width, height = image.size
    rows = max(1, _STRIP // max(width, 1))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        yield slice(top, bottom), image.crop((0, top, width, bottom))


def _filled(image: Image.Image, of_strip: Any) -> Bytes:
    out: Bytes | None = None
    for rows, strip in _strips(image):
        part = of_strip(strip)
        if out is None:
            out = np.empty((image.height, *part.shape[1:]), np.uint8)
        out[rows] = part
    return np.empty((0, image.width), np.uint8) if out is None else out


def _flattened(image: Image.Image, mode: str) -> Bytes:
    """The image on paper: white, or black where the opaque part is light ink."""
    total = count = 0
    for _, strip in _strips(image):
        rgba = strip.convert("RGBA")
        opaque = np.asarray(rgba.getchannel("A")) > 127
        total += int(np.asarray(rgba.convert("RGB").convert("L"))[opaque].sum(dtype=np.int64))
        count += int(opaque.sum())
    light_ink = 0 < count < image.width * image.height and total / count > 127
    paper = 0.0 if light_ink else 255.0

    def on_paper(strip: Image.Image) -> Bytes:
        rgba = strip.convert("RGBA")
        alpha = np.asarray(rgba.getchannel("A"), np.float64) / 255
        plain = np.asarray(rgba.convert("RGB").convert(mode), np.float64)
        alpha = alpha if plain.ndim == 2 else alpha[..., None]
        return (plain * alpha + paper * (1 - alpha)).round().astype(np.uint8)

    return _filled(image, on_paper)


def _scaled(image: Image.Image) -> Bytes:
    low, high = _said_range(image) or _usual_range(image)

    def scaled(values: NDArray[Any]) -> Bytes:
        values = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        return (np.clip((values - low) / (high - low), 0, 1) * 255).round().astype(np.uint8)

    if image.mode.startswith("I;16"):  # there are not so many values: each is scaled once
        table = scaled(np.arange(65536))
        out = _filled(image, lambda strip: table[_values(strip, image)])
    else:
        out = _filled(image, lambda strip: scaled(_values(strip, image)))
    return np.subtract(255, out, out=out) if image.info.get(WHITE_IS_ZERO) else out


def _values(strip: Image.Image, image: Image.Image) -> NDArray[Any]:
    """The values of a strip, with a sign or without as its image's tags have them."""
    raw = np.asarray(strip)
    signed = _tag(image, _FORMAT) == _SIGNED
    if image.mode == "L" and signed:
        raw = raw.view(np.int8)
    elif image.mode == "I" and image.info.get(UNSIGNED):
        raw = raw.view(np.uint32)  # Pillow has no mode for them
    return raw


def _said_range(image: Image.Image) -> tuple[float, float] | None:
    """The range of values that a TIFF says it has."""
    for tags in _RANGES:
        low, high = (_tag(image, tag) for tag in tags)
        if isinstance(high, int | float) and not isinstance(high, bool):
            low = float(low) if isinstance(low, int | float) else 0.0
            if low < high < float("inf"):
                return low, float(high)
    return None


def _usual_range(image: Image.Image) -> tuple[float, float]:
    """The least usual range of values that has all that are there."""
    low, high = 0.0, 0.0
    for _, strip in _strips(image):
        values = _values(strip, image)
        if image.mode == "F":
            values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if low < 0 and image.mode != "F":  # what a camera or a scanner calls white is seldom the top
        top = next(top for top in _SIGNED_TOPS if low >= -top - 1 and high <= top)
        return -top - 1, top
    tops = _UNSIGNED_TOPS if image.mode != "F" else (*_UNSIGNED_TOPS[:4], high)
    return low, 1.0 if high <= 1 else next(top for top in tops if high <= top)


def _tag(image: Image.Image, tag: int) -> Any:
    """The first value of a tag of a TIFF; None where it has none, and for any other image."""
    tags = getattr(image, "tag_v2", None)
    value = None if tags is None else tags.get(tag)
    return (value[0] if value else None) if isinstance(value, tuple) else value
