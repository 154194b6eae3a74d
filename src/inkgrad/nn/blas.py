"""Matrix products inside compiled loops: BLAS called directly, without NumPy between.

A convolution is hundreds of small products a batch. Called from a compiled loop they run without
the interpreter lock, add to what is there (beta = 1), and read their operands where they lie.
SciPy publishes the addresses of the BLAS it carries (scipy.linalg.cython_blas).
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numba import types
from numba.extending import get_cython_function_address, overload

from inkgrad.nn.vectors import Array


def _external(name: str) -> types.ExternalFunction:
    """A BLAS routine by a symbol of its own, so that compiled code can be kept on disk."""
    symbol = f"inkgrad_{name}"
    llvm.add_symbol(symbol, get_cython_function_address("scipy.linalg.cython_blas", name))
    return types.ExternalFunction(symbol, types.void(*[types.voidptr] * 13))


_sgemm, _dgemm = _external("sgemm"), _external("dgemm")


def multiply(
    a: Array, turn_a: bool, b: Array, turn_b: bool, add: bool, c: Array, sizes: tuple[int, int, int]
) -> None:
    """c = a @ b, or c += a @ b where `add`, with a or b transposed where `turn_a`, `turn_b`.

    For compiled code only. All are row by row and contiguous, given as flat arrays; `sizes` are
    (m, k, n): a (m, k) or turned (k, m), b (k, n) or turned (n, k), c (m, n).
    """
    raise TypeError("multiply() is for compiled code only")


@overload(multiply)
def _multiply(a, turn_a, b, turn_b, add, c, sizes):  # type: ignore[no-untyped-def]
    gemm: Any = _sgemm if a.dtype == types.float32 else _dgemm
    kind = np.float32 if a.dtype == types.float32 else np.float64

    def call(a, turn_a, b, turn_b, add, c, sizes):  # type: ignore[no-untyped-def]
        # BLAS counts by columns, so it is asked for the transpose: c' = b' @ a'.
        m, k, n = sizes
        flags = np.empty(2, np.uint8)
        flags[0] = 84 if turn_b else 78  # T or N
        flags[1] = 84 if turn_a else 78
        whole = np.empty(6, np.int32)
        whole[0], whole[1], whole[2] = n, m, k
        whole[3] = k if turn_b else n
        whole[4] = m if turn_a else k
        whole[5] = n
        scale = np.empty(2, kind)
        scale[0], scale[1] = 1, 1 if add else 0
        gemm(
            flags.ctypes,
            flags[1:].ctypes,
            whole.ctypes,
            whole[1:].ctypes,
            whole[2:].ctypes,
            scale.ctypes,
            b.ctypes,
            whole[3:].ctypes,
            a.ctypes,
            whole[4:].ctypes,
            scale[1:].ctypes,
            c.ctypes,
            whole[5:].ctypes,
        )

    return call
