"""What the XML formats share: text that XML allows, and a tree as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from inkgrad.reading.page import Line, Page

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text with each character that XML 1.0 forbids replaced by the replacement character."""
    return _FORBIDDEN.sub("\ufffd", text)


def document(root: ElementTree.Element, doctype: str = "") -> str:
    """The tree as a document, one element a line where that adds no text, with its declaration."""
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{body}\n'


def written_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines that have words."""
    return [line for line in lines if line.words]


def confidence_of(page: Page) -> float:
    """The mean confidence of its words; 1 where there are none, since nothing is in doubt."""
    sure = [word.confidence for line in page.lines for word in line.words]
    return sum(sure) / len(sure) if sure else 1.0
