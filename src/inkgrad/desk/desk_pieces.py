"""The fields of a desk that belong together: the parts of a page, and the pages of a file."""

from __future__ import annotations

from collections.abc import Iterable

from inkgrad.desk.desk_fields import APART, DeskField, ReadField
from inkgrad.desk.ledger import Ledger


def part_of(kind: str, number: int) -> str:
    """The kind of a part of a page, by its number; that of the only one is the kind itself."""
    return f"{kind}{APART}{number}" if number else kind


def kind_of(kind: str) -> str:
    """The kind that a part is of: "text" for "text#3"."""
    return kind.partition(APART)[0]


def number_of(kind: str) -> int:
    """The number of a part, 0 for the only one."""
    return int(kind.partition(APART)[2] or 0)


def beside(ledger: Ledger, number: int) -> list[DeskField]:
    """A field and all others on the same page, in the order of the page. Raises Nothing."""
    ledger.field(number)
    rows = ledger.asked(
        "SELECT id FROM fields WHERE piece=(SELECT piece FROM fields WHERE id=?) ORDER BY id",
        number,
    )
    return sorted(ledger.fields([row["id"] for row in rows]), key=_place)


def on_file(ledger: Ledger, sha256: str) -> list[DeskField]:
    """All fields of a file, page by page."""
    rows = ledger.asked(
        "SELECT f.id FROM fields f JOIN pieces p ON p.id=f.piece WHERE p.sha256=?", sha256
    )
    found = ledger.fields([row["id"] for row in rows])
    return sorted(found, key=lambda field: (field.page, *_place(field)))


def _place(field: DeskField) -> tuple[str, int]:
    return kind_of(field.kind), number_of(field.kind)


def spoken_of(ledger: Ledger, sha256: str, kind: str) -> list[DeskField]:
    """The parts of a file as that kind, if a person said something of one of them; else none.

    Such a file is not read again: its parts might be others.
    """
    found = [field for field in on_file(ledger, sha256) if kind_of(field.kind) == kind]
    parted = any(number_of(field.kind) for field in found)
    return found if parted and any(field.version for field in found) else []


def put(
    ledger: Ledger,
    where: tuple[str, str, str],
    parts: Iterable[tuple[int, int, ReadField]],
) -> list[DeskField]:
    """Keep what was read on a file: checksum, name and kind say `where`; page and part, which.

    Parts of an earlier reading that are no longer there, and of which nobody said anything, wait
    for nobody.
    """
    sha256, name, kind = where
    known = {field.id for field in on_file(ledger, sha256) if kind_of(field.kind) == kind}
    found = [
        ledger.add(sha256, page, name, part_of(kind, number), read) for page, number, read in parts
    ]
    for gone in known - {field.id for field in found}:
        ledger.asked(
            "UPDATE fields SET state='none', text='' WHERE id=? AND version=0 RETURNING id", gone
        )
    return found
