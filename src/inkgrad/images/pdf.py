"""The pages of a PDF, which a process of its own opens: bounded in memory, in time and in all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError, missing
from inkgrad.images.given import Source, opened
from inkgrad.images.page_ranges import PageRanges

Places = list[list[float]]
"""Where text is on a page: left, bottom, right, top of each piece, in the page's own space."""

_PATIENCE = 300.0  # seconds without an answer; the process itself counts those of its processor
_MOST_LOST = 3  # pages that may end the process before the rest of a file is given up
_LONGEST = 2**24  # bytes of a line
_GRACE = 5.0  # seconds from its last word to its end
_OUT_OF_MEMORY, _OUT_OF_TIME = 3, 4  # the statuses with which the process says so
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Sheet:
    """A page of a PDF: grey (h, w), the same in colour (h, w, 3) if asked for, dots to the inch."""

    number: int
    grey: NDArray[np.uint8]
    rgb: NDArray[np.uint8] | None
    dots: float


def sheets(
    file: BinaryIO, name: str, wanted: PageRanges, colour: bool = False
) -> Generator[Sheet | ImageError, None, None]:
    """The pages of a PDF as they are shown, with what is filled in and annotated.

    An error stands for each page that cannot be opened, or for the whole file. Raises UsageError
    where pypdfium2 is not installed.
    """

    def taken(process: _Process, number: int, said: dict[str, Any]) -> Sheet:
        grey = process.pixels(said)[:, :, 0]
        rgb = process.pixels(process.said()) if colour else None
        return Sheet(number, grey, rgb, float(said["dots"]))

    return _answers(file, name, wanted, {"colour": colour}, taken)


def places_of_text(
    file: BinaryIO, name: str, wanted: PageRanges
) -> Generator[tuple[int, Places] | ImageError, None, None]:
    """Where each page has text already, seen or not: its number, and the places."""

    def taken(process: _Process, number: int, said: dict[str, Any]) -> tuple[int, Places]:
        return number, said["places"]

    return _answers(file, name, wanted, {"text": True}, taken)


@dataclass(frozen=True)
class Text:
    """A piece of text on a page: what it says, and where its middle is, in parts of the page as it
    is shown, from the top left."""

    text: str
    x: float
    y: float


def texts_of(source: Source) -> list[Text]:
    """The text of the first page of a PDF; none where it cannot be told where that stands."""

    def taken(process: _Process, number: int, said: dict[str, Any]) -> list[Text]:
        return [Text(str(text), float(x), float(y)) for text, x, y in said["texts"]]

    with opened(source) as given:
        assert given.file
        found = list(_answers(given.file, given.name, PageRanges.of([1]), {"words": True}, taken))
    return [] if not found or isinstance(found[0], ImageError) else found[0]


def _answers(
    file: BinaryIO,
    name: str,
    wanted: PageRanges,
    request: dict[str, Any],
    taken: Callable[[_Process, int, dict[str, Any]], _Answer],
) -> Generator[_Answer | ImageError, None, None]:
    """What is taken of what the process says to each page.

    The file is one that the operating system knows. Where a page ends the process, another goes
    on with the next page.
    """
    try:
        import pypdfium2  # noqa: F401
    except ImportError:
        raise missing("pypdfium2", "pdf", "reading a PDF") from None
    lost, left = 0, wanted
    while left.parts:
        count = at = 0
        with closing(_Process(file, {**request, "pages": str(left)})) as process:
            try:
                first = process.said()
                if "fault" in first:
                    yield ImageError(f"{name}: {first['fault']}")
                    return
                count = int(first["pages"])
                if next(wanted.upto(count), None) is None:
                    yield ImageError(f"{name}: has {count:,} pages, expected some of {wanted}")
                    return
                while "end" not in (said := process.said()):
                    number = int(said["page"])
                    if "fault" in said:
                        yield ImageError(f"{name}: {said['fault']}")
                    else:
                        yield taken(process, number, said)
                    at = number
                return
            except (_Ended, KeyError, TypeError, ValueError):
                why = process.why()
        broken, lost = next(left.after(at).upto(count), 0), lost + 1
        what, end = f"has a page {broken} that {why}" if broken else why, ""
        if lost == _MOST_LOST:
            end = f", the {_MOST_LOST}rd such page: the rest is not opened"
        yield ImageError(f"{name}: {what}{end}")
        if not broken or end:
            return
        left = left.after(broken)


class _Ended(Exception):
    """The process ended before it had said all."""


class _Process:
    """One run of the process; it is ended with this."""

    def __init__(self, file: BinaryIO, request: dict[str, Any]) -> None:
        file.seek(0)
        paths = [path for path in sys.path if path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "inkgrad.images.pdf_process", json.dumps(request)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        assert self._process.stdout
        self._out, self.ended, self.late = self._process.stdout, False, False

    def said(self) -> dict[str, Any]:
        """The next line. Raises _Ended where there is none."""
        with self._patience():
            line = self._out.readline(_LONGEST)
        self.ended = not line.endswith(b"\n")
        said = None if self.ended else json.loads(line)
        if not isinstance(said, dict):
            raise _Ended
        return said

    def pixels(self, said: dict[str, Any]) -> NDArray[np.uint8]:
        width, height, channels = (int(x) for x in said["size"])
        pixels = np.empty((height, width, channels), np.uint8)
        rest = memoryview(pixels.data).cast("B")
        with self._patience():
            while rest:
                read = self._out.readinto(rest)  # type: ignore[attr-defined]
                if not read:
                    self.ended = True
                    raise _Ended
                rest = rest[read:]
        return pixels

    def why(self) -> str:
        """Why it ended, as what goes on from "a page that"."""
        status = self.close()
        if status == -signal.SIGINT:  # and so is this process, as soon as it looks
            time.sleep(0.5)
            return "was being opened when that was interrupted"
        if self.late:
            return f"takes too long: no answer within {_PATIENCE:g} s"
        if status == _OUT_OF_TIME:
            return "takes too long: more than 20 s of a processor"
        if status == _OUT_OF_MEMORY or status < 0:
            return "takes more than 1 GB of memory, or is broken"
        return f"ended the process that opens it (status {status})"

    def close(self) -> int:
        """End it, if it has not ended; its status, negative for a signal."""
        try:
            self._process.wait(_GRACE if self.ended else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._out.close()
        return self._process.wait()

    def _give_up(self) -> None:
        self.late = True
        self._process.kill()

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Have it killed if it says nothing for too long."""
        timer = threading.Timer(_PATIENCE, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
