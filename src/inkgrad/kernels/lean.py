"""Numba without what no kernel needs: a fifth of a second less at each start.

    import numba, yaml and SciPy left out       177 -> 150 ms
    the first kernel from the cache             181 ->  45 ms

Only in a process of inkgrad's own: a program that imports the library may have its reasons.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inkgrad import process


@contextmanager
def without(*names: str) -> Iterator[None]:
    """In a process of ours, modules that fail to be imported meanwhile, if they are not here yet.

    Numba asks for them to see whether they are there, and goes on without.
    """
    absent = [name for name in names if process.own and name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: it fails at once
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def without_blas() -> Any:
    """While Numba looks for SciPy's BLAS, once, and would import much of SciPy for that."""
    looked = "numba.np.arraymath" in sys.modules
    return without(*([] if looked else ["scipy.linalg.cython_blas"]))


# For a file of settings, for a look at its version, and for what runs tests, where that is there.
with without("yaml", "scipy", "coverage"):
    import numba  # noqa: F401
