"""11. Tuning: draw a learning rate, choose a trial, halve the field."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from inkgrad.exercises.judging import KnownMistake, Wrong, function, same

HINTS = (
    "Draw the logarithm evenly: np.exp(rng.uniform(np.log(low), np.log(high), n)).",
    "What chooses is the validation score; the test score is looked at once, at the end.",
    "np.argsort(-scores)[: len(scores) // 2] are the places of the better half.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    draws = np.asarray(
        function(learner, "learning_rates")(1e-4, 1.0, 4000, np.random.default_rng(7)), np.float64
    )
    if draws.shape != (4000,):
        raise Wrong(f"learning_rates has shape {draws.shape}, expected (4000,)")
    if draws.min() < 1e-4 or draws.max() > 1.0:
        raise Wrong(
            f"learning_rates are {draws.min():.2g} to {draws.max():.2g}, expected in bounds"
        )
    small = float(np.mean(draws < 0.01))
    if small < 0.05:
        raise Wrong(
            "99 of 100 of these are over 0.01: between 0.0001 and 1 lie four powers of ten, and "
            "each deserves a quarter. Draw the logarithm evenly",
            "rates drawn evenly",
        )
    if abs(small - 0.5) > 0.05:
        raise Wrong(f"{100 * small:.0f} % are under 0.01, expected about half")
    trials = [
        {"rate": 0.1, "validation": 0.961, "test": 0.958},
        {"rate": 0.01, "validation": 0.968, "test": 0.957},
        {"rate": 1.0, "validation": 0.952, "test": 0.964},
    ]
    same(
        "the rate of best_trial",
        function(learner, "best_trial")(trials)["rate"],
        0.01,
        [
            KnownMistake(
                "testing on what was tuned on",
                1.0,
                "chosen by the test score, which then is lucky: choose by validation",
            )
        ],
    )
    scores = np.array([0.3, 0.9, 0.5, 0.7, 0.1, 0.8])
    same(
        "survivors",
        np.sort(np.asarray(function(learner, "survivors")(scores))),
        [1, 3, 5],
        [
            KnownMistake("the worse half", [0, 2, 4], "these are the worse half: argsort goes up"),
            KnownMistake(
                "scores for places", [0.7, 0.8, 0.9], "these are scores: their places are asked"
            ),
        ],
    )
