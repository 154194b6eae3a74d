from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkgrad.data.augment import Augmented
from inkgrad.data.dataset import Split
from inkgrad.errors import DataError, ShapeError, TrainingError, UsageError
from inkgrad.fitting import fit
from inkgrad.nn.activations import ReLU
from inkgrad.nn.layers import Dense, Dropout
from inkgrad.nn.losses import softmax, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.training import step
from inkgrad.training.optimizers import SGD, AdamW
from inkgrad.training.settings import Settings
from inkgrad.training.step import BatchGradient, part_loss
from inkgrad.training.train import measure, train
from inkgrad.training.weights import Weighing, WeightedSource, balanced, class_vector, weighing


def network(dtype=np.float64, seed=0):
    return Network((784,), [Dense(24), ReLU(), Dense(4)], seed=seed, dtype=dtype)


def settings(**changes):
    return Settings(
        **{"epochs": 3, "batch_size": 50, "optimizer": AdamW(0.003), "seed": 2, **changes}
    )


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(step, "block_rows", lambda network, batch_size: 16)


@pytest.mark.usefixtures("small_blocks")
def test_a_weight_of_three_counts_as_three_samples_and_one_of_nought_as_none(bars, rng):
    """With batches cut into blocks, in one step: the gradient, the loss, and on validation."""
    few, counts = bars.train.take(np.arange(40)), rng.integers(0, 4, 40)
    many = few.take(np.repeat(np.arange(40), counts))
    weighted, repeated = network(), network()
    whole = settings(epochs=2, batch_size=400, optimizer=SGD(0.05))
    found, expected = (
        list(train(model, source, whole, validation=source))
        for model, source in ((weighted, WeightedSource(few, counts)), (repeated, many))
    )
    np.testing.assert_allclose(weighted.theta, repeated.theta, rtol=0, atol=1e-12)
    for one, other in zip(found, expected, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-10)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-10)


@pytest.mark.usefixtures("small_blocks")
def test_weights_that_are_all_the_same_change_nothing_but_rounding(bars):
    plain, weighted = network(), network()
    expected = list(train(plain, bars.train, settings(label_smoothing=0.1)))
    source = WeightedSource(bars.train, np.full(240, 7.0))
    found = list(train(weighted, source, settings(label_smoothing=0.1)))
    np.testing.assert_allclose(weighted.theta, plain.theta, rtol=1e-6, atol=1e-9)
    assert found[-1].loss == pytest.approx(expected[-1].loss)


def test_the_loss_of_an_epoch_is_divided_by_the_sum_of_all_weights(bars, rng):
    """Batches weigh what their samples weigh; nothing moves, so the loss can be told."""
    weights = rng.random(240)
    model, still = network(), settings(epochs=1, optimizer=SGD(0.0), class_weight={2: 5.0})
    (epoch,) = train(model, WeightedSource(bars.train, weights), still, validation=bars.test)
    labels, each = bars.train.labels, weights * np.where(bars.train.labels == 2, 5, 1)
    losses = -np.log(softmax(model(bars.train.images))[np.arange(240), labels])
    assert epoch.loss == pytest.approx((each * losses).sum() / each.sum(), rel=1e-12)
    there = np.where(bars.test.labels == 2, 5.0, 1.0)
    losses = -np.log(softmax(model(bars.test.images))[np.arange(80), bars.test.labels])
    assert epoch.validation_loss == pytest.approx((there * losses).sum() / there.sum(), rel=1e-12)
    assert epoch.validation_accuracy == measure(model, bars.test)[1]


@pytest.mark.usefixtures("small_blocks")
def test_the_gradient_of_a_weighted_batch_is_the_slope_of_its_loss(bars, rng):
    model = Network((784,), [Dense(3), ReLU(), Dense(4)], dtype=np.float64)
    few = bars.train.take(np.arange(20))
    weigh = Weighing(rng.random(20), np.array([1, 2, 0.5, 4, 1]))
    batches, loss = BatchGradient(model, 20, weigh=weigh), part_loss(softmax_cross_entropy, 0.1)
    batches.begin(0, 1)

    def value() -> float:
        return batches.compute(few, np.arange(20), loss, InTurn())[0]

    value()
    grad = model.grad.copy()
    for place in rng.choice(model.theta.size, 40, replace=False):
        kept = model.theta[place]
        model.theta[place] = kept + 1e-6
        above = value()
        model.theta[place] = kept - 1e-6
        slope = (above - value()) / 2e-6
        model.theta[place] = kept
        assert grad[place] == pytest.approx(slope, rel=1e-5, abs=1e-9)


class InTurn:
    def run(self, jobs):
        for job in jobs:
            job()


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("threads", [2, 3])
def test_the_bits_do_not_depend_on_the_number_of_threads(threads, bars, rng):
    weights, models = rng.random(240), [network(np.float32), network(np.float32)]
    for model, number in zip(models, (1, threads), strict=True):
        source = WeightedSource(bars.train, weights)
        list(train(model, source, settings(threads=number, class_weight="balanced")))
    assert models[0].state() == models[1].state()


@pytest.mark.parametrize("class_weight", [None, "balanced", {1: 3.0}], ids=str)
def test_a_resumed_run_ends_with_the_bits_of_one_never_stopped(class_weight, bars, rng, tmp_path):
    def made():
        model = Network((784,), [Dropout(0.2), Dense(24), ReLU(), Dense(4)])
        given = settings(epochs=5, class_weight=class_weight, patience=4)
        there = WeightedSource(bars.test, weights[:80])
        return model, WeightedSource(Augmented(bars.train, "shift"), weights), given, there

    weights, path = rng.random(240), tmp_path / "checkpoint.safetensors"
    whole, source, given, there = made()
    expected = list(train(whole, source, given, validation=there))
    for stop_after in (2, 3):
        model, source, given, there = made()
        for epoch in train(model, source, given, validation=there, checkpoint=path):
            if epoch.number == stop_after:
                break
    resumed, source, given, there = made()
    found = list(train(resumed, source, given, validation=there, checkpoint=path))
    assert resumed.state() == whole.state()
    assert [e.validation_loss for e in found] == [e.validation_loss for e in expected]


def test_training_that_goes_on_with_an_optimizer_is_as_if_it_had_not_ended(bars):
    """A batch of all samples in the same order twice is what two calls of one epoch see."""
    one, other, state = network(), network(), SGD(0.01).start()
    whole = settings(batch_size=240, optimizer=SGD(0.01))
    list(train(one, bars.train, replace(whole, epochs=2)))
    for _ in range(2):
        list(train(other, bars.train, replace(whole, epochs=1), optimizer=state))
    np.testing.assert_allclose(one.theta, other.theta, rtol=0, atol=1e-12)
    assert state.steps == 2


def test_balanced_weights_make_all_classes_count_the_same():
    labels = np.array([0] * 6 + [1] * 3 + [3])
    weights = balanced(labels, 4)
    np.testing.assert_allclose(weights, [10 / 18, 10 / 9, 1, 10 / 3])
    assert weights[labels].sum() == pytest.approx(10)
    of_samples = balanced(labels, 4, np.array([0.5] * 6 + [1] * 4))
    np.testing.assert_allclose(of_samples, [7 / 9, 7 / 9, 1, 7 / 3])
    np.testing.assert_allclose(balanced(np.array([0, -1, 1, 1]), 2), [1.5, 0.75])


def test_balanced_classes_of_uneven_data_are_learned_alike(bars):
    """A class of four samples, that would be drowned by one of 60 times as many."""
    uneven = bars.train.take(np.flatnonzero((bars.train.labels == 0) | (np.arange(240) < 8)))
    noisy = Split(uneven.images // 8 + 100, uneven.labels)
    short = settings(epochs=1, batch_size=70, optimizer=SGD(0.001))
    plain, even = network(np.float32), network(np.float32)
    fit(plain, noisy, short)
    fit(even, noisy, short, class_weight="balanced")
    rare = bars.test.take(np.flatnonzero(bars.test.labels == 2)).images // 8 + 100
    of_rare = [softmax(model(rare))[:, 2].mean() for model in (plain, even)]
    assert of_rare[1] > of_rare[0]


def test_settings_keep_class_weights_in_one_form_that_can_be_compared():
    pairs = ((0, 1.0), (7, 3.0))
    assert Settings(class_weight={7: 3, 0: 1}).class_weight == pairs
    assert Settings(class_weight=pairs) == Settings(class_weight={0: 1, 7: 3})
    assert Settings(class_weight=[1, 2]).class_weight == ((0, 1.0), (1, 2.0))
    assert Settings(class_weight="balanced").class_weight == "balanced"
    assert hash(Settings(class_weight={7: 3, 0: 1})) == hash(Settings(class_weight=pairs))


@pytest.mark.parametrize("given", ["even", 3, {0: -1}, {-1: 1}, {0: np.nan}, {"a": 1}, [[0]]])
def test_class_weights_that_mean_nothing_are_refused(given):
    with pytest.raises(UsageError, match="class_weight"):
        Settings(class_weight=given)


def test_fit_holds_out_the_weights_of_the_samples_that_it_holds_out(bars, rng):
    weights, one, other = rng.random(240), network(), network()
    history = fit(one, bars, settings(), sample_weight=weights)
    held = bars.hold_out(24, 2)
    of_image = {image.tobytes(): w for image, w in zip(bars.train.images, weights, strict=True)}
    parts = [
        WeightedSource(part, np.array([of_image[image.tobytes()] for image in part.images]))
        for part in (held.train, held.test)
    ]
    expected = fit(other, parts[0], settings(), validation=parts[1])
    assert one.state() == other.state()
    assert [e.validation_loss for e in history] == [e.validation_loss for e in expected]
    third = network()
    fit(third, bars.train, settings(), sample_weight=weights)
    assert third.state() != one.state()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(3), r"have shape \(3,\), expected \(240,\)"),
        (np.full(240, -1.0), "is -1, expected finite ones"),
        (np.full(240, np.nan), "is nan"),
        (np.zeros(240), "are all 0"),
        (["a"] * 240, "are no numbers"),
    ],
)
def test_sample_weights_that_mean_nothing_are_refused(weights, message, bars):
    with pytest.raises(DataError, match=message):
        WeightedSource(bars.train, weights)
    with pytest.raises(DataError, match=message):
        fit(network(), bars, settings(), sample_weight=weights)


def own_loss(logits, labels):
    return softmax_cross_entropy(logits, labels)


class Composed:
    def __init__(self, split):
        self.split = split

    def __len__(self):
        return len(self.split)

    def batch(self, places, rng):
        return self.split.batch(places, rng)


def test_what_cannot_be_weighed_is_refused_before_anything_is_trained(bars):
    with pytest.raises(UsageError, match="weights but the loss is one of your own"):
        train(network(), WeightedSource(bars.train, np.ones(240)), settings(), loss=own_loss)
    with pytest.raises(UsageError, match=r"names class 4, expected 0\.\.3"):
        train(network(), bars.train, settings(class_weight={4: 2.0}))
    with pytest.raises(UsageError, match="balanced, but a Composed does not tell its labels"):
        train(network(), Composed(bars.train), settings(class_weight="balanced"))
    assert list(train(network(), Composed(bars.train), settings(class_weight={1: 2.0})))
    odd = WeightedSource(Split(bars.train.images[:, :20], bars.train.labels), np.ones(240))
    with pytest.raises(ShapeError, match="the training data have images of shape"):
        train(network(), odd, settings())


def test_classes_that_all_weigh_nothing_are_one_line(bars):
    none = settings(class_weight=[0, 0, 0, 0])
    with pytest.raises(TrainingError, match="weights of all samples are 0"):
        list(train(network(), bars.train, none))


def test_a_batch_that_weighs_nothing_moves_nothing(bars):
    weights = np.zeros(240)
    weights[7] = 1.0
    model, before = network(), network()
    (epoch,) = train(
        model, WeightedSource(bars.train, weights), settings(epochs=1, optimizer=SGD(0.0))
    )
    assert model.state() == before.state()
    assert epoch.loss == pytest.approx(
        softmax_cross_entropy(model(bars.train.images[7:8]), bars.train.labels[7:8])[0]
    )


def test_a_label_of_no_class_weighs_one(bars):
    by_class = class_vector(bars.train, {3: 5.0}, 4)
    weigh = weighing(bars.train, by_class)
    np.testing.assert_array_equal(weigh(np.arange(3), np.array([3, -1, 0])), [5, 1, 1])
    with pytest.raises(UsageError, match="expected one class a sample"):
        weigh(np.arange(3), np.zeros((3, 2), int))
