"""What scikit-learn calls X as a network takes it: rows of values, or images of one size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.augment import Augmented, by_name
from inkgrad.data.dataset import Split
from inkgrad.errors import UsageError
from inkgrad.nn.architectures import PIXELS
from inkgrad.nn.vectors import Array, Shape
from inkgrad.training.step import Source

Pair = tuple[int, int]


class EstimatorError(UsageError, ValueError):
    """A parameter or an input that a NetworkClassifier cannot do with; a ValueError too."""


@dataclass(frozen=True, eq=False)
class Rows:
    """A source of any values (n, ...) that a network takes; labels (n,) integers in 0..k-1."""

    values: Array
    labels: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, places: NDArray[Any], rng: np.random.Generator) -> tuple[Array, Array]:
        """The values and labels at these places."""
        return self.values[places], self.labels[places]

    def take(self, places: NDArray[Any]) -> Rows:
        """The part at these places, copied."""
        return Rows(self.values[places], self.labels[places])

    def augmented(self, how: str, strength: float) -> Source:
        """The images deformed anew in every batch; they become whole pixels for that."""
        if how == "none":
            return self
        pixels = self.values
        if pixels.dtype != np.uint8:
            if pixels.min() < 0 or pixels.max() > 1:
                raise EstimatorError(
                    f"X has pixels from {pixels.min():g} to {pixels.max():g}, but augment takes "
                    "uint8 0..255 or floats 0..1"
                )
            pixels = np.round(255 * pixels).astype(np.uint8)
        return Augmented(Split(pixels, self.labels), by_name(how).times(strength))


def flat(X: Any) -> tuple[Any, Pair | None]:
    """X (n, h, w) or (n, h, w, 1) as rows (n, h * w), and (h, w); anything else as it is."""
    shape: Shape = tuple(getattr(X, "shape", ()))
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    if len(shape) != 3:
        return X, None
    return np.asarray(X).reshape(shape[0], shape[1] * shape[2]), (shape[1], shape[2])


def image_shape(features: int, seen: Pair | None, given: Any, needed: str) -> Pair | None:
    """The height and width of samples of so many features; None where they are no images.

    `seen` is the shape that they came in, `given` the parameter; `needed` names what asks for
    images, if anything does. Raises EstimatorError where they are none, or of no known size.
    """
    if given is not None:
        shape = pair("image_shape", given)
        if math.prod(shape) != features or seen not in (None, shape):
            raise EstimatorError(
                f"image_shape is {shape}, but X has {features} values a sample, "
                f"expected {math.prod(shape)}"
            )
        return shape
    if seen is not None or not needed:
        return seen
    if features != PIXELS:
        raise EstimatorError(
            f"X has {features} values a sample, but {needed} takes images: expected 784 of 28 x "
            "28, an array (n, height, width), or image_shape=(height, width)"
        )
    return (28, 28)


def pair(name: str, given: Any) -> Pair:
    """A parameter that is a height and a width; EstimatorError for what is not."""
    try:
        height, width = (int(size) for size in given)
    except (ValueError, TypeError):
        raise EstimatorError(f"{name} is {given!r}, expected (height, width)") from None
    if height < 1 or width < 1:
        raise EstimatorError(f"{name} is {given!r}, expected sizes of at least 1")
    return height, width


def as_images(X: Array, shape: Pair, size: Pair | None) -> Array:
    """Rows (n, h * w) as images (n, h, w), brought to `size` where one is given.

    uint8 0..255 or floats about 0..1; EstimatorError for floats that go up to 255.
    """
    images = X.reshape(len(X), *shape)
    if images.dtype.kind == "f" and images.size and images.min() >= 0 and images.max() > 2:
        raise EstimatorError(
            f"X has {images.dtype} pixels up to {images.max():g}, expected uint8 0..255 or floats "
            "0..1: divide them by 255"
        )
    if size is None or size == shape:
        return images
    if images.dtype == np.uint8:
        images = np.multiply(images, 1 / 255, dtype=np.float32)
    down, across = (resampling(a, b, images.dtype) for a, b in zip(shape, size, strict=True))
    return np.ascontiguousarray(down @ images @ across.T)


def resampling(before: int, after: int, dtype: np.dtype[Any]) -> Array:
    """The matrix (after, before) that resamples a row of pixels, linearly, its parts meaned."""
    scale = before / after
    reach = max(1.0, scale)
    centres = (np.arange(after) + 0.5) * scale - 0.5
    weights = np.maximum(1 - np.abs(np.arange(before) - centres[:, np.newaxis]) / reach, 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype)


def network_shape(values: Array, layers_take_images: bool) -> Shape:
    """The input shape of a network for values (n, f) or (n, h, w)."""
    shape: Shape = tuple(values.shape[1:])
    return (*shape, 1) if layers_take_images else (math.prod(shape),)
