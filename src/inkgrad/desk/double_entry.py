"""Blind double entry: a sample of what stands is read by a second person, who sees none of it.

Where the second says something else a third decides, who sees both. What people and models then
turn out to have said wrong is counted in `rates`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.doubts import rival
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

_WHOLE = 2**32
_SPREAD = 2654435761  # times a number, modulo 2**32: an even sample that is always the same


def to_check(ledger: Ledger, part: float, who: str, count: int = 11) -> list[DeskField]:
    """Fields of the sample that nobody has checked, and that this person has not settled."""
    waiting = ledger.numbers(
        f"f.state<>'open' AND (f.id * {_SPREAD}) % {_WHOLE} < ? AND NOT EXISTS (CHECKED) "
        "AND NOT EXISTS (SELECT 1 FROM events s WHERE s.field=f.id AND s.who=?) "
        "ORDER BY f.id LIMIT ?",
        *(round(part * _WHOLE), who, count),
    )
    return ledger.fields(waiting)


def blind(field: DeskField) -> dict[str, Any]:
    """What a second person is shown of a field: neither what was read nor what stands."""
    shown = ("id", "name", "page", "kind", "version")
    return {name: getattr(field, name) for name in shown}


def contested(ledger: Ledger, field: DeskField) -> DeskField:
    """A field as it stands, and where two disagree on it that first among its reasons."""
    words = _words(ledger, field)
    if not words:
        return field
    first, second = (text or "no such field" for text, _ in words)
    apart = rival(first, second) if first.isdecimal() and second.isdecimal() else ""
    apart = apart if apart and not apart.startswith("or ") else f"{first} or {second}"
    others = tuple((text, 0.5) for text, _ in words if text)
    others += tuple(other for other in field.read.alternatives if other[0] not in dict(others))
    why = (f"two people disagree: {apart}", *field.read.why)
    return replace(field, read=replace(field.read, why=why, alternatives=others))


def expect_third(ledger: Ledger, number: int, who: str) -> None:
    """UsageError where two disagree on a field, and this is one of them."""
    people = [by for _, by in _words(ledger, ledger.field(number))]
    if who in people:
        raise UsageError(f"field {number}: two people disagree, expected a third instead of {who}")


def _words(ledger: Ledger, field: DeskField) -> list[tuple[str, str]]:
    """What the two said who disagree on a field, and who they are; none where there are none."""
    if field.state != "open" or not field.version:
        return []
    last = ledger.holding([field.id])[-1:]
    if not last or last[0]["what"] != "check":
        return []
    before = json.loads(last[0]["before"])
    earlier = ledger.holding([field.id])[:-1]
    by = earlier[-1]["who"] if earlier else ""
    return [(before["text"], by), (before["said"], last[0]["who"])]
