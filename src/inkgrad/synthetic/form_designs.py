"""Whole forms as offices print them, empty: five designs, and what is to be written where.

They differ in what people write on (rows of boxes, combs, boxes, lines, dots), in where labels
stand, in size and strength of the print, and in rules between parts that nobody writes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkgrad.synthetic.wear import Floats

SIZE = (1754, 1240)  # rows and columns: A4 with 150 dots to the inch
_TIMES = 2  # as large they are drawn
_FONT = {size: ImageFont.load_default(_TIMES * size) for size in (15, 17, 20, 24, 34)}

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Asked:
    """What a form asks for: its label, its kind, what one writes on, for how many characters.

    `wide` is in parts of the width between the margins.
    """

    label: str
    kind: str
    shape: str
    count: int = 0
    wide: float = 0.5
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blank:
    """A field of a form: where it is in pixels, and each of its cells, or of its options."""

    asked: Asked
    box: Box
    cells: tuple[Box, ...] = ()


@dataclass(frozen=True)
class EmptyForm:
    """The print (h, w) of a form, 0..1, and its fields."""

    print: Floats
    fields: tuple[Blank, ...]


@dataclass(frozen=True)
class Design:
    """How a form looks, and what it asks for, row by row; a text alone is a heading."""

    title: str
    rows: Sequence[str | Sequence[Asked]]
    thick: float = 1.5
    strong: float = 0.9
    margin: int = 110
    beside: bool = False  # labels stand before the fields, not above them
    cell: int = 38  # pixels of height
    step: int = 92  # from row to row


def _n(
    label: str, count: int, shape: str = "cells", kind: str = "number", wide: float = 0.5
) -> Asked:
    """What is written in digits."""
    return Asked(label, kind, shape, count, wide)


_TEXT = "text"
DESIGNS = (
    Design(
        "Registration",
        (
            "Person",
            (Asked("Last name", _TEXT, "line"), Asked("First name", _TEXT, "line")),
            (_n("Date of birth", 8, kind="date"), _n("Member number", 7)),
            "Address",
            (Asked("Street", _TEXT, "line", wide=1.0),),
            (Asked("City", _TEXT, "line", wide=0.6), _n("ZIP code", 5, kind="zip", wide=0.4)),
            (_n("Telephone", 10, kind="phone", wide=0.6),),
            "Choice",
            (Asked("Member since last year", "tick", "tick"), Asked("Newsletter", "tick", "tick")),
            (Asked("Payment", "choice", "tick", options=("cash", "card", "transfer")),),
        ),
    ),
    Design(
        "Order form",
        (
            (_n("Customer", 6, "comb"), _n("Order date", 8, "comb", "date")),
            (_n("Item 1", 5, "comb", wide=0.4), _n("Pieces 1", 3, "comb", wide=0.3)),
            (_n("Item 2", 5, "comb", wide=0.4), _n("Pieces 2", 3, "comb", wide=0.3)),
            (_n("Item 3", 5, "comb", wide=0.4), _n("Pieces 3", 3, "comb", wide=0.3)),
            "Delivery",
            (Asked("Name", _TEXT, "box", wide=1.0),),
            (Asked("Place", _TEXT, "box", wide=0.6), _n("ZIP", 5, "comb", "zip", 0.4)),
            (Asked("Send", "choice", "tick", options=("post", "courier")),),
            (Asked("Gift wrap", "tick", "tick"), Asked("Keep my data", "tick", "tick")),
        ),
        thick=1.2,
        strong=0.7,
        margin=95,
        step=104,
        cell=42,
    ),
    Design(
        "Travel expenses",
        (
            (Asked("Employee", _TEXT, "dots", wide=0.6), _n("Number", 5, "box", wide=0.4)),
            (_n("From", 8, "box", "date"), _n("To", 8, "box", "date")),
            (_n("Kilometres", 4, "box"), _n("Nights", 2, "box")),
            "Costs",
            (_n("Rail", 4, "box", wide=0.33), _n("Hotel", 4, "box", wide=0.33)),
            (_n("Meals", 3, "box", wide=0.33), _n("Other", 3, "box", wide=0.33)),
            (Asked("Reason", _TEXT, "dots", wide=1.0),),
            (Asked("Receipts are added", "tick", "tick"), Asked("Company car", "tick", "tick")),
        ),
        thick=2.2,
        beside=True,
        cell=46,
        step=108,
    ),
    Design(
        "Meter reading",
        (
            "Customer",
            (_n("Account", 9),),
            (_n("Meter", 8, wide=0.6), _n("ZIP", 5, kind="zip", wide=0.4)),
            "Readings",
            (_n("Day", 8, "comb", "date"), _n("Electricity", 6, "cells")),
            (_n("Gas", 5, "cells"), _n("Water", 5, "cells")),
            (Asked("Read by", "choice", "tick", options=("tenant", "owner", "company")),),
            (Asked("Remarks", _TEXT, "line", wide=1.0),),
            (Asked("Call me back", "tick", "tick"), _n("Telephone", 10, "comb", "phone")),
        ),
        thick=1.0,
        strong=1.0,
        margin=120,
        step=112,
        cell=34,
    ),
    Design(
        "Questionnaire",
        (
            (_n("Your number", 5, "line", wide=0.5), _n("Today", 8, "line", "date")),
            "Please tick",
            (Asked("I was there before", "tick", "tick"), Asked("By car", "tick", "tick")),
            (Asked("By train", "tick", "tick"), Asked("On foot", "tick", "tick")),
            (Asked("Age", "choice", "tick", options=("to 30", "to 60", "over 60")),),
            (Asked("Stay", "choice", "tick", options=("short", "long")),),
            "Please write",
            (_n("Persons", 2, "box", wide=0.3), _n("Code", 6, "cells", wide=0.5)),
            (Asked("Best of all", _TEXT, "box", wide=1.0),),
            (Asked("Missing", _TEXT, "line", wide=1.0),),
        ),
        thick=1.8,
        strong=0.55,
        margin=130,
        step=100,
        cell=44,
    ),
)


@dataclass
class _Room:
    """The page that a design is drawn on, larger than it comes out."""

    design: Design
    image: Image.Image = field(
        default_factory=lambda: Image.new("L", (_TIMES * SIZE[1], _TIMES * SIZE[0]))
    )
    fields: list[Blank] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pen = ImageDraw.Draw(self.image)

    def line(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.0) -> None:
        half = (thick or self.design.thick) / 2
        box = (x0 - half, y0 - half, x1 + half, y1 + half)
        self.pen.rectangle([_TIMES * side for side in box], fill=255)

    def frame(self, box: Box) -> None:
        left, top, right, bottom = box
        for y in (top, bottom):
            self.line(left, y, right, y)
        for x in (left, right):
            self.line(x, top, x, bottom)

    def text(self, x: float, y: float, text: str, size: int, anchor: str = "ls") -> float:
        """Type at a place; how wide it is."""
        font = _FONT[size]
        self.pen.text((_TIMES * x, _TIMES * y), text, fill=255, font=font, anchor=anchor)
        return float(font.getlength(text)) / _TIMES


def empty_form(number: int) -> EmptyForm:
    """The design of this number, printed."""
    design = DESIGNS[number]
    room = _Room(design)
    left, right = float(design.margin), float(SIZE[1] - design.margin)
    room.text(left, 120, design.title, 34)
    room.line(left, 145, right, 145, 3)
    room.text(right, 120, f"No. {number + 1}", 20, "rs")
    y = 185.0
    for row in design.rows:
        if isinstance(row, str):
            room.text(left, y + 28, row, 24)
            room.line(left, y + 38, right, y + 38, 1)
            y += 56
            continue
        x = left
        for asked in row:
            _put(room, asked, x, y, asked.wide * (right - left))
            x += asked.wide * (right - left)
        y += design.step
    room.text(left, SIZE[0] - 70, "Please write clearly, with a dark pen. Thank you.", 17)
    small = room.image.resize((SIZE[1], SIZE[0]), Image.Resampling.BOX)
    printed = np.asarray(small, np.float32) * np.float32(design.strong / 255)
    return EmptyForm(printed, tuple(room.fields))


def _put(room: _Room, asked: Asked, x: float, y: float, wide: float) -> None:
    """One field with its label, its place beginning at x, y."""
    tall = room.design.cell
    base = y + 26 + tall
    if asked.shape == "tick":
        _ticks(room, asked, x, base)
        return
    begin = x
    if room.design.beside:
        begin += room.text(x, base - 10, asked.label, 20) + 14
    else:
        room.text(x, y + 17, asked.label, 17)
    end = x + wide - 34
    if asked.shape in ("cells", "comb"):
        end = begin + asked.count * min(0.78 * tall, (end - begin) / asked.count)
    box = (begin, base - tall, end, base)
    cells: tuple[Box, ...] = ()
    if asked.shape in ("cells", "comb"):
        places = np.linspace(begin, end, asked.count + 1).tolist()
        teeth = base - (tall if asked.shape == "cells" else 0.4 * tall)
        for place in places:
            room.line(place, teeth, place, base)
        cells = tuple((a, box[1], b, base) for a, b in pairwise(places))
    if asked.shape == "cells":
        room.line(begin, base - tall, end, base - tall)
    if asked.shape == "box":
        room.frame(box)
    elif asked.shape == "dots":
        for place in np.arange(begin, end, 6.0):
            room.line(place, base, place, base, 2.2)
    else:
        room.line(begin, base, end, base)
    room.fields.append(Blank(asked, box, cells))


def _ticks(room: _Room, asked: Asked, x: float, base: float) -> None:
    """One box with its label after it, or one for each option with a label before them all."""
    side = 26.0
    if asked.options:
        x += room.text(x, base - 8, f"{asked.label}:", 20) + 24
    boxes = []
    for said in asked.options or (asked.label,):
        box = (x, base - 4 - side, x + side, base - 4)
        room.frame(box)
        boxes.append(box)
        x += side + 12 + room.text(x + side + 12, base - 8, said, 20) + 40
    whole = (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[0][3])
    room.fields.append(Blank(asked, whole, tuple(boxes)))
