"""Files from mirrors: resumed where they stopped, checked, and put in place whole."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from inkgrad.errors import DataError

Progress = Callable[[str, int, int | None], None]
"""Called with a file's name, the bytes had so far, and the bytes in all where that is known."""

_CHUNK = 1 << 16
_PATIENCE = 20  # seconds without a byte


def download(
    target: Path,
    urls: Sequence[str],
    md5: str,
    progress: Progress | None = None,
) -> None:
    """Bring a file to `target` from the first of `urls` that gives it whole, with checksum `md5`.

    What was already had is kept beside the target as `NAME.part` and gone on from, where the
    mirror can (HTTP ranges). Raises DataError, naming what each mirror said, where none gives it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    faults = []
    for url in urls:
        try:
            _fetch(url, part, lambda had, total: progress and progress(target.name, had, total))
        except (OSError, http.client.HTTPException, ValueError) as error:
            faults.append(f"{_host(url)}: {getattr(error, 'reason', None) or error}")
            continue
        found = md5_of(part)
        if found == md5:
            part.replace(target)
            return
        part.unlink()
        faults.append(f"{_host(url)}: wrong checksum {found}, expected {md5}")
    raise DataError(f"{target.name}: could not be downloaded: {'; '.join(faults)}")


def _fetch(url: str, part: Path, progress: Callable[[int, int | None], object]) -> None:
    had = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "inkgrad"})
    if had:
        request.add_header("Range", f"bytes={had}-")
    try:
        response = urllib.request.urlopen(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code == 416 and had:  # nothing lies beyond: the checksum decides
            return
        raise
    with response:
        resumed = response.status == 206
        had = had if resumed else 0
        length = response.headers.get("Content-Length")
        total = had + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                had += len(chunk)
                progress(had, total)
            file.flush()
            os.fsync(file.fileno())
    if total is not None and had < total:
        raise OSError(f"the connection ended after {had:,} of {total:,} bytes")


def md5_of(path: Path) -> str:
    """The MD5 of a file: the publishers' own kind of checksum, against damage, not malice."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _host(url: str) -> str:
    return url.split("/")[2]
