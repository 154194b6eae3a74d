"""What layers, the loss and the optimizers compute, as a book prints it.

n samples, h w image, c channels, k kernel, p q output image, o outputs; a gradient is `d` and the
name of what it belongs to. Nothing here is fast: the same functions, compiled, are in
`kernels.fast`, and are tested against these. `with operations.plain():` trains with these.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inkgrad.nn.plain_ctc import ctc as ctc
from inkgrad.nn.vectors import Array, Shape

Pair = tuple[int, int]


def windows(shape: Shape, size: Pair, step: Pair) -> Iterator[tuple[int, int, tuple[slice, ...]]]:
    """For each output pixel (i, j) the rows and columns of its window in images (n, h, w, c)."""
    _, h, w, _ = shape
    for i, top in enumerate(range(0, h - size[0] + 1, step[0])):
        for j, left in enumerate(range(0, w - size[1] + 1, step[1])):
            yield i, j, np.s_[:, top : top + size[0], left : left + size[1]]


def outputs(x: Array, size: Pair, step: Pair, channels: int) -> Array:
    """Room (n, p, q, channels) for what the windows of x give."""
    p, q = ((x.shape[axis + 1] - size[axis]) // step[axis] + 1 for axis in (0, 1))
    return np.empty((len(x), p, q, channels), x.dtype)


def conv2d(x: Array, W: Array, b: Array, stride: int, pads: Pair) -> Array:
    """y[p, q] = sum over the window at (p, q) of x * W, + b      W (k, k, c, o)"""
    k = len(W)
    x = np.pad(x, [(0, 0), pads, pads, (0, 0)])
    y = outputs(x, (k, k), (stride, stride), len(b))
    for i, j, window in windows(x.shape, (k, k), (stride, stride)):
        y[:, i, j] = np.tensordot(x[window], W, 3) + b
    return y


def conv2d_backward(
    x: Array, dy: Array, W: Array, stride: int, pads: Pair, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """Every weight has met every window: dW sums x * dy over them, dx spreads W * dy back."""
    k, (_, h, w, _), before = len(W), x.shape, pads[0]
    x = np.pad(x, [(0, 0), pads, pads, (0, 0)])
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), dy.sum((0, 1, 2))
    for i, j, window in windows(x.shape, (k, k), (stride, stride)):
        dW += np.tensordot(x[window], dy[:, i, j], (0, 0))
        dx[window] += np.tensordot(dy[:, i, j], W, (1, 3))
    return dx[:, before : before + h, before : before + w] if need_dx else None, dW, db


def columns(x: Array) -> Array:
    """Every column of an image as one row of values: x (n, h, w, c), y (n, w, h * c)"""
    return np.stack([x[:, :, j].reshape(len(x), -1) for j in range(x.shape[2])], axis=1)


def columns_backward(dy: Array, h: int) -> Array:
    """dx (n, h, w, c): every row of values as a column again."""
    n, w, values = dy.shape
    return np.stack([dy[:, j].reshape(n, h, values // h) for j in range(w)], axis=2)


def conv1d(x: Array, W: Array, b: Array) -> Array:
    """y[q] = sum over the window of columns at q of x * W, + b: x (n, w, c), W (k, c, o)"""
    k = len(W)
    padded = np.pad(x, [(0, 0), (k // 2, k // 2), (0, 0)])
    y = [np.tensordot(padded[:, q : q + k], W, 2) + b for q in range(x.shape[1])]
    return np.stack(y, axis=1)


def conv1d_backward(
    x: Array, dy: Array, W: Array, need_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """As in two dimensions."""
    k, w = len(W), x.shape[1]
    padded = np.pad(x, [(0, 0), (k // 2, k // 2), (0, 0)])
    dx, dW, db = np.zeros_like(padded), np.zeros_like(W), dy.sum((0, 1))
    for q in range(w):
        dW += np.tensordot(padded[:, q : q + k], dy[:, q], (0, 0))
        dx[:, q : q + k] += np.tensordot(dy[:, q], W, (1, 2))
    return dx[:, k // 2 : k // 2 + w] if need_dx else None, dW, db


def max_pool(x: Array, size: Pair, step: Pair) -> tuple[Array, Array]:
    """y = the largest of each window, and where in its window it stands: the first of them."""
    y = outputs(x, size, step, x.shape[3])
    places = np.zeros(y.shape, int)
    for i, j, window in windows(x.shape, size, step):
        values = x[window].reshape(len(x), -1, x.shape[3])
        y[:, i, j], places[:, i, j] = values.max(axis=1), values.argmax(axis=1)
    return y, places


def max_pool_backward(dy: Array, places: Array, shape: Shape, size: Pair, step: Pair) -> Array:
    """dx = dy where the largest stood, of each window that it was the largest of."""
    dx = np.zeros(shape, dy.dtype)
    every = np.arange(size[0] * size[1]).reshape(1, *size, 1)
    for i, j, window in windows(shape, size, step):
        dx[window] += (every == places[:, i, j][:, None, None]) * dy[:, i, j][:, None, None]
    return dx


def average_pool(x: Array, size: Pair, step: Pair) -> Array:
    """y = the mean of each window"""
    y = outputs(x, size, step, x.shape[3])
    for i, j, window in windows(x.shape, size, step):
        y[:, i, j] = x[window].mean(axis=(1, 2))
    return y


def average_pool_backward(dy: Array, shape: Shape, size: Pair, step: Pair) -> Array:
    """dx = dy shared out evenly over each window."""
    dx = np.zeros(shape, dy.dtype)
    for i, j, window in windows(shape, size, step):
        dx[window] += dy[:, i, j][:, None, None] / (size[0] * size[1])
    return dx


def relu_backward(y: Array, dy: Array) -> Array:
    """dx = dy where y > 0, else 0"""
    return np.where(y > 0, dy, 0)


def batch_norm(x: Array, gamma: Array, beta: Array, epsilon: float) -> tuple[Array, Array, Array]:
    """y = gamma * (x - mean) / sqrt(variance + epsilon) + beta: x, y (..., c)"""
    samples = tuple(range(x.ndim - 1))
    mean, variance = x.mean(samples), x.var(samples)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


def batch_norm_backward(
    x: Array, dy: Array, gamma: Array, epsilon: float, mean: Array, variance: Array
) -> tuple[Array, Array, Array]:
    """dx, dgamma, dbeta: mean and variance depend on every x too."""
    samples, m = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
    deviation = np.sqrt(variance + epsilon)
    normal = (x - mean) / deviation
    dgamma, dbeta = (dy * normal).sum(samples), dy.sum(samples)
    return gamma / deviation * (dy - dbeta / m - normal * dgamma / m), dgamma, dbeta


def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    smoothing: float = 0.0,
    samples: float | None = None,
    weights: Array | None = None,
) -> tuple[float, Array]:
    """The mean of -target log p, and its gradient (p - target) / n      logits (n, k)

    With weights (n,) the gradient is w (p - target) / sum of w.
    """
    k = logits.shape[1]
    w = np.ones((len(logits), 1), logits.dtype) if weights is None else weights[:, np.newaxis]
    n = samples or (len(logits) if weights is None else float(weights.sum())) or 1.0
    target = np.full_like(logits, smoothing / k)
    target[np.arange(len(logits)), labels] += 1 - smoothing
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dlogits = w * (np.exp(log_p) - target) / n
    return -float((w * target * log_p).sum()) / n, dlogits.astype(logits.dtype)


def sgd(
    theta: Array,
    grad: Array,
    v: Array,
    lr: float,
    weight_decay: float,
    momentum: float,
    nesterov: bool,
) -> None:
    """Downhill with momentum, or with Nesterov as if the next step had been taken already."""
    g = grad + weight_decay * theta
    v[:] = momentum * v + g
    theta -= lr * (g + momentum * v if nesterov else v)


def rmsprop(
    theta: Array,
    grad: Array,
    s: Array,
    lr: float,
    weight_decay: float,
    decay: float,
    epsilon: float,
) -> None:
    """Each weight at a rate of its own: the smaller, the larger its gradients have been."""
    g = grad + weight_decay * theta
    s[:] = decay * s + (1 - decay) * g**2
    theta -= lr * g / (np.sqrt(s) + epsilon)


def adam(
    theta: Array,
    grad: Array,
    m: Array,
    s: Array,
    t: int,
    lr: float,
    weight_decay: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> None:
    """Step t, from 1, along the mean of gradients over the root of the mean of their squares."""
    g = grad + weight_decay * theta
    m[:] = beta1 * m + (1 - beta1) * g
    s[:] = beta2 * s + (1 - beta2) * g**2
    theta -= lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + epsilon)


def adamw(
    theta: Array,
    grad: Array,
    m: Array,
    s: Array,
    t: int,
    lr: float,
    weight_decay: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> None:
    """Adam with weights that shrink on their own, not by way of the gradient."""
    theta *= 1 - lr * weight_decay
    adam(theta, grad, m, s, t, lr, 0.0, beta1, beta2, epsilon)
