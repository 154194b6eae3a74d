"""The data sets that have a name: their files, where they can be had, and their checksums.

A file name with its MD5 (the publishers' own, of the gzip file) is all that a download is trusted
for; several mirrors each, tried in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileRole = Literal["train_images", "train_labels", "test_images", "test_labels"]

_DIGITS = tuple("0123456789")
_UPPER = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# EMNIST merges the letters whose two cases look alike (Cohen 2017, section II.A).
CLASSES_47 = (*_DIGITS, *_UPPER, *"abdefghnqrt")


@dataclass(frozen=True)
class ZippedFiles:
    """One zip file that holds the files of several data sets, under `folder`."""

    name: str
    md5: str
    mirrors: tuple[str, ...]
    folder: str


@dataclass(frozen=True)
class PublishedSet:
    """A data set as it is published. `files` maps each part to a file name and its MD5.

    `first_label` is the number of the first class in the label files; `transposed` marks images
    that are stored by columns. Without `mirrors` or `archive` it cannot be downloaded.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    files: dict[FileRole, tuple[str, str]]
    licence: str
    folder: str = ""
    mirrors: tuple[str, ...] = ()
    archive: ZippedFiles | None = None
    transposed: bool = False
    first_label: int = 0
    unknown_label: int | None = None


def _idx(*md5s: str) -> dict[FileRole, tuple[str, str]]:
    parts: tuple[FileRole, ...] = ("train_images", "train_labels", "test_images", "test_labels")
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    return {
        part: (f"{name}-ubyte.gz", md5) for part, name, md5 in zip(parts, names, md5s, strict=True)
    }


_EMNIST_ARCHIVE = ZippedFiles(
    "emnist-gzip.zip",
    "58c8d27c78d21e728a6bc7b3cc06412e",
    (
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
        "https://rds.westernsydney.edu.au/Institutes/MARCS/BENS/EMNIST/emnist-gzip.zip",
    ),
    "gzip/",
)


def _emnist(kind: str, title: str, classes: tuple[str, ...], first_label: int = 0) -> PublishedSet:
    parts: tuple[FileRole, ...] = ("train_images", "train_labels", "test_images", "test_labels")
    names = ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")
    return PublishedSet(
        f"emnist-{kind}",
        title,
        classes,
        {
            part: (f"emnist-{kind}-{name}-ubyte.gz", "")
            for part, name in zip(parts, names, strict=True)
        },
        "public domain (US government work)",
        folder="emnist",
        archive=_EMNIST_ARCHIVE,
        transposed=True,
        first_label=first_label,
    )


def _pool(labels: int, classes: tuple[str, ...]) -> PublishedSet:
    return PublishedSet(
        "emnist-pool" if labels == 47 else f"emnist-pool-{labels}",
        f"EMNIST characters pooled, {labels} classes, split by image",
        classes,
        {
            "train_images": ("emnist-pool-train-images-idx3-ubyte.gz", ""),
            "train_labels": (f"emnist-pool-train-labels{labels}-idx1-ubyte.gz", ""),
            "test_images": ("emnist-pool-test-images-idx3-ubyte.gz", ""),
            "test_labels": (f"emnist-pool-test-labels{labels}-idx1-ubyte.gz", ""),
        },
        "public domain (US government work)",
        folder="emnist-pool",
        unknown_label=255,
    )


SOURCES: dict[str, PublishedSet] = {
    source.name: source
    for source in (
        PublishedSet(
            "mnist",
            "MNIST: handwritten digits of US census workers and pupils",
            _DIGITS,
            _idx(
                "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                "d53e105ee54ea40749a09fcbcd1e9432",
                "9fb629c4189551a2d022fa330f9573f3",
                "ec29112dd5afa0611ce80d1b7f02629c",
            ),
            "CC BY-SA 3.0 (LeCun, Cortes, Burges)",
            mirrors=(
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
                "https://raw.githubusercontent.com/fgnt/mnist/master/",
            ),
        ),
        PublishedSet(
            "fashion-mnist",
            "Fashion-MNIST: photographs of clothes in MNIST's form",
            (
                *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
                *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            ),
            _idx(
                "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                "25c81989df183df01b3e8a0aad5dffbe",
                "bef4ecab320f06d8554ea6380940ec79",
                "bb300cfdad3c16e7a12a480ee83cd310",
            ),
            "MIT (Zalando)",
            mirrors=(
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            ),
        ),
        PublishedSet(
            "kmnist",
            "Kuzushiji-MNIST: cursive hiragana in MNIST's form",
            ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            _idx(
                "bdb82020997e1d708af4cf47b453dcf7",
                "e144d726b3acfaa3e44228e80efcd344",
                "5c965bf0a639b31b8f53240b1b52f4d7",
                "7320c461ea6c1c855c0b718fb2a4b134",
            ),
            "CC BY-SA 4.0 (CODH)",
            mirrors=(
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            ),
        ),
        _emnist("balanced", "EMNIST Balanced: digits and letters, 47 classes", CLASSES_47),
        _emnist("letters", "EMNIST Letters: 26 letters, cases merged", _UPPER, first_label=1),
        _emnist("digits", "EMNIST Digits: ten digits, 280,000 images", _DIGITS),
        _pool(47, CLASSES_47),
        _pool(36, (*_DIGITS, *_UPPER)),
        _pool(62, (*_DIGITS, *_UPPER, *"abcdefghijklmnopqrstuvwxyz")),
    )
}

EMNIST = {
    **{name: source for name, source in SOURCES.items() if source.folder == "emnist"},
    **{
        source.name: source
        for source in (
            _emnist("mnist", "EMNIST MNIST: ten digits, 70,000 images", _DIGITS),
            _emnist("bymerge", "EMNIST By_Merge: 47 classes, all images", CLASSES_47),
            _emnist(
                "byclass",
                "EMNIST By_Class: digits and letters, 62 classes, all images",
                (*_DIGITS, *_UPPER, *"abcdefghijklmnopqrstuvwxyz"),
            ),
        )
    },
}
"""All that is published as EMNIST: whoever has the files may pass their path."""
