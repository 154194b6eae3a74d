"""The optimizers against PyTorch 2.13's: values computed once, with the command in ORACLE."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.training.optimizers import SGD, Adam, AdamW, MovingAverage, RMSprop, clip_by_norm

ORACLE = """
python - <<'PY'
import numpy as np, torch
from torch.optim import SGD, RMSprop, Adam, AdamW
makers = {
    "sgd": lambda p: SGD(p, 0.1),
    "momentum": lambda p: SGD(p, 0.1, momentum=0.9),
    "nesterov": lambda p: SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": lambda p: RMSprop(p, 0.01, weight_decay=0.01),
    "adam": lambda p: Adam(p, 0.01),
    "adam-l2": lambda p: Adam(p, 0.01, weight_decay=0.1),
    "adamw": lambda p: AdamW(p, 0.01, weight_decay=0.1),
}
for name, make in makers.items():
    theta = torch.tensor([1.0, -0.5, 0.25, 2.0], requires_grad=True)
    optimizer = make([theta])
    for t in range(10):
        theta.grad = theta.detach() * torch.tensor([1.0, 2.0, 0.5, 0.1]) + 0.1 * np.cos(t)
        optimizer.step()
    print(repr(name), theta.detach().tolist())
PY
"""
CURVATURE = np.array([1.0, 2.0, 0.5, 0.1], np.float32)
MAKERS = {
    "sgd": lambda: SGD(0.1, momentum=0),
    "momentum": lambda: SGD(0.1),
    "nesterov": lambda: SGD(0.1, nesterov=True, weight_decay=0.01),
    "rmsprop": lambda: RMSprop(0.01, weight_decay=0.01),
    "adam": lambda: Adam(0.01),
    "adam-l2": lambda: Adam(0.01, weight_decay=0.1),
    "adamw": lambda: AdamW(0.01, weight_decay=0.1),
}
PYTORCH = {
    "sgd": [0.34904319, -0.05095357, 0.14818539, 1.80518007],
    "momentum": [-0.59059912, -0.00703948, -0.0923036, 1.20473671],
    "nesterov": [-0.34372965, -0.03016367, -0.07611689, 1.05980945],
    "rmsprop": [0.56141126, -0.11091453, 0.03896137, 1.58016396],
    "adam": [0.90090817, -0.40060323, 0.16550879, 1.90618312],
    "adam-l2": [0.90084046, -0.40060014, 0.16253436, 1.90221334],
    "adamw": [0.89144045, -0.39611328, 0.16351797, 1.88676775],
}


@pytest.mark.parametrize("name", MAKERS)
def test_ten_steps_agree_with_pytorch_to_a_millionth(name):
    optimizer = MAKERS[name]()
    theta = np.array([1.0, -0.5, 0.25, 2.0], np.float32)
    for t in range(10):
        grad = theta * CURVATURE + np.float32(0.1 * np.cos(t))
        optimizer.step(theta, grad, optimizer.learning_rate)
    np.testing.assert_allclose(theta, PYTORCH[name], rtol=0, atol=1e-6)


def test_moments_that_decay_to_nothing_become_zero():
    optimizer = SGD()
    theta = np.zeros(3, np.float32)
    optimizer.step(theta, np.ones(3, np.float32), 0.1)
    for _ in range(1000):
        optimizer.step(theta, np.zeros(3, np.float32), 0.1)
    assert not optimizer.memory["v"].any()


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_a_gradient_that_is_not_finite_stays_visible(make):
    optimizer, theta = make(), np.ones(2, np.float32)
    optimizer.step(theta, np.array([np.nan, 1], np.float32), 0.1)
    assert np.isnan(theta[0])
    assert np.isfinite(theta[1])


def test_clipping_keeps_the_direction_and_bounds_the_norm():
    grad = np.array([3.0, 4.0], np.float32)
    assert clip_by_norm(grad, 10.0) == 5.0
    np.testing.assert_array_equal(grad, [3, 4])
    assert clip_by_norm(grad, 1.0) == 5.0
    np.testing.assert_allclose(grad, [0.6, 0.8], rtol=1e-6)


def test_the_moving_average_forgets_its_start_and_then_follows_slowly():
    average = MovingAverage(np.zeros(1, np.float32), 0.99)
    for step in range(1, 2001):
        average.update(np.ones(1, np.float32), step)
    assert average.theta[0] == pytest.approx(1, abs=1e-4)
    average.update(np.zeros(1, np.float32), 2001)
    assert average.theta[0] == pytest.approx(0.99, abs=1e-4)
