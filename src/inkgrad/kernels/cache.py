"""Where compiled kernels are kept from one process to the next: a folder that is this user's own.

What lies there is machine code that is run, so nobody else may be able to write to it. It is a
cache and no more: where it cannot be used, or what lies in it is broken, kernels are compiled again
and one line says why.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from inkgrad import __version__, process
from inkgrad.kernels.lean import without_blas  # which imports Numba; so it comes first

# isort: split
import llvmlite
import numba
from llvmlite import binding
from numba.core import caching as of_numba
from numba.core.runtime.nrt import rtsys

caching: Any = of_numba  # which has no types
_DIGEST = hashlib.sha256().digest_size
_said: set[str] = set()


def folder() -> Path:
    """The folder for this version of inkgrad, of what compiles it, and for this processor.

    It lies in the user's cache, or where NUMBA_CACHE_DIR says.
    """
    root = os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("inkgrad", appauthor=False)
    versions = f"{__version__}-numba{numba.__version__}-llvm{llvmlite.__version__}"
    machine = f"{platform.machine()}-{binding.get_host_cpu_name()}"
    return Path(root) / "compiled" / f"{versions}-{machine}"


def own(place: Path) -> bool:
    """Whether `place` is a folder that this user has and nobody else can write to; made if new."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform == "win32":
        return True  # the user's profile is closed to others
    found = place.lstat()
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return mine and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def say_once(line: str) -> None:
    """One line on standard error in a process of ours, a warning in another's; once each."""
    if line in _said:
        return
    _said.add(line)
    if process.own:
        print(f"inkgrad: {line}", file=sys.stderr)
    else:
        warnings.warn(line, RuntimeWarning, stacklevel=2)


class _Place(caching.UserProvidedCacheLocator):  # type: ignore[misc]
    """Numba asks it where a kernel is kept, and for what tells its source from another."""

    def __init__(self, kernel: Callable[..., object], file: str) -> None:
        super().__init__(kernel, file)
        self._cache_path = str(folder() / self.get_suitable_cache_subpath(file))

    @classmethod
    def from_function(cls, kernel: Callable[..., object], file: str) -> _Place:
        return cls(kernel, file)

    def ensure_cache_path(self) -> None:
        Path(self._cache_path).mkdir(parents=True, exist_ok=True, mode=0o700)


class _Form(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Place,)


class _Files(caching.IndexDataCacheFile):  # type: ignore[misc]
    """The files of one kernel; machine code has its SHA-256 after it, and is not run without."""

    def _save_data(self, name: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(content + hashlib.sha256(content).digest())

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        if hashlib.sha256(content[:-_DIGEST]).digest() != content[-_DIGEST:]:
            raise ValueError("not what was written")
        return super()._load_data(name)  # which leaves what comes after its end alone


class Kept(caching.FunctionCache):  # type: ignore[misc]
    """Numba's cache of one kernel, in the user's own folder; no fault of it stops a kernel."""

    _impl_class = _Form

    def __init__(self, kernel: Callable[..., object]) -> None:
        super().__init__(kernel)
        self._cache_file.__class__ = _Files

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The compiled kernel, or None where there is none that can be used.

        What Numba can compile is not asked for first, as it does itself: a kernel that is there
        needs its runtime alone, and a fifth of a second is saved. Compiling asks for it anyway.
        """
        try:
            if not _usable(folder()):
                return None
            rtsys.initialize(context)
            with self._guard_against_spurious_io_errors(), without_blas():
                return self._load_overload(signature, context)
        except OSError as error:
            say_once(f"{folder()}: cannot be read ({error.strerror}), so kernels are compiled anew")
        except Exception as error:  # whatever comes of bytes that are not what was written
            self._throw_away()
            why = type(error).__name__
            say_once(f"{folder()}: was broken ({why}), what is in it is compiled again")
        return None

    def save_overload(self, signature: Any, made: Any) -> None:
        """Keep a compiled kernel, if that can be."""
        try:
            if _usable(folder()):
                super().save_overload(signature, made)
        except OSError as error:
            why = error.strerror
            say_once(f"{folder()}: cannot be written ({why}), so kernels are compiled anew")
        except Exception:  # an index that broke meanwhile
            self._throw_away()

    def _throw_away(self) -> None:
        for path in Path(self.cache_path).glob(f"{self._impl.filename_base}.*"):
            path.unlink(missing_ok=True)


def _usable(place: Path) -> bool:
    if own(place.parent) and own(place):
        return True
    say_once(f"{place}: can be written by others than this user, so kernels are compiled anew")
    return False
