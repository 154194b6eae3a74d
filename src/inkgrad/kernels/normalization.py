"""Batch normalization: sums over long runs of pixels, then one pass that scales and shifts.

Long runs took 5.8 us an image of 28x28x16 in place of 7.3 (docs/decisions/0003); NumPy's passes,
one for each operation of the formula, some 20 times as long (0012). Plain twins:
`nn.plain.batch_norm` and `batch_norm_backward`.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Array
from inkgrad.kernels.compiled import compiled


def batch_norm(x: Array, gamma: Array, beta: Array, epsilon: float) -> tuple[Array, Array, Array]:
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, mean and variance, of the batch.

    x, y (..., c)  gamma, beta, mean, variance (c,): over all axes but the last.
    """
    c = x.shape[-1]
    x = np.ascontiguousarray(x)
    y, mean, variance = np.empty_like(x), np.empty_like(gamma), np.empty_like(gamma)
    _normalize(x.reshape(-1, c), gamma, beta, epsilon, mean, variance, y.reshape(-1, c))
    return y, mean, variance


def batch_norm_backward(
    x: Array, dy: Array, gamma: Array, epsilon: float, mean: Array, variance: Array
) -> tuple[Array, Array, Array]:
    """dx (..., c), dgamma and dbeta (c,) of `batch_norm`; mean and variance as it gave them."""
    c = x.shape[-1]
    x = np.ascontiguousarray(x)
    dx, dgamma, dbeta = np.empty_like(x), np.empty_like(gamma), np.empty_like(gamma)
    _normalize_backward(
        *(x.reshape(-1, c), np.ascontiguousarray(dy).reshape(-1, c), gamma, epsilon),
        *(mean, variance, dgamma, dbeta, dx.reshape(-1, c)),
    )
    return dx, dgamma, dbeta


# The loops run over many pixels at once, with what belongs to a channel laid out as often: a loop
# over 16 channels is over before vector instructions have begun.
_LONG = 512  # values of a run
_RUNS = 256  # that are summed in single precision before the sums go to double


@compiled
def _repeated(values: Array, times: int) -> Array:
    repeated = np.empty(values.size * times, values.dtype)
    for i in range(times):
        repeated[i * values.size : (i + 1) * values.size] = values
    return repeated


@compiled
def _sums(a: Array, b: Array, c: int) -> tuple[Array, Array]:
    """The sums of a and of a * b for each of c channels; a, b flat."""
    long = c * max(1, _LONG // c)
    part, along = np.zeros(long, a.dtype), np.zeros(long, a.dtype)
    total, product = np.zeros(c), np.zeros(c)
    runs = (a.size + long - 1) // long
    for run in range(runs):
        start = np.uint64(run * long)
        for t in range(np.uint64(min(long, a.size - run * long))):
            part[t] += a[start + t]
            along[t] += a[start + t] * b[start + t]
        if run % _RUNS == _RUNS - 1 or run == runs - 1:
            for pixel in range(long // c):
                for channel in range(c):
                    total[channel] += part[pixel * c + channel]
                    product[channel] += along[pixel * c + channel]
            part[:] = 0
            along[:] = 0
    return total, product


@compiled
def _normalize(
    x: Array, gamma: Array, beta: Array, epsilon: float, mean: Array, variance: Array, y: Array
) -> None:
    m, c = x.shape
    seen, out = x.reshape(-1), y.reshape(-1)
    total, squares = _sums(seen, seen, c)
    scale, shift = np.empty_like(gamma), np.empty_like(gamma)
    for channel in range(c):
        middle = total[channel] / m
        mean[channel] = middle
        variance[channel] = max(0.0, squares[channel] / m - middle * middle)
        scale[channel] = gamma[channel] / np.sqrt(variance[channel] + epsilon)
        shift[channel] = beta[channel] - mean[channel] * scale[channel]
    times = max(1, _LONG // c)
    scale, shift = _repeated(scale, times), _repeated(shift, times)
    for first in range(0, seen.size, times * c):
        start = np.uint64(first)
        for t in range(np.uint64(min(times * c, seen.size - first))):
            out[start + t] = seen[start + t] * scale[t] + shift[t]


@compiled
def _normalize_backward(
    x: Array,
    dy: Array,
    gamma: Array,
    epsilon: float,
    mean: Array,
    variance: Array,
    dgamma: Array,
    dbeta: Array,
    dx: Array,
) -> None:
    m, c = x.shape
    seen, given, out = x.reshape(-1), dy.reshape(-1), dx.reshape(-1)
    by_one, by_x = _sums(given, seen, c)
    a, b, e = np.empty_like(gamma), np.empty_like(gamma), np.empty_like(gamma)
    for channel in range(c):
        inverse = 1 / np.sqrt(variance[channel] + epsilon)
        along = (by_x[channel] - mean[channel] * by_one[channel]) * inverse
        dgamma[channel] = along
        dbeta[channel] = by_one[channel]
        # dx = gamma inverse (dy - mean of dy - x^ mean of (dy x^)), as a dy + b x + e
        a[channel] = gamma[channel] * inverse
        b[channel] = -gamma[channel] * inverse * inverse * along / m
        e[channel] = -a[channel] * by_one[channel] / m - b[channel] * mean[channel]
    times = max(1, _LONG // c)
    a, b, e = _repeated(a, times), _repeated(b, times), _repeated(e, times)
    for first in range(0, seen.size, times * c):
        start = np.uint64(first)
        for t in range(np.uint64(min(times * c, seen.size - first))):
            out[start + t] = a[t] * given[start + t] + b[t] * seen[start + t] + e[t]
