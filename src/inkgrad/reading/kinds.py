"""The kinds of images that can be read: one table, of which every command and reader knows.

A kind is an entry here, or one that a program adds with `add` before it reads. Nothing heavy is
imported before a reader is opened: help texts list the kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from inkgrad.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inkgrad.reading.result import Reading
    from inkgrad.recognition.patterns import Pattern, Unlikely


class ImageReader(Protocol):
    """What reads one grey image (h, w) uint8, by patterns over its alphabet. Threads share it."""

    @property
    def alphabet(self) -> str: ...

    @property
    def refuse_below(self) -> float:
        """The least confidence of what is accepted, where no other is asked for."""

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part is wrong; ModelError if not measured."""

    def read(
        self,
        grey: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> Reading:
        """What it says, and up to `count` texts in all; ImageError where nothing can be read."""
        raise NotImplementedError


def _no_prior() -> Unlikely | None:
    return None


@dataclass(frozen=True)
class Kind:
    """What images of a kind are, and how they are read.

    `help` follows the name where kinds are listed. `open` makes the reader from the files of
    `models`, of which the first may be another than the one named. `patterns` are what is possible
    where a caller gives none, `prior` what is less likely. `measured` is the kind whose images
    `inkgrad models calibrate` finds its thresholds on, "" where that cannot be done. `by_pattern`
    says whether a caller may give patterns, `is_code` that texts are ZIP codes, which can be
    sorted, and `is_page` that files are documents, whose pages become one:
    what `open` makes is then a `documents.PageReader` too. Readings of `valued` kinds have a
    value beside their text. `in_cells` is how characters in cells of their own are read, where that
    is another way.
    """

    name: str
    help: str
    models: tuple[str, ...]
    open: Callable[[Sequence[Path]], ImageReader]
    patterns: tuple[str, ...] = ()
    prior: Callable[[], Unlikely | None] = _no_prior
    measured: str = ""
    by_pattern: bool = True
    is_code: bool = False
    is_page: bool = False
    valued: bool = False
    in_cells: Kind | None = None

    def models_with(self, first: str | Path | None = None) -> tuple[str | Path, ...]:
        """The names of the models, the first one replaced where another is given."""
        return (first or self.models[0], *self.models[1:])


def named(name: str, among: Callable[[Kind], object] = lambda kind: True) -> Kind:
    """A kind by its name; UsageError where none of those that are meant has it."""
    known = names(among)
    if name not in known:
        raise UsageError(f"as {name!r} is unknown, expected one of {', '.join(known)}")
    return _TABLE[name]


def names(among: Callable[[Kind], object] = lambda kind: True) -> list[str]:
    """The names of all kinds, or of those that are meant."""
    return [kind.name for kind in _TABLE.values() if among(kind)]


def listed(among: Callable[[Kind], object] = lambda kind: True) -> str:
    """The kinds as a help text lists them: name, and what it is."""
    return ", ".join(f"{name} ({_TABLE[name].help})" for name in names(among))


def add(kind: Kind) -> None:
    """Put a kind into the table, for this process; in place of another of its name."""
    _TABLE[kind.name] = kind


def _numbers(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.number import NumberReader

    return NumberReader.load(models[0])


def _envelopes(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.envelope import EnvelopeReader

    return EnvelopeReader.load(models[0], models[1])


def _marked(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.marked import MarkedReader

    return MarkedReader.load(models[0])


def _dates(orders: Sequence[str], models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.dated import DateReader

    return DateReader.of(models[0], orders)


def _amounts(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.amount import AmountReader

    return AmountReader.load(models[0])


def _codes(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.code import CodeReader

    return CodeReader.load(models[0])


def _ibans(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.code import IbanReader

    return IbanReader.load(models[0])


def _characters(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.character import CharacterReader

    return CharacterReader.load(models[0])


def _pages(models: Sequence[Path]) -> ImageReader:
    from inkgrad.reading.pages import PagesReader

    return PagesReader.load(*models)


def _codes_in_use() -> Unlikely:
    from inkgrad.recognition.patterns import Unlikely
    from inkgrad.recognition.zipcodes import unused

    return Unlikely(unused())


def _field(name: str, help: str, *patterns: str) -> Kind:
    """A field of digits, of which only these patterns are possible."""
    return Kind(name, help, ("numbers",), _numbers, patterns, measured="number")


def _date(name: str, help: str, *orders: str) -> Kind:
    """A date with its marks; in cells, as its digits alone."""
    patterns = tuple(f"{{date.{order}{year}}}" for order in orders for year in ("", "2"))
    return Kind(
        *(name, help, ("amounts",), partial(_dates, orders), patterns),
        measured="amount",
        valued=True,
        in_cells=_field(name, help, *patterns),
    )


def _code(
    name: str,
    help: str,
    models: tuple[str, ...],
    open: Callable[[Sequence[Path]], ImageReader],
    measured: str,
) -> Kind:
    """What shows a ZIP code, of which those in use are likelier."""
    patterns = ("99999", "99999-9999")
    return Kind(name, help, models, open, patterns, _codes_in_use, measured, is_code=True)


_ANY_CODE = r"[A-Z0-9 \-./]{2,34}"
_TABLE: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _field("number", "digits"),
        _code("zip", "a field with a ZIP code", ("numbers",), _numbers, measured="number"),
        _code("envelope", "the ZIP code on it", ("numbers", "text"), _envelopes, "envelope"),
        _date("date", "month first, as 12/31/2024 or 7/4/24", "mdy"),
        _date("date.dmy", "day first, as 31.12.2024", "dmy"),
        _date("date.ymd", "as 2024-12-31", "ymd"),
        _date("date.any", "in any order, and which days it may be", "mdy", "dmy", "ymd"),
        Kind(
            *("phone", "of North America, with its area", ("amounts",), _marked, ("{phone.us}",)),
            measured="amount",
            in_cells=_field("phone", "", "{phone.us}"),
        ),
        _field("card", "16 digits with their check digit", "{card}"),
        _field("ean", "8 or 13 digits with their check digit", "{ean}"),
        _field("routing", "of a US bank, with its check digit", "{routing}"),
        Kind(
            *("amount", "of money, with its marks", ("amounts",), _amounts, ("{money}",)),
            measured="amount",
            valued=True,
        ),
        Kind("iban", "of one of 15 countries, with its check digits", ("text",), _ibans),
        Kind("code", "letters and digits, by a pattern", ("text",), _codes, (_ANY_CODE,)),
        Kind("character", "one alone", ("digits",), _characters, by_pattern=False),
        Kind(
            "text",
            "pages of notes",
            ("text", "crossed-out"),
            _pages,
            by_pattern=False,
            is_page=True,
        ),
    )
}
