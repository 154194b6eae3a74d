"""The one that reads for a desk, in a process of its own, which may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.waiting_room import Busy, WaitingRoom
from inkgrad.errors import ImageError


class Worker:
    """Reads files in another process, one after the other. Threads may share it.

    A page that takes more than `seconds` ends that process, and the next file gets a new one. The
    first of a process may take `loading` seconds more: models are loaded, kernels compiled. More
    than `most` files do not wait.
    """

    def __init__(
        self, folder: Path, max_error: float | None = None, seconds: float = 60.0, most: int = 64
    ) -> None:
        self.folder, self.max_error, self.seconds = folder, max_error, seconds
        self.loading, self._room, self._turn = 120.0, WaitingRoom(most), threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    @property
    def ready(self) -> bool:
        """Whether the process is there, or can still be started."""
        return not self._closed

    def read(self, sha256: str, name: str, kind: str) -> list[tuple[int, int, ReadField]]:
        """What each part of each page says of a file that the desk keeps, by their numbers.

        Raises Busy where too many wait, ImageError where it cannot be read, or not in time.
        """
        with self._room.place(), self._turn:
            asked = json.dumps({"sha256": sha256, "name": name, "kind": kind})
            told = self._ask(asked, name)
        if "error" in told:
            raise ImageError(told["error"])
        return msgspec.convert(told["parts"], list[tuple[int, int, ReadField]])

    def close(self) -> None:
        """End the process, and whatever it reads."""
        self._closed = True
        if self._process is not None:
            self._end(self._process)

    def _ask(self, asked: str, name: str) -> dict[str, Any]:
        process, seconds = self._process, self.seconds
        if process is None or process.poll() is not None:
            process, seconds = self._start(), seconds + self.loading
            self._process = process
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(asked + "\n")
            process.stdin.flush()
        except OSError:
            pass  # it is not there any more, as its answer will show
        while True:  # a line for each page that is read, then one for all
            line, in_time = _in_time(process, seconds)
            if not line.endswith("\n"):
                break
            told = dict(json.loads(line))
            if "page" not in told:
                return told
            seconds = self.seconds
        self._end(process)
        self._process = None
        if in_time:
            return {"error": f"{name}: ended the process that read it, expected an image"}
        return {"error": f"{name}: takes more than {seconds:g} seconds to read"}

    def _start(self) -> subprocess.Popen[str]:
        if self._closed:
            raise Busy("the desk is being closed")
        arguments = ["-m", "inkgrad.desk.reader_process", str(self.folder)]
        arguments.append("" if self.max_error is None else str(self.max_error))
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=sys.platform != "win32",  # Ctrl-C is for the desk
        )
        assert process.stdout
        process.stdout.readline()  # it is ready: loading is no part of the time for a file
        return process

    @staticmethod
    def _end(process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written has no reader
                    pipe.close()


def _in_time(process: subprocess.Popen[str], seconds: float) -> tuple[str, bool]:
    """The next line of a process, "" where it ends; whether it was not ended for taking longer."""
    assert process.stdout
    late = threading.Timer(seconds, process.kill)
    late.start()
    try:
        return process.stdout.readline(), late.is_alive()
    except OSError:
        return "", late.is_alive()
    finally:
        late.cancel()
