"""Readings drawn, for people to look at. Everything here needs matplotlib."""

from __future__ import annotations

from pathlib import Path

from inkgrad.atomic import atomic_write
from inkgrad.documents.page import Page
from inkgrad.errors import UsageError
from inkgrad.evaluation import plots
from inkgrad.images.files import open_pages
from inkgrad.reading.number import FieldReading
from inkgrad.reading.result import Reading


def draw_reading(path: str | Path, reading: Reading) -> None:
    """Draw every stage of a reading under each other to a PNG; on the last, its characters.

    Raises UsageError for a reading that came without its stages, as from a batch.
    """
    images = dict(reading.stages)
    if not images:
        raise UsageError("this reading came without its stages, expected one of read or read_pages")
    last = images.popitem()[1]
    images[f"{reading.text}  {100 * reading.confidence:.1f} %"] = last
    spans = reading.spans if isinstance(reading, FieldReading) else ()
    atomic_write(Path(path), plots.png(plots.stages(images, spans, reading.text)))


def draw_page(path: str | Path, source: Path, page: Page) -> None:
    """Draw a page as it was opened to a PNG, with its lines, its words and what is doubtful."""
    grey = open_pages(source, [page.number]).first()
    lines = [(line.baseline, line.text) for line in page.lines]
    words = [(word.box, word.doubtful) for line in page.lines for word in line.words]
    drawings = [drawing.box for drawing in page.drawings]
    atomic_write(Path(path), plots.png(plots.page(grey, lines, words, drawings)))
