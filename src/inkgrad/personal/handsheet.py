"""Sheets to write one's hand into: characters, each in its cell, or words and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Annotated

from msgspec import Meta
from PIL import Image, ImageDraw, ImageFont

from inkgrad.atomic import atomic_write, expect_free
from inkgrad.errors import DataError, UsageError
from inkgrad.personal.sheet_page import (
    DOTS,
    HEAD,
    LINE,
    MARGIN,
    MM,
    PAGE,
    PRINT,
    VERSION,
    Box,
    WritingSheet,
)
from inkgrad.schema import decoded

DIGITS = "0123456789"
_CELL, _ASIDE = 12.5 * MM, 4.2 * MM  # the cell, and what its character takes beside it
_APART = 3.2 * MM  # from row to row
_COLUMNS = int((PAGE[0] - 2 * MARGIN) / (_CELL + _ASIDE))
_ROWS = int((PAGE[1] - 2 * MARGIN - HEAD) / (_CELL + _APART))
_MOST, _LONGEST = 60, 200  # times, and characters
_TALL, _ABOVE = 11 * MM, 5.6 * MM  # the cell of a line, and what its text takes above it
_LINE_ROWS = int((PAGE[1] - 2 * MARGIN - HEAD) / (_TALL + _ABOVE))
_BETWEEN = 4 * MM  # cells of lines
_ROOM = {16: 3, 26: 2, 60: 1}  # cells beside each other by the longest line
_MOST_LINES = 900


@dataclass(frozen=True)
class HandSheet(WritingSheet):
    """What is to be written: each of `characters` so many `times`."""

    characters: str = DIGITS
    times: int = 12
    asked = "Write each character in its cell."
    on_page = _COLUMNS * _ROWS

    def __post_init__(self) -> None:
        if not self.characters or len(self.characters) > _LONGEST:
            raise UsageError(
                f"characters are {len(self.characters)}, expected 1 to {_LONGEST} of them"
            )
        for character in self.characters:
            if not character.isprintable() or character.isspace():
                raise UsageError(f"character {character!r} cannot be written, expected signs")
        if len(set(self.characters)) < len(self.characters):
            raise UsageError(f"characters {self.characters!r} name one twice, expected each once")
        if not 1 <= self.times <= _MOST:
            raise UsageError(f"times are {self.times}, expected 1 to {_MOST}")

    @property
    def labels(self) -> Sequence[str]:
        return [each for each in self.characters for _ in range(self.times)]

    @property
    def facts(self) -> Mapping[str, object]:
        return {"characters": self.characters, "times": self.times}

    def box(self, place: int) -> Box:
        row, column = divmod(place, _COLUMNS)
        left = MARGIN + column * (_CELL + _ASIDE) + _ASIDE
        top = MARGIN + HEAD + row * (_CELL + _APART)
        return round(left), round(top), round(left + _CELL), round(top + _CELL)

    def letter(self, pen: ImageDraw.ImageDraw, place: int, label: str) -> None:
        left, top, _, bottom = self.box(place)
        small, number = (ImageFont.load_default(size * MM) for size in (3.4, 2.0))
        pen.text((left - 1.2 * MM, top), label, fill=PRINT, font=small, anchor="rt")
        at = (left - 1.0 * MM, bottom)
        pen.text(at, str(place + 1), fill=LINE, font=number, anchor="rb")


@dataclass(frozen=True)
class LineSheet(WritingSheet):
    """What is to be written: words, numbers or short lines, each in a cell of its own."""

    lines: tuple[str, ...]
    asked = "Write each line as you always do."

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= _MOST_LINES:
            raise UsageError(f"lines are {len(self.lines)}, expected 1 to {_MOST_LINES} of them")
        for line in self.lines:
            if not line.isprintable() or not line.strip() or len(line) > max(_ROOM):
                raise UsageError(
                    f"line {line[:80]!r} cannot be written, expected 1 to {max(_ROOM)} signs"
                )

    @property
    def labels(self) -> Sequence[str]:
        return self.lines

    @property
    def facts(self) -> Mapping[str, object]:
        return {"lines": self.lines}

    @cached_property
    def columns(self) -> int:
        """How many cells stand beside each other."""
        longest = max(map(len, self.lines))
        return next(count for room, count in _ROOM.items() if longest <= room)

    @property
    def on_page(self) -> int:  # type: ignore[override]
        return self.columns * _LINE_ROWS

    def box(self, place: int) -> Box:
        row, column = divmod(place, self.columns)
        wide = (PAGE[0] - 2 * MARGIN + _BETWEEN) / self.columns
        left = MARGIN + column * wide
        top = MARGIN + HEAD + row * (_TALL + _ABOVE) + _ABOVE
        return round(left), round(top), round(left + wide - _BETWEEN), round(top + _TALL)

    def letter(self, pen: ImageDraw.ImageDraw, place: int, label: str) -> None:
        left, top, right, _ = self.box(place)
        small, number = (ImageFont.load_default(size * MM) for size in (3.4, 2.0))
        pen.text((left, top - 1.2 * MM), label, fill=PRINT, font=small, anchor="ls")
        at = (right, top - 1.2 * MM)
        pen.text(at, str(place + 1), fill=LINE, font=number, anchor="rs")


def write_handsheet(
    path: str | Path,
    characters: str = DIGITS,
    times: int = 12,
    force: bool = False,
    lines: Sequence[str] = (),
) -> WritingSheet:
    """Write a sheet as PDF, to be printed, and beside it what `read_handsheet` reads: .json.

    With `lines` these are what is to be written, in place of characters. Raises UsageError for
    what no sheet can have, and for files that are there already.
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path}: a sheet is a PDF, expected a name that ends in .pdf")
    sheet = LineSheet(tuple(lines)) if lines else HandSheet(characters, times)
    plan = path.with_suffix(".json")
    for target in (path, plan):
        expect_free(target, force)
    pages = [Image.fromarray(sheet.drawn(page)) for page in range(sheet.pages)]
    written = BytesIO()
    pages[0].save(
        written, "PDF", resolution=DOTS, save_all=True, append_images=pages[1:], title=path.stem
    )
    atomic_write(path, written.getvalue())
    atomic_write(plan, sheet.plan)
    return sheet


@dataclass(frozen=True)
class _Plan:
    """The schema of such a file."""

    handsheet: int
    characters: Annotated[str, Meta(max_length=_LONGEST)] = ""
    times: Annotated[int, Meta(ge=1, le=_MOST)] = 1
    lines: Annotated[tuple[str, ...], Meta(max_length=_MOST_LINES)] = ()


def read_handsheet(path: str | Path) -> WritingSheet:
    """The sheet of such a file, or of the PDF beside it. Raises DataError for what is none."""
    path = Path(path)
    path = path.with_suffix(".json") if path.suffix.lower() == ".pdf" else path
    try:
        with path.open("rb") as file:
            text = file.read(1 << 17)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    found, _ = decoded(_Plan, text, path, DataError)
    if found.handsheet != VERSION:
        raise DataError(f"{path}: handsheet is {found.handsheet}, expected {VERSION}")
    try:
        return LineSheet(found.lines) if found.lines else HandSheet(found.characters, found.times)
    except UsageError as error:
        raise DataError(f"{path}: {error}") from None
