"""Which pages of a file are meant: `3-7`, `1,4,9-`, counted from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inkgrad.errors import UsageError

_PART = re.compile(r"(\d{1,9})(-(\d{1,9})?)?")


@dataclass(frozen=True)
class PageRanges:
    """Pages from a first to a last one, both meant; None as a last one is the end of the file.

    The parts are in order and do not touch each other.
    """

    parts: tuple[tuple[int, int | None], ...] = ((1, None),)

    @classmethod
    def parse(cls, text: str) -> PageRanges:
        """From `3-7`, `1,4,9-` and the like. Raises UsageError for anything else."""
        found: list[tuple[int, int | None]] = []
        for part in text.split(","):
            match = _PART.fullmatch(part.strip())
            if match is None:
                raise _wrong(text)
            first = int(match[1])
            last = int(match[3]) if match[3] else None if match[2] else first
            if first < 1 or (last is not None and last < first):
                raise _wrong(text)
            found.append((first, last))
        return cls(tuple(_joined(found)))

    @classmethod
    def of(cls, pages: PageRanges | Iterable[int] | str | None) -> PageRanges:
        """From what a caller may give: ranges, their text, numbers of pages, or None for all."""
        if isinstance(pages, PageRanges):
            return pages
        if pages is None:
            return cls()
        if isinstance(pages, str):
            return cls.parse(pages)
        return cls.parse(",".join(str(int(number)) for number in pages))

    def __contains__(self, number: int) -> bool:
        return any(a <= number and (b is None or number <= b) for a, b in self.parts)

    def upto(self, count: int) -> Iterator[int]:
        """The numbers of those pages that a file of `count` pages has."""
        for first, last in self.parts:
            yield from range(first, min(count, count if last is None else last) + 1)

    def after(self, number: int) -> PageRanges:
        """What is left of them after this page."""
        left = [(max(a, number + 1), b) for a, b in self.parts if b is None or b > number]
        return PageRanges(tuple(left))

    @property
    def last(self) -> int | None:
        """The last page that may be asked for; None where that is the end of the file."""
        return self.parts[-1][1] if self.parts else 0

    def __str__(self) -> str:
        return ",".join(
            f"{a}-" if b is None else str(a) if a == b else f"{a}-{b}" for a, b in self.parts
        )


def _joined(parts: list[tuple[int, int | None]]) -> Iterator[tuple[int, int | None]]:
    """The same pages, each once and in order."""
    first, last = 0, 0
    for a, b in sorted(parts, key=lambda part: part[0]):
        if first and a <= last + 1:
            if b is None:
                yield first, None
                return
            last = max(last, b)
            continue
        if first:
            yield first, last
        if b is None:
            yield a, None
            return
        first, last = a, b
    if first:
        yield first, last


def _wrong(text: str) -> UsageError:
    return UsageError(f"pages {text!r} are none, expected numbers from 1 on, as in 3-7 or 1,4,9-")
