"""The parser for Paperless-ngx, against its protocol as a stub has it: Paperless is no package."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from inkgrad.errors import InkgradError
from inkgrad.paperless import SETTING, HandwritingParser
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.wording import ALPHABET


@runtime_checkable
class ParserProtocol(Protocol):
    """What Paperless-ngx 3 asks of a parser, by the names of its methods."""

    name: str
    version: str
    author: str
    url: str

    @classmethod
    def supported_mime_types(cls) -> dict[str, str]: ...
    @classmethod
    def score(cls, mime_type: str, filename: str, path: Path | None = None) -> int | None: ...
    @property
    def can_produce_archive(self) -> bool: ...
    @property
    def requires_pdf_rendition(self) -> bool: ...
    def configure(self, context: Any) -> None: ...
    def parse(
        self, document_path: Path, mime_type: str, *, produce_archive: bool = True
    ) -> None: ...
    def get_text(self) -> str | None: ...
    def get_date(self) -> Any: ...
    def get_archive_path(self) -> Path | None: ...
    def get_thumbnail(self, document_path: Path, mime_type: str) -> Path: ...
    def get_page_count(self, document_path: Path, mime_type: str) -> int | None: ...
    def extract_metadata(self, document_path: Path, mime_type: str) -> list[Any]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: Any, error: Any, trace: Any) -> None: ...


@pytest.fixture
def note(tmp_path) -> Path:
    paper = np.zeros((220, 900))
    line = Fonts.found(ALPHABET).printed[0].line("the red boat is ready", np.random.default_rng(0))
    paper[80 : 80 + line.shape[0], 60 : 60 + line.shape[1]] = line
    path = tmp_path / "handwritten-note.png"
    Image.fromarray((235 - 0.8 * paper).clip(0, 255).astype(np.uint8)).save(path)
    return path


def test_it_is_what_paperless_looks_for():
    with HandwritingParser() as parser:
        assert isinstance(parser, ParserProtocol)
    found = entry_points(group="paperless_ngx.parsers")
    assert [each.load() for each in found if each.name == "inkgrad"] == [HandwritingParser]


def test_it_takes_files_whose_names_say_so_and_no_others(monkeypatch):
    score = HandwritingParser.score
    assert score("image/png", "Handwritten-1.png") == 100
    assert score("image/png", "invoice.png") is None
    assert score("text/plain", "handwritten.txt") is None
    monkeypatch.setenv(SETTING, "note*:*.memo.pdf")
    assert score("application/pdf", "trip.memo.pdf") == 100
    assert score("image/png", "handwritten.png") is None


def test_a_note_is_read_into_text_and_a_searchable_archive(note):
    with HandwritingParser() as parser:
        parser.parse(note, "image/png")
        assert "boat is ready" in (parser.get_text() or "")
        archive = parser.get_archive_path()
        assert archive is not None
        with pypdfium2.PdfDocument(archive) as document:
            assert "boat" in document[0].get_textpage().get_text_range()
        assert parser.get_page_count(note, "image/png") == 1
        with Image.open(parser.get_thumbnail(note, "image/png")) as small:
            assert (small.format, small.width) == ("WEBP", 500)
        folder = archive.parent
    assert not folder.exists()


def test_without_an_archive_there_is_text_alone(note):
    with HandwritingParser() as parser:
        parser.parse(note, "image/png", produce_archive=False)
        assert parser.get_text()
        assert parser.get_archive_path() is None


def test_what_cannot_be_read_is_an_error_of_paperless_where_that_is_installed(
    tmp_path, monkeypatch
):
    broken = tmp_path / "handwritten.png"
    broken.write_bytes(b"no image")
    with HandwritingParser() as parser:
        with pytest.raises(InkgradError, match=r"handwritten\.png"):
            parser.parse(broken, "image/png")
        assert parser.get_page_count(broken, "image/png") is None
        parsers = ModuleType("documents.parsers")
        parsers.ParseError = type("ParseError", (Exception,), {})
        monkeypatch.setitem(sys.modules, "documents", ModuleType("documents"))
        monkeypatch.setitem(sys.modules, "documents.parsers", parsers)
        with pytest.raises(parsers.ParseError, match=r"handwritten\.png"):
            parser.parse(broken, "image/png")
