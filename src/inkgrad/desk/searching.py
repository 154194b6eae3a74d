"""Fields found by how their text, a word of it or the name of their piece begins; by tags.

Each is a range of an index, among a million too.
"""

from __future__ import annotations

from collections.abc import Sequence

from inkgrad.desk.desk_database import DeskRow
from inkgrad.desk.desk_fields import DeskField, words_of
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

_TAG = "tag:"
_LAST = "\U0010ffff"  # comes after every other character


def begins(ledger: Ledger, text: str, count: int = 100) -> list[DeskField]:
    """The fields whose text begins so, then lines with words that all do, then names that do.

    With "tag:NAME" those of all files that have the tag. Raises UsageError where nothing is looked
    for.
    """
    if not text:
        raise UsageError("nothing is looked for, expected how a text or a name begins")
    if text.startswith(_TAG):
        return _tagged(ledger, text.removeprefix(_TAG).strip(), count)
    ends = (text, text + _LAST, count)
    rows = [
        *ledger.asked(
            "SELECT id FROM fields WHERE text>=? AND text<? ORDER BY text, id LIMIT ?", *ends
        ),
        *_with_words(ledger, words_of(text), count),
        *ledger.asked(
            "SELECT f.id FROM pieces p JOIN fields f ON f.piece=p.id WHERE p.name>=? AND p.name<? "
            "ORDER BY p.name, p.id LIMIT ?",
            *ends,
        ),
    ]
    numbers = list(dict.fromkeys(row["id"] for row in rows))
    return ledger.fields(numbers[:count])


def _with_words(ledger: Ledger, words: Sequence[str], count: int) -> Sequence[DeskRow]:
    """The parts of pages in which a word begins like each of these."""
    if not words:
        return []
    one = "SELECT field FROM words WHERE word>=? AND word<?"
    others = "".join(f" AND field IN ({one})" for _ in words[1:])
    ends = [end for word in words for end in (word, word + _LAST)]
    return ledger.asked(
        f"SELECT DISTINCT field AS id FROM words WHERE word>=? AND word<?{others} "
        "ORDER BY field LIMIT ?",
        *(*ends, count),
    )


def _tagged(ledger: Ledger, tag: str, count: int) -> list[DeskField]:
    rows = ledger.asked(
        "SELECT f.id FROM tags t JOIN pieces p ON p.sha256=t.sha256 JOIN fields f ON f.piece=p.id "
        "WHERE t.tag=? ORDER BY f.id LIMIT ?",
        *(tag, count),
    )
    return ledger.fields([row["id"] for row in rows])
