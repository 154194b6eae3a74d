"""The one door for arrays: pixels of any range and type, labels of any kind -> what a Split holds.

What can be told is brought to the one form: pixels uint8 from black to full ink, labels counted
from 0. What could mean two things, or nothing, is refused with what was expected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.split import Images, Labels, Split, names_of
from inkgrad.errors import DataError

MOST_CLASSES = 10_000
_DIM = 0.25  # the brightest pixel of a whole data set is not under this part of full ink
_SLACK = 1e-3  # what resampling and rounding may go beyond 0..1
_BLOCK = 4096  # images that are converted at a time
_PIXELS = "expected 0 to 255, or 0 to 1"


def checked(
    images: Any, labels: Any, classes: Sequence[str] | None = None, what: str = "the data"
) -> tuple[Images, Labels, tuple[str, ...]]:
    """Images (n, h, w) uint8, labels (n,) counted from 0, and the names of the classes.

    images (n, h, w), (n, h, w, 1), (n, 1, h, w) or (n, side * side): bool, whole numbers or floats,
    0..255 or 0..1; where nothing is above 1, 1 is full ink. labels: text, one-hot rows, or whole
    numbers, also as floats. `classes` are the names that the labels count from 0; without them each
    value is a class, named by it, and numbers that begin at 0 keep their own places. `what` names
    the data in an error. Raises DataError.
    """
    pixels = as_pixels(images, what)
    numbers, names = numbered(labels, classes, what)
    _same_length(pixels, numbers, what)
    return pixels, numbers, names


def checked_split(
    images: Any, labels: Any, classes: Sequence[str] | int | None = None, what: str = "the data"
) -> Split:
    """The same as a Split, for a network: whole numbers are the places of its outputs, as they are.

    `classes` are the names of the outputs, or how many there are; a label beyond them is refused.
    Images and labels that are in form already are not copied.
    """
    pixels = as_pixels(images, what)
    values = plain_labels(labels, what)
    if values.dtype.kind in "iu":
        count = classes if isinstance(classes, int) else len(classes) if classes else MOST_CLASSES
        _within(values, count, what)
        numbers: Labels = np.asarray(values, np.intp)
    else:
        names = classes if not isinstance(classes, int) else None
        numbers, found = numbered(values, names, what)
        if isinstance(classes, int) and len(found) > classes:
            raise DataError(f"{what} has {len(found)} classes, expected at most {classes}")
    _same_length(pixels, numbers, what)
    return Split(pixels, numbers)


def as_pixels(images: Any, what: str = "the data") -> Images:
    """Images (n, h, w) uint8 from what is listed at `checked`; the same object if it is that."""
    array = _squares(_numbers_of(images, what), what)
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint8:
        _scale(Range(0, float(array.max()), False), what)
        full_ink = array.max() == 1
        return array * np.uint8(255) if full_ink else np.asarray(array, np.uint8)
    scale = _scale(_range(array, what), what)
    out = np.empty(array.shape, np.uint8)
    for block in _blocks(len(array)):
        np.clip(np.round(np.asarray(array[block], np.float64) * scale), 0, 255, out=out[block],
                casting="unsafe")  # fmt: skip
    return out


def numbered(
    labels: Any, classes: Sequence[str] | None = None, what: str = "the data"
) -> tuple[Labels, tuple[str, ...]]:
    """Labels (n,) counted from 0 and the names that they count, as `checked` says."""
    values = plain_labels(labels, what)
    names = tuple(map(str, classes)) if classes is not None else None
    if values.dtype.kind == "U":
        return _by_name(values, names, what)
    if names is not None:
        present = np.unique(values)
        if len(present) == len(names) and present[0] == 1 and present[-1] == len(names):
            values = values - 1  # counted from 1, all of them
        _within(values, len(names), what)
        return values.astype(np.intp), names
    present, places = np.unique(values, return_inverse=True)
    _few_enough(len(present), what)
    if present[0] == 0 and 2 * len(present) > int(present[-1]):
        return values.astype(np.intp), names_of(values.astype(np.intp))
    return places.reshape(-1).astype(np.intp), tuple(map(str, present.tolist()))


@dataclass(frozen=True)
class Range:
    """The least and the largest pixel, and whether there are fractions."""

    low: float
    high: float
    fractions: bool


def _scale(found: Range, what: str) -> float:
    """What pixels of this range are to be multiplied by, to be of 0..255; DataError if unclear."""
    low, high = found.low, found.high
    slack = _SLACK if found.fractions else 0.0
    if not (math.isfinite(low) and math.isfinite(high)):
        raise DataError(f"{what} has pixels that are no numbers (nan or inf), {_PIXELS}")
    if low < -slack or high > 255 + slack:
        raise DataError(f"{what} has pixels outside 0..255, from {low:g} to {high:g}: {_PIXELS}")
    full = 1.0 if high <= 1 + slack else 255.0
    if 0 < high < _DIM * full:
        raise DataError(f"{what} has no pixel above {high:g}, {_PIXELS}: multiply them to that")
    return 255.0 / full


def _range(array: NDArray[Any], what: str) -> Range:
    low, high, fractions = math.inf, -math.inf, False
    for block in _blocks(len(array)):
        part = array[block]
        if not np.isfinite(part).all():
            return Range(math.nan, math.nan, True)
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        fractions = fractions or (part.dtype.kind == "f" and bool((part != np.round(part)).any()))
    return Range(low, high, fractions)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))


def _array(values: Any, what: str, of: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (ValueError, TypeError) as error:  # rows of different lengths
        raise DataError(f"{what} has {of} that make no array ({error})") from None


def _numbers_of(images: Any, what: str) -> NDArray[Any]:
    array = _array(images, what, "images")
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (ValueError, TypeError) as error:
            raise DataError(f"{what} has pixels that are no numbers ({error})") from None
    if array.dtype.kind not in "buif":
        raise DataError(f"{what} has pixels of type {array.dtype}, expected numbers")
    return array


def _squares(array: NDArray[Any], what: str) -> NDArray[Any]:
    """The images as (n, h, w)."""
    shape = array.shape
    if array.ndim == 4 and shape[3] == 1:
        array = array[..., 0]
    elif array.ndim == 4 and shape[1] == 1:
        array = array[:, 0]
    elif array.ndim == 2 and (side := math.isqrt(shape[1])) > 1 and side * side == shape[1]:
        array = array.reshape(-1, side, side)
    if array.ndim != 3 or 0 in array.shape[1:]:
        raise DataError(
            f"{what} has images of shape {shape}, expected grey ones: (n, height, width), "
            "(n, height, width, 1), or (n, pixels) of a square"
        )
    if not len(array):
        raise DataError(f"{what} is empty, expected images")
    return array


def plain_labels(labels: Any, what: str) -> NDArray[Any]:
    """Labels as a vector of whole numbers or of text; one-hot rows become numbers."""
    values = _array(labels, what, "labels")
    if values.dtype.kind == "O":
        values = _unpacked(values, what)
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if not values.size:
        raise DataError(f"{what} is empty, expected labels")
    if values.dtype.kind not in "buifU" or values.ndim not in (1, 2):
        raise DataError(
            f"{what} has labels of type {values.dtype} and shape {values.shape}, "
            "expected whole numbers, text, or one-hot rows"
        )
    if values.ndim == 2:
        return _from_one_hot(values, what)
    if values.dtype.kind == "f":
        whole = np.isfinite(values) & (values == np.round(values)) & (np.abs(values) < 2**53)
        if not whole.all():
            bad = values[~whole][0]
            raise DataError(f"{what} has labels that are no whole numbers, {bad:g} among them")
    return values if values.dtype.kind in "iuU" else values.astype(np.int64)


def _unpacked(values: NDArray[Any], what: str) -> NDArray[Any]:
    """Objects, as pandas gives them: text where any is text, else numbers."""
    flat = values.ravel().tolist()
    if any(value is None or value != value for value in flat):
        raise DataError(f"{what} has labels that are missing (None or nan), expected one an image")
    if any(isinstance(value, str) for value in flat):
        return np.array(list(map(str, flat)), np.str_).reshape(values.shape)
    try:
        return values.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(f"{what} has labels of mixed kinds ({error})") from None


def _from_one_hot(values: NDArray[Any], what: str) -> NDArray[Any]:
    hot = values == 1 if values.dtype.kind != "U" else np.zeros(values.shape, bool)
    if not (np.count_nonzero(values) == len(values) and (hot.sum(axis=1) == 1).all()):
        raise DataError(
            f"{what} has labels of shape {values.shape} that are not one-hot, "
            "expected a single 1 in each row, or one label an image"
        )
    return hot.argmax(axis=1)


def _by_name(
    values: NDArray[Any], names: tuple[str, ...] | None, what: str
) -> tuple[Labels, tuple[str, ...]]:
    present, places = np.unique(values, return_inverse=True)
    texts = [str(text) for text in present.tolist()]
    if names is None:
        _few_enough(len(texts), what)
        order = sorted(texts, key=_in_order)
        names = tuple(order)
    place = {name: number for number, name in enumerate(names)}
    unknown = next((text for text in texts if text not in place), None)
    if unknown is not None:
        raise DataError(f"{what} has label {unknown[:40]!r}, expected one of {listed(names)}")
    return np.array([place[text] for text in texts], np.intp)[places.reshape(-1)], names


def several_classes(name: str, labels: Labels, classes: Sequence[str]) -> None:
    """DataError where all samples are of one class: there is nothing to be learned."""
    present = np.unique(labels)
    if len(present) == 1:
        raise DataError(
            f"{name}: all {len(labels):,} samples are of one class, {classes[present[0]][:40]}: "
            "expected at least 2"
        )


def _in_order(name: str) -> tuple[bool, int, str]:
    """Numbers by size, then text by its letters."""
    number = name.isascii() and name.isdigit() and len(name) < 20
    return not number, int(name) if number else 0, name


def listed(names: Sequence[str], most: int = 12) -> str:
    """The first names, for an error."""
    return ", ".join(name[:20] for name in names[:most]) + (", ..." if len(names) > most else "")


def _within(values: NDArray[Any], count: int, what: str) -> None:
    low, high = int(values.min()), int(values.max())
    if low < 0 or high >= count:
        bad = low if low < 0 else high
        raise DataError(f"{what} has label {bad}, expected 0 to {count - 1}")


def _few_enough(count: int, what: str) -> None:
    if count > MOST_CLASSES:
        raise DataError(f"{what} has {count:,} different labels, expected at most {MOST_CLASSES:,}")


def _same_length(images: Images, labels: Labels, what: str) -> None:
    if len(images) != len(labels):
        raise DataError(f"{what} has {len(images):,} images but {len(labels):,} labels")
