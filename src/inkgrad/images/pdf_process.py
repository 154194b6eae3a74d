"""The process that opens one PDF: a hostile one can fill it, crash it and keep it, and no other.

`python -m inkgrad.images.pdf_process REQUEST < FILE` writes to standard output a line of JSON for
the file, and for each page one, its pixels after it. REQUEST is JSON: "pages" as ranges, "colour",
and in place of pixels "text" for the places of text, or "words" for what it says and where. It
limits its own memory and time, and ends at once when it is interrupted or nobody listens any more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

import pypdfium2

from inkgrad.images.page_ranges import PageRanges
from inkgrad.images.pdf_sheet import Outside, density, expect_something
from inkgrad.process import peak

MOST_MEMORY = 2**30
SECONDS = 20.0  # of one processor for a page
OUT_OF_MEMORY, OUT_OF_TIME = 3, 4  # exit statuses
_EVERY = 0.05  # seconds between looks
_MOST_PLACES, _MOST_TEXTS = 50_000, 2_000  # of text on a page


class _Watch(threading.Thread):
    """Ends the process when a page takes too long, or all of it too much memory."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.begun, self.parent = time.process_time(), os.getppid()

    def begin(self) -> None:
        self.begun = time.process_time()

    def run(self) -> None:
        while True:
            time.sleep(_EVERY)
            if time.process_time() - self.begun > SECONDS:
                os._exit(OUT_OF_TIME)
            if peak() > MOST_MEMORY:
                os._exit(OUT_OF_MEMORY)
            if os.getppid() != self.parent:
                os._exit(1)


def limit() -> None:
    """Have the operating system refuse what is too much, where it can."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # not everywhere: then the watch has to do
            continue


def main() -> None:
    request = json.loads(sys.argv[1])
    limit()
    watch = _Watch()
    watch.start()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else may write between our lines
    try:
        _open(request, watch, out)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        os._exit(1)


def _open(request: dict[str, Any], watch: _Watch, out: BinaryIO) -> None:
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer)
        document.init_forms()  # before any page is: what is filled in is drawn then
        count = len(document)
    except pypdfium2.PdfiumError as error:
        _say(out, {"fault": f"is no PDF, locked or broken ({error})"})
        return
    _say(out, {"pages": count})
    for number in PageRanges.parse(request["pages"]).upto(count):
        watch.begin()
        try:
            messages = list(_page(document, number, request))
        except Outside as error:
            messages = [({"fault": f"has a page {number} that {error}"}, b"")]
        except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
            messages = [({"fault": f"has a broken page {number} ({error})"}, b"")]
        for said, data in messages:
            _say(out, {"page": number, **said})
            out.write(data)
        out.flush()
    _say(out, {"end": True})


def _page(
    document: pypdfium2.PdfDocument, number: int, request: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], bytes | memoryview]]:
    page = document[number - 1]
    try:
        if request.get("text"):
            yield {"places": _places(page)}, b""
            return
        if request.get("words"):
            yield {"texts": _texts(page)}, b""
            return
        dots = density(page)
        pixels = page.render(scale=dots / 72, grayscale=True)
        expect_something(page, pixels.buffer)
        yield _described(pixels, 1, dots)
        if request.get("colour"):
            yield _described(page.render(scale=dots / 72, rev_byteorder=True), 3, dots)
    finally:
        page.close()


def _described(
    bitmap: pypdfium2.PdfBitmap, channels: int, dots: float
) -> tuple[dict[str, Any], memoryview | bytes]:
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    data = memoryview(bitmap.buffer).cast("B")
    row = width * channels
    if stride != row:
        data = memoryview(b"".join(data[i * stride : i * stride + row] for i in range(height)))
    return {"size": [width, height, channels], "dots": dots}, data


def _places(page: pypdfium2.PdfPage) -> list[list[float]]:
    """Where text is on the page, seen or not: left, bottom, right, top in the page's own space."""
    text = page.get_textpage()
    found = [list(text.get_rect(i)) for i in range(min(text.count_rects(), _MOST_PLACES))]
    text.close()
    return found


def _texts(page: pypdfium2.PdfPage) -> list[tuple[str, float, float]]:
    """Text, and its middle in parts of the page from the top left; none of a turned page."""
    if page.get_rotation():
        return []
    left, bottom, right, top = page.get_bbox()
    text, found = page.get_textpage(), []
    for i in range(min(text.count_rects(), _MOST_TEXTS)):
        box = text.get_rect(i)
        x, y = (box[0] + box[2]) / 2 - left, top - (box[1] + box[3]) / 2
        found.append((text.get_text_bounded(*box), x / (right - left), y / (top - bottom)))
    text.close()
    return found


def _say(out: BinaryIO, said: dict[str, Any]) -> None:
    out.write(json.dumps(said).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
