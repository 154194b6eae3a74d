from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.dataset import Split
from inkgrad.errors import DataError, DivergedError, ShapeError, TrainingError, UsageError
from inkgrad.nn.activations import ReLU
from inkgrad.nn.layers import Dense, Dropout
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.training import schedules, step
from inkgrad.training.optimizers import SGD, Adam, AdamW
from inkgrad.training.settings import Settings
from inkgrad.training.train import measure, train


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


def test_settings_serve_any_number_of_networks_one_after_the_other_and_at_once(bars):
    shared = settings(epochs=3, optimizer=SGD(0.02), schedule=schedules.one_cycle(0.02, 15))
    sizes = (32, 512, 8)

    def made(units):
        return Network((784,), [Dense(units), ReLU(), Dense(4)], seed=1)

    apart = [made(units) for units in sizes]
    for model in apart:
        fresh = settings(epochs=3, optimizer=SGD(0.02), schedule=schedules.one_cycle(0.02, 15))
        list(train(model, bars.train, fresh))
    in_turn, at_once = [made(units) for units in sizes], [made(units) for units in sizes]
    for model in in_turn:
        list(train(model, bars.train, shared))
    list(zip(*(train(model, bars.train, shared) for model in at_once), strict=True))
    for one, other, third in zip(apart, in_turn, at_once, strict=True):
        assert one.state() == other.state() == third.state()


@pytest.mark.parametrize("average", [None, 0.9])
def test_what_is_kept_measures_as_the_best_that_was_reported(average, bars, tmp_path, rng):
    """With batch normalization too: the running statistics are those that were validated."""
    labels = np.where(rng.random(240) < 0.5, rng.integers(0, 4, 240), bars.train.labels)
    doubtful = Split(bars.train.images, labels)  # learned by heart, after what can be learned

    def made():
        return Network((784,), [Dense(16), BatchNorm(), ReLU(), Dense(4)], seed=3)

    unsteady = settings(epochs=30, patience=3, average=average, optimizer=SGD(0.1))
    model, path = made(), tmp_path / "c.safetensors"
    for epoch in train(model, doubtful, unsteady, validation=bars.test, checkpoint=path):
        if epoch.number == 2:  # killed, and gone on with by another process
            break
    model = made()
    epochs = list(train(model, doubtful, unsteady, validation=bars.test, checkpoint=path))
    assert epochs[-1].stopped
    best = min(epoch.validation_loss for epoch in epochs)
    assert epochs[-1].validation_loss > best
    assert measure(model, bars.test)[0] == pytest.approx(best, rel=1e-6, abs=1e-12)
    whole = made()
    list(train(whole, doubtful, unsteady, validation=bars.test))
    assert whole.state() == model.state()


def test_a_checkpoint_of_a_run_with_other_settings_is_refused(bars, tmp_path):
    path = tmp_path / "c.safetensors"
    list(train(network(), bars.train, settings(epochs=1), checkpoint=path))
    for changes, message in (
        ({"optimizer": SGD()}, "moments are m, s, expected v for SGD"),
        ({"average": 0.9}, "holds no 'average'"),
    ):
        with pytest.raises(TrainingError, match=f"^{path}: {message}"):
            list(train(network(), bars.train, settings(**changes), checkpoint=path))


def test_training_that_nobody_iterates_over_warns(bars):
    with pytest.warns(RuntimeWarning, match="nobody did: nothing was trained"):
        train(network(), bars.train, settings())
    training = train(network(), bars.train, settings())
    assert repr(training) == "Epochs(nothing is trained yet: iterate over them, or use fit)"
    training.close()
    del training  # was ended on purpose: no warning, which would be an error here
    for _ in train(network(), bars.train, settings()):
        break


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"patience": 2}, "patience"),
        ({"schedule": schedules.on_plateau(0.1)}, "schedule"),
        ({"schedule": schedules.warm_up(schedules.on_plateau(0.1), 3)}, "schedule"),
    ],
)
def test_what_goes_by_validation_is_refused_without_it_before_anything_is_trained(
    changes, name, bars
):
    with pytest.raises(UsageError, match=f"{name} goes by validation losses, but there are no"):
        train(network(), bars.train, settings(**changes))
    train(network(), bars.train, settings(**changes), validation=bars.test).close()


def own_cross_entropy(logits, labels):
    return softmax_cross_entropy(logits, labels)


@pytest.mark.usefixtures("small_blocks")
def test_a_loss_of_ones_own_takes_logits_and_labels_alone(bars):
    """Whatever is a mean over what it is given trains as the same loss from here does."""
    ours, own = (Network((784,), [Dense(24), ReLU(), Dense(4)], dtype=np.float64) for _ in "ab")
    uneven = settings(epochs=2, batch_size=70)
    expected = list(train(ours, bars.train, uneven, validation=bars.test))
    found = list(train(own, bars.train, uneven, validation=bars.test, loss=own_cross_entropy))
    np.testing.assert_allclose(own.theta, ours.theta, rtol=1e-7, atol=1e-10)
    for one, other in zip(expected, found, strict=True):
        assert other.loss == pytest.approx(one.loss)
        assert other.validation_loss == pytest.approx(one.validation_loss)


def test_smoothing_that_a_loss_of_ones_own_would_ignore_is_refused(bars):
    with pytest.raises(UsageError, match=r"label_smoothing is 0\.1 but the loss is one of your"):
        train(network(), bars.train, settings(label_smoothing=0.1), loss=own_cross_entropy)


IMAGES, LABELS = np.zeros((6, 28, 28), np.uint8), np.arange(6) % 4


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES.astype(np.float32) + 255, LABELS, "float32 pixels up to 255, expected uint8"),
        (IMAGES.astype(np.int64), LABELS, "int64 pixels, expected uint8"),
        (IMAGES + np.float32(np.nan), LABELS, "not finite"),
        (IMAGES[:, :20], LABELS, r"images of shape \(20, 28\), but the network takes 784"),
        (IMAGES, LABELS[:5], "6 images but 5 labels"),
        (IMAGES, LABELS + 1, r"label 4, expected 0\.\.3"),
        (IMAGES, LABELS - 1, r"label -1, expected 0\.\.3"),
        (IMAGES, LABELS.astype(float), "float64 labels"),
        (IMAGES, LABELS.astype(str), "labels of shape"),
        (IMAGES, np.eye(4)[LABELS], r"labels of shape \(6, 4\)"),
        (IMAGES[:0], LABELS[:0], "are empty"),
    ],
)
def test_data_that_cannot_be_trained_on_are_refused_at_once(images, labels, message, bars):
    odd = Split(images, labels)
    with pytest.raises((DataError, ShapeError), match=f"the training data .*{message}"):
        train(network(), odd, settings())
    with pytest.raises((DataError, ShapeError), match=f"the validation data .*{message}"):
        train(network(), bars.train, settings(), validation=odd)


def test_what_is_no_source_is_refused_at_once(bars):
    with pytest.raises(UsageError, match=r"a whole Dataset, expected a part of it: \.train"):
        train(network(), bars, settings())
    with pytest.raises(UsageError, match="are a ndarray, expected a Split"):
        train(network(), bars.train.images, settings())
    with pytest.raises(UsageError, match="expected Settings"):
        train(network(), bars.train, {"epochs": 3})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs is 0, expected more than 0"),
        ({"batch_size": -1}, "batch_size is -1"),
        ({"average": 1.0}, "average is 1.0, expected at least 0 and under 1"),
        ({"optimizer": SGD().start()}, "expected one such as AdamW"),
        ({"optimizer": "sgd"}, "optimizer is 'sgd', expected one such as"),
        ({"schedule": 0.1}, "schedule is 0.1, expected one such as"),
    ],
)
def test_settings_that_mean_nothing_are_refused_when_they_are_made(changes, message):
    with pytest.raises(UsageError, match=message):
        Settings(**changes)
