"""Rules between the fields of a form: they settle what is in doubt, or say that something is wrong.

Of each field in a rule there are several readings. If the likeliest do not keep it, the likeliest
ones that do are taken, as sure as they are among all that do and what was not thought of; where
none do, the fields are rejected.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from inkgrad.forms.answer import FieldRead
from inkgrad.forms.template import Rule
from inkgrad.recognition.checks import CHECKS, Check

_MOST = 20_000  # combinations of readings that are looked at
_LEAST = 0.5  # how sure what a rule settles has to be
_DATE = re.compile(r"(\d+)\D(\d+)\D(\d+)")


def settled(found: Sequence[FieldRead], rules: Sequence[Rule]) -> list[FieldRead]:
    """The fields after all rules, in their order."""
    by_name = {field.name: field for field in found}
    for rule in rules:
        names = list(dict.fromkeys([*rule.fields, *([rule.total] if rule.total else [])]))
        fields = [by_name[name] for name in names]
        if all(field.status == "empty" for field in fields):
            continue
        if rule.rule != "sum" and any(field.status == "empty" for field in fields):
            continue
        for field in _settled(fields, _holds(rule, names), _said(rule)):
            by_name[field.name] = field
    return [by_name[field.name] for field in found]


def _settled(
    fields: Sequence[FieldRead], holds: Callable[[Sequence[str]], bool], said: str
) -> list[FieldRead]:
    if holds([field.text for field in fields]):
        return list(fields)
    options = [[(field.text, field.confidence), *field.alternatives] for field in fields]
    kept = []
    for each in itertools.islice(itertools.product(*options), _MOST):
        p = math.prod(sure for _, sure in each)
        if p > 0 and holds([text for text, _ in each]):
            kept.append((p, [text for text, _ in each]))
    if kept:
        best, texts = max(kept, key=lambda each: each[0])
        known = math.prod(min(1.0, sum(sure for _, sure in each)) for each in options)
        sure = best / (sum(p for p, _ in kept) + max(0.0, 1 - known))
        if sure >= _LEAST:
            return [_as(field, text, sure) for field, text in zip(fields, texts, strict=True)]
    return [replace(field, status="rejected", reason=said) for field in fields]


def _as(field: FieldRead, text: str, sure: float) -> FieldRead:
    """The field with this text, which a rule has chosen; those that stay are as sure as before."""
    if text == field.text:
        return field
    others = tuple(each for each in field.alternatives if each[0] != text)
    others = ((field.text, field.confidence), *others)
    return replace(field, text=text, confidence=sure, alternatives=others, status="read", reason="")


def _said(rule: Rule) -> str:
    fields = " and ".join(rule.fields)
    if rule.rule == "sum":
        return f"{fields} do not add up to {rule.total}"
    if rule.rule == "order":
        return f"{fields} are no days in this order"
    return f"{fields} have another check digit, expected that of {rule.check}"


def _holds(rule: Rule, names: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Whether texts, in the order of the names, keep a rule."""
    places = [names.index(name) for name in rule.fields]

    def holds(texts: Sequence[str]) -> bool:
        given = [texts[place] for place in places]
        if rule.rule == "sum":
            values = [_number(text) for text in (*given, texts[names.index(rule.total)])]
            return None not in values and sum(v or 0 for v in values[:-1]) == values[-1]
        if rule.rule == "order":
            days = [_day(text) for text in given]
            return None not in days and days == sorted(day or () for day in days)
        return has_check("".join(given), CHECKS[rule.check])

    return holds


def _number(text: str) -> int | None:
    """The whole number that a text is; nothing is none."""
    digits = "".join(c for c in text if c.isdigit())
    return int(digits or 0) if all(c.isdigit() or c in " -.,'" for c in text) else None


def _day(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of a date as the kinds of dates write it: 12/31/2024, 31.12.2024, ..."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    a, b, c = map(int, match.groups())
    if "/" in text:
        return c, a, b
    return (c, b, a) if "." in text else (a, b, c)


def has_check(text: str, check: Check) -> bool:
    """Whether a text of digits, and letters where they count, has the right check digit."""
    widths = [check.width(c) for c in text]
    total, before, rest = sum(widths), 0, 0
    for c, width in zip(text, widths, strict=True):
        value = check.value(c)
        if value is not None:
            rest = (rest + check.part(value, (before, width, total))) % check.modulus
        before += width
    return total > 0 and rest == check.rest
