"""Files written whole or not at all: to a temporary name beside the target, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path to write to; on a clean exit it replaces `path`, otherwise it is removed.

    The temporary file lies in the same folder, so the rename is atomic, and it keeps the suffix,
    which libraries look at to choose a format. A kill leaves at most a stray hidden file.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.stem[:40]}-"  # a name may be as long as the file system takes
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=target.suffix, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def atomic_write(path: str | Path, content: bytes | str) -> None:
    """Replace what `path` holds by `content`; text is written as UTF-8.

    Names of files in it that are not UTF-8 are written as the bytes that they are.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
