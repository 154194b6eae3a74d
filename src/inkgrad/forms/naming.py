"""What the fields of an empty form are called, by the print beside them, and what they are for.

A label stands above its field or before it, that of a box to tick after it. Where the form is a PDF
its text says what is printed; an image is read, and what was not read for sure names nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from inkgrad.forms.fields import Box, FoundField, FoundForm
from inkgrad.forms.template import CHOICE, TICK, FormField, Option, renamed
from inkgrad.imaging.masks import closed
from inkgrad.imaging.regions import connected, extents

_LETTER = 3.2  # millimetres between words of one label
_ABOVE, _BEFORE, _AFTER = 6.0, 9.0, 7.0  # millimetres a label may be away
_COLUMN = 70.0  # and where labels stand in a column of their own, with nothing between
_OPTIONS = 75.0  # millimetres from one option of a choice to the next
_LONGEST = 60  # characters of a name
_KINDS = (
    ("zip", ("zip", "postal code", "postcode")),
    ("date.dmy", ("datum", "geburtsdatum", "geboren", "geburtstag", "naissance")),
    ("date", ("date", "birth", "born", "day", "today", "from", "until")),
    ("phone", ("phone", "telephone", "mobile", "cell", "fax")),
    ("amount", ("amount", "price", "paid", "fee", "costs?")),
    (
        "text",
        (
            *("name", "street", "city", "town", "place", "address", "remark", "reason", "mail"),
            *("comment", "occupation", "title", "country", "state", "signature"),
        ),
    ),
)
_DIGITS = {"amount": (), "zip": (5, 9), "date": (8,), "date.dmy": (8,), "phone": (10,)}

Said = Callable[[Box], str]
"""What is printed in a box; "" where that is not known."""


@dataclass(frozen=True)
class Label:
    """A piece of print in one line: where, and what it says."""

    box: Box
    text: str


def pieces(form: FoundForm) -> list[Box]:
    """The boxes of what is printed, words that stand side by side together."""
    wide = max(3, round(_LETTER * form.mm)) | 1
    lines, count = connected(closed(form.type, (1, wide)))
    if not count:
        return []
    boxes, _ = extents(lines, count)
    tall = boxes[:, 3] - boxes[:, 1]
    good = (tall >= 0.9 * form.mm) & (tall <= 12 * form.mm)
    joined: list[Box] = []
    for box in sorted(map(tuple, boxes[good].tolist())):
        near = next((i for i, other in enumerate(joined) if _side_by_side(other, box, wide)), None)
        if near is None:
            joined.append(box)
        else:
            a = joined[near]
            joined[near] = _around([a, box])
    return joined


def _side_by_side(a: Box, b: Box, wide: float) -> bool:
    gap = max(a[0], b[0]) - min(a[2], b[2])
    return _over(a[1], a[3], b[1], b[3]) > 0.5 * min(a[3] - a[1], b[3] - b[1]) and gap <= wide


def named(form: FoundForm, said: Said) -> tuple[FormField, ...]:
    """The fields of a form with names and kinds; those without a label are field-1 and so on."""
    printed = pieces(form)
    known: dict[Box, str] = {}

    def text_of(box: Box | None) -> str:
        if box is None:
            return ""
        if box not in known:
            known[box] = said(box).strip(" :.*_-\n\t")[:_LONGEST]
        return known[box]

    found: list[FormField] = []
    for group in _groups(form, printed):
        if len(group) > 1:
            label = _before(group[0].box, printed, form.mm)
            texts = [text_of(_after(each.box, printed, form.mm)) for each in group]
            options = tuple(
                Option(text if text and texts.count(text) == 1 else f"option {n}", each.box)
                for n, (text, each) in enumerate(zip(texts, group, strict=True), 1)
            )
            whole = _around([each.box for each in group])
            found.append(FormField(text_of(label) or "", CHOICE, whole, 0, "", options))
            continue
        field = group[0]
        if field.shape == "tick":
            found.append(FormField(text_of(_after(field.box, printed, form.mm)), TICK, field.box))
            continue
        text = text_of(_label(field.box, printed, [each.box for each in form.fields], form.mm))
        found.append(FormField(text, kind_of(text, field.cells), field.box, field.cells))
    numbered = [replace(field, name=field.name or f"field-{n}") for n, field in enumerate(found, 1)]
    return renamed(numbered)


def kind_of(label: str, cells: int) -> str:
    """What a field with this label is for, and so many cells; to be corrected."""
    low = label.lower()
    for kind, words in _KINDS:
        fits = not cells or kind not in _DIGITS or cells in _DIGITS[kind]
        if fits and any(re.search(rf"\b{word}", low) for word in words):
            return kind
    return "number" if cells or not label or _is_count(low) else "text"


def _is_count(low: str) -> bool:
    return any(word in low for word in ("no.", "number", "count", "total", "sum", "how many"))


def _groups(form: FoundForm, printed: Sequence[Box]) -> list[list[FoundField]]:
    """The fields, the boxes of a choice together: those in a row with a label before the first."""
    groups: list[list[FoundField]] = []
    for field in form.fields:
        last = groups[-1][-1] if groups else None
        if last and last.shape == field.shape == "tick":
            level = abs(last.box[1] - field.box[1]) < 2 * form.mm
            near = 0 < field.box[0] - last.box[2] < _OPTIONS * form.mm
            if level and near and _before(groups[-1][0].box, printed, form.mm):
                groups[-1].append(field)
                continue
        groups.append([field])
    return groups


def _label(box: Box, printed: Sequence[Box], fields: Sequence[Box], mm: float) -> Box | None:
    near = _before(box, printed, mm) or _above(box, printed, mm)
    if near:
        return near
    far = _before(box, printed, mm, _COLUMN)
    between = far and any(
        far[2] <= other[0] < box[0] and _over(other[1], other[3], box[1], box[3]) > 0
        for other in fields
    )
    return None if between else far


def _before(box: Box, printed: Sequence[Box], mm: float, reach: float = _BEFORE) -> Box | None:
    """What stands in the same line before a box, no more than so many millimetres away."""
    near = [
        each
        for each in printed
        if -mm <= box[0] - each[2] <= reach * mm
        and _over(each[1], each[3], box[1], box[3] + mm) > 0.6 * (each[3] - each[1])
    ]
    return max(near, key=lambda each: each[2], default=None)


def _after(box: Box, printed: Sequence[Box], mm: float) -> Box | None:
    near = [
        each
        for each in printed
        if -mm <= each[0] - box[2] <= _AFTER * mm
        and _over(each[1], each[3], box[1] - mm, box[3] + mm) > 0.6 * (each[3] - each[1])
    ]
    return min(near, key=lambda each: each[0], default=None)


def _above(box: Box, printed: Sequence[Box], mm: float) -> Box | None:
    """What stands above a box, and begins where it does."""
    near = [
        each
        for each in printed
        if -mm <= box[1] - each[3] <= _ABOVE * mm
        and _over(each[0], each[2], box[0] - 2 * mm, box[2]) > 0.5 * (each[2] - each[0])
    ]
    return max(near, key=lambda each: (each[3], -each[0]), default=None)


def _over(a: float, b: float, c: float, d: float) -> float:
    return max(0.0, min(b, d) - max(a, c))


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
