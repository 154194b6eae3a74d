"""Text that pages of a PDF have already: where it is, and how to take off what nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkgrad.documents.page import Box, Line, Page
from inkgrad.documents.turning import Matrix
from inkgrad.errors import ImageError
from inkgrad.images.given import opened
from inkgrad.images.page_ranges import PageRanges
from inkgrad.images.pdf import Places, places_of_text

if TYPE_CHECKING:
    import pikepdf

_UNSEEN = 3  # how text is shown that nobody is to see (ISO 32000-1, 9.3.6)
_DEEPEST = 8  # forms in forms that are looked through
_SHOWN = {"Tj": (), "TJ": (), "'": ("T*",), '"': ("T*",)}  # and what of them moves on


def places_in(path: Path) -> dict[int, Places]:
    """Where each page has text already, by its number; a page that cannot be opened has none."""
    with opened(path) as given:
        assert given.file
        found = list(places_of_text(given.file, given.name, PageRanges()))
    return dict(page for page in found if not isinstance(page, ImageError))


def beside(page: Page, matrix: Matrix, places: Places) -> Page:
    """The page without those words that stand where there is text already.

    `matrix` takes (x, height - y) in pixels of the page to the space of the PDF's page.
    """
    if not places:
        return page

    def left(line: Line) -> Line:
        words = tuple(
            word
            for word in line.words
            if not _within(_middle(word.box, page.height, matrix), places)
        )
        return replace(line, words=words)

    paragraphs = []
    for paragraph in page.paragraphs:
        lines = tuple(line for line in map(left, paragraph.lines) if line.words)
        if lines:
            paragraphs.append(replace(paragraph, lines=lines))
    return replace(page, paragraphs=tuple(paragraphs))


def _middle(box: Box, height: int, matrix: Matrix) -> tuple[float, float]:
    x, y = (box[0] + box[2]) / 2, height - (box[1] + box[3]) / 2
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _within(point: tuple[float, float], places: Places) -> bool:
    x, y = point
    return any(l <= x <= r and b <= y <= t for l, b, r, t in places)


def take_off_unseen(pdf: pikepdf.Pdf) -> None:
    """Take the text off all pages that is there to be searched, and not to be seen."""
    done: set[tuple[int, int]] = set()
    for sheet in pdf.pages:
        rows = _without_unseen(pdf, sheet.obj, sheet.resources, done, 0, 0)
        if rows is not None:
            sheet.obj.Contents = pdf.make_stream(rows)


def _without_unseen(
    pdf: pikepdf.Pdf,
    drawn: pikepdf.Object,
    resources: Any,
    done: set[tuple[int, int]],
    mode: int,
    depth: int,
) -> bytes | None:
    """The operators of a page or a form without those that show unseen text; None if all stay.

    `mode` is how text is shown where it begins. Forms that it draws are changed where they are.
    """
    import pikepdf

    kept: list[Any] = []
    modes, changed = [mode], False
    for instruction in pikepdf.parse_content_stream(drawn):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "q":
            modes.append(modes[-1])
        elif operator == "Q" and len(modes) > 1:
            modes.pop()
        elif operator == "Tr" and len(operands) == 1:
            modes[-1] = int(operands[0])
        elif operator == "Do" and len(operands) == 1:
            _in_form(pdf, resources, str(operands[0]), done, modes[-1], depth)
        if operator in _SHOWN and modes[-1] == _UNSEEN:
            changed = True
            kept += [([], pikepdf.Operator(other)) for other in _SHOWN[operator]]
        else:
            kept.append(instruction)
    return pikepdf.unparse_content_stream(kept) if changed else None


def _in_form(
    pdf: pikepdf.Pdf,
    resources: Any,
    name: str,
    done: set[tuple[int, int]],
    mode: int,
    depth: int,
) -> None:
    form = next(_forms(resources, name), None)
    if form is None or form.objgen in done or depth >= _DEEPEST:
        return
    done.add(form.objgen)
    rows = _without_unseen(pdf, form, form.get("/Resources", resources), done, mode, depth + 1)
    if rows is not None:
        form.write(rows)


def _forms(resources: Any, name: str) -> Iterator[Any]:
    """The form of this name, if it is one."""
    found = resources.get("/XObject", {}).get(name) if resources is not None else None
    if found is not None and found.get("/Subtype") == "/Form":
        yield found
