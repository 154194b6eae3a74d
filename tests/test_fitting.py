from __future__ import annotations

import sys

import numpy as np
import pytest

from inkgrad.errors import DataError, UsageError
from inkgrad.fitting import History, fit
from inkgrad.nn.activations import ReLU
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.training.optimizers import SGD
from inkgrad.training.settings import Settings
from inkgrad.training.train import train


def network():
    return Network((784,), [Dense(24), ReLU(), Dense(4)], seed=1)


SETTINGS = Settings(epochs=4, batch_size=50, optimizer=SGD(0.02), seed=2)


def test_fit_trains_as_train_does_to_the_end(bars):
    one, other = network(), network()
    expected = list(train(one, bars.train, SETTINGS, validation=bars.test))
    found = fit(other, bars.train, SETTINGS, validation=bars.test)
    assert one.state() == other.state()
    assert [epoch.loss for epoch in found] == [epoch.loss for epoch in expected]
    assert found[0].number == 1
    assert [epoch.number for epoch in found[1:]] == [2, 3, 4]
    assert isinstance(found[1:], History)


def test_settings_may_be_given_by_name_and_stay_as_they_were(bars):
    assert len(fit(network(), bars.train, SETTINGS, epochs=2)) == 2
    assert SETTINGS.epochs == 4
    assert len(fit(network(), bars.train, epochs=1, batch_size=60)) == 1
    with pytest.raises(UsageError, match="epoch is no setting, expected one of average, batch"):
        fit(network(), bars.train, epoch=3)
    with pytest.raises(UsageError, match="epochs is -1"):
        fit(network(), bars.train, epochs=-1)


def test_of_a_dataset_a_tenth_of_the_training_part_is_held_out_to_validate_on(bars):
    one, other = network(), network()
    history = fit(one, bars, SETTINGS, patience=2)
    assert history[0].samples == 240 - 24
    assert history[0].validation_loss is not None
    held = bars.hold_out(24, SETTINGS.seed)
    fit(other, held.train, SETTINGS, validation=held.test, patience=2)
    assert one.state() == other.state()
    assert fit(network(), bars, SETTINGS, validation=bars.test)[0].samples == 240


def test_the_same_mistakes_are_refused_as_by_train(bars):
    with pytest.raises(UsageError, match="patience goes by validation losses"):
        fit(network(), bars.train, patience=2)
    with pytest.raises(DataError, match=r"the training data have label 3, expected 0\.\.2"):
        fit(Network((784,), [Dense(3)]), bars)
    with pytest.raises(UsageError, match="expected Settings"):
        fit(network(), bars.train, {"epochs": 3})


def test_a_history_knows_its_best_epoch_and_says_itself_shortly(bars):
    history = fit(network(), bars.train, SETTINGS, validation=bars.test)
    assert history.best.validation_loss == min(epoch.validation_loss for epoch in history)
    assert repr(history).startswith("History(4 epochs, loss 0.")
    assert "validation accuracy 100.00 %" in repr(history)
    alone = fit(network(), bars.train, SETTINGS)
    assert alone.best.loss == min(epoch.loss for epoch in alone)
    assert "validation" not in repr(alone)
    with pytest.raises(UsageError, match="has no best one"):
        _ = History([]).best


def test_a_history_is_drawn_with_its_values(bars):
    history = fit(network(), bars.train, SETTINGS, validation=bars.test)
    loss, accuracy, rate = history.plot().axes
    for line, name in zip(loss.lines, ("loss", "validation_loss"), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
        np.testing.assert_array_equal(line.get_ydata(), [getattr(e, name) for e in history])
    assert len(accuracy.lines) == 2
    np.testing.assert_array_equal(rate.lines[0].get_ydata(), [0.02] * 4)


def test_drawing_without_matplotlib_says_what_to_install(bars, monkeypatch):
    history = fit(network(), bars.train, SETTINGS, epochs=1)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"needs matplotlib: pip install 'inkgrad\[plots\]'"):
        history.plot()
