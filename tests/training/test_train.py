from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import DivergedError, TrainingError
from inkgrad.nn.activations import ReLU
from inkgrad.nn.layers import Dense, Dropout
from inkgrad.nn.network import Network
from inkgrad.training import step
from inkgrad.training.optimizers import SGD, Adam, AdamW
from inkgrad.training.train import Settings, measure, train


def network(seed=0):
    return Network((784,), [Dropout(0.2), Dense(24), ReLU(), Dense(4)], seed=seed)


def settings(**changes):
    return Settings(
        **{"epochs": 4, "batch_size": 50, "optimizer": AdamW(0.003), "seed": 2, **changes}
    )


@pytest.fixture
def small_blocks(monkeypatch):
    """Batches cut into several blocks, although the network is tiny."""
    monkeypatch.setattr(step, "block_rows", lambda network, batch_size: 16)


def test_training_learns_and_reports_every_epoch(bars):
    model = network()
    epochs = list(train(model, bars.train, settings(epochs=8), validation=bars.test))
    assert [epoch.number for epoch in epochs] == list(range(1, 9))
    assert epochs[-1].loss < epochs[0].loss / 3
    assert epochs[-1].validation_accuracy == measure(model, bars.test)[1] == 1.0
    assert epochs[-1].samples == 240
    assert all(epoch.seconds > 0 for epoch in epochs)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("threads", [2, 3, 5])
def test_the_bits_do_not_depend_on_the_number_of_threads(threads, bars):
    one, many = network(), network()
    list(train(one, bars.train, settings(threads=1)))
    list(train(many, bars.train, settings(threads=threads)))
    np.testing.assert_array_equal(one.theta, many.theta)


@pytest.mark.usefixtures("small_blocks")
def test_blocks_sum_to_the_gradient_of_the_batch(bars):
    model = Network((784,), [Dense(24), ReLU(), Dense(4)], dtype=np.float64)
    list(train(model, bars.train, settings(epochs=1, batch_size=240, optimizer=SGD(0.0))))
    in_blocks = model.grad.copy()
    from inkgrad.nn.losses import softmax_cross_entropy

    model.backward(softmax_cross_entropy(model.forward(bars.train.images), bars.train.labels)[1])
    np.testing.assert_allclose(in_blocks, model.grad, rtol=1e-9, atol=1e-12)


def test_another_seed_gives_other_bits(bars):
    one, other = network(), network()
    list(train(one, bars.train, settings(seed=1)))
    list(train(other, bars.train, settings(seed=2)))
    assert (one.theta != other.theta).any()


@pytest.mark.parametrize(
    "changes",
    [{}, {"average": 0.99}, {"patience": 3}, {"optimizer": "adam"}, {"clip": 0.5}],
    ids=str,
)
def test_a_resumed_run_ends_with_the_bits_of_one_never_stopped(changes, bars, tmp_path):
    def made():
        given = dict(changes)
        if given.get("optimizer"):
            given["optimizer"] = Adam(0.002, weight_decay=0.01)
        return settings(epochs=6, **given)

    whole = network()
    expected = list(train(whole, bars.train, made(), validation=bars.test))
    path = tmp_path / "checkpoint.safetensors"
    for stop_after in (2, 3):
        for epoch in train(network(), bars.train, made(), validation=bars.test, checkpoint=path):
            if epoch.number == stop_after:
                break
    resumed = network()
    found = list(train(resumed, bars.train, made(), validation=bars.test, checkpoint=path))
    np.testing.assert_array_equal(resumed.theta, whole.theta)
    assert [e.loss for e in found] == [e.loss for e in expected]
    assert [e.validation_loss for e in found] == [e.validation_loss for e in expected]


def test_a_loss_that_is_not_finite_stops_and_keeps_the_last_good_epoch(bars, tmp_path):
    path = tmp_path / "checkpoint.safetensors"

    def schedule(step, losses):
        return 0.01 if step < 7 else 1e30

    training = train(
        network(),
        bars.train,
        settings(optimizer=SGD(), schedule=schedule),
        checkpoint=path,
    )
    with np.errstate(all="ignore"), pytest.raises(DivergedError, match=r"at step \d+ .*1e\+30"):
        list(training)
    kept = network()
    survived = next(train(kept, bars.train, settings(optimizer=SGD(), epochs=1), checkpoint=path))
    assert survived.number == 1
    assert np.isfinite(kept.theta).all()


def test_patience_stops_and_keeps_the_best_weights(bars):
    model = network()
    limited = settings(epochs=50, patience=2, optimizer=SGD(0.5), schedule=lambda s, l: 0.5)
    with np.errstate(all="ignore"):
        epochs = list(train(model, bars.train, limited, validation=bars.test))
    assert epochs[-1].stopped
    assert len(epochs) < 50
    best = min(epoch.validation_loss for epoch in epochs)
    assert measure(model, bars.test)[0] == pytest.approx(best, rel=1e-6)


def test_the_average_of_weights_is_what_is_kept(bars):
    plain, averaged = network(), network()
    list(train(plain, bars.train, settings()))
    epochs = list(train(averaged, bars.train, settings(average=0.9), validation=bars.test))
    assert (plain.theta != averaged.theta).any()
    assert measure(averaged, bars.test)[0] == pytest.approx(epochs[-1].validation_loss, rel=1e-6)


def test_a_checkpoint_of_another_network_is_refused(bars, tmp_path):
    path = tmp_path / "c.safetensors"
    list(train(network(), bars.train, settings(epochs=1), checkpoint=path))
    other = Network((784,), [Dense(4)])
    with pytest.raises(TrainingError, match="belongs to another network"):
        list(train(other, bars.train, settings(), checkpoint=path))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(TrainingError, match="is no whole checkpoint"):
        list(train(network(), bars.train, settings(), checkpoint=path))
