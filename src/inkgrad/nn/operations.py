"""Which of two ways the network computes in: by compiled kernels, or plainly, as a book prints it.

Both have the same operations with the same arguments. A context of its own (contextvars) holds the
choice, so that one thread may look at a training plainly while others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType

from inkgrad.kernels import fast
from inkgrad.nn import plain as book

_chosen: ContextVar[ModuleType] = ContextVar("operations", default=fast)

operations: Callable[[], ModuleType] = _chosen.get
"""`kernels.fast`, or inside of `plain()` `nn.plain`: asking takes some 50 ns."""


@contextmanager
def plain() -> Iterator[None]:
    """While this context lasts, layers, losses and optimizers compute as `nn.plain` says.

    Some hundred times slower, and the same to rounding. `Team` hands the choice to its threads.
    """
    before = _chosen.set(book)
    try:
        yield
    finally:
        _chosen.reset(before)
