"""Fields found by how their text or the name of their piece begins, among a million too."""

from __future__ import annotations

from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

_LAST = "\U0010ffff"  # comes after every other character


def begins(ledger: Ledger, text: str, count: int = 100) -> list[DeskField]:
    """The fields whose text, or the name of whose piece, begins so: texts first, then names.

    Each of the two is a range of an index. Raises UsageError where nothing is looked for.
    """
    if not text:
        raise UsageError("nothing is looked for, expected how a text or a name begins")
    ends = (text, text + _LAST, count)
    rows = [
        *ledger.asked(
            "SELECT id FROM fields WHERE text>=? AND text<? ORDER BY text, id LIMIT ?", *ends
        ),
        *ledger.asked(
            "SELECT f.id FROM pieces p JOIN fields f ON f.piece=p.id WHERE p.name>=? AND p.name<? "
            "ORDER BY p.name, p.id LIMIT ?",
            *ends,
        ),
    ]
    numbers = list(dict.fromkeys(row["id"] for row in rows))
    return ledger.fields(numbers[:count])
