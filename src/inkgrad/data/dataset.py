"""Labelled images in a training and a test part. Pixels stay uint8 until a batch is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from inkgrad.data.from_arrays import checked, listed, several_classes
from inkgrad.data.split import Images, Labels, Split, as_labels, names_of, split_off, stratified
from inkgrad.errors import DataError
from inkgrad.notebook import grey_picture, mosaic, shown, table_of

__all__ = [
    "Dataset",
    "Images",
    "Labels",
    "Split",
    "as_labels",
    "names_of",
    "split_off",
    "stratified",
]

_CLASSES_SHOWN = 20  # in a notebook


@dataclass(frozen=True)
class Dataset:
    """A training and a test part, and the names of the classes that their labels count.

    `notes` say, a line each, what was taken for what when the data were read.
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    title: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part, split in (("training", self.train), ("test", self.test)):
            _check(f"{self.name}: its {part} part", split, len(self.classes))

    def _repr_html_(self) -> str:
        """What a notebook shows of it: how many of each class, and some of them."""
        parts = (self.train, self.test)
        counts = [np.bincount(part.labels, minlength=len(self.classes)) for part in parts]
        rows = [
            (name, f"{a:,}", f"{b:,}")
            for name, a, b in list(zip(self.classes, *counts, strict=True))[:_CLASSES_SHOWN]
        ]
        some = [
            np.flatnonzero(self.train.labels == c)[:2] for c in range(min(10, len(self.classes)))
        ]
        places = np.concatenate([each for each in some if len(each)] or [np.zeros(0, int)])
        pictures = ""
        if len(places):
            pictures = grey_picture("some of the training part", mosaic(self.train.images[places]))
        title = f"{self.name}: {len(self.train):,} to train on, {len(self.test):,} to test on"
        return shown(title, pictures, table_of(("class", "train", "test"), rows))

    @classmethod
    def from_arrays(
        cls,
        X: Any,
        y: Any,
        test: float = 0.2,
        classes: Sequence[str] | None = None,
        name: str = "arrays",
        seed: int = 0,
    ) -> Dataset:
        """A data set of arrays, or of what NumPy makes one of: lists, pandas, scikit-learn's.

        X (n, h, w), (n, h, w, 1) or (n, h * w) of squares, light ink on black: bool, whole numbers
        or floats, 0..255 or 0..1. y (n,): text, whole numbers counted from anything, or one-hot
        rows. Sizes are kept as they are. `test` is the part of every class that is for testing.
        Raises DataError where something is missing, out of range or could mean two things.
        """
        if not 0 < test < 1:
            raise DataError(f"{name}: a test part of {test:g}, expected more than 0 and under 1")
        images, labels, names = checked(X, y, classes, name)
        return cls.parted(name, images, labels, names, test, seed)

    @classmethod
    def parted(
        cls,
        name: str,
        images: Images,
        labels: Labels,
        classes: tuple[str, ...],
        test: float = 0.2,
        seed: int = 0,
    ) -> Dataset:
        """Data that come as one, `test` of every class for testing; DataError for one class."""
        if len(labels) < 2:
            raise DataError(f"{name}: has {len(labels)} samples, expected at least 2")
        several_classes(name, labels, classes)
        return cls(name, classes, *split_off(Split(images, labels), test, seed))

    def named_as(self, classes: Sequence[str]) -> Dataset:
        """The same data, labels counting these names; DataError where a class is not among them."""
        if tuple(classes) == self.classes:
            return self
        unknown = [name for name in self.classes if name not in classes]
        if unknown:
            raise DataError(
                f"{self.name}: has class {unknown[0]}, expected none but {listed(classes)}"
            )
        places = np.array([list(classes).index(name) for name in self.classes], np.intp)
        train, test = (Split(s.images, places[s.labels]) for s in (self.train, self.test))
        return replace(self, classes=tuple(classes), train=train, test=test)

    def hold_out(self, count: int, seed: int = 0) -> Dataset:
        """The same data with `count` training samples, class by class in proportion, as test part.

        This is how validation data are made: the real test part is not touched by choices.
        """
        if not 0 < count < len(self.train):
            raise DataError(
                f"{self.name}: cannot hold out {count:,} of {len(self.train):,} training samples, "
                f"expected 1 to {len(self.train) - 1:,}"
            )
        rest, held = stratified(self.train.labels, count, seed)
        return replace(self, train=self.train.take(rest), test=self.train.take(held))

    def __repr__(self) -> str:
        return (
            f"Dataset({self.name!r}, {len(self.classes)} classes, {len(self.train):,} images of "
            f"{' x '.join(map(str, self.train.images.shape[1:]))} to train on, "
            f"{len(self.test):,} to test with)"
        )

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over all pixels and labels: what a run was really trained and tested on."""
        digest = hashlib.sha256()
        for split in (self.train, self.test):
            digest.update(np.ascontiguousarray(split.images).data)
            digest.update(split.labels.astype("<i8").data)
        return digest.hexdigest()


def _check(what: str, split: Split, classes: int) -> None:
    images, labels = split.images, split.labels
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(
            f"{what} has {images.dtype} images of shape {images.shape}, "
            "expected uint8 (n, height, width)"
        )
    if len(images) != len(labels):
        raise DataError(f"{what} has {len(images):,} images but {len(labels):,} labels")
    if not len(labels):
        raise DataError(f"{what} is empty")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        bad = low if low < 0 else high
        raise DataError(f"{what} has label {bad}, expected 0 to {classes - 1}")
