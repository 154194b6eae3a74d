"""A neural network for handwriting, from scratch in NumPy: read it, watch it, use it.

The names below are the public interface; each is imported when it is first used, so that
`import inkgrad` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkgrad.data.datasets import load as load
    from inkgrad.nn.architectures import deck as deck

__version__ = "0.1.0"

_HOME = {
    "load": "inkgrad.data.datasets",
    "deck": "inkgrad.nn.architectures",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'inkgrad' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
