"""The process that reads what came to a desk: a hostile file can crash it or keep it, and no other.

`python -m inkgrad.desk.reader_process FOLDER MAX_ERROR` takes a line of JSON for each file and
answers with one: {"pages": [...]}, or {"error": "..."} where the file cannot be read at all. It
ends when nobody asks any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.doubts import opinions, reasons
from inkgrad.documents.page import around
from inkgrad.errors import EmptyError, ImageError, InkgradError, ModelError
from inkgrad.images.files import open_to_read
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.opening import Reader, open_reader
from inkgrad.reading.result import Reading

MOST_PAGES = 50
ALTERNATIVES = 9  # one for each key


class ToRead(msgspec.Struct):
    """What to read: a file by its checksum, what messages call it, and as which kind."""

    sha256: str
    name: str
    kind: str


@cache
def opened(kind: str, max_error: float) -> tuple[Reader, str]:
    """A reader, and the checksum of its models. Where nobody measured its errors all is doubted."""
    try:
        reader = open_reader(kind, max_error=max_error, alternatives=ALTERNATIVES)
    except ModelError:
        reader = open_reader(kind, alternatives=ALTERNATIVES)
        reader = replace(reader, task=replace(reader.task, threshold=1.0))
    return reader, checksum(reader.models)


def checksum(models: Iterable[Path]) -> str:
    """One for all the files of a reader's models."""
    total = hashlib.sha256()
    for path in models:
        total.update(path.read_bytes())
    return total.hexdigest()


def read_file(folder: Path, asked: ToRead, max_error: float) -> Iterator[tuple[int, ReadField]]:
    """What each page of a file says, by its number; pictures of it are put into the folder.

    Raises ImageError for a file of which no page can be opened, or with too many of them.
    """
    reader, model = opened(asked.kind, max_error)
    one, count = reader.task.one(reader.images), 0
    with open_to_read(pictures_kept.came(folder, asked.sha256), name=asked.name) as pages:
        for page in pages:
            count += 1
            if count > MOST_PAGES:
                raise ImageError(f"{asked.name}: has more pages than {MOST_PAGES}, expected fewer")
            try:
                reading = one(page.grey).judged(reader.task.threshold)
            except EmptyError as error:
                reading = Reading("", 0.0, status="empty", reason=str(error))
            except ImageError as error:
                reading = Reading("", 0.0, status="failed", reason=str(error))
            why = reasons(reading, opinions(reader, reading))
            where = (asked.sha256, page.number, asked.kind)
            yield page.number, kept(folder, where, page.grey, reading, model, why)


def kept(
    folder: Path,
    where: tuple[str, int, str],
    grey: NDArray[np.uint8],
    reading: Reading,
    model: str,
    why: tuple[str, ...],
) -> ReadField:
    """What the desk keeps of a reading of a page (h, w): checksum, number and kind say `where`."""
    line = around(reading.boxes) if reading.boxes else None
    pictures_kept.draw(folder, *where, grey, line, reading.turned)
    others = tuple((text, float(p)) for text, p in reading.alternatives if text)
    return ReadField(
        reading.text,
        min(1.0, max(0.0, float(reading.confidence))),
        reading.status,
        line,
        others[:ALTERNATIVES],
        why,
        model,
    )


def answer(folder: Path, line: str, max_error: float) -> dict[str, Any]:
    """What becomes of one request."""
    asked = msgspec.json.decode(line, type=ToRead)
    try:
        with one_blas_thread():
            pages = list(read_file(folder, asked, max_error))
    except InkgradError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{asked.name}: needs more memory than there is"}
    return {"pages": [[number, msgspec.to_builtins(field)] for number, field in pages]}


def main() -> None:
    """Answer lines until there are no more. What a library prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk says when it ends
    out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, max_error = Path(sys.argv[1]), float(sys.argv[2])
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(folder, line, max_error)), file=out, flush=True)


if __name__ == "__main__":
    main()
