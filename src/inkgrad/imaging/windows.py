"""Something of all values in a window around each place of an image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def over_windows(
    values: NDArray[Any], wide: int, before: int, axis: int, pick: np.ufunc, outside: float
) -> NDArray[Any]:
    """What `pick` (a maximum, an or) finds in the window of `wide` values at each along an axis.

    A window begins `before` values before its place; beyond the edges is `outside`. By windows of
    one, two, four and so on values: each is picked of two of half its width.
    """
    shape = list(values.shape)
    shape[axis] += wide - 1
    window, have = np.full(shape, outside, values.dtype).swapaxes(0, axis), 1
    window[before : before + values.shape[axis]] = values.swapaxes(0, axis)
    while have < wide:
        step = min(have, wide - have)
        window = pick(window[:-step], window[step:])
        have += step
    return window.swapaxes(0, axis)
