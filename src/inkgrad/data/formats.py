"""Your own labelled images, from a path: IDX files, folders of images, CSV, or .npz."""

from __future__ import annotations

import gzip
import math
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Dataset, Images, Labels, Split, as_labels, names_of, split_off
from inkgrad.data.idx import read_idx
from inkgrad.data.images import SUFFIXES, open_grey
from inkgrad.errors import DataError, ImageError

_TEST_PART = 0.2  # of data that come as one
_LARGEST = 4 << 30  # bytes


def from_path(path: Path) -> Dataset:
    """The data set at a path. What comes without a test part gives a fifth of every class to it."""
    if path.is_dir():
        return _from_idx_folder(path) or _from_image_folder(path)
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return _whole(path, *_read_csv(path))
    if name.endswith(".npz"):
        return _from_npz(path)
    if "idx" in name:
        return _from_idx_file(path)
    raise DataError(
        f"{path}: is of no known kind, expected a folder, an IDX file, a .csv or an .npz"
    )


def _whole(
    path: Path, images: Images, labels: Labels, classes: tuple[str, ...] | None = None
) -> Dataset:
    if len(images) != len(labels):
        raise DataError(f"{path}: has {len(images):,} images but {len(labels):,} labels")
    if len(labels) < 2:
        raise DataError(f"{path}: has {len(labels)} samples, expected at least 2")
    train, test = split_off(Split(images, labels), _TEST_PART)
    return Dataset(str(path), classes or names_of(labels), train, test)


def _labels_beside(images: Path) -> Path:
    name = images.name.replace("images", "labels").replace("idx3", "idx1")
    labels = images.with_name(name)
    if labels == images or not labels.is_file():
        raise DataError(f"{images}: its labels are missing, expected them in {labels.name}")
    return labels


def _pair(images: Path) -> Split:
    pixels, labels = read_idx(images), read_idx(_labels_beside(images))
    if pixels.ndim != 3:
        raise DataError(f"{images}: has {pixels.ndim} dimensions, expected 3 (n, height, width)")
    if labels.ndim != 1 or len(pixels) != len(labels):
        raise DataError(f"{images}: has {len(pixels):,} images but {labels.size:,} labels")
    return Split(pixels, as_labels(labels))


def _from_idx_file(path: Path) -> Dataset:
    if "labels" in path.name:
        path = path.with_name(path.name.replace("labels", "images").replace("idx1", "idx3"))
    split = _pair(path)
    return _whole(path, split.images, split.labels)


def _from_idx_folder(folder: Path) -> Dataset | None:
    """IDX files in a folder: one pair, or one for training and one whose name says test or t10k."""
    images = sorted(file for file in folder.iterdir() if "images-idx3" in file.name)
    if not images:
        return None
    tests = [file for file in images if "test" in file.name or "t10k" in file.name]
    trains = [file for file in images if file not in tests]
    if len(trains) != 1 or len(tests) > 1:
        names = ", ".join(file.name for file in images)
        raise DataError(f"{folder}: has image files {names}, expected one to train on, one to test")
    train = _pair(trains[0])
    if not tests:
        return _whole(folder, train.images, train.labels)
    test = _pair(tests[0])
    highest = train.labels if train.labels.max() >= test.labels.max() else test.labels
    return Dataset(str(folder), names_of(highest), train, test)


def _from_image_folder(folder: Path) -> Dataset:
    """One sub-folder a class, named for it; under `train` and `test` where there are both."""
    if (folder / "train").is_dir() and (folder / "test").is_dir():
        classes = _class_names(folder / "train")
        train, test = (Split(*_read_folder(folder / part, classes)) for part in ("train", "test"))
        return Dataset(str(folder), classes, train, test)
    classes = _class_names(folder)
    return _whole(folder, *_read_folder(folder, classes), classes)


def _class_names(folder: Path) -> tuple[str, ...]:
    names = sorted(
        entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != "."
    )
    if not names:
        raise DataError(
            f"{folder}: is empty or holds no data set, "
            "expected IDX files or one sub-folder of images a class"
        )
    return tuple(names)


def _read_folder(folder: Path, classes: tuple[str, ...]) -> tuple[Images, Labels]:
    pixels, labels = [], []
    for label, name in enumerate(classes):
        files = _image_files(folder / name)
        if not files:
            raise DataError(f"{folder / name}: holds no images, expected some of class {name}")
        for file in files:
            try:
                pixels.append(open_grey(file))
            except ImageError as error:
                raise DataError(str(error)) from None
            labels.append(label)
            if pixels[-1].shape != pixels[0].shape:
                raise DataError(
                    f"{file}: is {_size(pixels[-1])}, but the first image is {_size(pixels[0])}: "
                    "expected one size"
                )
            if len(pixels) * pixels[0].size > _LARGEST:
                raise DataError(f"{folder}: holds more than {_LARGEST:,} pixels")
    images = np.stack(pixels)
    return (255 - images if _dark_on_light(images) else images), np.array(labels, np.intp)


def _image_files(folder: Path) -> list[Path]:
    entries: Iterable[Path] = folder.iterdir() if folder.is_dir() else ()
    return sorted(entry for entry in entries if entry.suffix.lower() in SUFFIXES)


def _dark_on_light(images: Images) -> bool:
    """Whether most images have light edges: paper, and so ink to be turned light."""
    edges = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    return float(np.median(edges)) > 127


def _size(image: Images) -> str:
    return f"{image.shape[1]} x {image.shape[0]} pixels"


def _read_csv(path: Path) -> tuple[Images, Labels]:
    """One sample a line: the label and the pixels of a square image, the label first or last.

    A header that ends in "label" says last, any other says first. Without a header it is last where
    the first column is zero throughout, as a corner pixel is, and the last is not.
    """
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as text ({error})") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise DataError(f"{path}: is empty, expected one sample a line")
    header = [name.strip().lower() for name in lines[0].split(",")]
    named = not all(_is_number(name) for name in header)
    body = lines[1:] if named else lines
    try:
        table = np.array([np.array(line.split(","), np.float64) for line in body])
    except ValueError:
        raise DataError(f"{path}: {_csv_fault(body, named)}") from None
    side = math.isqrt(table.shape[1] - 1) if table.ndim == 2 else 0
    if side < 2 or side * side != table.shape[1] - 1:
        columns = table.shape[-1] if table.size else 0
        raise DataError(
            f"{path}: has {columns} columns, expected a label and the pixels of a square image "
            "(785 for 28 x 28)"
        )
    last = header[-1] == "label" if named else bool(table[:, -1].any()) and not table[:, 0].any()
    labels, pixels = (table[:, -1], table[:, :-1]) if last else (table[:, 0], table[:, 1:])
    return _pixels(path, pixels.reshape(-1, side, side)), _whole_labels(path, labels)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _csv_fault(lines: list[str], named: bool) -> str:
    width = lines[0].count(",")
    for number, line in enumerate(lines, 2 if named else 1):
        if line.count(",") != width:
            return f"line {number} has {line.count(',') + 1} values, expected {width + 1}"
        for value in line.split(","):
            if not _is_number(value):
                return f"line {number} holds {value.strip()[:20]!r}, expected numbers"
    return "holds no table of numbers"


def _pixels(path: Path, values: NDArray[np.generic]) -> Images:
    """Pixels 0..255 as uint8; floats that stay within 0..1 are scaled."""
    if values.dtype == np.uint8:
        return np.asarray(values, np.uint8)
    numbers = np.asarray(values, np.float64)
    if not np.isfinite(numbers).all() or numbers.min() < 0 or numbers.max() > 255:
        raise DataError(f"{path}: has pixels outside 0..255")
    fractions = numbers.max() <= 1 and bool((numbers % 1).any())
    return np.round(numbers * 255 if fractions else numbers).astype(np.uint8)


def _whole_labels(path: Path, values: NDArray[np.generic]) -> Labels:
    numbers = np.asarray(values, np.float64).ravel()
    if (numbers % 1).any() or not np.isfinite(numbers).all():
        raise DataError(f"{path}: has labels that are no whole numbers")
    if numbers.size and (numbers.min() < 0 or numbers.max() > 65535):
        bad = numbers.min() if numbers.min() < 0 else numbers.max()
        raise DataError(f"{path}: has label {bad:.0f}, expected 0 to 65535")
    return numbers.astype(np.intp)


_NPZ_PAIRS = (("x_train", "y_train"), ("images", "labels"), ("X", "y"), ("x", "y"))


def _from_npz(path: Path) -> Dataset:
    """Arrays by Keras's names (x_train, y_train, x_test, y_test), or images and labels, or X, y."""
    try:
        with zipfile.ZipFile(path) as zipped:
            size = sum(entry.file_size for entry in zipped.infolist())
        if size > _LARGEST:
            raise DataError(f"{path}: holds {size:,} bytes, expected at most {_LARGEST:,}")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise DataError(f"{path}: is no .npz of plain arrays ({error})") from None
    for x, y in _NPZ_PAIRS:
        if x in arrays and y in arrays:
            images, labels = _npz_pair(path, arrays[x], arrays[y])
            if x == "x_train" and {"x_test", "y_test"} <= set(arrays):
                test = Split(*_npz_pair(path, arrays["x_test"], arrays["y_test"]))
                return Dataset(str(path), names_of(labels), Split(images, labels), test)
            return _whole(path, images, labels)
    raise DataError(
        f"{path}: holds {', '.join(sorted(arrays)[:6])}, expected x_train and y_train, "
        "images and labels, or X and y"
    )


def _npz_pair(
    path: Path, images: NDArray[np.generic], labels: NDArray[np.generic]
) -> tuple[Images, Labels]:
    if images.dtype.kind not in "uifb" or labels.dtype.kind not in "uif":
        raise DataError(f"{path}: has {images.dtype} pixels and {labels.dtype} labels")
    if images.ndim == 2:
        side = math.isqrt(images.shape[1])
        if side * side == images.shape[1]:
            images = images.reshape(-1, side, side)
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.ndim != 3 or not images.size:
        raise DataError(f"{path}: has images of shape {images.shape}, expected (n, height, width)")
    if len(images) != len(labels):
        raise DataError(f"{path}: has {len(images):,} images but {len(labels):,} labels")
    return _pixels(path, images), _whole_labels(path, labels)
