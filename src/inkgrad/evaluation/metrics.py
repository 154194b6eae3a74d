"""Figures of merit, as pure functions of labels, predictions and probabilities.

labels, predicted (n,) integers; probabilities, logits (n, k). Parts are of 1, not per cent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.nn.losses import softmax_cross_entropy

Integers = NDArray[np.integer[Any]]
Numbers = NDArray[np.floating[Any]]


def balanced_accuracy(labels: Integers, predicted: Integers, classes: int) -> float:
    """The mean over the classes that occur of the part of each that is right."""
    counts = np.bincount(labels, minlength=classes)
    right = np.bincount(labels[labels == predicted], minlength=classes)
    there = counts > 0
    return float((right[there] / counts[there]).mean())


def accuracy(labels: Integers, predicted: Integers) -> float:
    """The part that is right."""
    return float(np.mean(labels == predicted))


def wilson_interval(right: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a part right / n, 95 % unless `z` says otherwise (Wilson 1927).

    Unlike the plain normal interval it stays within 0..1, also for a part near either end.
    """
    part, spread = right / n, z * z / n
    middle = (part + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(part * (1 - part) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def edit_distance(one: str, other: str) -> int:
    """The least number of characters to put in, take out or change (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def character_error_rate(truths: Sequence[str], read: Sequence[str]) -> float:
    """Edits over the number of characters that there are; more than 1 where much was made up."""
    edits = sum(edit_distance(a, b) for a, b in zip(truths, read, strict=True))
    return edits / max(1, sum(map(len, truths)))


def confusion_matrix(labels: Integers, predicted: Integers, classes: int) -> NDArray[np.intp]:
    """How often class i (row) was taken for class j (column): (k, k)."""
    counts = np.bincount(labels * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes)


@dataclass(frozen=True)
class PerClass:
    """Per class (k,): precision, recall, one against the rest, and how many there were.

    Precision is not a number for a class that was never predicted, recall for one that was not
    there. `against_rest` is the part of all samples that are rightly told to be of the class or
    not: it is high for every class that is rare, and never the accuracy of the network.
    """

    precision: Numbers
    recall: Numbers
    against_rest: Numbers
    count: Integers


def per_class(confusion: Integers) -> PerClass:
    """Precision, recall and accuracy one against the rest, from a confusion matrix."""
    right = np.diag(confusion).astype(float)
    actual, claimed, n = confusion.sum(axis=1), confusion.sum(axis=0), confusion.sum()
    nothing = np.full(len(right), np.nan)
    return PerClass(
        precision=np.divide(right, claimed, out=nothing.copy(), where=claimed > 0),
        recall=np.divide(right, actual, out=nothing.copy(), where=actual > 0),
        against_rest=(n - actual - claimed + 2 * right) / n,
        count=actual,
    )


@dataclass(frozen=True)
class Reliability:
    """Samples in bins of confidence (b,): mean confidence, part that is right, and how many."""

    confidence: Numbers
    accuracy: Numbers
    count: Integers

    @property
    def error(self) -> float:
        """The expected calibration error: |confidence - accuracy|, over all samples."""
        gaps = np.abs(self.confidence - self.accuracy)
        return float(np.sum(gaps * self.count) / max(1, self.count.sum()))


def reliability(probabilities: Numbers, labels: Integers, bins: int = 15) -> Reliability:
    """Confidence against accuracy in equal bins of confidence (Guo 2017); empty bins hold zeros."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    full = np.maximum(count, 1)
    return Reliability(
        np.bincount(place, confidence, bins) / full, np.bincount(place, right, bins) / full, count
    )


def fit_temperature(logits: Numbers, labels: Integers) -> float:
    """The temperature under which these logits predict best (lowest cross-entropy; Guo 2017).

    Fitted on data that was not trained on. The loss is convex in 1/T: golden-section search over
    log T from 1/20 to 20.
    """

    def loss(log_t: float) -> float:
        return softmax_cross_entropy(logits / math.exp(log_t), labels)[0]

    low, high = -math.log(20), math.log(20)
    ratio = (math.sqrt(5) - 1) / 2
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    loss_a, loss_b = loss(a), loss(b)
    while high - low > 1e-4:
        if loss_a < loss_b:
            high, b, loss_b = b, a, loss_a
            a = high - ratio * (high - low)
            loss_a = loss(a)
        else:
            low, a, loss_a = a, b, loss_b
            b = low + ratio * (high - low)
            loss_b = loss(b)
    return math.exp((low + high) / 2)


def most_confident_mistakes(probabilities: Numbers, labels: Integers, count: int) -> Integers:
    """Places of the mistakes made with the highest probability, the worst first."""
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    return wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:count]


def readable(confidences: Numbers, right: NDArray[np.bool_], error: float) -> tuple[float, float]:
    """The largest part that can be accepted by confidence with at most `error` of it wrong.

    Returns that part and the least confidence in it, equal ones accepted together; (0, 1) where not
    even the surest are right.
    """
    order = np.argsort(-confidences, kind="stable")
    ranked = confidences[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((wrong <= error) & (ranked > np.append(ranked[1:], -np.inf)))
    if not len(good):
        return 0.0, 1.0
    return float((good[-1] + 1) / len(order)), float(ranked[good[-1]])


def words_right(truth: Sequence[str], read: Sequence[str]) -> list[bool]:
    """For each word that was read whether it stands in the truth, in its order.

    By a longest common subsequence: one word that is read as two makes no other word wrong.
    """
    best = np.zeros((len(truth) + 1, len(read) + 1), int)
    for i in range(len(truth) - 1, -1, -1):
        for j in range(len(read) - 1, -1, -1):
            same = best[i + 1, j + 1] + 1 if truth[i] == read[j] else 0
            best[i, j] = max(same, best[i + 1, j], best[i, j + 1])
    right, i = [False] * len(read), 0
    for j in range(len(read)):
        while i < len(truth) and best[i, j] == best[i + 1, j] and truth[i] != read[j]:
            i += 1
        if i < len(truth) and truth[i] == read[j] and best[i, j] == best[i + 1, j + 1] + 1:
            right[j], i = True, i + 1
    return right
