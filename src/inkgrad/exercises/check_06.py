"""6. Backpropagation: all gradients of a small network, and a layer of one's own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.errors import InkgradError
from inkgrad.exercises.judging import (
    OVER_SAMPLES,
    KnownMistake,
    NotWritten,
    Wrong,
    first_wrong,
    function,
    over_samples,
    same,
)
from inkgrad.nn.activations import ReLU
from inkgrad.nn.gradient_check import gradient_error
from inkgrad.nn.layers import Dense, Layer
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array

HINTS = (
    "Forward first, keeping every z and a: relu(z) is np.maximum(0, z).",
    "Then from the end: dz3 is (p - one_hot) / n, as in exercise 5.",
    "dW3 = a2.T @ dz3, db3 = dz3.sum(axis=0): the shapes allow nothing else.",
    "da2 = dz3 @ W3.T, and through ReLU dz2 = da2 * (z2 > 0). Then the same again.",
    "Numeric: for each i, add h to theta[i], take the loss, subtract 2h, take it, put it back.",
    "Your own layer: y = x ** 2, so dx = dy * 2 * x; self.x is what __call__ was given.",
)
_RIGHT = 1e-6  # more than this much of a gradient is no rounding


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    rng = np.random.default_rng(3)
    layers: list[Layer] = [Dense(5), ReLU(), Dense(4), ReLU(), Dense(3)]
    network = Network((6,), layers, dtype=np.float64, seed=1)
    x, labels = rng.normal(size=(7, 6)), rng.integers(0, 3, 7)
    for name, value in network.parameters().items():
        if name.endswith(".b"):
            value[...] = rng.normal(0, 0.1, value.shape)
    traced = network.trace(x, labels)
    given = [array for layer in traced for array in _weights(network, layer.place)]
    right: dict[str, Array] = {}
    for place, layer in enumerate(traced, start=1):
        right |= {f"z{place}": layer.z, f"a{place}" if place < 3 else "p": layer.a}
    for place in (3, 2, 1):
        layer = traced[place - 1]
        right |= {f"d{n}{place}": getattr(layer, f"d{n}") for n in ("z", "W", "b")}
    found = function(learner, "backward")(x, labels, *given)
    first_wrong(
        found,
        right,
        lambda name: (
            _of_gradient(name, right, traced, given)
            if name.startswith("d")
            else _of_forward(name, right, given)
        ),
    )
    _numeric(learner)
    _own_layer(learner)


def _numeric(learner: ModuleType) -> None:
    theta, h = np.array([1.0, -2.0, 0.5]), 0.1

    def loss(at: Array) -> float:
        return float((at**3).sum())

    exact, below = 3 * theta**2, ((theta**3) - (theta - h) ** 3) / h
    above = ((theta + h) ** 3 - theta**3) / h
    same(
        "numeric_gradient",
        function(learner, "numeric_gradient")(loss, theta, h),
        exact + h * h,
        [
            KnownMistake(
                "from one side",
                above,
                "the difference is taken on one side: (L(t + h) - L(t - h)) / 2h is far more exact",
            ),
            KnownMistake("from one side", below, "the difference is taken on one side: use both"),
            KnownMistake("h forgotten", 2 * (exact + h * h), "the two points are 2h apart, not h"),
            KnownMistake(
                "all at once",
                np.full(3, (loss(theta + h) - loss(theta - h)) / (2 * h)),
                "all numbers were moved at once: one at a time",
            ),
        ],
    )
    bent = function(learner, "numeric_gradient")(
        lambda at: float(np.maximum(at, 0).sum()), np.array([1.0, -1.0, 0.0]), 1e-5
    )
    same(
        "numeric_gradient of ReLU",
        bent,
        [1.0, 0.0, 0.5],
        [
            KnownMistake(
                "ReLU's kink",
                [1.0, 0.0, 1.0],
                "at 0 ReLU has a kink, and a difference from one side sees the slope of that side",
            ),
            KnownMistake(
                "ReLU's kink",
                [1.0, 0.0, 0.0],
                "at 0 ReLU has a kink, and a difference from one side sees the slope of that side",
            ),
        ],
    )


def _weights(network: Network, place: int) -> tuple[Array, Array]:
    parameters = network.parameters()
    return parameters[f"{place}.W"].copy(), parameters[f"{place}.b"].copy()


def _of_forward(name: str, right: dict[str, Array], given: list[Array]) -> list[KnownMistake]:
    """What known mistakes would make of a sum, an activation, the probabilities."""
    if name == "p":
        dz = right["dz3"]
        return [
            *(KnownMistake("wrong axis", p, OVER_SAMPLES) for p in over_samples(right["z3"])),
            *(
                KnownMistake(
                    "p written over", changed, "p was changed on the way to dz3: p.copy() first"
                )
                for changed in (dz, len(dz) * dz)
            ),
        ]
    place = int(name[1])
    if name.startswith("z"):
        bias = given[2 * place - 1]
        return [KnownMistake("b forgotten", right[name] - bias, f"b{place} is not added")]
    z = right[f"z{place}"]
    return [
        KnownMistake("ReLU forgotten", z, f"this is z{place} itself: relu of it"),
        KnownMistake("ReLU the other way", np.minimum(0, z), "ReLU keeps what is above 0"),
    ]


def _of_gradient(
    name: str, right: dict[str, Array], traced: Any, given: list[Array]
) -> list[KnownMistake]:
    """What known mistakes would make of one of the gradients."""
    value, place, n = right[name], int(name[-1]), 7
    found = [
        KnownMistake(
            "not divided by the batch",
            n * value,
            "it is as many times too large as there are samples: the loss is a mean, divide by n",
        ),
        KnownMistake("sign", -value, "the sign is wrong: p minus one-hot"),
    ]
    layer = traced[place - 1]
    if name.startswith("dW"):
        found.append(
            KnownMistake("transposed", value.T, "this is its transpose: x.T @ dz is (in, out)")
        )
        return found
    if name.startswith("db"):
        dz = layer.dz
        found += [
            KnownMistake("wrong axis", dz.sum(axis=1), "summed over units: over samples, axis 0"),
            KnownMistake(
                "wrong axis",
                dz.sum(),
                "one number for all units: each has the sum over its samples, axis 0",
            ),
            KnownMistake(
                "a mean again", dz.mean(axis=0), "dz has the 1 / n already: a sum, no mean"
            ),
            KnownMistake(
                "`b` for `db`", given[2 * place - 1], "this is b itself, not its gradient"
            ),
            KnownMistake("not summed", dz, "this is dz: sum it over the samples"),
        ]
        return found
    if place < 3:
        above = traced[place]
        passed = above.dz @ given[2 * place].T
        found += [
            KnownMistake(
                "ReLU forgotten", passed, f"ReLU lets through where z{place} > 0, nowhere else"
            ),
            KnownMistake(
                "the wrong mask", passed * (passed > 0), f"the mask is z{place} > 0, not da > 0"
            ),
        ]
    return found


def _own_layer(learner: ModuleType) -> None:
    kind = getattr(learner, "Square", None)
    if not (isinstance(kind, type) and issubclass(kind, Layer)):
        raise Wrong("there is no class Square that is a Layer, expected one: put it back")
    rng = np.random.default_rng(4)
    try:
        own = Network((6,), [Dense(5), kind(), Dense(3)], dtype=np.float64, seed=2)
        x = rng.normal(size=(4, 6))
        dense = [layer for layer in own.layers if isinstance(layer, Dense)]
        z = x @ dense[0].W + dense[0].b
        wanted = z**2 @ dense[1].W + dense[1].b
        if not np.allclose(own(x), wanted):
            raise Wrong("Square gives something else than x ** 2")
        error = gradient_error(own, x, rng.integers(0, 3, 4), softmax_cross_entropy)
    except NotImplementedError:
        raise NotWritten("Square is not written yet") from None
    except InkgradError as problem:
        raise Wrong(f"Square: {problem}") from None
    if error > _RIGHT:
        raise Wrong(
            "Square.backward: finite differences see another gradient; dy * 2 * x, with the x that "
            "went forward (self.x)",
            "gradient of one's own layer",
        )
