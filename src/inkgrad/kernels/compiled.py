"""Loops over single values, compiled: for work that NumPy can only do in many passes over memory.

A kernel is an ordinary Python function of arrays and scalars with its loop written out. Numba
compiles it on first use and keeps the result on disk; it runs without the interpreter lock, so
threads run kernels side by side. Dense matrix products stay with BLAS. docs/decisions has the
figures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from inkgrad import process
from inkgrad.kernels.cache import Kept
from inkgrad.kernels.lean import without_blas  # which imports Numba; so it comes first

# isort: split
from numba import njit
from numba.core import event

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel. Products and sums may be contracted, but never reordered.

    So the same input gives the same bits, whoever calls and from however many threads. Where there
    is no folder to keep the result in, it is compiled anew in every process.
    """
    made: Any = njit(nogil=True, error_model="numpy", fastmath={"contract"})(kernel)
    with suppress(OSError):  # its source is in no file, as in an interpreter
        made._cache = Kept(kernel)  # as Numba's own enable_caching does
    return cast(Kernel, made)


class Notice(event.Listener):
    """Says once, on a terminal, that something is compiled: that takes longer than one waits.

    Before the first, Numba is started without what no kernel needs.
    """

    def __init__(self) -> None:
        self._said = False
        self._begun = False

    def on_start(self, happening: object) -> None:
        if not self._begun:
            self._begun = True
            with without_blas():
                import numba.np.arraymath  # noqa: F401
        if not self._said and sys.stderr.isatty():
            print("inkgrad: compiling for this processor, once (half a minute)", file=sys.stderr)
            self._said = True

    def on_end(self, happening: object) -> None:
        pass


if process.own:
    event.register("numba:compile", Notice())
