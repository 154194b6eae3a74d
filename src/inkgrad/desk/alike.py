"""Fields that are alike, settled at once: those of the same reading, or on the same piece."""

from __future__ import annotations

from collections.abc import Sequence

from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.double_entry import expect_third
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

WAYS = ("reading", "piece")
"""What fields have in common: what was read, as the same kind; or the file they are on."""

MOST_ALIKE = 200  # at once: more are no longer looked at
_SEARCHED = 2000  # of those that wait, as they came


def alike(ledger: Ledger, number: int, by: str = "reading") -> list[DeskField]:
    """The fields that wait and are like one, that one first; at most `MOST_ALIKE`.

    They are looked for among the first 2,000 that wait. On the same piece those of which nothing
    was read are left out: each is settled as it was read. Raises Nothing where there is no such
    field.
    """
    if by not in WAYS:
        raise UsageError(f"by {by!r} is unknown, expected one of {', '.join(WAYS)}")
    one = ledger.field(number)
    waiting = [field for field in ledger.queue("arrival", _SEARCHED) if field.id != number]
    if one.state == "open":
        waiting.insert(0, one)
    if by == "piece":
        found = [field for field in waiting if field.sha256 == one.sha256 and field.read.text]
    else:
        same = (one.kind, one.read.text)
        found = [field for field in waiting if (field.kind, field.read.text) == same]
    return found[:MOST_ALIKE]


def settle_alike(
    ledger: Ledger, seen: Sequence[tuple[int, int]], text: str, who: str, seconds: float = 0.0
) -> list[DeskField]:
    """Settle fields, given by number and the version seen, as one text, or "": each as read.

    All or none: raises Meanwhile where one of them is not as it was seen, and UsageError where a
    third has to decide on one. One undo takes all back.
    """
    for number, _ in seen:
        expect_third(ledger, number, who)
    each = seconds / max(1, len(seen))
    with ledger.together():
        return [
            ledger.settle(number, version, text or ledger.field(number).read.text, who, each)
            for number, version in seen
        ]
