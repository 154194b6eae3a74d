"""A parser for Paperless-ngx 3 (entry point `paperless_ngx.parsers`): handwriting to be searched.

It reads handwriting only, so it takes those files alone whose names fit a pattern of the setting
INKGRAD_PAPERLESS ("*handwritten*" where it is not set; several are parted by `:`); all others go to
the parsers that Paperless has.
"""

from __future__ import annotations

import os
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from PIL import Image

from inkgrad import __version__
from inkgrad.bulk import read_document
from inkgrad.documents.text import as_text
from inkgrad.errors import ImageError, InkgradError
from inkgrad.images.files import open_to_read

SETTING = "INKGRAD_PAPERLESS"
_USUAL = "*handwritten*"
_SCORE = 100  # Paperless's own parsers have 10
_THUMBNAIL = (500, 5000)  # pixels at most
_TYPES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
}


class HandwritingParser:
    """One document at a time, as Paperless's `ParserProtocol` has it; a context that cleans up."""

    name: ClassVar[str] = "inkgrad"
    version: ClassVar[str] = __version__
    author: ClassVar[str] = "inkgrad"
    url: ClassVar[str] = "https://pypi.org/project/inkgrad/"

    def __init__(self, logging_group: object = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="inkgrad-")
        self._text: str | None = None
        self._archive: Path | None = None

    @classmethod
    def supported_mime_types(cls) -> dict[str, str]:
        """MIME types with the ends of their files' names."""
        return dict(_TYPES)

    @classmethod
    def score(cls, mime_type: str, filename: str, path: Path | None = None) -> int | None:
        """How much this parser wants a file: none whose name does not say that it is written."""
        patterns = os.environ.get(SETTING, _USUAL).split(":")
        named = any(fnmatch(filename.lower(), each.lower()) for each in patterns if each)
        return _SCORE if named and mime_type in _TYPES else None

    @property
    def can_produce_archive(self) -> bool:
        return True

    @property
    def requires_pdf_rendition(self) -> bool:
        return False

    def configure(self, context: object) -> None:
        """Nothing of where a document came from changes how it is read."""

    def parse(self, document_path: Path, mime_type: str, *, produce_archive: bool = True) -> None:
        """Read a document; the archive is a PDF in which its words can be found.

        Raises Paperless's ParseError, or the error itself where Paperless is not installed.
        """
        target = Path(self._folder.name) / ("archive.pdf" if produce_archive else "read.txt")
        try:
            (found,) = read_document([document_path], target, force=True)
            if not found.pages:
                raise ImageError("; ".join(found.reasons) or f"{document_path}: has no pages")
        except InkgradError as error:
            raise _as_parse_error(error) from error
        self._text = as_text(found.pages)
        self._archive = target if produce_archive else None

    def get_text(self) -> str | None:
        """What was read, before `parse` nothing."""
        return self._text

    def get_date(self) -> None:
        """No date is looked for: Paperless finds those in the text."""
        return

    def get_archive_path(self) -> Path | None:
        """The searchable PDF, if one was asked for."""
        return self._archive

    def get_thumbnail(self, document_path: Path, mime_type: str) -> Path:
        """The first page, small, as WebP."""
        target = Path(self._folder.name) / "thumbnail.webp"
        try:
            image = Image.fromarray(open_to_read(document_path).first().grey)
        except InkgradError as error:
            raise _as_parse_error(error) from error
        image.thumbnail(_THUMBNAIL)
        image.save(target, "WEBP")
        return target

    def get_page_count(self, document_path: Path, mime_type: str) -> int | None:
        """How many pages a document has; None where it cannot be opened."""
        try:
            with open_to_read(document_path) as pages:
                return sum(1 for _ in pages)
        except InkgradError:
            return None

    def extract_metadata(self, document_path: Path, mime_type: str) -> list[Any]:
        """None besides what Paperless finds itself."""
        return []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()


def _as_parse_error(error: InkgradError) -> Exception:
    try:
        from documents.parsers import ParseError  # Paperless's own
    except ImportError:
        return error
    found: Exception = ParseError(str(error))
    return found
