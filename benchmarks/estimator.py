"""`NetworkClassifier` against scikit-learn's `MLPClassifier`: accuracy and seconds of fitting.

Each gets the same data, and is chosen by the same held-out part of the training data: of the
settings within one standard error of its best, the fastest (Breiman et al. 1984, Classification and
Regression Trees, the rule of one standard error). Of ours also the fastest dense one that is no
worse there than theirs. The winners are then fitted on all of the data and tested once, taking
turns, with five seeds.

    python benchmarks/estimator.py [--data mnist-5k] [--seeds 5] [--threads 1]
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from inkgrad import load
from inkgrad.estimator import NetworkClassifier
from machine import describe

THEIRS = {
    "hidden_layer_sizes": [(128, 64), (512, 256)],
    "learning_rate_init": [0.001, 0.003],
    "alpha": [1e-4, 1e-2],
    "max_iter": [5, 10, 20, 40],
}
OURS = {  # the same widths
    "model": ["mlp:128-64", "mlp:512-256"],
    "dropout": [0.0, 0.3],
    "batch_size": [64, 200],
    "epochs": [5, 10, 20],
}
ALL = {"model": ["mlp:512-256", "tiny", "cnn"], "augment": ["none", "elastic"], "epochs": [20]}
"""What the other has not: convolutions and augmentation."""


AS_GOOD = "NetworkClassifier, no worse"


def settings(space):
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]


def made(kind, how, seed, threads):
    if kind == "MLPClassifier":
        return MLPClassifier(random_state=seed, **how)
    return NetworkClassifier(random_state=seed, threads=threads, **how)


def fitted(model, X, y):
    """Fit it; the seconds that took."""
    started = time.perf_counter()
    model.fit(X, y)
    return time.perf_counter() - started


def within_an_error(scored, count):
    """The best score of (score, seconds, settings), less its standard error."""
    top = max(score for score, _, _ in scored)
    return top - (top * (1 - top) / count) ** 0.5


def fastest(scored, least):
    """The settings that took the least time, of those with at least this score."""
    return min((seconds, str(how), how) for score, seconds, how in scored if score >= least)[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)  # as many epochs as are said, both
    data = load(given.data)
    held = data.hold_out(len(data.train) // 5, seed=0)

    def pixels(images):
        return images.reshape(len(images), -1) / np.float32(255)

    kinds = {
        "MLPClassifier": ("MLPClassifier", THEIRS),
        "NetworkClassifier, dense": ("NetworkClassifier", OURS),
        "NetworkClassifier, any": ("NetworkClassifier", ALL),
    }
    print(f"{describe()}\n{given.data}, {given.threads} threads each")
    with threadpool_limits(given.threads, "blas"):
        best, least = {}, 0.0
        for name, (kind, space) in kinds.items():
            scored = []
            for how in settings(space):
                model = made(kind, how, 0, given.threads)
                seconds = fitted(model, pixels(held.train.images), held.train.labels)
                score = model.score(pixels(held.test.images), held.test.labels)
                scored.append((score, seconds, how))
            best[name] = fastest(scored, within_an_error(scored, len(held.test)))
            print(f"{name}: of {len(scored)} {best[name]}", flush=True)
            if kind == "MLPClassifier":
                least = next(score for score, _, how in scored if how == best[name])
            elif space is OURS:
                best[AS_GOOD] = fastest(scored, least)
                print(f"{AS_GOOD}: {best[AS_GOOD]}", flush=True)
        rows = {name: [] for name in best}
        for seed, name in itertools.product(range(given.seeds), best):
            model = made(name.split(",")[0], best[name], seed, given.threads)
            seconds = fitted(model, pixels(data.train.images), data.train.labels)
            score = model.score(pixels(data.test.images), data.test.labels)
            rows[name].append((score, seconds))
    for name, found in rows.items():
        accuracies, seconds = ([each[i] for each in found] for i in (0, 1))
        spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
        print(
            f"{name:<28} accuracy {100 * statistics.mean(accuracies):.2f} +- {100 * spread:.2f} % "
            f" fit {statistics.median(seconds):.2f} s"
        )
    print(describe().splitlines()[0])


if __name__ == "__main__":
    main()
