"""What stands on a desk as documents: pages of text with what people said, tables of forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from inkgrad import tables
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import DeskField, Nothing
from inkgrad.desk.desk_pieces import kind_of, number_of, on_file
from inkgrad.desk.ledger import Ledger
from inkgrad.documents.page import Box, Line, Page, Word
from inkgrad.documents.pdf import write_pdf
from inkgrad.documents.text import from_json
from inkgrad.documents.writers import SUFFIXES, as_document
from inkgrad.errors import UsageError

MEDIA_TYPES = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "json": "application/json",
    "hocr": "application/xhtml+xml",
    "alto": "application/xml",
    "pdf": "application/pdf",
}
"""What a browser is told of each format."""


def pages_of(ledger: Ledger, sha256: str) -> list[Page]:
    """The pages of text of a file, each line as it stands. Raises Nothing where there are none."""
    lines: dict[tuple[int, str], dict[int, DeskField]] = {}
    for field in on_file(ledger, sha256):
        where = field.page, kind_of(field.kind)
        lines.setdefault(where, {})[number_of(field.kind)] = field
    found = []
    for (number, kind), fields in sorted(lines.items()):
        path = pictures_kept.document_at(ledger.folder, sha256, number, kind)
        if path.is_file() and any(fields):
            (page,) = from_json(path.read_bytes(), str(path))
            found.append(_as_it_stands(replace(page, number=number), fields))
    if not found:
        raise Nothing("there is no text of this file: it was read as something else")
    return found


def exported(ledger: Ledger, sha256: str, layout: str) -> bytes:
    """The pages of text of a file in a format of `MEDIA_TYPES`, as they stand.

    Raises UsageError for another format, Nothing where the file is no text.
    """
    if layout not in SUFFIXES:
        raise UsageError(f"format {layout!r} is unknown, expected {', '.join(SUFFIXES)}")
    pages = pages_of(ledger, sha256)
    if layout != "pdf":
        return as_document(pages, layout).encode()
    original = pictures_kept.came(ledger.folder, sha256)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "desk.pdf"
        write_pdf((replace(page, source=str(original)) for page in pages), [original], target)
        return target.read_bytes()


def _as_it_stands(page: Page, fields: dict[int, DeskField]) -> Page:
    """A page whose lines say what their fields do; those said not to be there are left out."""
    paragraphs, number = [], 0
    for paragraph in page.paragraphs:
        kept = []
        for line in paragraph.lines:
            number += 1
            field = fields.get(number)
            if field is None or field.state == "open":
                kept.append(line)
            elif field.state != "none":
                kept.append(line if field.state == "accepted" else _saying(line, field.text))
        if kept:
            paragraphs.append(replace(paragraph, lines=tuple(kept)))
    return replace(page, paragraphs=tuple(paragraphs))


def _saying(line: Line, text: str) -> Line:
    """A line that says what a person said of it, which is sure."""
    texts = text.split()
    boxes = [word.box for word in line.words]
    if len(texts) != len(boxes):
        boxes = list(_spread(line.box, texts))
    words = tuple(Word(said, said, 1.0, box) for said, box in zip(texts, boxes, strict=True))
    return replace(line, words=words, confidence=1.0)


def _spread(box: Box, texts: list[str]) -> Iterator[Box]:
    """Boxes of words along a line, as wide as they are long."""
    left, top, right, bottom = box
    whole, begin = max(1, sum(map(len, texts)) + len(texts) - 1), 0
    for text in texts:
        ends = (begin, begin + len(text))
        first, last = (left + round(end * (right - left) / whole) for end in ends)
        yield first, top, max(first + 1, last), bottom
        begin += len(text) + 1


def forms_as_csv(ledger: Ledger, kind: str) -> str:
    """All forms of a kind as CSV, one row a form and one column a field; no cell is a formula.

    Fields that wait are empty, and named in the column `waiting`.
    """
    rows = ledger.asked(
        "SELECT f.id FROM fields f WHERE f.kind>=? AND f.kind<? ORDER BY f.piece, f.id",
        *(f"{kind}#", f"{kind}$"),
    )
    forms: dict[tuple[str, int], list[DeskField]] = {}
    for field in ledger.fields([row["id"] for row in rows]):
        forms.setdefault((field.sha256, field.page), []).append(field)
    labels = list(dict.fromkeys(f.read.label for form in forms.values() for f in form))
    lines = [tables.line(["name", "page", "waiting", *labels], "csv", harmless=True)]
    for (_, page), form in forms.items():
        said = {field.read.label: field.text for field in form}
        waiting = ", ".join(field.read.label for field in form if field.state == "open")
        cells = [form[0].name, page, waiting, *(said.get(label, "") for label in labels)]
        lines.append(tables.line(cells, "csv", harmless=True))
    return "".join(lines)
