"""Lines in one hand with what they say, from a folder of images: for a line reader to learn from.

A folder has a table (`truth.tsv` or `labels.csv`, columns path and text), or a text file beside
each image: `a.png` and `a.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.labelled import TABLES, labelled
from inkgrad.errors import DataError, ImageError
from inkgrad.images.files import open_grey
from inkgrad.imaging.filters import gaussian
from inkgrad.ink.field import find_field
from inkgrad.ink.line import line_form
from inkgrad.reading.looks import Look, changed
from inkgrad.synthetic.numbers import Lines
from inkgrad.synthetic.wear import Rng

_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
_MARKS = frozenset(" .,-/:$()")  # between digits, for a reader that knows digits alone
_WIDER, _HIGHER, _SLANT = 0.12, 0.07, 0.12  # by how much lines are deformed
_SOFT = 0.6  # pixels
_SPACE = (8, 22)  # pixels between two lines that are laid side by side
_TOGETHER = 0.4  # of the lines of a reader that knows spaces get another beside them
_LEAST_KEPT = 40  # lines to keep
_WIDE = 320  # pixels: wider ones stand alone


@dataclass(frozen=True, eq=False)
class OwnLines:
    """Lines (32, w) uint8 in one hand, and the classes (l,) of what each says."""

    name: str
    lines: Sequence[NDArray[np.uint8]]
    strings: Sequence[NDArray[np.intp]]

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, places: NDArray[np.intp]) -> OwnLines:
        """Those at these places."""
        return OwnLines(
            self.name, [self.lines[i] for i in places], [self.strings[i] for i in places]
        )

    def halves(self) -> tuple[Lines, Lines]:
        """Lines to answer as before, and as many to measure by, where these are to be kept.

        Raises DataError where there are too few.
        """
        if len(self) < _LEAST_KEPT:
            raise DataError(f"{self.name}: has {len(self)} lines, expected {_LEAST_KEPT} at least")
        order = np.argsort([line.shape[1] for line in self.lines], kind="stable")
        first, second = (self.take(order[begin::2]) for begin in (0, 1))
        return (
            Lines.that_say(first.strings, first.lines),
            Lines.that_say(second.strings, second.lines),
        )

    def drawn(
        self, count: int, space: int | None, rng: Rng
    ) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.intp]]]:
        """So many by chance, a little wider, higher, slanted, softer; some with another beside.

        `space` is the class of the space, None for a reader that knows none: then each stands
        alone.
        """
        lines, strings = [], []
        for _ in range(count):
            line, string = self._any(rng)
            if space is not None and line.shape[1] < _WIDE and rng.random() < _TOGETHER:
                more, says = self._any(rng)
                gap = np.zeros((line.shape[0], 4 * int(rng.integers(*_SPACE) // 4)), np.uint8)
                line = np.concatenate([line, gap, more], axis=1)
                string = np.concatenate([string, [space], says])
            lines.append(_deformed(line, rng))
            strings.append(string)
        return lines, strings

    def _any(self, rng: Rng) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
        place = int(rng.integers(len(self.lines)))
        return self.lines[place], self.strings[place]


def read_own_lines(folder: str | Path, alphabet: str) -> OwnLines:
    """The labelled lines of a folder for a reader with this alphabet.

    Raises DataError, naming the file, for an image that is no line of ink, for a text with a
    character that the reader does not know, and where there is no text at all.
    """
    folder = Path(folder)
    lines, strings = [], []
    for path, text in _found(folder):
        strings.append(classes_of(text, alphabet, path))
        try:
            lines.append(line_form(find_field(open_grey(path)).view).pixels)
        except ImageError as error:
            raise DataError(f"{path}: {error}") from None
    return OwnLines(str(folder), lines, strings)


def classes_of(text: str, alphabet: str, what: object) -> NDArray[np.intp]:
    """The classes of a text; signs between digits are passed over by a reader of digits.

    Raises DataError for a character that the alphabet has not.
    """
    text = " ".join(text.split())
    known = [c for c in text if c in alphabet or " " in alphabet or c not in _MARKS]
    for c in known:
        if c not in alphabet:
            raise DataError(f"{what}: says {text!r}, expected no {c!r}: the model does not know it")
    if not known:
        raise DataError(f"{what}: says {text!r}, expected characters that the model knows")
    return np.array([alphabet.index(c) for c in known], np.intp)


def _found(folder: Path) -> list[tuple[Path, str]]:
    if not folder.is_dir():
        raise DataError(f"{folder}: is no folder, expected one with images of lines")
    if any((folder / table).is_file() for table in TABLES):
        return labelled(folder)
    found = []
    for path in sorted(folder.iterdir()):
        beside = path.with_suffix(".txt")
        if path.suffix.lower() in _IMAGES and beside.is_file():
            try:
                found.append((path, beside.read_text(encoding="utf-8-sig").strip()))
            except (OSError, ValueError) as error:
                raise DataError(f"{beside}: cannot be read ({error})") from None
    if not found:
        raise DataError(
            f"{folder}: holds no {' or '.join(TABLES)}, and no image with a .txt beside it"
        )
    return found


def _deformed(line: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """A line (32, w) as the same hand might have written it at another time."""
    wide, high = np.exp(rng.normal(0, (_WIDER, _HIGHER)))
    look = Look(float(wide), float(high), float(rng.normal(0, _SLANT)))
    soft = gaussian(changed(line, look).astype(np.float32), rng.uniform(0, _SOFT))
    return np.asarray((soft * (255 / max(1.0, float(soft.max())))).round(), np.uint8)
