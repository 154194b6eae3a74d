"""Pictures of any size -> the one form that networks see, exactly as `predict` brings them there.

Arrays of 28x28 are left as they are, as MNIST's form is that, but for paper, which is turned black.
Of pictures in files, those stay as they are that are in the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from inkgrad.data.split import Images
from inkgrad.data.streams import MOST_PIXELS
from inkgrad.errors import DataError, ImageError
from inkgrad.images.files import open_grey, open_to_read
from inkgrad.ink.character import SIDE, from_image

_TURNED = "dark on light, turned light on black"
_FORMED = f"brought to {SIDE} x {SIDE} pixels, as predict does it (--as-is leaves them)"


def in_form(where: str, parts: Sequence[Images], as_is: bool) -> tuple[list[Images], list[str]]:
    """Parts of a data set, each (n, h, w), as networks take them; and what was done, in words."""
    if as_is:
        return list(parts), []
    sizes = {part.shape[1:] for part in parts}
    if sizes == {(SIDE, SIDE)}:
        if _dark_on_light(parts[0]):
            return [255 - part for part in parts], [f"its images are {_TURNED}"]
        return list(parts), []
    formed = []
    for part in parts:
        glyphs = np.empty((len(part), SIDE, SIDE), np.uint8)
        for number, image in enumerate(part):
            glyphs[number] = _formed(image, f"{where}: image {number}")
        formed.append(glyphs)
    height, width = parts[0].shape[1:]
    return formed, [f"its images of {width} x {height} pixels are {_FORMED}"]


def read_pictures(files: Iterable[Path], as_is: bool) -> tuple[Images, list[str]]:
    """The pictures in these files (n, h, w), as networks take them; and what was done, in words.

    They are brought to the form one by one; what is in it already stays bit for bit. `as_is` leaves
    all untouched, and then they must be of one size. Raises DataError, naming the file.
    """
    pictures: list[Images] = []
    done: set[str] = set()
    pixels = 0
    for file in files:
        try:
            grey = open_grey(file) if as_is else open_to_read(file).first().grey
        except ImageError as error:
            raise DataError(str(error)) from None
        if as_is and pictures and grey.shape != pictures[0].shape:
            raise DataError(
                f"{file}: is {_size(grey)}, but the first image is {_size(pictures[0])}: "
                "expected one size"
            )
        pictures.append(grey if as_is else _formed(grey, f"{file}:"))
        done.add(_what_was_done(grey, pictures[-1]))
        pixels += pictures[-1].size
        if pixels > MOST_PIXELS:
            raise DataError(f"{file.parent}: holds more than {MOST_PIXELS:,} pixels")
    notes = [f"its pictures are {what}" for what in (_FORMED, _TURNED) if what in done]
    return np.stack(pictures), notes[:1]


def _what_was_done(given: Images, formed: Images) -> str:
    if np.array_equal(given, formed):
        return ""
    return _TURNED if np.array_equal(255 - given, formed) else _FORMED


def _formed(image: Images, what: str) -> Images:
    try:
        return from_image(image)
    except ImageError as error:
        raise DataError(f"{what} {error}; or leave them untouched with --as-is") from None


def _dark_on_light(images: Images) -> bool:
    """Whether most images have light edges: paper, and so ink to be turned light."""
    edges = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    return float(np.median(edges)) > 127


def _size(image: Images) -> str:
    return f"{image.shape[1]} x {image.shape[0]} pixels"
