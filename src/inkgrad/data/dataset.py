"""Labelled images in a training and a test part. Pixels stay uint8 until a batch is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import DataError
from inkgrad.randomness import generator

Images = NDArray[np.uint8]
Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Split:
    """images (n, h, w) uint8, light ink on black; labels (n,) integers in 0..k-1."""

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        sides = " x ".join(map(str, self.images.shape[1:]))
        return f"Split({len(self):,} images of {sides}, {self.images.dtype})"

    def batch(self, places: NDArray[Any], rng: np.random.Generator) -> tuple[Images, Labels]:
        """The images and labels at these places; `rng` is for sources that vary them."""
        return self.images[places], self.labels[places]

    def take(self, places: NDArray[Any]) -> Split:
        """The part at these places, copied."""
        return Split(self.images[places], self.labels[places])


@dataclass(frozen=True)
class Dataset:
    """A training and a test part, and the names of the classes that their labels count."""

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    title: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        for part, split in (("training", self.train), ("test", self.test)):
            _check(f"{self.name}: its {part} part", split, len(self.classes))

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


def stratified(labels: Labels, count: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the rest and of `count` samples held out, each class in proportion, in order."""
    rng = generator(seed, "split")
    order = rng.permutation(len(labels))
    shuffled = labels[order]
    # The place of each sample within its class, as a part of the class: the smallest parts go.
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(shuffled == label)
        rank[members] = (np.arange(len(members)) + rng.random()) / len(members)
    chosen = order[np.argsort(rank, kind="stable")]
    return np.sort(chosen[count:]), np.sort(chosen[:count])


def split_off(split: Split, part: float, seed: int = 0) -> tuple[Split, Split]:
    """Training and test parts of data that come as one: `part` of every class is for testing."""
    count = min(max(round(len(split) * part), 1), len(split) - 1)
    rest, held = stratified(split.labels, count, seed)
    return split.take(rest), split.take(held)


def as_labels(values: NDArray[Any], first: int = 0) -> Labels:
    """Labels counted from 0, whatever they were counted from."""
    return values.astype(np.intp) - first


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


def names_of(labels: Labels) -> tuple[str, ...]:
    """Class names for labels that came without: their numbers."""
    return tuple(str(number) for number in range(int(labels.max(initial=0)) + 1))
