"""Pages as text for people and programs: plain text, Markdown, and JSON that loses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from inkgrad.documents.page import DRAWING_KINDS, Box, Drawing, Line, Page, Paragraph, Word, around
from inkgrad.errors import DataError

_FORMAT, _VERSION = "inkgrad pages", 1
_ROUNDING = 1e-6  # sums of probabilities may be so much more than 1
_FARTHEST = 10**9  # pixels; a place on a page is nearer
_STEP = "    "  # of indent, in plain text
_DOUBT = "[?]"  # after a doubtful word
_LEFT_OUT = ("rule", "crossed out")  # kinds of drawings, where text flows
_NUMBERED = re.compile(r"\d{1,9}[.)]")
_MARKUP = re.compile(r"([\\`*_\[\]<>&~|$])")
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|=+$|-+$)")
_NUMBER_AT_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def as_text(pages: Iterable[Page], marked: bool = False) -> str:
    """Plain text: lines as they are, a blank line between paragraphs, a form feed between pages.

    An indent is four spaces a step; a bullet becomes "- ", a number keeps its sign, and further
    lines of an item stand under its first word. `marked` puts [?] after doubtful words.
    """
    return "\f".join(_plain(page, marked) for page in pages)


def _plain(page: Page, marked: bool) -> str:
    parts = []
    for paragraph in page.paragraphs:
        first = _STEP * paragraph.indent + _marker(paragraph)
        rest = " " * len(first)
        rows = [
            " ".join(
                word.text + (_DOUBT if marked and word.doubtful else "") for word in line.words
            )
            for line in paragraph.lines
        ]
        parts.append("".join(f"{rest if i else first}{row}\n" for i, row in enumerate(rows)))
    return "\n".join(part for part in parts if part)


def _marker(paragraph: Paragraph) -> str:
    if not paragraph.bullet:
        return ""
    return f"{paragraph.bullet} " if _NUMBERED.fullmatch(paragraph.bullet) else "- "


def as_markdown(pages: Iterable[Page]) -> str:
    """CommonMark: paragraphs as flowing text, bullets as lists, nested by their indents.

    A word cut by a hyphen at the end of a line is put together again. A doubtful word is followed
    by [?]; a drawing is *[drawing]* (or *[table]*, *[picture]*) between the paragraphs where it
    lies; rules and words crossed out are left out. What is indented under no item becomes a
    quotation, since Markdown has no other indent. A rule divides pages.
    """
    return "\n---\n\n".join(_marked_page(page) for page in pages)


def _marked_page(page: Page) -> str:
    blocks: list[tuple[bool, str]] = []  # whether it is an item of a list, and what it says
    items: list[tuple[int, int]] = []  # the items that are open: their indents, how far they reach
    for part in _in_order(page):
        if not isinstance(part, Paragraph):
            items.clear()
            blocks.append((False, f"*[{part.kind}]*"))
            continue
        while items and items[-1][0] >= part.indent:
            items.pop()
        before = " " * sum(width for _, width in items)
        marker = _marker(part)
        if marker:
            items.append((part.indent, len(marker)))
        elif not items:
            before = "> " * part.indent
        blocks.append((bool(marker), before + marker + _flowing(part)))
    text = ""
    for i, (item, block) in enumerate(blocks):
        tight = item and i and blocks[i - 1][0]
        text += ("" if tight or not i else "\n") + block + "\n"
    return text


def _in_order(page: Page) -> Iterator[Paragraph | Drawing]:
    """Paragraphs as they are read, each drawing before the first one that begins below its top."""
    drawings = [drawing for drawing in page.drawings if drawing.kind not in _LEFT_OUT]
    drawings.sort(key=lambda drawing: drawing.box[1])
    for paragraph in page.paragraphs:
        if not any(line.words for line in paragraph.lines):
            continue
        top = around([line.box for line in paragraph.lines])[1]
        while drawings and drawings[0].box[1] < top:
            yield drawings.pop(0)
        yield paragraph
    yield from drawings


def _flowing(paragraph: Paragraph) -> str:
    text = ""
    for line in paragraph.lines:
        words = [_escaped(word.text) + (_DOUBT if word.doubtful else "") for word in line.words]
        row = " ".join(words)
        if re.search(r"[^\W\d_]-$", text) and row[:1].islower():
            text = text[:-1] + row
        else:
            text += f" {row}" if text and row else row
    text = _NUMBER_AT_START.sub(r"\1\\\2", text)
    return _AT_START.sub(r"\\\1", text)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def as_json(pages: Iterable[Page], indent: int | None = None) -> str:
    """Everything about the pages: boxes, confidences, raw readings, alternatives, drawings."""
    content = {"format": _FORMAT, "version": _VERSION, "pages": [asdict(page) for page in pages]}
    text = json.dumps(
        content, ensure_ascii=False, indent=indent, allow_nan=False, default=_plain_number
    )
    return text.encode("utf-8", "replace").decode()  # names of files may be any bytes


def _plain_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place on a page")


def from_json(text: str | bytes, name: str = "pages") -> list[Page]:
    """The pages that `as_json` wrote; equal to what went in.

    Raises DataError, beginning with `name`, that says where something is missing or amiss.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name}: is no JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise DataError(f"{name}: is something else, expected the format {_FORMAT!r}")
    if content.get("version") != _VERSION:
        raise DataError(f"{name}: is of version {content.get('version')}, expected {_VERSION}")
    reader = _Checked(name)
    return [reader.page(*each) for each in reader.items(content, "pages", "")]


class _Checked:
    """Takes values out of JSON, each with the path to it, and refuses what does not fit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, where: str, value: Any, expected: str) -> DataError:
        said = repr(value)
        said = said if len(said) <= 40 else said[:40] + "..."
        return DataError(f"{self.name}: {where} is {said}, expected {expected}")

    def get(self, of: Any, key: str, where: str) -> tuple[Any, str]:
        if not isinstance(of, dict):
            raise self.wrong(where, of, "an object")
        path = f"{where}.{key}" if where else key
        if key not in of:
            raise DataError(f"{self.name}: {path} is missing")
        return of[key], path

    def items(self, of: Any, key: str, where: str) -> list[tuple[Any, str]]:
        value, path = self.get(of, key, where)
        if not isinstance(value, list):
            raise self.wrong(path, value, "a list")
        return [(each, f"{path}[{i}]") for i, each in enumerate(value)]

    def text(self, of: Any, key: str, where: str) -> str:
        value, path = self.get(of, key, where)
        return self.string(value, path)

    def string(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or (not value.isascii() and _halves(value)):
            raise self.wrong(path, value, "text")
        return value

    def whole(self, of: Any, key: str, where: str, least: int) -> int:
        value, path = self.get(of, key, where)
        if type(value) is not int or value < least:
            raise self.wrong(path, value, f"a whole number from {least} on")
        return value

    def probability(self, value: Any, path: str) -> float:
        if type(value) not in (int, float) or not -_ROUNDING <= value <= 1 + _ROUNDING:
            raise self.wrong(path, value, "a number from 0 to 1")
        return float(min(max(value, 0), 1))

    def numbers(self, value: Any, path: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
        fits = isinstance(value, list) and len(value) == 4
        if not fits or not all(type(x) in kinds and abs(x) <= _FARTHEST for x in value):
            raise self.wrong(path, value, "four numbers")
        return tuple(value)

    def box(self, value: Any, path: str) -> Box:
        left, top, right, bottom = self.numbers(value, path, (int,))
        if right < left or bottom < top:
            raise self.wrong(path, value, "left, top, right, bottom in that order")
        return left, top, right, bottom

    def page(self, of: Any, where: str) -> Page:
        return Page(
            self.whole(of, "width", where, 1),
            self.whole(of, "height", where, 1),
            tuple(self.paragraph(*each) for each in self.items(of, "paragraphs", where)),
            tuple(self.drawing(*each) for each in self.items(of, "drawings", where)),
            self.text(of, "source", where),
            self.whole(of, "number", where, 1),
            self.turned(of, where),
        )

    def drawing(self, of: Any, where: str) -> Drawing:
        if isinstance(of, list):  # written before drawings had kinds
            return Drawing(self.box(of, where))
        kind, path = self.get(of, "kind", where)
        if kind not in DRAWING_KINDS:
            raise self.wrong(path, kind, f"one of {', '.join(DRAWING_KINDS)}")
        return Drawing(self.box(*self.get(of, "box", where)), kind)

    def turned(self, of: Any, where: str) -> int:
        if "turned" not in of:  # written before pages were turned
            return 0
        turned = self.whole(of, "turned", where, 0)
        if turned > 3:
            raise self.wrong(f"{where}.turned", turned, "a whole number from 0 to 3")
        return turned

    def paragraph(self, of: Any, where: str) -> Paragraph:
        lines = tuple(self.line(*each) for each in self.items(of, "lines", where))
        bullet = self.text(of, "bullet", where)
        return Paragraph(lines, self.whole(of, "indent", where, 0), bullet)

    def line(self, of: Any, where: str) -> Line:
        ends = self.numbers(*self.get(of, "baseline", where), (int, float))
        return Line(
            tuple(self.word(*each) for each in self.items(of, "words", where)),
            self.box(*self.get(of, "box", where)),
            (float(ends[0]), float(ends[1]), float(ends[2]), float(ends[3])),
            self.probability(*self.get(of, "confidence", where)),
        )

    def word(self, of: Any, where: str) -> Word:
        others = []
        for value, path in self.items(of, "alternatives", where):
            if not isinstance(value, list) or len(value) != 2:
                raise self.wrong(path, value, "a text and its probability")
            others.append((self.string(value[0], path), self.probability(value[1], path)))
        doubtful, path = self.get(of, "doubtful", where)
        if type(doubtful) is not bool:
            raise self.wrong(path, doubtful, "true or false")
        return Word(
            self.text(of, "text", where),
            self.text(of, "raw", where),
            self.probability(*self.get(of, "confidence", where)),
            self.box(*self.get(of, "box", where)),
            tuple(others),
            doubtful,
        )


def _halves(text: Sequence[str]) -> bool:
    """Whether half a character (a lone surrogate) is among them: it cannot be written as UTF-8."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)
