"""A Dask cluster that reads for a desk: the files go there, readings and pictures come back.

The machines of the cluster need inkgrad installed, and none of the desk's folder.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from inkgrad.atomic import atomic_write
from inkgrad.batch.on_cluster import client_of
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.form_kinds import files_of
from inkgrad.desk.waiting_room import WaitingRoom
from inkgrad.errors import ImageError

_SECONDS = 300.0  # for a file, the starting of a reader with it


class ClusterReader:
    """Reads the files of a desk by the cluster at an address. Threads may share it.

    Raises UsageError where there is none, or where it has no workers.
    """

    def __init__(
        self, folder: Path, address: str, max_error: float | None = None, most: int = 256
    ) -> None:
        self.folder, self.max_error, self._room = folder, max_error, WaitingRoom(most)
        self._client: Any = client_of(address)

    @property
    def ready(self) -> bool:
        """Whether the cluster answers and has workers."""
        return self._client.status == "running" and bool(self._client.nthreads())

    @property
    def at_once(self) -> int:
        """How many threads the cluster has now."""
        return max(1, sum(self._client.nthreads().values()))

    def read(self, sha256: str, name: str, kind: str) -> list[tuple[int, int, ReadField]]:
        """What each part of each page says of a file that the desk keeps, by their numbers.

        Raises Busy where too many wait, ImageError where it cannot be read, or not in time.
        """
        content = pictures_kept.came(self.folder, sha256).read_bytes()
        asked = (sha256, name, kind, self.max_error, content, files_of(self.folder, kind))
        with self._room.place():
            told, pictures = self._answer(asked, name)
        if "error" in told:
            raise ImageError(told["error"])
        for path, picture in pictures.items():
            atomic_write(pictures_kept.among(self.folder, path), picture)
        return msgspec.convert(told["parts"], list[tuple[int, int, ReadField]])

    def _answer(self, asked: Any, name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        work = None
        try:
            work = self._client.submit(read_there, *asked, pure=False, retries=2)
            told, pictures = work.result(timeout=_SECONDS)
        except TimeoutError:
            if work is not None:
                work.cancel()
            raise ImageError(f"{name}: takes more than {_SECONDS:g} seconds to read") from None
        except Exception as error:  # a worker that died at it each time, a cluster that is gone
            said = " ".join(str(error).split())[:200]
            raise ImageError(f"{name}: could not be read on the cluster ({said})") from None
        return told, pictures

    def close(self) -> None:
        """Leave the cluster; it stays."""
        self._client.close()


def read_there(
    sha256: str,
    name: str,
    kind: str,
    max_error: float | None,
    content: bytes,
    templates: Mapping[str, bytes],
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is read of a file, on a machine of the cluster, and pictures by their place in a desk.

    A template is one of a form's files by its place there.
    """
    from inkgrad.desk.reader_process import answer

    folder = _folder(hashlib.sha256(repr(sorted(templates.items())).encode()).hexdigest()[:16])
    for place, file in templates.items():
        if not (folder / place).is_file():
            atomic_write(folder / place, file)
    pictures_kept.keep(folder, content)
    asked = msgspec.json.encode({"sha256": sha256, "name": name, "kind": kind}).decode()
    try:
        told = answer(folder, asked, max_error)
        shown = [path for path in (folder / "shown").rglob(f"{sha256}*") if path.is_file()]
        pictures = {path.relative_to(folder).as_posix(): path.read_bytes() for path in shown}
    finally:
        for path in folder.rglob(f"{sha256}*"):
            path.unlink(missing_ok=True)
    return told, pictures


@cache
def _folder(forms: str) -> Path:
    """A folder of this process for what it reads, the same for the same forms."""
    folder = Path(_root().name) / forms
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _root() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="inkgrad-desk-")
