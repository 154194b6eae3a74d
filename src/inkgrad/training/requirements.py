"""What training needs, asked before its first step: so that a mistake is said where it is made."""

from __future__ import annotations

import math

import numpy as np

from inkgrad.data.dataset import Dataset, Split
from inkgrad.errors import DataError, ShapeError, UsageError
from inkgrad.nn.losses import Loss, open_cross_entropy, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.training.settings import Settings
from inkgrad.training.step import Source, part_loss
from inkgrad.training.weights import split_of


def admitted(
    network: Network, data: Source, settings: Settings, validation: Source | None, loss: Loss
) -> tuple[Source, Source | None]:
    """The training and validation data, as they are trained and validated with.

    Raises UsageError, DataError or ShapeError where these cannot be trained together.
    """
    if not isinstance(network, Network):
        raise UsageError(f"got {type(network).__name__} as the network, expected a Network")
    if not isinstance(settings, Settings):
        raise UsageError(f"got {type(settings).__name__} as settings, expected Settings(...)")
    part_loss(loss, settings.label_smoothing)
    if validation is None and settings.goes_by_validation:
        raise UsageError(
            f"{settings.goes_by_validation} goes by validation losses, but there are no validation "
            "data: expected validation=..."
        )
    data = _admitted("the training data", data, network, loss)
    if validation is not None:
        validation = _admitted("the validation data", validation, network, loss)
    return data, validation


def _admitted(what: str, source: Source, network: Network, loss: Loss) -> Source:
    if isinstance(source, Dataset):
        raise UsageError(f"{what} are a whole Dataset, expected a part of it: .train, or use fit")
    if not hasattr(source, "batch") or not hasattr(source, "__len__"):
        raise UsageError(f"{what} are a {type(source).__name__}, expected a Split of images")
    if not len(source):
        raise DataError(f"{what} are empty, expected at least one sample")
    split = split_of(source)
    if isinstance(split, Split):
        _require_images(what, split, network)
        if loss in (softmax_cross_entropy, open_cross_entropy):
            lowest = -1 if loss is open_cross_entropy else 0
            _require_labels(what, split, network.output_shape[-1], lowest)
    return source


def _require_images(what: str, split: Split, network: Network) -> None:
    images, shape = np.asarray(split.images), network.input_shape
    if len(images) != len(split.labels):
        raise DataError(f"{what} have {len(images):,} images but {len(split.labels):,} labels")
    fits = network.any_width or math.prod(images.shape[1:]) == math.prod(shape)
    if not fits:
        raise ShapeError(
            f"{what} have images of shape {images.shape[1:]}, "
            f"but the network takes {' x '.join(map(str, shape))}"
        )
    if images.dtype.kind not in "fb" and images.dtype != np.uint8:
        raise DataError(
            f"{what} have {images.dtype} pixels, expected uint8 0..255 or floats 0..1: "
            "Dataset.from_arrays makes them"
        )
    if images.dtype.kind == "f":
        low, high = float(images.min()), float(images.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            raise DataError(f"{what} have pixels that are not finite")
        if low >= 0 and high > 2:  # brought to mean 0, some are below
            raise DataError(
                f"{what} have {images.dtype} pixels up to {high:g}, "
                "expected uint8 0..255 or floats 0..1: Dataset.from_arrays makes them"
            )


def _require_labels(what: str, split: Split, classes: int, lowest: int) -> None:
    labels = np.asarray(split.labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"{what} have {labels.dtype} labels of shape {labels.shape}, "
            f"expected integers (n,) in 0..{classes - 1}: Dataset.from_arrays makes them"
        )
    low, high = int(labels.min()), int(labels.max())
    if low < lowest or high >= classes:
        bad = low if low < lowest else high
        raise DataError(
            f"{what} have label {bad}, expected 0..{classes - 1} for the network's outputs"
        )
