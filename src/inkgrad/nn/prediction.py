"""Many samples through a network, on all cores."""

from __future__ import annotations

from functools import partial

import numpy as np

from inkgrad.nn.network import Network
from inkgrad.nn.parallel import Team, cores, one_blas_thread
from inkgrad.nn.vectors import Array

_ROWS = 512  # samples to a job


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
