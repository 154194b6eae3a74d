"""Tags of the files on a desk: words of a person's own to find them by."""

from __future__ import annotations

from collections.abc import Iterable

from inkgrad.desk.ledger import Ledger
from inkgrad.errors import UsageError

_LONGEST, _MOST = 60, 50


def tags_of(ledger: Ledger, sha256: str) -> list[str]:
    """The tags of a file, in order."""
    rows = ledger.asked("SELECT tag FROM tags WHERE sha256=? ORDER BY tag", sha256)
    return [row["tag"] for row in rows]


def set_tags(ledger: Ledger, sha256: str, tags: Iterable[str]) -> list[str]:
    """Give a file these tags, and no others; as they are kept. Raises UsageError for bad ones."""
    wanted = sorted({" ".join(tag.split()) for tag in tags} - {""})
    if len(wanted) > _MOST:
        raise UsageError(f"{len(wanted)} tags are too many, expected {_MOST} at most")
    for tag in wanted:
        if len(tag) > _LONGEST or not tag.isprintable():
            raise UsageError(f"tag {tag[:80]!r} cannot be kept, expected 1 to {_LONGEST} signs")
    with ledger.database.transaction():
        ledger.asked("DELETE FROM tags WHERE sha256=?", sha256)
        for tag in wanted:
            ledger.asked("INSERT INTO tags (tag, sha256) VALUES (?, ?)", tag, sha256)
    return wanted
