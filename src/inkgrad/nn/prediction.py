"""Many samples through one network or several, on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import Team, cores, one_blas_thread
from inkgrad.nn.vectors import Array

_ROWS = 1024  # samples to a job


def logits_of(network: Network, x: Array, threads: int | None = None) -> Array:
    """The logits (n, k) for samples (n, ...), as calling the network gives them.

    Samples are shared out to `threads` threads (all cores unless said otherwise); the bits do not
    depend on how many.
    """
    starts = range(0, len(x), _ROWS)
    y = np.empty((len(x), *network.output_shape), network.theta.dtype)

    def job(start: int) -> None:
        y[start : start + _ROWS] = network(x[start : start + _ROWS])

    with one_blas_thread(), Team(min(threads or cores(), max(1, len(starts)))) as team:
        team.run([partial(job, start) for start in starts])
    return y


def shifts(views: int) -> list[tuple[int, int]]:
    """The first `views` shifts (down, right) in pixels, the shortest first: (0, 0), (-1, 0), ..."""
    if not 1 <= views <= 25:
        raise ShapeError(f"got {views} views, needs 1 to 25")
    steps = [(y, x) for y in range(-2, 3) for x in range(-2, 3)]
    return sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step))[:views]


def shifted(images: Array, down: int, right: int) -> Array:
    """images (n, h, w) moved by whole pixels; what comes in is black."""
    _, h, w = images.shape
    moved = np.zeros_like(images)
    moved[:, max(0, down) : h + min(0, down), max(0, right) : w + min(0, right)] = images[
        :, max(0, -down) : h - max(0, down), max(0, -right) : w - max(0, right)
    ]
    return moved


def ensemble_logits(
    networks: Sequence[Network], images: Array, views: int = 1, threads: int | None = None
) -> Array:
    """Logits (n, k) of the mean probability over networks and over shifted views of the images.

    They are the logarithms of that mean, so that a temperature can be fitted to them; with one
    network and one view they are its own logits. images (n, h, w).
    """
    if len(networks) == 1 and views == 1:
        return logits_of(networks[0], images, threads)
    total: Array | None = None
    for down, right in shifts(views):
        moved = shifted(images, down, right)
        for network in networks:
            p = softmax(logits_of(network, moved, threads))
            total = p if total is None else total + p
    assert total is not None
    tiny = np.finfo(total.dtype).tiny
    return np.log(np.maximum(total / (len(networks) * views), tiny))
