"""Data sets by name: that come along, in INKGRAD_DATA, in the user's cache, or downloaded."""

from __future__ import annotations

import os
import zipfile
import zlib
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from platformdirs import user_cache_path

from inkgrad.atomic import atomic_path
from inkgrad.data.catalogue import SOURCES, FileRole, PublishedSet, ZippedFiles
from inkgrad.data.dataset import Dataset, Images, Labels, Split, as_labels, split_off
from inkgrad.data.download import Progress, download
from inkgrad.data.idx import read_idx
from inkgrad.errors import DataError

EMBEDDED = "mnist-5k"
_EMBEDDED_SHAPE = (5000, 1 + 28 * 28)  # a row a digit: its label, then its pixels
_SPLIT_SEED = 0  # the fixed split: 4,000 to train on, 1,000 to test on, 100 of each digit


def cache_folder() -> Path:
    """Where downloads and converted files are kept: INKGRAD_CACHE, or the system's place."""
    return Path(os.environ.get("INKGRAD_CACHE") or user_cache_path("inkgrad", appauthor=False))


def embedded() -> Dataset:
    """The 5,000 MNIST digits that come along, 4,000 to train on and 1,000 to test on.

    Raises DataError where the file with them is damaged.
    """
    with as_file(files("inkgrad.data") / f"{EMBEDDED.replace('-', '_')}.png") as path:
        try:
            with Image.open(path) as image:
                rows = np.asarray(image)
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error}): install inkgrad again") from None
    if rows.shape != _EMBEDDED_SHAPE or rows.dtype != np.uint8:
        raise DataError(f"{path}: has shape {rows.shape}, expected {_EMBEDDED_SHAPE}")
    images = rows[:, 1:].reshape(-1, 28, 28)
    train, test = split_off(Split(images, as_labels(rows[:, 0])), 0.2, _SPLIT_SEED)
    return Dataset(
        EMBEDDED,
        SOURCES["mnist"].classes,
        train,
        test,
        "5,000 digits of MNIST, 500 of each, which come with inkgrad",
        SOURCES["mnist"].licence,
    )


def published(source: PublishedSet, progress: Progress | None = None) -> Dataset:
    """A published data set, with the official training and test parts; downloads what is missing.

    Looked for in INKGRAD_DATA (its folder of that name, or the files themselves), then the cache.
    """
    files = locate(source)
    if files is None:
        try:
            files = fetch(source, progress)
        except DataError as error:
            where = source.folder or source.name
            raise DataError(f"{error}; or put its files in INKGRAD_DATA/{where}") from None
    parts = {part: read_idx(path) for part, path in files.items()}
    place = files["train_images"].parent
    return Dataset(
        source.name,
        source.classes,
        split_of(source, place, parts["train_images"], parts["train_labels"]),
        split_of(source, place, parts["test_images"], parts["test_labels"]),
        source.title,
        source.licence,
    )


def split_of(source: PublishedSet, where: Path, images: Images, labels: NDArray[Any]) -> Split:
    """Images and labels as they are stored -> upright, labels from 0, those without left out."""
    if images.ndim != 3 or labels.ndim != 1:
        raise DataError(
            f"{where}: has images of shape {images.shape} and labels of shape {labels.shape}, "
            "expected (n, height, width) and (n,)"
        )
    if len(images) != len(labels):
        raise DataError(f"{where}: has {len(images):,} images but {len(labels):,} labels")
    if source.transposed:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
    if source.unknown_label is not None:
        known = labels != source.unknown_label
        images, labels = images[known], labels[known]
    numbers: Labels = as_labels(labels, source.first_label)
    return Split(images, numbers)


def locate(source: PublishedSet) -> dict[FileRole, Path] | None:
    """The files of a data set on this machine, gzip or plain; None where one is missing."""
    folder = source.folder or source.name
    places = []
    if data := os.environ.get("INKGRAD_DATA"):
        places += [Path(data) / folder, Path(data)] if folder != "mnist" else [Path(data) / folder]
    places.append(cache_folder() / folder)
    for place in places:
        found: dict[FileRole, Path] = {}
        for part, (name, _) in source.files.items():
            for candidate in (place / name, place / name.removesuffix(".gz")):
                if candidate.is_file():
                    found[part] = candidate
                    break
        if len(found) == len(source.files):
            return found
    return None


def fetch(source: PublishedSet, progress: Progress | None = None) -> dict[FileRole, Path]:
    """Download a data set into the cache; files that are there already are not fetched again."""
    folder = cache_folder() / (source.folder or source.name)
    if source.archive:
        _fetch_archive(source.archive, folder, progress)
    elif source.mirrors:
        for name, md5 in source.files.values():
            if not (folder / name).is_file():
                download(folder / name, [mirror + name for mirror in source.mirrors], md5, progress)
    else:
        raise DataError(f"{source.name}: is not for download")
    return {part: folder / name for part, (name, _) in source.files.items()}


def _fetch_archive(archive: ZippedFiles, folder: Path, progress: Progress | None) -> None:
    """Take from the archive the files of every data set that lies in it, then let it go."""
    path = folder / archive.name
    if not path.is_file():
        download(path, archive.mirrors, archive.md5, progress)
    names = [
        name for other in SOURCES.values() if other.archive is archive
        for name, _ in other.files.values()
    ]  # fmt: skip
    try:
        with zipfile.ZipFile(path) as zipped:
            for name in names:
                with atomic_path(folder / name) as temporary:
                    temporary.write_bytes(zipped.read(archive.folder + name))
    except (zipfile.BadZipFile, KeyError, OSError, zlib.error) as error:
        raise DataError(f"{path}: cannot be unpacked ({error})") from None
    path.unlink()
