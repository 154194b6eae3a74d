"""3. Architecture: how many parameters there are, and what they begin with."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

HINTS = (
    "From 784 to 128 there are 784 * 128 weights, and 128 biases.",
    "zip(sizes[:-1], sizes[1:]) are the pairs of neighbouring layers.",
    "He: normal numbers with a standard deviation of sqrt(2 / inputs); biases begin at 0.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    count = function(learner, "count_parameters")
    same(
        "count_parameters([784, 128, 64, 10])",
        count([784, 128, 64, 10]),
        109386,
        [
            KnownMistake(
                "biases forgotten", 109184, "these are the weights: each unit has a bias as well"
            ),
            KnownMistake(
                "biases of the pixels",
                109386 + 784,
                "pixels have no biases: the first layer is data",
            ),
        ],
    )
    same("count_parameters([2, 2, 2])", count([2, 2, 2]), 12)
    initial = function(learner, "initial")
    result = initial(400, 300, np.random.default_rng(0))
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong("initial gives two arrays: W and b")
    weights, biases = (np.asarray(each, np.float64) for each in result)
    if weights.shape == (300, 400):
        raise Wrong("W is (inputs, outputs) here, so that x @ W is (n, outputs)", "transposed")
    same("b", biases, np.zeros(300))
    if weights.shape != (400, 300):
        raise Wrong(f"W has shape {weights.shape}, expected (400, 300)")
    if np.ptp(weights) == 0:
        raise Wrong(
            "all weights are equal: then all units are, and stay so, for they get equal gradients",
            "all weights alike",
        )
    if weights.min() >= 0:
        raise Wrong(
            "all weights are positive: with positive pixels all units light up together",
            "all-positive weights",
        )
    spread = float(weights.std())
    if abs(spread - 0.01) < 0.001:
        raise Wrong(
            "0.01 whatever the layer's size: signals shrink from layer to layer, and learning does "
            "not start. sqrt(2 / inputs) keeps them",
            "0.01 weights",
        )
    if abs(spread - np.sqrt(1 / 400)) < 0.002:
        raise Wrong("sqrt(1 / inputs) is for tanh: ReLU halves the signal, so sqrt(2 / inputs)")
    if abs(spread - np.sqrt(2 / 300)) < 0.002:
        raise Wrong("the spread goes by the number of inputs (400), not of outputs")
    if abs(spread - np.sqrt(2 / 400)) > 0.002:
        raise Wrong(f"W has a standard deviation of {spread:.4f}, expected {np.sqrt(2 / 400):.4f}")
    again = np.asarray(initial(400, 300, np.random.default_rng(0))[0])
    if not np.array_equal(weights, again):
        raise Wrong("the same generator gives other weights: use `rng`, not np.random")
