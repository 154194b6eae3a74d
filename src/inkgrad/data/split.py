"""Labelled images, and how samples are parted: class by class in proportion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def by_turns(labels: Labels, count: int, seed: int) -> NDArray[np.intp]:
    """Places of `count` samples drawn at random: one of every class, then the next of every one."""
    order = generator(seed, "sample").permutation(len(labels))
    shuffled = labels[order]
    rank = np.empty(len(labels), int)  # counts within each class
    for label in np.unique(labels):
        rank[shuffled == label] = np.arange(np.count_nonzero(shuffled == label))
    return order[np.lexsort((shuffled, rank))[:count]]


def as_labels(values: NDArray[Any], first: int = 0) -> Labels:
    """Labels counted from 0, whatever they were counted from."""
    return values.astype(np.intp) - first


def names_of(labels: Labels) -> tuple[str, ...]:
    """Class names for labels that came without: their numbers."""
    return tuple(str(number) for number in range(int(labels.max(initial=0)) + 1))
