"""The words of a page as text that nobody sees, in the language of PDF pages (ISO 32000-1, 9).

Every character is as wide as half the size of the font, whose shapes have no area; a word is
stretched until it is as wide as its box, and stands on the baseline of its line. So a viewer that
selects the text selects the word in the picture under it.
"""

from __future__ import annotations

import math
import struct
from statistics import median
from typing import TYPE_CHECKING

from inkgrad.documents.markup import legal, written_lines
from inkgrad.documents.page import Line, Page
from inkgrad.documents.turning import Matrix, upright
from inkgrad.errors import missing

if TYPE_CHECKING:
    import pikepdf

_WIDTH = 0.5  # of every character, in sizes of the font
_ASCENT, _DESCENT = 0.8, -0.2
_STEEPEST = 1.0


def load_pikepdf() -> None:
    """Raises UsageError where pikepdf is not installed."""
    try:
        import pikepdf  # noqa: F401
    except ImportError:
        raise missing("pikepdf", "pdf", "writing a PDF") from None


def content(page: Page, matrix: Matrix, font: str) -> bytes:
    """The operators that put the words of a page on it, invisible.

    `matrix` takes (x, height - y) in pixels of the page to the space of the PDF's page.
    """
    page, way = upright(page)
    parts = [f"q {_numbers(*matrix)} cm {_numbers(*way)} cm BT 3 Tr"]
    for line in written_lines(page.lines):
        parts += _line(line, page.height, font)
    return "\n".join([*parts, "ET Q\n"]).encode()


def _line(line: Line, height: int, font: str) -> list[str]:
    x0, y0, x1, y1 = line.baseline
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    slope = min(max(slope, -_STEEPEST), _STEEPEST)
    run = 1 / math.hypot(1, slope)  # the cosine of the line's angle
    rise = -slope * run

    def base(word_box: tuple[int, int, int, int]) -> float:
        left, top, _, bottom = word_box
        at = y0 + slope * (left - x0)
        return min(
            max(at, (top + bottom) / 2), bottom
        )  # a line may be curved, a word is in its box

    heights = [max(base(word.box) - word.box[1], 1.0) for word in line.words]
    size = min(max(heights), 2 * median(heights)) / _ASCENT
    parts = [f"{font} {_numbers(size)} Tf"]
    for i, word in enumerate(line.words):
        text = " ".join(legal(word.text).split())
        if not text:
            continue
        left, _, right, _ = word.box
        place = _numbers(run, rise, -rise, run, left, height - base(word.box))
        parts.append(f"{place} Tm {_shown(text, max(right - left, 1) / run, size)}")
        if i + 1 < len(line.words):
            gap = max(line.words[i + 1].box[0] - right, 1)
            parts.append(_shown(" ", gap / run, size))
    return parts


def _shown(text: str, width: float, size: float) -> str:
    code = text.encode("utf-16-be", "replace")
    return f"{_numbers(100 * width / (len(code) / 2 * _WIDTH * size))} Tz <{code.hex()}> Tj"


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values)


def add_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font of the text layers, once in a PDF: a character's code is its UTF-16 code."""
    from pikepdf import Array, Dictionary, Name, Stream

    file = Stream(pdf, _font_file())
    file.Length1 = len(_font_file())
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name.GlyphLessFont,
            Flags=5,  # of one width; its characters are not those of Latin text alone
            FontBBox=Array([0, round(1000 * _DESCENT), 500, round(1000 * _ASCENT)]),
            ItalicAngle=0,
            Ascent=round(1000 * _ASCENT),
            Descent=round(1000 * _DESCENT),
            CapHeight=round(1000 * _ASCENT),
            StemV=80,
            FontFile2=file,
        )
    )
    described = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.GlyphLessFont,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Stream(pdf, b"\x00\x01" * 65536),
        DW=round(1000 * _WIDTH),
        FontDescriptor=descriptor,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.GlyphLessFont,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(described)]),
            ToUnicode=Stream(pdf, _to_unicode()),
        )
    )


def _to_unicode() -> bytes:
    """The map from codes to characters: each is its own; no range may cross a first byte."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    blocks = [ranges[i : i + 100] for i in range(0, 256, 100)]
    mapped = "\n".join(
        f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def _font_file() -> bytes:
    """A TrueType font with one shape, 1000 units to the size: a diagonal there and back.

    It has no area, so it is never seen, and yet fills its cell: viewers take the box of a shape
    for what is selected, and some take a character without one for nothing at all.
    """
    width, ascent, descent = round(1000 * _WIDTH), round(1000 * _ASCENT), round(1000 * _DESCENT)
    high = ascent - descent
    glyph = struct.pack(
        ">hhhhhHHBBBhhhhhhB",
        *(1, 0, descent, width, ascent, 2, 0, 1, 1, 1),
        *(0, width, -width, descent, high, -high, 0),
    )
    head = struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        *(0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, 0),
        *(0, descent, width, ascent, 0, 8, 2, 0, 0),
    )
    hhea = struct.pack(
        ">IhhhHhhhhhhhhhhhH", 0x10000, ascent, descent, 0, width, *(0,) * 3, 1, *(0,) * 7, 2
    )
    maxp = struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 3, 1, 0, 0, 2, *(0,) * 8)
    tables = {
        b"glyf": glyph,
        b"head": head,
        b"hhea": hhea,
        b"hmtx": struct.pack(">HhHh", width, 0, width, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(glyph) // 2),
        b"maxp": maxp,
    }
    at, entries, body = 12 + 16 * len(tables), b"", b""
    for name, table in tables.items():
        padded = table + b"\x00" * (-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        entries += name + struct.pack(">III", total, at + len(body), len(table))
        body += padded
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32) + entries + body
