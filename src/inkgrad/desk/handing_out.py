"""The results of a desk, for other programs: plain values, and a table for spreadsheets."""

from __future__ import annotations

from typing import Any

import msgspec

from inkgrad import tables
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.ledger import Ledger

_COLUMNS = ("name", "page", "kind", "state", "text", "read", "confidence", "sha256", "model")


def as_plain(field: DeskField) -> dict[str, Any]:
    """A field as JSON has it."""
    return dict(msgspec.to_builtins(field))


def as_csv(ledger: Ledger) -> str:
    """All fields as CSV, no cell of which is a formula."""
    lines, after = [tables.line(_COLUMNS, "csv")], 0
    while found := ledger.results(after):
        for each in found:
            read = each.read
            cells = [each.name, each.page, each.kind, each.state, each.text, read.text]
            cells += [f"{read.confidence:.4f}", each.sha256, read.model]
            lines.append(tables.line(cells, "csv", harmless=True))
        after = found[-1].id
    return "".join(lines)
