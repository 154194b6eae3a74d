"""A network that goes on with more classes than it was trained for, or with some of them.

What it knows stays: only the head grows, by classes that nothing speaks for yet, or shrinks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array

_UNLIKELY = -4.0  # the bias of a class that is new, in logits


def with_more_classes(known: Network, wider: Network, places: Sequence[int]) -> Network:
    """`wider` with the parameters of `known`, whose class i is class `places[i]` of it.

    Both end in a head with one output for each class: W (..., k) and b (k,). New classes keep a
    tenth of the weights that they were drawn with, and are unlikely at first. Raises ShapeError
    where anything but the head differs.
    """
    for name, values, given, in_head in _pairs(known, wider):
        if in_head:
            if given.shape[:-1] != values.shape[:-1] or len(places) != values.shape[-1]:
                raise ShapeError(f"has {name} of shape {given.shape} over {values.shape}")
            given *= np.float32(0.1)
            if given.ndim == 1:
                given[...] = _UNLIKELY
            given[..., list(places)] = values
        else:
            _take(given, values, name)
    return wider


def with_some_classes(known: Network, fewer: Network, places: Sequence[int]) -> Network:
    """`fewer` with the parameters of `known`, of whose classes it has those in `places`, in order.

    Both end in a head with one output for each class. Raises ShapeError where anything but the head
    differs.
    """
    for name, values, given, in_head in _pairs(known, fewer):
        _take(given, values[..., list(places)] if in_head else values, name)
    return fewer


def _pairs(known: Network, other: Network) -> Iterator[tuple[str, Array, Array, bool]]:
    """Each array of a network by its name, that of the other, whether they are of the head."""
    old, new = known.parameters(), other.parameters()
    head = list(old)[-1].split(".")[0]
    if list(old) != list(new):
        raise ShapeError(f"has parameters {list(new)}, expected {list(old)}")
    theirs = {**new, **other.statistics()}
    for name, values in {**old, **known.statistics()}.items():
        yield name, values, theirs[name], name.startswith(f"{head}.")


def _take(given: Array, values: Array, name: str) -> None:
    if given.shape != values.shape:
        raise ShapeError(f"has {name} of shape {given.shape}, expected {values.shape}")
    given[...] = values
