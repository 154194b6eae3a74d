"""What checks are made of: a learner's function is called, and what it gives is compared.

What is wrong is compared with what known mistakes would give: one that matches is named.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CLOSE = 1e-6  # of the largest number: what is nearer is the same
_NOTHING = 1e-12  # less is rounding
_SHOWN = 6  # numbers of an array that are shown


class Wrong(Exception):
    """What is wrong with an exercise; `mistake` names it where it is known."""

    def __init__(self, text: str, mistake: str = "") -> None:
        super().__init__(text)
        self.mistake = mistake


class NotWritten(Wrong):
    """A function that still says what it said when the exercises were put there."""


@dataclass(frozen=True)
class KnownMistake:
    """A known mistake: its name, what it gives, and what to do about it."""

    name: str
    gives: Any
    advice: str


def function(learner: ModuleType, name: str) -> Callable[..., Any]:
    """A function of the learner's; Wrong where there is none."""
    found = getattr(learner, name, None)
    if not callable(found):
        raise Wrong(f"there is no function {name}, expected one: put its `def` back")

    def call(*given: Any) -> Any:
        kept = copy.deepcopy(given)
        try:
            with np.errstate(all="ignore"):
                result = found(*given)
        except NotImplementedError:
            raise NotWritten(f"{name} is not written yet") from None
        for before, after in zip(kept, given, strict=True):
            if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
                raise Wrong(
                    f"{name} changes the array that it is given; make a new one (z > 0 is a new "
                    "array, z[z < 0] = 0 writes into the old)",
                    "written into what was given",
                )
        if result is None:
            raise Wrong(f"{name} returns nothing: is there a `return` in its last line?")
        return result

    return call


def same(name: str, found: Any, right: ArrayLike, known: Sequence[KnownMistake] = ()) -> None:
    """Nothing where they are the same to a millionth; Wrong, naming a mistake that is known."""
    values, wanted = _array(name, found), np.asarray(right, np.float64)
    for mistake in known:
        would = np.asarray(mistake.gives, np.float64)
        if _alike(values, would) and not _alike(values, wanted):
            raise Wrong(f"{name}: {mistake.advice}", mistake.name)
    if values.shape != wanted.shape:
        raise Wrong(f"{name} has shape {_shape(values)}, expected {_shape(wanted)}")
    if not np.isfinite(values).all() and np.isfinite(wanted).all():
        what = "nan" if np.isnan(values).any() else "inf"
        raise Wrong(f"{name} holds {what}, expected {_numbers(wanted)}")
    if not _alike(values, wanted):
        raise Wrong(f"{name} is {_numbers(values)}, expected {_numbers(wanted)}")


def over_samples(z: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """What softmax of logits (n, k) is along the wrong axis, with either axis' maximum."""
    shifted = [np.exp(z - z.max(axis=axis, keepdims=True)) for axis in (0, 1)]
    return [e / e.sum(axis=0) for e in shifted]


OVER_SAMPLES = "softmax goes over the classes of a sample, axis 1: this sums over samples"


def first_wrong(found: Mapping[str, Any], right: Mapping[str, Any], known: Any) -> None:
    """Compare arrays by name, in the order of `right`; the first that is wrong is told.

    `known(name)` are the known mistakes of one of them.
    """
    if not isinstance(found, Mapping):
        raise Wrong(f"expected a dictionary with {', '.join(right)}, not {type(found).__name__}")
    for name, wanted in right.items():
        if name not in found:
            raise Wrong(f"there is no {name!r} in what is returned, expected {', '.join(right)}")
        same(name, found[name], wanted, known(name))


def _array(name: str, found: Any) -> NDArray[np.float64]:
    try:
        return np.asarray(found, np.float64)
    except (TypeError, ValueError):
        kind = type(found).__name__
        raise Wrong(f"{name} is a {kind}, expected a number or an array of numbers") from None


def _alike(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    if a.shape != b.shape:
        return False
    most = float(np.abs(b[np.isfinite(b)]).max(initial=1e-12))
    return bool(np.allclose(a, b, rtol=1e-5, atol=max(_CLOSE * most, _NOTHING), equal_nan=True))


def _shape(values: NDArray[np.float64]) -> str:
    return str(values.shape) if values.shape else "() (a number)"


def _numbers(values: NDArray[np.float64]) -> str:
    flat = values.ravel()
    shown = ", ".join(f"{value:.4g}" for value in flat[:_SHOWN])
    more = f", ... ({flat.size} numbers)" if flat.size > _SHOWN else ""
    return shown + more if values.shape else shown
