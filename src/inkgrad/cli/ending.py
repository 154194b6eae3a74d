"""How a command ends that did not go well: one line, and a status that says of what kind it was.

1    a fault in what was given, or a file that cannot be read or written
70   something unexpected: the traceback is in a file that the line names (EX_SOFTWARE, sysexits.h)
130  stopped with Ctrl-C
141  whoever read the output has gone: nothing is said
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_log_path
from typer.core import TyperGroup

from inkgrad import __version__
from inkgrad.atomic import naming
from inkgrad.cli.show import complain
from inkgrad.errors import InkgradError
from inkgrad.escapes import shown

FAULT, UNEXPECTED, GONE = 1, 70, 141
_MOST_KEPT = 20  # tracebacks; the oldest go


class _Failed(BaseException):
    """Carries an error past what Typer makes of it ("Aborted." of an EOFError among others)."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class Commands(TyperGroup):
    """A group of commands whose errors come to `ended` as they are."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (EOFError, OSError, KeyboardInterrupt) as error:
            raise _Failed(error) from None


def ended(run: Callable[[], object]) -> None:
    """Run a command; leave with a line on standard error where it fails."""
    try:
        try:
            run()
        finally:
            with naming("standard output"):
                sys.stdout.flush()
    except _Failed as failed:
        _leave(failed.error)
    except SystemExit:
        raise
    except BaseException as error:
        _leave(error)


def _leave(error: BaseException) -> None:
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, OSError):
        _discard_output()
    if isinstance(error, BrokenPipeError):
        sys.exit(GONE)
    line, status = said(error)
    with suppress(OSError):
        complain(line)
    sys.exit(status)


def said(error: BaseException) -> tuple[str, int]:
    """What to say of an error, in one line, and with which status to leave."""
    if isinstance(error, InkgradError):
        return shown(str(error)), FAULT
    if isinstance(error, OSError):  # a full disk, a folder that cannot be written
        where = f"{error.filename}: " if error.filename else ""
        return shown(f"{where}{error.strerror or error}"), FAULT
    if isinstance(error, MemoryError):
        return "there is not enough memory for this", FAULT
    what = shown(f"{type(error).__name__}: {error}")
    what = what if len(what) < 200 else f"{what[:200]}..."
    path = keep_traceback(error)
    where = "could not be kept" if path is None else f"is in {path}"
    return f"unexpected: {what}. Please report this; what there is to send {where}", UNEXPECTED


def keep_traceback(error: BaseException) -> Path | None:
    """Write an error with its traceback to a file that only this user can read."""
    content = (
        f"inkgrad {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{' '.join(map(ascii, sys.argv))}\n\n{''.join(traceback.format_exception(error))}"
    ).encode(errors="backslashreplace")
    name = f"traceback-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for folder in (user_log_path("inkgrad", appauthor=False), Path(tempfile.gettempdir())):
        path = folder / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with open(path, "xb", opener=_for_me) as file:
                file.write(content)
            for old in sorted(folder.glob("traceback-*.txt"))[:-_MOST_KEPT]:
                with suppress(OSError):
                    old.unlink()
            return path
    return None


def _for_me(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _discard_output() -> None:
    """Nobody takes what is still to be written: Python would complain of it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
