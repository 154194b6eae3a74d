"""Right solutions of all exercises."""

from __future__ import annotations

import pytest

_HEAD = "import numpy as np\nfrom inkgrad import Layer\n"

_RIGHT = {
    1: """
def mean_digit(images, labels, digit):
    return images[labels == digit].mean(axis=0)
def nearest_mean(image, means):
    return ((means.astype(float) - image) ** 2).sum(axis=(1, 2)).argmin()
""",
    2: """
def prepare(images):
    rows = images.reshape(len(images), -1)
    return rows / 255 if images.dtype == np.uint8 else rows
def shuffled_split(x, y, part, rng):
    order, held = rng.permutation(len(x)), int(part * len(x))
    a, b = order[held:], order[:held]
    return x[a], y[a], x[b], y[b]
""",
    3: """
def count_parameters(sizes):
    return sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:]))
def initial(inputs, outputs, rng):
    return rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs)), np.zeros(outputs)
""",
    4: """
def relu(z):
    return np.maximum(0, z)
def relu_gradient(dy, z):
    return dy * (z > 0)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    5: """
def cross_entropy(p, labels):
    return -np.log(np.maximum(p[np.arange(len(p)), labels], 1e-12)).mean()
def loss_gradient(z, labels):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(z)), labels] -= 1
    return p / len(z)
""",
    6: """
def backward(x, labels, W1, b1, W2, b2, W3, b3):
    z1 = x @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    a2 = np.maximum(0, z2)
    z3 = a2 @ W3 + b3
    e = np.exp(z3 - z3.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    dz3 = p.copy()
    dz3[np.arange(len(x)), labels] -= 1
    dz3 /= len(x)
    dz2 = dz3 @ W3.T * (z2 > 0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    return {
        "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "p": p,
        "dz3": dz3, "dW3": a2.T @ dz3, "db3": dz3.sum(axis=0),
        "dz2": dz2, "dW2": a1.T @ dz2, "db2": dz2.sum(axis=0),
        "dz1": dz1, "dW1": x.T @ dz1, "db1": dz1.sum(axis=0),
    }
def numeric_gradient(loss, theta, h=1e-5):
    found = np.zeros(len(theta))
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        found[i] = (loss(up) - loss(down)) / (2 * h)
    return found
class Square(Layer):
    def __call__(self, x):
        return x ** 2
    def backward(self, dy, need_dx=True):
        return dy * 2 * self.x
""",
    7: """
def momentum_step(theta, gradient, velocity, lr, beta):
    velocity = beta * velocity + gradient
    return theta - lr * velocity, velocity
def adam_step(theta, m, v, gradient, t, lr, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient ** 2
    m_hat, v_hat = m / (1 - beta1 ** t), v / (1 - beta2 ** t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + epsilon), m, v
""",
    8: """
def epoch(theta, x, y, order, batch, gradient, lr):
    for first in range(0, len(order), batch):
        places = order[first : first + batch]
        theta = theta - lr * gradient(theta, x[places], y[places])
    return theta
def train(x, labels, k, rng):
    x = x / 255
    W, b = rng.normal(0, 0.1, (x.shape[1], k)), np.zeros(k)
    for _ in range(30):
        order = rng.permutation(len(x))
        for first in range(0, len(x), 20):
            at = order[first : first + 20]
            z = x[at] @ W + b
            e = np.exp(z - z.max(axis=1, keepdims=True))
            dz = e / e.sum(axis=1, keepdims=True)
            dz[np.arange(len(at)), labels[at]] -= 1
            dz /= len(at)
            W = W - 0.5 * x[at].T @ dz
            b = b - 0.5 * dz.sum(axis=0)
    return W, b
""",
    9: """
def accuracy(logits, labels):
    return (logits.argmax(axis=1) == labels).mean()
def interval(k, n):
    z = 1.959964
    middle = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(k * (n - k) / n + z * z / 4)
    return middle - half, middle + half
def hold_out(groups, part, rng):
    names = rng.permutation(np.unique(groups))
    out = np.isin(groups, names[: int(part * len(names))])
    return np.flatnonzero(~out), np.flatnonzero(out)
""",
    10: """
def confusion(labels, answers, k):
    matrix = np.zeros((k, k), int)
    np.add.at(matrix, (labels, answers), 1)
    return matrix
def precision_and_recall(matrix):
    right = np.diag(matrix)
    return right / np.maximum(matrix.sum(axis=0), 1), right / np.maximum(matrix.sum(axis=1), 1)
""",
    11: """
def learning_rates(low, high, n, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high), n))
def best_trial(trials):
    return max(trials, key=lambda trial: trial["validation"])
def survivors(scores):
    return np.argsort(-scores)[: len(scores) // 2]
""",
    12: """
from itertools import product
def collapse(path, blank):
    merged = [c for i, c in enumerate(path) if i == 0 or c != path[i - 1]]
    return [c for c in merged if c != blank]
def string_probability(p, string, blank):
    return sum(
        np.prod([p[t, c] for t, c in enumerate(path)])
        for path in product(range(p.shape[1]), repeat=len(p))
        if collapse(path, blank) == list(string)
    )
""",
    13: """
def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]
def error_rate(truth, read):
    return edit_distance(truth, read) / len(truth)
def best_word(ink, words, weight):
    return max(ink, key=lambda word: ink[word] + weight * words[word])
""",
    14: """
def convolve(image, kernel):
    k = len(kernel)
    h, w = image.shape
    return np.array([
        [(image[i : i + k, j : j + k] * kernel).sum() for j in range(w - k + 1)]
        for i in range(h - k + 1)
    ])
def dropout(x, rate, rng, training):
    return x * (rng.random(x.shape) >= rate) / (1 - rate) if training else x
""",
}


@pytest.fixture(scope="session")
def right() -> dict[int, str]:
    """A right solution of each exercise, by number."""
    return {number: _HEAD + text for number, text in _RIGHT.items()}
