"""Your own labelled images, from a path: IDX files, folders of images, CSV, or .npz."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.catalogue import PublishedSet
from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.fetching import split_of
from inkgrad.data.form import in_form, read_pictures
from inkgrad.data.from_arrays import as_pixels, numbered, plain_labels, several_classes
from inkgrad.data.from_tables import read_table
from inkgrad.data.idx import read_idx
from inkgrad.data.npz import read_npz
from inkgrad.data.published import source_of, source_of_table
from inkgrad.errors import DataError
from inkgrad.images.files import SUFFIXES

Pair = tuple[NDArray[Any], NDArray[Any]]  # images and labels
_IDX_IMAGES = re.compile(r"images[-._]?idx3", re.IGNORECASE)
_NPZ_PAIRS = (("x_train", "y_train"), ("images", "labels"), ("X", "y"), ("x", "y"))
_TEST = ("x_test", "y_test")
_NOT_DATA = ("__MACOSX", "$RECYCLE.BIN", "System Volume Information")


def has_columns(path: Path) -> bool:
    """Whether a path is of a file that has columns, of which one may be the label."""
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))


def from_path(path: Path, label: str | None = None, as_is: bool = False) -> Dataset:
    """The data set at a path. What comes without a test part gives a fifth of every class to it.

    `label` names the column of a CSV, and `as_is` leaves images of any size and polarity untouched.
    """
    if path.is_dir():
        return _from_idx_folder(path, as_is) or _from_image_folder(path, as_is)
    name = path.name.lower().removesuffix(".gz")
    if has_columns(path):
        return _from_csv(path, label, as_is)
    if name.endswith(".npz"):
        return _from_npz(path, as_is)
    if "idx" in name:
        return _from_idx_file(path, as_is)
    raise DataError(
        f"{path}: is of no known kind, expected a folder, an IDX file, a .csv or an .npz"
    )


def _of(
    path: Path,
    pairs: Sequence[Pair],
    as_is: bool,
    source: PublishedSet | None = None,
    notes: Iterable[str] = (),
) -> Dataset:
    """The data set of one pair of arrays, or of those to train on and those to test on."""
    where = str(path)
    for images, labels in pairs:
        if images.ndim and labels.ndim and len(images) != len(labels):
            raise DataError(f"{where}: has {len(images):,} images but {len(labels):,} labels")
    if len(pairs) == 1 and len(pairs[0][1]) < 2:
        raise DataError(f"{where}: has {len(pairs[0][1])} samples, expected at least 2")
    if source is not None:
        splits = [split_of(source, path, images, labels) for images, labels in pairs]
        pairs = [(split.images, split.labels) for split in splits]
    pixels = [as_pixels(images, f"{where}:") for images, _ in pairs]
    together = np.concatenate([plain_labels(labels, f"{where}:") for _, labels in pairs])
    numbers, names = numbered(together, source.classes if source else None, f"{where}:")
    first = len(pixels[0])
    several_classes(where, numbers[:first], names)
    formed, done = in_form(where, pixels, as_is)
    if len(pairs) == 1:
        data = Dataset.parted(where, formed[0], numbers, names)
    else:
        train, test = Split(formed[0], numbers[:first]), Split(formed[1], numbers[first:])
        data = Dataset(where, names, train, test)
    about = (source.title, source.licence) if source else ("", "")
    said = tuple(f"{where}: {note}" for note in (*notes, *done))
    return replace(data, title=about[0], licence=about[1], notes=said)


def _known(source: PublishedSet | None) -> list[str]:
    if source is None:
        return []
    upright = ", stored on their side and turned upright" if source.transposed else ""
    return [f"taken for {source.name}{upright} (see it: inkgrad data show)"]


# IDX files.


def _beside(path: Path, names: Iterable[str]) -> Path | None:
    """The first of these that lies beside a file, gzip or plain."""
    for name in names:
        plain = name.removesuffix(".gz")
        for candidate in (
            path.with_name(name),
            path.with_name(plain),
            path.with_name(f"{plain}.gz"),
        ):
            if candidate != path and candidate.is_file():
                return candidate
    return None


def _labels_beside(images: Path) -> Path:
    name = images.name.replace("images", "labels").replace("idx3", "idx1")
    if found := _beside(images, [name]):
        return found
    pattern = re.sub("labels", "labels[0-9]*", name.removesuffix(".gz"), count=1) + "*"
    several = sorted(images.parent.glob(pattern)) if "labels" in name else []
    if len(several) == 1:
        return several[0]
    if several:
        raise DataError(
            f"{images}: has labels of several kinds, {', '.join(file.name for file in several)}: "
            "expected the path of one of them"
        )
    raise DataError(f"{images}: its labels are missing, expected them in {name}")


def _images_beside(labels: Path) -> Path:
    name = re.sub(r"labels\d*", "images", labels.name).replace("idx1", "idx3")
    if found := _beside(labels, [name]):
        return found
    raise DataError(f"{labels}: its images are missing, expected them in {name}")


def _idx_pair(images: Path, labels: Path) -> Pair:
    pixels, numbers = read_idx(images), read_idx(labels)
    if pixels.ndim != 3:
        raise DataError(f"{images}: has {pixels.ndim} dimensions, expected 3 (n, height, width)")
    if numbers.ndim != 1 or len(pixels) != len(numbers):
        raise DataError(f"{images}: has {len(pixels):,} images but {numbers.size:,} labels")
    return pixels, numbers


def _from_idx_file(path: Path, as_is: bool) -> Dataset:
    if "labels" in path.name:
        images, labels = _images_beside(path), path
    else:
        images, labels = path, _labels_beside(path)
    source = source_of(labels)
    return _of(path, [_idx_pair(images, labels)], as_is, source, _known(source))


def _from_idx_folder(folder: Path, as_is: bool) -> Dataset | None:
    """IDX files in a folder: one pair, or one for training and one whose name says test or t10k."""
    found = {file.name.removesuffix(".gz"): file for file in reversed(_idx_images(folder))}
    images = [found[name] for name in sorted(found)]  # the plain one where it is there twice
    if not images:
        return None
    tests = [file for file in images if "test" in file.name or "t10k" in file.name]
    trains = [file for file in images if file not in tests]
    if len(trains) != 1 or len(tests) > 1:
        names = ", ".join(file.name for file in images)
        raise DataError(f"{folder}: has image files {names}, expected one to train on, one to test")
    files = [*trains, *tests]
    labels = [_labels_beside(file) for file in files]
    source = source_of(labels[0])
    pairs = [_idx_pair(*pair) for pair in zip(files, labels, strict=True)]
    return _of(folder, pairs, as_is, source, _known(source))


def _idx_images(folder: Path) -> list[Path]:
    return [f for f in _entries(folder) if _IDX_IMAGES.search(f.name) and f.is_file()]


def _entries(folder: Path) -> list[Path]:
    """What is in a folder but for what systems leave there: hidden files, __MACOSX."""
    entries = folder.iterdir() if folder.is_dir() else ()
    return sorted(e for e in entries if not e.name.startswith(".") and e.name not in _NOT_DATA)


# Folders of pictures.


def _from_image_folder(folder: Path, as_is: bool) -> Dataset:
    """One sub-folder a class, named for it; under `train` and `test` where there are both."""
    parts = [folder / "train", folder / "test"]
    if not all(part.is_dir() for part in parts):
        parts = [folder]
    classes = _class_names(parts[0])
    files: list[Path] = []
    labels: list[NDArray[np.intp]] = []
    for part in parts:
        listed = [_image_files(part / name, name) for name in classes]
        files += [file for each in listed for file in each]
        labels.append(np.repeat(np.arange(len(classes)), [len(each) for each in listed]))
    images, done = read_pictures(files, as_is)
    notes = tuple(f"{folder}: {note}" for note in done)
    if len(parts) == 1:
        return replace(Dataset.parted(str(folder), images, labels[0], classes), notes=notes)
    first = len(labels[0])
    train, test = Split(images[:first], labels[0]), Split(images[first:], labels[1])
    return Dataset(str(folder), classes, train, test, notes=notes)


def _class_names(folder: Path) -> tuple[str, ...]:
    names = [entry.name for entry in _entries(folder) if entry.is_dir()]
    if not names:
        raise DataError(
            f"{folder}: is empty or holds no data set, "
            "expected IDX files or one sub-folder of images a class"
        )
    if len(names) == 1:
        raise DataError(f"{folder}: has one class only, {names[0]}, expected at least 2")
    return tuple(names)


def _image_files(folder: Path, name: str) -> list[Path]:
    files = [entry for entry in _entries(folder) if entry.suffix.lower() in SUFFIXES]
    if not files:
        raise DataError(f"{folder}: holds no images, expected some of class {name}")
    return files


# CSV and .npz.


def _from_csv(path: Path, label: str | None, as_is: bool) -> Dataset:
    table = read_table(path, label)
    source = source_of_table(path)
    return _of(path, [(table.pixels, table.labels)], as_is, source, (table.note, *_known(source)))


def _from_npz(path: Path, as_is: bool) -> Dataset:
    """Arrays by Keras's names (x_train, y_train, x_test, y_test), or images and labels, or X, y."""
    names = tuple(dict.fromkeys(name for pair in (*_NPZ_PAIRS, _TEST) for name in pair))
    arrays = read_npz(path, names)
    for x, y in _NPZ_PAIRS:
        if x in arrays and y in arrays:
            pairs = [(arrays[x], arrays[y])]
            if x == "x_train" and set(_TEST) <= set(arrays):
                pairs.append((arrays[_TEST[0]], arrays[_TEST[1]]))
            return _of(path, pairs, as_is)
    raise DataError(
        f"{path}: holds {', '.join(sorted(arrays))}, expected x_train and y_train, "
        "images and labels, or X and y"
    )
