"""Each kernel against NumPy: its plain twin, or the few array operations that do the same.

    python benchmarks/kernel_speed.py

Microseconds, the best of 60 calls, both taking turns on one thread. The sizes are those of a block
of training: 32 images of 28x28 with 16 channels, a line of 64 columns, the weights of `deck()`.
Plain twins are written to be read, so this says what a kernel is worth against code that stays
short, not against the best that NumPy can do: docs/decisions has that for convolutions, optimizers
and images.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import machine
from inkgrad.data.augment import AUGMENTATIONS, Augmentation, augment
from inkgrad.imaging import masks
from inkgrad.imaging.strokes import draw
from inkgrad.kernels import fast
from inkgrad.nn import plain
from inkgrad.nn.ctc import log_softmax
from inkgrad.nn.parallel import one_blas_thread

CALLS = 60
rng = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def operations() -> dict[str, tuple]:
    """What each operation is called with."""
    images, kernel, bias = normal(32, 28, 28, 16), normal(3, 3, 16, 16), normal(16)
    gamma = np.ones(16, np.float32)
    half, pads, pair = normal(32, 14, 14, 16), (1, 1), (2, 2)
    _, places = fast.max_pool(images, pair, pair)
    _, mean, variance = fast.batch_norm(images, gamma, gamma, 1e-5)
    lines, filters = normal(16, 64, 128), normal(3, 128, 128)
    strings = rng.integers(0, 10, (16, 12))
    theta, grad, m, s = (normal(109_386) for _ in range(4))
    s = s**2
    return {
        "conv2d": (images, kernel, bias, 1, pads),
        "conv2d_backward": (images, images, kernel, 1, pads),
        "conv1d": (lines, filters, normal(128)),
        "conv1d_backward": (lines, lines, filters),
        "max_pool": (images, pair, pair),
        "max_pool_backward": (half, places, images.shape, pair, pair),
        "average_pool": (images, pair, pair),
        "average_pool_backward": (half, images.shape, pair, pair),
        "relu_backward": (images, images),
        "batch_norm": (images, gamma, gamma, 1e-5),
        "batch_norm_backward": (images, images, gamma, 1e-5, mean, variance),
        "ctc": (log_softmax(normal(16, 64, 11)), strings),
        "sgd": (theta, grad, m, 0.01, 0.0, 0.9, False),
        "rmsprop": (theta, grad, s, 0.01, 0.0, 0.99, 1e-8),
        "adam": (theta, grad, m, s, 9, 0.001, 0.0, 0.9, 0.999, 1e-8),
        "adamw": (theta, grad, m, s, 9, 0.001, 0.01, 0.9, 0.999, 1e-8),
    }


def long_runs(ink: np.ndarray, length: int) -> np.ndarray:
    """Runs of ink by opening: eroded along rows, then dilated again."""
    return masks.opened(ink, (1, length))


def counted(ink: np.ndarray, length: int) -> np.ndarray:
    """Pixels of ink in windows along rows, by cumulative sums."""
    before = length // 2
    room = np.pad(ink, [(0, 0), (before + 1, length - before - 1)]).cumsum(axis=1)
    return room[:, length:] - room[:, :-length]


def best(ways: list[Callable[[], object]], calls: int = CALLS) -> list[float]:
    """The shortest time of each in microseconds, all taking turns."""
    times = [[0.0] * calls for _ in ways]
    for turn in range(-2, calls):
        for way, kept in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            if turn >= 0:
                kept[turn] = (time.perf_counter() - started) * 1e6
    return [min(kept) for kept in times]


def main() -> None:
    print(machine.describe())
    rows: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = []
    for name, given in operations().items():
        ways = [getattr(module, name) for module in (fast, plain)]
        rows.append((name, *((lambda way=way, given=given: way(*given)) for way in ways)))
    digits = rng.integers(0, 256, (32, 28, 28), np.uint8)
    for name, how in AUGMENTATIONS.items():
        if isinstance(how, Augmentation):
            rows.append((f"32 digits, {name}", lambda how=how: augment(digits, how, rng), None))
    strokes = [rng.random((20, 2), np.float32) * 30 for _ in range(3)]
    rows.append(("draw, 60 points", lambda: draw(strokes, 3.0), None))
    ink = rng.random((1000, 1600)) < 0.3
    rows.append(("long_runs", lambda: masks.long_runs(ink, 8), lambda: long_runs(ink, 8)))
    rows.append(("counted", lambda: masks.counted(ink, 31), lambda: counted(ink, 31)))
    print(f"{'':24}{'kernel':>10}{'NumPy':>12}{'times':>8}")
    with one_blas_thread():
        for name, ours, other in rows:
            times = best([ours] if other is None else [ours, other])
            more = f"{times[1]:12.0f}{times[1] / times[0]:8.1f}" if other else ""
            print(f"{name:24}{times[0]:10.0f}{more}")


if __name__ == "__main__":
    main()
