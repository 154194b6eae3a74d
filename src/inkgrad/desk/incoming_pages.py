"""Pages of text and forms that a command has read, put on a desk part by part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inkgrad.batch.pages import Document
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_pieces import part_of, put, spoken_of
from inkgrad.desk.form_kinds import adopt
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.page_parts import form_seen, text_seen
from inkgrad.desk.reader_process import checksum, keep_seen
from inkgrad.errors import ImageError
from inkgrad.forms.answer import FieldRead
from inkgrad.forms.laying import Laid
from inkgrad.forms.reading import FormReader
from inkgrad.images.files import open_to_read


class IncomingTexts:
    """Puts the pages of documents on a desk, by models that read them as that kind."""

    def __init__(self, ledger: Ledger, kind: str, models: Sequence[Path]) -> None:
        self.ledger, self.kind, self._model = ledger, kind, checksum(models)

    def put(self, document: Document) -> None:
        """All pages of a document, unless a person said something of one of its lines."""
        folder = self.ledger.folder
        try:
            content = document.path.read_bytes()
        except OSError:
            return  # what was read of it is told all the same
        sha256 = pictures_kept.keep(folder, content)
        if spoken_of(self.ledger, sha256, self.kind):
            return
        by_number, parts = {page.number: page for page in document.pages}, []
        try:
            with open_to_read(document.path, sorted(by_number)) as pages:
                for page in pages:
                    seen = text_seen(page.grey, by_number[page.number], self._model)
                    keep_seen(folder, (sha256, page.number, self.kind), seen)
                    parts += [(page.number, part.number, part.read) for part in seen.parts]
        except ImageError:
            pass  # those before it can be shown
        put(self.ledger, (sha256, str(document.path), self.kind), parts)


class IncomingForms:
    """Puts the forms of a template on a desk, which then reads such forms too. Threads share it."""

    def __init__(self, ledger: Ledger, template: Path, reader: FormReader) -> None:
        (self.kind,) = adopt(ledger.folder, [template])
        self.ledger, self._fields = ledger, reader.template.fields
        self._model = checksum(reader.models)

    def put(self, path: Path, page: int, laid: Laid, found: Sequence[FieldRead]) -> None:
        """One form, on a page of a file; what a person said of a field of it stays."""
        folder = self.ledger.folder
        sha256 = pictures_kept.keep(folder, path.read_bytes())
        seen = form_seen(laid, self._fields, found, self._model)
        keep_seen(folder, (sha256, page, self.kind), seen)
        for part in seen.parts:
            kind = part_of(self.kind, part.number)
            self.ledger.add(sha256, page, str(path), kind, part.read)
