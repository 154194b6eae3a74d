"""What the XML formats share: text that XML allows, and a tree as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

from inkgrad.documents.page import Box, Line, Page, Word

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text with each character that XML 1.0 forbids replaced by the replacement character."""
    return _FORBIDDEN.sub("\ufffd", text)


def document(root: ElementTree.Element, doctype: str = "") -> str:
    """The tree as a document, one element a line where that adds no text, with its declaration."""
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{body}\n'


def within(page: Page) -> Page:
    """The page with every box within it, as the standards want, and probabilities from 0 to 1."""

    def box(given: Box) -> Box:
        left, right = (min(max(x, 0), page.width) for x in given[::2])
        top, bottom = (min(max(y, 0), page.height) for y in given[1::2])
        return left, top, right, bottom

    def sure(p: float) -> float:
        return min(max(p, 0.0), 1.0)

    def word(given: Word) -> Word:
        return replace(given, box=box(given.box), confidence=sure(given.confidence))

    def line(given: Line) -> Line:
        words = tuple(map(word, given.words))
        return replace(given, words=words, box=box(given.box), confidence=sure(given.confidence))

    return page.changed(line, box)


def written_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines that have words."""
    return [line for line in lines if line.words]


def confidence_of(page: Page) -> float:
    """The mean confidence of its words; 1 where there are none, since nothing is in doubt."""
    sure = [word.confidence for line in page.lines for word in line.words]
    return sum(sure) / len(sure) if sure else 1.0
