"""The process that reads what came to a desk: a hostile file can crash it or keep it, and no other.

`python -m inkgrad.desk.reader_process FOLDER MAX_ERROR` takes a line of JSON for each file. It
answers with {"page": n} for each page that was read, then {"parts": [...]} for all, or
{"error": "..."} where the file cannot be read. It ends when nobody asks any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import msgspec

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.desk_pieces import part_of
from inkgrad.desk.form_kinds import is_form, template_of
from inkgrad.desk.page_parts import ALTERNATIVES, See, SeenPage, fields_seen, forms_seen, texts_seen
from inkgrad.errors import ImageError, InkgradError, ModelError
from inkgrad.forms.reading import FormReader
from inkgrad.forms.template import FormTemplate
from inkgrad.images.files import open_to_read
from inkgrad.nn.parallel import one_blas_thread, one_of_many
from inkgrad.opening import open_reader
from inkgrad.reading import kinds

MOST_PAGES = 50
USUAL, USUAL_OF_WORDS = 0.01, 0.05
"""What part of the fields that nobody is asked for may be wrong, and of the words of texts."""


class ToRead(msgspec.Struct):
    """What to read: a file by its checksum, what messages call it, and as which kind."""

    sha256: str
    name: str
    kind: str


@cache
def opened(folder: Path, kind: str, max_error: float | None) -> See:
    """What sees pages of a kind. Where nobody measured its errors all is doubted.

    Without `max_error` one accepted field in 100 may be wrong, and one word of a text in 20.
    """
    if is_form(kind):
        return _forms(template_of(folder, kind), max_error)
    doubt_all, is_text = False, kinds.named(kind).is_page
    if max_error is None:
        max_error = USUAL_OF_WORDS if is_text else USUAL
    try:
        reader = open_reader(kind, max_error=max_error, alternatives=ALTERNATIVES)
    except ModelError:
        doubt_all, reader = True, open_reader(kind, alternatives=ALTERNATIVES)
        reader = replace(reader, task=replace(reader.task, threshold=1.0))
    model = checksum(reader.models)
    if is_text:
        return texts_seen(reader, model, doubt_all)
    return fields_seen(reader, model)


def _forms(template: FormTemplate, max_error: float | None) -> See:
    try:
        reader = FormReader(template, USUAL if max_error is None else max_error)
    except ModelError:
        reader = FormReader(template, None)
    return forms_seen(reader, checksum(reader.models))


def checksum(models: Iterable[Path]) -> str:
    """One for all the files of a reader's models."""
    total = hashlib.sha256()
    for path in models:
        total.update(path.read_bytes())
    return total.hexdigest()


def read_file(
    folder: Path,
    asked: ToRead,
    max_error: float | None,
    told: Callable[[int], None] = lambda page: None,
) -> Iterator[tuple[int, int, ReadField]]:
    """What each part of each page of a file says, by the numbers of page and part.

    Pictures of them are put into the folder; `told` hears of each page. Raises ImageError for a
    file of which no page can be opened, or with too many of them.
    """
    see, count = opened(folder, asked.kind, max_error), 0
    with open_to_read(pictures_kept.came(folder, asked.sha256), name=asked.name) as pages:
        for page in pages:
            count += 1
            if count > MOST_PAGES:
                raise ImageError(f"{asked.name}: has more pages than {MOST_PAGES}, expected fewer")
            seen = see(page.grey)
            keep_seen(folder, (asked.sha256, page.number, asked.kind), seen)
            told(page.number)
            for part in seen.parts:
                yield page.number, part.number, part.read


def keep_seen(folder: Path, where: tuple[str, int, str], seen: SeenPage) -> None:
    """Put the pictures of a page and its document into the folder.

    Checksum, number and kind say `where`.
    """
    sha256, page, kind = where
    pictures_kept.draw_page(folder, sha256, page, seen.picture)
    for part in seen.parts:
        pictures_kept.draw_part(folder, sha256, page, part_of(kind, part.number), part.picture)
    if seen.document:
        pictures_kept.write_document(folder, sha256, page, kind, seen.document)


def answer(
    folder: Path,
    line: str,
    max_error: float | None,
    told: Callable[[int], None] = lambda page: None,
) -> dict[str, Any]:
    """What becomes of one request."""
    asked = msgspec.json.decode(line, type=ToRead)
    try:
        with one_blas_thread(), one_of_many():
            parts = list(read_file(folder, asked, max_error, told))
    except InkgradError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{asked.name}: needs more memory than there is"}
    return {"parts": [msgspec.to_builtins(part) for part in parts]}


def main() -> None:
    """Answer lines until there are no more. What a library prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk says when it ends
    out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, max_error = Path(sys.argv[1]), float(sys.argv[2]) if sys.argv[2] else None
    print(json.dumps({"ready": True}), file=out, flush=True)

    def page_read(number: int) -> None:
        print(json.dumps({"page": number}), file=out, flush=True)

    for line in sys.stdin:
        print(json.dumps(answer(folder, line, max_error, page_read)), file=out, flush=True)


if __name__ == "__main__":
    main()
