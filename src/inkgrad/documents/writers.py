"""The formats that pages are written in as text, by name, and what files in them end in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from inkgrad.documents.alto import as_alto
from inkgrad.documents.hocr import as_hocr
from inkgrad.documents.page import Page
from inkgrad.documents.text import as_json, as_markdown, as_text

WRITERS: dict[str, tuple[str, Callable[[Iterable[Page]], str]]] = {
    "text": (".txt", as_text),
    "markdown": (".md", as_markdown),
    "json": (".json", as_json),
    "hocr": (".hocr", as_hocr),
    "alto": (".xml", as_alto),
}
"""The end of a file's name and what writes its pages, by the name of the format."""

SUFFIXES = {name: suffix for name, (suffix, _) in WRITERS.items()} | {"pdf": ".pdf"}
"""The end of a file's name for each format, and for PDF, which is no text."""

BY_SUFFIX = {suffix: name for name, suffix in SUFFIXES.items()}
"""The format of a document by the end of its file's name."""


def as_document(pages: Sequence[Page], layout: str, marked: bool = False) -> str:
    """Pages as text of a format, ended by a line break; `marked` shows doubt in plain text too."""
    text = as_text(pages, marked) if layout == "text" else WRITERS[layout][1](pages)
    return text if text.endswith("\n") else f"{text}\n"
