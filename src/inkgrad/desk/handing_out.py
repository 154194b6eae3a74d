"""The results of a desk, for other programs: plain values, and a table for spreadsheets."""

from __future__ import annotations

from typing import Any

import msgspec

from inkgrad import tables
from inkgrad.batch.sorting import MANUAL, Plan
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.ledger import Ledger
from inkgrad.reading import kinds

_COLUMNS = ("name", "page", "kind", "state", "text", "read", "confidence", "sha256", "model")


def as_plain(field: DeskField, plan: Plan | None = None) -> dict[str, Any]:
    """A field as JSON has it; with a plan, the `bin` that its piece goes to."""
    told = dict(msgspec.to_builtins(field))
    return told if plan is None else {**told, "bin": bin_of(field, plan)}


def bin_of(field: DeskField, plan: Plan) -> str:
    """The bin of a piece with a ZIP code; "" for what has none and for what waits."""
    if field.kind not in kinds.names(lambda each: each.is_code) or field.state == "open":
        return ""
    return plan.bin_of_code(field.text) if field.text else MANUAL


def as_csv(ledger: Ledger, plan: Plan | None = None) -> str:
    """All fields as CSV, no cell of which is a formula; with a plan, the bins of their pieces."""
    bins = () if plan is None else ("bin",)
    lines, after = [tables.line((*_COLUMNS, *bins), "csv")], 0
    while found := ledger.results(after):
        for each in found:
            read = each.read
            cells = [each.name, each.page, each.kind, each.state, each.text, read.text]
            cells += [f"{read.confidence:.4f}", each.sha256, read.model]
            if plan is not None:
                cells.append(bin_of(each, plan))
            lines.append(tables.line(cells, "csv", harmless=True))
        after = found[-1].id
    return "".join(lines)
