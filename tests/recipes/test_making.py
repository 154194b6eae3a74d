"""Models in the making, with recipes short enough for a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.nn import files
from inkgrad.nn.architectures import mlp
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.recipes.stages import Making, Stage
from inkgrad.training.optimizers import Adam
from inkgrad.training.settings import Settings


class Two(Making):
    """Two networks that answer together, on digits that come along."""

    loss = staticmethod(softmax_cross_entropy)

    def __init__(self, folder: Path) -> None:
        digits = load("mnist-5k").train
        source, self.validation = digits.take(np.arange(500)), digits.take(np.arange(100))
        self.networks = [mlp((16,), seed=1), mlp((12,), seed=2)]
        epochs = (2, 1)
        stages = [
            Stage(network, source, Settings(epochs=n, optimizer=Adam(0.01), seed=i))
            for i, (network, n) in enumerate(zip(self.networks, epochs, strict=True), 1)
        ]
        super().__init__("two", folder, 3, stages)

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


class Longer(Making):
    """A small network, then a larger one that begins where the small one ends."""

    loss = staticmethod(softmax_cross_entropy)

    def __init__(self, folder: Path) -> None:
        digits = load("mnist-5k").train
        first, second = digits.take(np.arange(300)), digits.take(np.arange(300, 600))
        self.validation = digits.take(np.arange(600, 700))
        self.small, large = mlp((8,), seed=1), mlp((8,), seed=2)
        self.networks, self.begun = [large], 0

        def begin() -> None:
            self.begun += 1
            large.theta[:] = 2 * self.small.theta

        settings = [Settings(epochs=n, optimizer=Adam(0.01), seed=n) for n in (1, 2)]
        stages = [Stage(self.small, first, settings[0]), Stage(large, second, settings[1], begin)]
        super().__init__("longer", folder, 3, stages)

    def measured(self):
        return {}

    def told(self, about):
        return []


def test_a_stage_begins_with_what_the_one_before_has_made_also_after_a_kill(tmp_path):
    whole = Longer(tmp_path / "whole")
    assert [epoch.number for epoch in whole.epochs()] == [1, 2, 3]
    assert whole.begun == 1
    for stopped_after in (1, 2):
        for epoch in Longer(tmp_path / str(stopped_after)).epochs():
            if epoch.number == stopped_after:
                break
        again = Longer(tmp_path / str(stopped_after))
        assert len(list(again.epochs())) == 3
        np.testing.assert_array_equal(whole.networks[0].theta, again.networks[0].theta)
    assert whole.finish()["epochs"] == [1, 2]
    assert whole.parameters == whole.networks[0].theta.size
