"""Pages as ALTO 4, the XML that libraries keep. The standard: https://www.loc.gov/standards/alto/"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from inkgrad import __version__
from inkgrad.documents.markup import confidence_of, document, legal, within, written_lines
from inkgrad.documents.page import Box, Line, Page, Paragraph, Word, around

_SPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "https://www.loc.gov/standards/alto/v4/alto-4-2.xsd"  # the first with baselines of points


def as_alto(pages: Iterable[Page]) -> str:
    """The pages as one document of ALTO 4.2, in pixels, with baselines, confidences, alternatives.

    Drawings are illustrations of a type, rules graphical elements. The file is named where all
    pages come from one.
    """
    pages = [within(page) for page in pages]
    alto = Element(
        "alto",
        {
            "xmlns": _SPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_SPACE} {_SCHEMA}",
            "SCHEMAVERSION": "4.2",
        },
    )
    _description(SubElement(alto, "Description"), {page.source for page in pages})
    layout = SubElement(alto, "Layout")
    for number, page in enumerate(pages, 1):
        _page(layout, page, number)
    return document(alto)


def _description(to: Element, sources: set[str]) -> None:
    SubElement(to, "MeasurementUnit").text = "pixel"
    if len(sources) == 1 and (source := sources.pop()):
        information = SubElement(to, "sourceImageInformation")
        SubElement(information, "fileName").text = legal(source)
    step = SubElement(to, "Processing", {"ID": "reading"})
    SubElement(step, "processingCategory").text = "contentGeneration"
    software = SubElement(step, "processingSoftware")
    SubElement(software, "softwareName").text = "inkgrad"
    SubElement(software, "softwareVersion").text = __version__


def _page(layout: Element, page: Page, number: int) -> None:
    size = {"WIDTH": str(page.width), "HEIGHT": str(page.height)}
    name = f"page_{number}"
    sure = f"{confidence_of(page):.4f}"
    to = SubElement(
        layout,
        "Page",
        {"ID": name, **size, "PHYSICAL_IMG_NR": str(page.number), "PC": sure},
    )
    space = SubElement(to, "PrintSpace", {"HPOS": "0", "VPOS": "0", **size})
    for i, paragraph in enumerate(page.paragraphs, 1):
        _block(space, paragraph, f"{name}_block_{i}", -90 * page.turned % 360)
    for i, drawing in enumerate(page.drawings, 1):
        facts = {"ID": f"{name}_drawing_{i}", **_place(drawing.box)}
        if drawing.kind == "rule":
            SubElement(space, "GraphicalElement", facts)
        else:
            SubElement(space, "Illustration", {**facts, "TYPE": drawing.kind})


def _block(space: Element, paragraph: Paragraph, name: str, rotation: int) -> None:
    lines = written_lines(paragraph.lines)
    if not lines:
        return
    place = _place(around([line.box for line in lines]))
    block = SubElement(space, "TextBlock", {"ID": name, **place})
    if rotation:
        block.set("ROTATION", str(rotation))  # degrees counter-clockwise
    for i, line in enumerate(lines, 1):
        _line(block, line, f"{name}_line_{i}")


def _line(block: Element, line: Line, name: str) -> None:
    x0, y0, x1, y1 = line.baseline
    ends = f"{x0:.1f},{y0:.1f} {x1:.1f},{y1:.1f}"
    to = SubElement(block, "TextLine", {"ID": name, **_place(line.box), "BASELINE": ends})
    _string(to, line.words[0], f"{name}_word_1")
    for i, (word, following) in enumerate(pairwise(line.words), 2):
        _, top, right, bottom = word.box
        gap = (right, top, max(right, following.box[0]), bottom)
        SubElement(to, "SP", _place(gap))
        _string(to, following, f"{name}_word_{i}")


def _string(line: Element, word: Word, name: str) -> None:
    to = SubElement(
        line,
        "String",
        {
            "ID": name,
            **_place(word.box),
            "CONTENT": legal(word.text),
            "WC": f"{word.confidence:.4f}",
        },
    )
    for text, _ in word.alternatives:
        SubElement(to, "ALTERNATIVE").text = legal(text)


def _place(box: Box | Sequence[int]) -> dict[str, str]:
    left, top, right, bottom = box
    return {
        "HPOS": str(left),
        "VPOS": str(top),
        "WIDTH": str(right - left),
        "HEIGHT": str(bottom - top),
    }
