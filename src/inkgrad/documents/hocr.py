"""Pages as hOCR 1.2: HTML that says where every word is. The standard: http://kba.github.io/hocr-spec/1.2/"""

from __future__ import annotations

import math
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from inkgrad import __version__
from inkgrad.documents.markup import document, legal, within, written_lines
from inkgrad.documents.page import Box, DrawingKind, Line, Page, Paragraph, Word, around

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_CLASSES: dict[DrawingKind, str] = {
    "drawing": "ocr_linedrawing",
    "table": "ocr_table",
    "rule": "ocr_separator",
    "picture": "ocr_photo",
    "crossed out": "ocr_float",
    "signature": "ocr_image",
}
_CAPABILITIES = " ".join(
    ["ocr_page ocr_carea ocr_par ocr_line", *_CLASSES.values(), "ocrx_word ocrp_wconf"]
)
_LEAST = 1e-9  # a probability of 0 has no logarithm


def as_hocr(pages: Iterable[Page], alternatives: bool = False) -> str:
    """The pages as one XHTML document, a page an `ocr_page`, drawings by their kind.

    A baseline is its slope and its height at the left end of the line's box, counted downwards
    from the bottom of the box; the lines of a page that was turned say by how much instead.
    `alternatives` adds the other readings of each word as the standard has it, in `ins` and `del`
    with negative logarithms of their probabilities. They are left out unless asked for: most
    readers of hOCR take them for further text of the word.
    """
    html = Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
    head, body = SubElement(html, "head"), SubElement(html, "body")
    SubElement(head, "title").text = "Pages"
    count = 0
    for number, page in enumerate(pages):
        _Writer(within(page), number, alternatives).write(body)
        count += 1
    content = {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}
    SubElement(head, "meta", content)
    facts = {
        "ocr-system": f"inkgrad {__version__}",
        "ocr-capabilities": _CAPABILITIES,
        "ocr-number-of-pages": str(count),
    }
    for name, fact in facts.items():
        SubElement(head, "meta", {"name": name, "content": fact})
    return document(html, _DOCTYPE)


class _Writer:
    """Writes one page; names every element by its kind, its page and how many came before."""

    def __init__(self, page: Page, number: int, alternatives: bool) -> None:
        self.page, self.number, self.alternatives = page, number, alternatives
        self.counts: dict[str, int] = {}

    def add(self, to: Element, tag: str, kind: str, box: Box, more: str = "") -> Element:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        name = f"{kind.split('_')[1]}_{self.number + 1}_{self.counts[kind]}"
        title = f"bbox {' '.join(map(str, box))}{more}"
        return SubElement(to, tag, {"class": kind, "id": name, "title": title})

    def write(self, body: Element) -> None:
        page = self.page
        source = legal(page.source).replace("\\", "\\\\").replace('"', '\\"')
        image = f'; image "{source}"' if source else ""
        more = f"{image}; ppageno {self.number}"
        div = self.add(body, "div", "ocr_page", (0, 0, page.width, page.height), more)
        lines = written_lines(page.lines)
        if lines:
            area = self.add(div, "div", "ocr_carea", around([line.box for line in lines]))
            for paragraph in page.paragraphs:
                self.paragraph(area, paragraph)
        for drawing in page.drawings:
            self.add(div, "div", _CLASSES[drawing.kind], drawing.box)

    def paragraph(self, area: Element, paragraph: Paragraph) -> None:
        lines = written_lines(paragraph.lines)
        if lines:
            p = self.add(area, "p", "ocr_par", around([line.box for line in lines]))
            for line in lines:
                self.line(p, line)

    def line(self, p: Element, line: Line) -> None:
        x0, y0, x1, y1 = line.baseline
        slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
        offset = y0 + slope * (line.box[0] - x0) - line.box[3]
        more = f"; baseline {slope:.5f} {round(offset)}"
        if self.page.turned:
            more = f"; textangle {360 - 90 * self.page.turned}"
        span = self.add(p, "span", "ocr_line", line.box, more)
        for word in line.words:
            self.word(span, word)

    def word(self, span: Element, word: Word) -> None:
        more = f"; x_wconf {math.floor(100 * word.confidence)}"
        inner = self.add(span, "span", "ocrx_word", word.box, more)
        if not (self.alternatives and word.alternatives):
            inner.text = legal(word.text)
            return
        others = SubElement(inner, "span", {"class": "alternatives"})
        for i, (text, p) in enumerate([(word.text, word.confidence), *word.alternatives]):
            title = f"nlp {-math.log(max(p, _LEAST)):.4f}"
            other = SubElement(others, "del" if i else "ins", {"class": "alt", "title": title})
            other.text = legal(text)
