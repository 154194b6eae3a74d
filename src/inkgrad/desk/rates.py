"""How often people and models were wrong, by what double entry has found; and what was promised."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.desk_pieces import kind_of
from inkgrad.desk.ledger import Ledger

BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Where bands of confidence begin, each up to the next, the last up to 1."""


@dataclass(frozen=True)
class ErrorRate:
    """So many words of which so many were wrong; `promised` is how many were expected to be."""

    name: str
    count: int
    wrong: int
    promised: float | None = None


def error_rates(ledger: Ledger) -> dict[str, list[ErrorRate]]:
    """Error rates by "person", by "kind" of field and by band of "confidence".

    Over the fields that a second person has checked and that no third is waited for: what stands
    of them is taken as the truth. Kinds and bands count what models read; bands hold what was
    promised too, the sum of what each confidence leaves open.
    """
    checked = ledger.numbers("f.state<>'open' AND f.version>0 AND EXISTS (CHECKED)")
    fields = ledger.fields(checked)
    people: dict[str, list[bool]] = defaultdict(list)
    for field in fields:
        for who, text in _said(ledger.holding([field.id])):
            people[who].append(text != field.text)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for field in fields:
        kinds[kind_of(field.kind)].append(field.read.text != field.text)
    return {
        "person": [_rate(name, wrong) for name, wrong in sorted(people.items())],
        "kind": [_rate(name, wrong) for name, wrong in sorted(kinds.items())],
        "confidence": _by_band(fields),
    }


def _rate(name: str, wrong: list[bool]) -> ErrorRate:
    return ErrorRate(name, len(wrong), sum(wrong))


def _by_band(fields: list[DeskField]) -> list[ErrorRate]:
    found = []
    for first, last in zip(BANDS, (*BANDS[1:], 1.0), strict=True):
        each = [
            field
            for field in fields
            if first <= field.read.confidence and (field.read.confidence < last or last == 1.0)
        ]
        wrong = sum(field.read.text != field.text for field in each)
        promised = sum(1 - field.read.confidence for field in each)
        found.append(ErrorRate(f"{first:.1%} to {last:.1%}", len(each), wrong, promised))
    return found


def _said(events: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """Who said what: in a check beside what stood, else as what then stands."""
    for event in events:
        if event["what"] == "check":
            yield event["who"], json.loads(event["before"])["said"]
        else:
            yield event["who"], json.loads(event["after"])["text"]
