"""The optimizers against PyTorch 2.13's: values computed once, with the command in ORACLE."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from inkgrad.errors import ShapeError, TrainingError, UsageError
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
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
    optimizer = MAKERS[name]().start()
    theta = np.array([1.0, -0.5, 0.25, 2.0], np.float32)
    for t in range(10):
        grad = theta * CURVATURE + np.float32(0.1 * np.cos(t))
        optimizer.move(theta, grad)
    np.testing.assert_allclose(theta, PYTORCH[name], rtol=0, atol=1e-6)


def test_moments_that_decay_to_nothing_become_zero():
    optimizer = SGD(0.1).start()
    theta = np.zeros(3, np.float32)
    optimizer.move(theta, np.ones(3, np.float32))
    assert optimizer.memory["v"].any()
    for _ in range(1000):
        optimizer.move(theta, np.zeros(3, np.float32))
    assert not optimizer.memory["v"].any()


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_a_gradient_that_is_not_finite_stays_visible(make):
    optimizer, theta = make().start(), np.ones(2, np.float32)
    optimizer.move(theta, np.array([np.nan, 1], np.float32), 0.1)
    assert np.isnan(theta[0])
    assert np.isfinite(theta[1])


def test_clipping_keeps_the_direction_and_bounds_the_norm():
    grad = np.array([3.0, 4.0], np.float32)
    assert clip_by_norm(grad, 10.0) == 5.0
    np.testing.assert_array_equal(grad, [3, 4])
    assert clip_by_norm(grad, 1.0) == 5.0
    np.testing.assert_allclose(grad, [0.6, 0.8], rtol=1e-6)


def test_the_moving_average_forgets_its_start_and_then_follows_slowly():
    network = Network((1,), [Dense(1), BatchNorm()])
    for vector in (network.theta, network.running):
        vector[:] = 0
    average = MovingAverage(network, 0.99)
    for vector in (network.theta, network.running):
        vector[:] = 1
    for step in range(1, 2001):
        average.update(network, step)
    for mean in (average.state.theta, average.state.running):
        np.testing.assert_allclose(mean, 1, atol=1e-4)
    network.theta[:], network.running[:] = 0, 0
    average.update(network, 2001)
    for mean in (average.state.theta, average.state.running):
        np.testing.assert_allclose(mean, 0.99, atol=1e-4)


def test_optimizers_are_specifications_that_compare_and_do_not_change():
    assert SGD(0.1) == SGD(0.1) != SGD(0.2)
    assert len({AdamW(0.003), AdamW(0.003), Adam(0.003)}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        SGD().learning_rate = 1.0


def test_a_step_of_a_network_has_the_rate_of_the_optimizer_unless_one_is_given():
    networks = [Network((3,), [Dense(2)], seed=1) for _ in range(3)]
    for network in networks:
        network.grad[:] = 1
    before = networks[0].theta.copy()
    SGD(0.25, momentum=0).start().step(networks[0])
    SGD(9.0, momentum=0).start().step(networks[1], 0.25)
    np.testing.assert_array_equal(networks[0].theta, before - np.float32(0.25))
    np.testing.assert_array_equal(networks[1].theta, networks[0].theta)


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_the_state_of_one_network_does_not_step_another(make):
    state = make().start()
    small, large = Network((3,), [Dense(2)]), Network((30,), [Dense(20)])
    state.step(small)
    with pytest.raises(TrainingError, match="belongs to a network of 8 float32 weights, not 620"):
        state.step(large)
    double = Network((3,), [Dense(2)], dtype=np.float64)
    with pytest.raises(TrainingError, match="float32 weights, not 8 float64"):
        state.step(double)
    assert state.steps == 1


@pytest.mark.parametrize(
    ("grad", "message"),
    [
        (np.ones(3, np.float32), r"grad: shape \(3,\), expected \(4,\)"),
        (np.ones(4, np.float64), "grad: float64, expected float32"),
        (np.ones(8, np.float32)[::2], "grad: gaps in memory"),
    ],
)
def test_a_gradient_that_does_not_fit_its_weights_is_refused(grad, message):
    with pytest.raises(ShapeError, match=message):
        SGD().start().move(np.ones(4, np.float32), grad)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(-0.1), "learning_rate is -0.1, expected at least 0"),
        (lambda: Adam(float("nan")), "learning_rate is nan"),
        (lambda: SGD(momentum=1.0), "momentum is 1.0, expected at least 0 and under 1"),
        (lambda: AdamW(beta2=-1), "beta2 is -1"),
        (lambda: RMSprop(decay=2), "decay is 2"),
        (lambda: AdamW(weight_decay=-1), "weight_decay is -1"),
    ],
)
def test_an_optimizer_that_means_nothing_is_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()
