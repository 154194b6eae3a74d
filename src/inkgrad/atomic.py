"""Files written whole or not at all: to a temporary name beside the target, then renamed."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkgrad.errors import UsageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # no space, over quota, over a limit
_TRIES = 100  # names drawn until one is free


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path to write to; on a clean exit it replaces `path`, otherwise it is removed.

    The temporary file lies in the same folder, so the rename is atomic, and it keeps the suffix,
    which libraries look at to choose a format. A kill leaves at most a stray hidden file. An
    OSError for a full disk names `path`.
    """
    target = Path(path)
    with naming(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = _fresh(target)
        try:
            yield temporary
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


def expect_free(path: Path, force: bool, ways: str = "force") -> None:
    """Raise UsageError where something is there already that must not be written over.

    `ways` is what the caller knows `force` by.
    """
    if path.exists() and not force:
        raise UsageError(f"{path}: is there already: choose another name, or {ways}")


@contextmanager
def naming(path: str | Path) -> Iterator[None]:
    """What is written within goes to `path`: an OSError for a full disk says so.

    The system names a file that cannot be opened, but none when a write to it fails; a copy that
    fails names first what is copied.
    """
    try:
        yield
    except OSError as error:
        unnamed = error.filename is None or error.filename2 is not None
        if unnamed and error.errno in _FULL:
            error.filename = str(path)
            del error.filename2  # None would be told
        raise


def _fresh(target: Path) -> Path:
    """An empty file beside the target, which nobody else has, as open to others as any new file."""
    for _ in range(_TRIES):
        name = f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}"
        temporary = target.with_name(name)
        try:
            # The system takes the umask off these rights; asking for it would change it meanwhile.
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        except OSError as error:
            error.filename = str(target)
            raise
        return temporary
    raise FileExistsError(errno.EEXIST, "no free name for a temporary file beside it", str(target))
