"""What a page is for a desk: its parts, which people settle one by one, and a picture of it.

A field is a part by itself. A page of text has a part for each line, and the document that they are
lines of; a form has one for each field, and is shown as it was printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from inkgrad.desk.desk_fields import Place, ReadField
from inkgrad.desk.doubts import opinions, reasons, rival
from inkgrad.desk.pictures_kept import cut_out
from inkgrad.documents.page import Box, Line, Page, Word, around
from inkgrad.documents.text import as_json
from inkgrad.errors import EmptyError, ImageError
from inkgrad.forms.answer import FieldRead
from inkgrad.forms.laying import Laid
from inkgrad.forms.reading import FormReader
from inkgrad.forms.template import FormField
from inkgrad.opening import Reader
from inkgrad.reading.pages import PageReading
from inkgrad.reading.result import Reading

ALTERNATIVES = 9  # one for each key
_EMPTY = 0.9  # a field of a form that is as surely empty is not asked for
_OTHERS = 3  # of a doubtful word
Grey = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PagePart:
    """A part of a page: its `number` in it from 1 on, 0 for the only one, and what it says.

    `picture` (h, w) is the part upright.
    """

    number: int
    read: ReadField
    picture: Grey


@dataclass(frozen=True, eq=False)
class SeenPage:
    """A page as a desk shows it: `picture` (h, w) upright, its parts, of a text the document."""

    picture: Grey
    parts: Sequence[PagePart]
    document: str = ""


See = Callable[[Grey], SeenPage]
"""What sees the parts of a grey page (h, w). ImageError and the like become a part that says so."""


def fields_seen(reader: Reader, model: str) -> See:
    """By a reader of fields: a page is one."""
    one = reader.task.one(reader.images)

    def see(grey: Grey) -> SeenPage:
        try:
            reading = one(grey).judged(reader.task.threshold)
        except (EmptyError, ImageError) as error:
            return _unread(grey, error, model)
        return field_seen(grey, reading, model, reasons(reading, opinions(reader, reading)))

    return see


def field_seen(grey: Grey, reading: Reading, model: str, why: tuple[str, ...]) -> SeenPage:
    """A page (h, w) that is one field, as it was read."""
    box, turned = around(reading.boxes) if reading.boxes else None, reading.turned
    others = tuple((text, float(p)) for text, p in reading.alternatives if text)
    read = ReadField(
        reading.text,
        min(1.0, max(0.0, float(reading.confidence))),
        reading.status,
        box,
        others[:ALTERNATIVES],
        why,
        model,
        at=_shown_at(box, grey, turned),
        turned=turned,
    )
    picture = np.rot90(cut_out(grey, box), turned)
    return SeenPage(np.rot90(grey, turned), [PagePart(0, read, picture)])


def texts_seen(reader: Reader, model: str, doubt_all: bool) -> See:
    """By a reader of pages of text: a part for each line, in doubt where one of its words is."""

    def see(grey: Grey) -> SeenPage:
        reading = cast(PageReading, reader.images.read(grey))
        return text_seen(grey, reading.document, model, doubt_all, reading.reason)

    return see


def text_seen(
    grey: Grey, page: Page, model: str, doubt_all: bool = False, reason: str = ""
) -> SeenPage:
    """A page (h, w) of text as it was read; `reason` says why it has no lines, if it has none."""
    parts = [
        _line_seen(grey, number, line, page.turned, model, doubt_all)
        for number, line in enumerate(page.lines, 1)
    ]
    if not parts:
        return _unread(grey, EmptyError(reason or "shows no writing"), model)
    return SeenPage(np.rot90(grey, page.turned), parts, as_json([page]))


def _line_seen(
    grey: Grey, number: int, line: Line, turned: int, model: str, doubt_all: bool
) -> PagePart:
    doubtful = [word for word in line.words if word.doubtful or doubt_all]
    read = ReadField(
        line.text,
        min(1.0, max(0.0, float(line.confidence))),
        "rejected" if doubtful else "read",
        line.box,
        tuple(_other_lines(line, doubtful))[:ALTERNATIVES],
        tuple(_doubt(word) for word in doubtful),
        model,
        f"line {number}",
        _shown_at(line.box, grey, turned),
        tuple(
            (word.text, word in doubtful, _shown_at(word.box, grey, turned)) for word in line.words
        ),
        turned,
    )
    return PagePart(number, read, np.rot90(cut_out(grey, line.box), turned))


def _other_lines(line: Line, doubtful: Sequence[Word]) -> list[tuple[str, float]]:
    """The line with another text for one of its doubtful words, the likeliest first."""
    found = [
        (replace(line, words=_with(line.words, word, text)).text, float(p))
        for word in doubtful
        for text, p in word.alternatives[:_OTHERS]
        if text
    ]
    return sorted(found, key=lambda each: -each[1])


def _with(words: tuple[Word, ...], word: Word, text: str) -> tuple[Word, ...]:
    return tuple(replace(each, text=text) if each is word else each for each in words)


def _doubt(word: Word) -> str:
    others = [text for text, _ in word.alternatives[:1] if text]
    return f"{word.text} or {others[0]}" if others else f"{word.text}: {word.confidence:.0%} sure"


def forms_seen(reader: FormReader, model: str) -> See:
    """By a reader of forms: a part for each field, on the form as it was printed."""

    def see(grey: Grey) -> SeenPage:
        try:
            laid = reader.bed.lay(grey)
            found = reader.read_laid(laid)
        except (EmptyError, ImageError) as error:
            return _unread(grey, error, model)
        return form_seen(laid, reader.template.fields, found, model)

    return see


def form_seen(
    laid: Laid, fields: Sequence[FormField], found: Sequence[FieldRead], model: str
) -> SeenPage:
    """A form that lies on its template, as its fields were read."""
    parts = []
    for number, (field, said) in enumerate(zip(fields, found, strict=True), 1):
        box = _whole(field)
        there = laid.way.there(np.array([(box[k], box[m]) for k in (0, 2) for m in (1, 3)]))
        (left, top), (right, bottom) = there.min(0).round(), there.max(0).round()
        place = int(left), int(top), int(right), int(bottom)
        read = _form_field(said, place, _shown_at(box, laid.pixels, 0), model)
        parts.append(PagePart(number, read, cut_out(laid.pixels, box)))
    return SeenPage(laid.pixels, parts)


def _whole(field: FormField) -> Box:
    """The box of a field on the template, around all options of a choice."""
    boxes = [option.box for option in field.options] or [field.box]
    left, top, right, bottom = (np.array(boxes).T).tolist()
    return int(min(left)), int(min(top)), int(max(right)) + 1, int(max(bottom)) + 1


def _form_field(said: FieldRead, box: Box, at: Place | None, model: str) -> ReadField:
    status = said.status
    if status == "empty" and said.confidence >= _EMPTY:
        status = "read"
    why = () if status == "read" else tuple(_doubts(said))
    others = tuple((text, float(p)) for text, p in said.alternatives if text)
    return ReadField(
        said.text,
        min(1.0, max(0.0, float(said.confidence))),
        status,
        box,
        others[:ALTERNATIVES],
        why,
        model,
        said.name,
        at,
    )


def _doubts(said: FieldRead) -> Iterator[str]:
    """Why a field of a form is doubtful, as people say it."""
    if said.reason and not said.reason.startswith(f"is {said.confidence:.4f} sure"):
        yield said.reason
    elif said.alternatives and (apart := rival(said.text, said.alternatives[0][0])):
        yield apart
    else:
        yield f"{said.text or 'empty'}: {said.confidence:.0%} sure"


def _unread(grey: Grey, error: Exception, model: str) -> SeenPage:
    """A page of which nothing was read, and why."""
    status = "empty" if isinstance(error, EmptyError) else "failed"
    read = ReadField("", 0.0, status, why=(str(error),), model=model)
    return SeenPage(grey, [PagePart(0, read, grey)])


def _shown_at(box: Box | None, grey: Grey, turned: int) -> Place | None:
    """Where a box of an image (h, w) is on the picture of it, turned by so many quarters."""
    if box is None:
        return None
    h, w = grey.shape
    xs, ys = [box[0] / w, box[2] / w], [box[1] / h, box[3] / h]
    for _ in range(turned % 4):  # counter-clockwise: what was right is on top
        xs, ys = ys, [1 - x for x in xs]
    left, right = (min(1.0, max(0.0, x)) for x in sorted(xs))
    top, bottom = (min(1.0, max(0.0, y)) for y in sorted(ys))
    return left, top, right, bottom
