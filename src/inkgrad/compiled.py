"""Loops over single values, compiled: for work that NumPy can only do in many passes over memory.

A kernel is an ordinary Python function of arrays and scalars with its loop written out. Numba
compiles it on first use and keeps the result on disk; it runs without the interpreter lock, so
threads run kernels side by side. Dense matrix products stay with BLAS. docs/decisions has the
figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel. Products and sums may be contracted, but never reordered.

    So the same input gives the same bits, whoever calls and from however many threads.
    """
    compile_it = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
    return cast(Kernel, compile_it(kernel))
