"""Models in the making, with recipes short enough for a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.nn import files
from inkgrad.nn.architectures import mlp
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.pretrained.making import Making
from inkgrad.training.optimizers import Adam
from inkgrad.training.settings import Settings


class Two(Making):
    """Two networks that answer together, on digits that come along."""

    loss = staticmethod(softmax_cross_entropy)

    def __init__(self, folder: Path) -> None:
        super().__init__("two", folder, 3, [2, 1])
        self.networks = [mlp((16,), seed=1), mlp((12,), seed=2)]
        self.settings = [
            Settings(epochs=2, optimizer=Adam(0.01), seed=1),
            Settings(epochs=1, optimizer=Adam(0.01), seed=2),
        ]
        digits = load("mnist-5k").train
        self.source, self.validation = digits.take(np.arange(500)), digits.take(np.arange(100))

    def measured(self):
        return {"classes": list("0123456789")}

    def told(self, about):
        return []


def test_networks_that_answer_together_are_trained_one_after_the_other(tmp_path):
    made = Two(tmp_path)
    assert [epoch.number for epoch in made.epochs()] == [1, 2, 3]
    about = made.finish()
    assert (about["seed"], about["epochs"], made.parameters) == (3, [2, 1], 12730 + 9550)
    assert [path.name for path in tmp_path.iterdir()] == ["two.safetensors"]
    networks, written = files.load_together(made.path)
    assert written == about
    for mine, theirs in zip(made.networks, networks, strict=True):
        np.testing.assert_allclose(theirs.theta, mine.theta, rtol=1e-3, atol=1e-6)


def test_what_was_stopped_in_the_second_network_goes_on_there(tmp_path):
    whole = Two(tmp_path / "whole")
    list(whole.epochs())
    for stopped_after in (1, 2, 3):
        folder = tmp_path / str(stopped_after)
        first = Two(folder)
        for epoch in first.epochs():
            if epoch.number == stopped_after:
                break
        again = Two(folder)
        assert [epoch.number for epoch in again.epochs()] == [1, 2, 3]
        for mine, theirs in zip(whole.networks, again.networks, strict=True):
            np.testing.assert_array_equal(mine.theta, theirs.theta)
