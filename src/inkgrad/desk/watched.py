"""A folder beside a desk: what others put into it is read for the desk, and put away.

    DESK/watched/done/NAME      the file, when its fields are on the desk
    DESK/watched/failed/NAME    or here, with NAME.reason.txt beside it

It is the folder of `inkgrad watch`, with the desk where that writes tables.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from inkgrad.batch.inbox import Findings, Handled, Inbox
from inkgrad.batch.inputs import takes
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import DataError, ImageError, UsageError

_PAUSE = 0.5  # seconds until a reader that has no place is asked again


class WatchedFolder:
    """A folder that is watched by a thread, between `begin` and `end`.

    `read` reads a file by its checksum, a name and a kind; `noted` hears of each that was handled.
    `every`, `settle` and `again` are seconds, as `watch_folder` has them. Raises UsageError for a
    folder that is not there or holds the desk, or is held by it.
    """

    def __init__(
        self,
        folder: str | Path,
        ledger: Ledger,
        read: Callable[[str, str, str], list[DeskField]],
        kind: str,
        noted: Callable[[Handled], object] = lambda handled: None,
        most_bytes: int = 50 * 2**20,
        every: float = 2.0,
        settle: float = 5.0,
        again: float = 30.0,
    ) -> None:
        self.ledger, self.read, self.kind, self.noted = ledger, read, kind, noted
        self.most_bytes, self.every = most_bytes, every
        desk, outside = ledger.folder.resolve(), ledger.folder / "watched"
        if desk in Path(folder).resolve().parents:
            raise UsageError(f"{folder}: is inside the desk's folder, expected one apart from it")
        self._ended = threading.Event()
        self._inbox = Inbox(Path(folder), outside, self._handle, takes, "", settle, again)
        self._thread = threading.Thread(target=self._work, name="watched", daemon=True)

    def begin(self) -> None:
        """Look into the folder from now on."""
        self._thread.start()

    def ending(self) -> None:
        """Begin no other file."""
        self._ended.set()

    def end(self) -> None:
        """Wait for the file that is being read; `ending`, or the end of its reader, is before."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(10.0)
        elif not self._thread.ident:
            self._inbox.__exit__(None)

    def _work(self) -> None:
        with self._inbox:
            for handled in self._inbox.watch(self.every, sleep=self._ended.wait):
                self.noted(handled)
                if self._ended.is_set():
                    return

    def _handle(self, path: Path, name: str) -> Findings:
        size = path.stat().st_size
        if size > self.most_bytes:
            said = f"{name}: {size:,} bytes are too many, expected {self.most_bytes:,} at most"
            return Findings(None, (said,))
        sha256 = pictures_kept.keep(self.ledger.folder, path.read_bytes())
        while not self._ended.is_set():
            try:
                self.read(sha256, name, self.kind)
            except Busy:
                self._ended.wait(_PAUSE)
            except ImageError as error:
                if not self._ended.is_set():
                    return Findings(None, (str(error),))
            except DataError as error:  # the desk cannot keep it now: that is no fault of the file
                raise OSError(0, str(error), name) from None
            else:
                return Findings(None)
        raise InterruptedError(0, "the desk is being closed", name)  # it stays where it is
