from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.callback import ScoringMonitor
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inkgrad.data.dataset import Split
from inkgrad.errors import DivergedError, InkgradError
from inkgrad.estimator import NetworkClassifier
from inkgrad.estimator.values import as_images
from inkgrad.fitting import fit
from inkgrad.nn.architectures import deck
from inkgrad.nn.network import Network
from inkgrad.training.optimizers import Adam


@pytest.fixture
def clouds(rng):
    """Three clouds of points, far enough apart, of measurements on different scales."""
    y = np.arange(150) % 3
    X = rng.standard_normal((150, 4)) + 2.5 * np.eye(4)[y]
    return X, np.array(["ash", "elm", "oak"])[y]


def quick(model="mlp:16", **changes):
    return NetworkClassifier(model, **{"threads": 1, "random_state": 0, **changes})


def test_it_learns_text_labels_and_answers_with_them(clouds):
    X, y = clouds
    classifier = quick().fit(X, y)
    assert classifier.score(X, y) > 0.9
    assert classifier.classes_.tolist() == ["ash", "elm", "oak"]
    assert set(classifier.predict(X)) == {"ash", "elm", "oak"}
    assert len(classifier.loss_curve_) == classifier.n_iter_ == 200
    assert classifier.loss_curve_[-1] < classifier.loss_curve_[0] / 3
    assert classifier.validation_curve_ is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int16])
def test_the_network_computes_in_the_type_of_x(dtype, clouds):
    X = np.abs(10 * clouds[0]).astype(dtype)
    classifier = quick(epochs=2).fit(X, clouds[1])
    expected = np.float32 if dtype in (np.float32, np.uint8) else np.float64
    assert classifier.network_.theta.dtype == expected
    assert classifier.predict_proba(X).dtype == expected


def test_bytes_are_pixels_and_divided_by_255(bars):
    X, y = bars.train.images.reshape(240, 784), bars.train.labels
    one = quick("deck", epochs=2).fit(X, y)
    other = quick("deck", epochs=2).fit((X / np.float32(255)), y)
    np.testing.assert_allclose(one.predict_proba(X), other.predict_proba(X / 255), atol=1e-4)


def test_it_trains_as_fit_does_bit_for_bit(bars):
    X, y = bars.train.images, bars.train.labels
    mine = quick("deck", epochs=2, batch_size=60, schedule="constant", optimizer="adam").fit(X, y)
    seed = int(np.random.RandomState(0).randint(2**31 - 1))
    plain = deck(4, seed=seed)
    history = fit(plain, Split(X, y), epochs=2, batch_size=60, optimizer=Adam(0.003), seed=seed)
    assert plain.state() == mine.network_.state()
    assert mine.loss_curve_ == [epoch.loss for epoch in history]


@pytest.mark.parametrize(
    ("model", "shape"),
    [("tiny", (28, 28)), ("tiny", (28, 28, 1)), ("lenet", (784,)), ("mlp:8,4", (28, 28)),
     ("cnn", (784,)), ("mlp:8-4", (784,))],
)  # fmt: skip
def test_any_architecture_takes_images_in_rows_or_as_they_are(model, shape, bars):
    X, y = bars.train.images[:24].reshape(24, *shape), bars.train.labels[:24]
    classifier = quick(model, epochs=1).fit(X, y)
    proba = classifier.predict_proba(X)
    assert proba.shape == (24, 4)
    np.testing.assert_array_equal(classifier.predict(X), proba.argmax(axis=1))


def test_images_of_other_sizes_are_refused_or_fitted(rng):
    X, y = rng.random((20, 64)), np.arange(20) % 2
    with pytest.raises(
        ValueError, match=r"X has 64 values a sample, but model 'tiny' takes images"
    ):
        quick("tiny", epochs=1).fit(X, y)
    own = quick("tiny", epochs=1, image_shape=(8, 8)).fit(X, y)
    assert own.network_.input_shape == (8, 8, 1)
    fitted = quick("lenet", epochs=1, image_shape=(8, 8), resize=(28, 28)).fit(X, y)
    assert fitted.network_.input_shape == (28, 28, 1)
    assert fitted.predict(X.reshape(20, 8, 8)).shape == (20,)
    with pytest.raises(ValueError, match=r"X has images of shape \(4, 16\), expected \(8, 8\)"):
        fitted.predict(X.reshape(20, 4, 16))
    with pytest.raises(ValueError, match="image_shape is"):
        quick("tiny", image_shape=(8, 9)).fit(X, y)
    with pytest.raises(InkgradError, match=r"float64 pixels up to 2\d\d, expected uint8"):
        quick("tiny", image_shape=(8, 8)).fit(np.round(255 * X), y)


def test_resizing_keeps_what_is_even_and_the_mean():
    even = as_images(np.full((1, 12), 0.25), (3, 4), (9, 2))
    np.testing.assert_allclose(even, 0.25)
    assert even.shape == (1, 9, 2)
    ramp = np.tile(np.linspace(0, 1, 28), (28, 1)).reshape(1, -1)
    small = as_images(ramp, (28, 28), (28, 7))[0, 0]
    assert small.mean() == pytest.approx(0.5)
    assert (np.diff(small) > 0).all()


def test_weights_are_as_good_as_samples_that_are_there_more_often(clouds):
    X, y = clouds[0][:40], clouds[1][:40]
    counts = np.arange(40) % 4
    weighted = quick().fit(X, y, sample_weight=counts)
    repeated = quick().fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-6)
    named = quick(class_weight={"elm": 2.0}).fit(X, y)
    counted = quick().fit(X, y, sample_weight=np.where(y == "elm", 2.0, 1.0))
    np.testing.assert_array_equal(named.predict_proba(X), counted.predict_proba(X))


def test_balanced_classes_are_found_more_often(clouds):
    X, y = clouds
    few = np.flatnonzero((y != "oak") | (np.arange(150) < 12))
    noisy = X[few] / 3
    plain = quick(epochs=30).fit(noisy, y[few])
    even = quick(epochs=30, class_weight="balanced").fit(noisy, y[few])
    assert (even.predict(noisy) == "oak").sum() > (plain.predict(noisy) == "oak").sum()


def test_early_stopping_keeps_the_best_of_what_was_held_out(clouds):
    X, y = clouds
    classifier = quick(
        early_stopping=True, patience=3, epochs=300, learning_rate=0.05, schedule="constant"
    ).fit(X, y, sample_weight=1 + np.arange(150) % 2)
    curve = classifier.validation_curve_
    assert len(curve) == len(classifier.validation_scores_) == classifier.n_iter_ < 300
    assert np.argmin(curve) == len(curve) - 4
    with pytest.raises(ValueError, match=r"validation_fraction is 1\.5"):
        quick(early_stopping=True, validation_fraction=1.5).fit(X, y)


def test_warm_start_goes_on_and_a_fresh_fit_does_not(clouds):
    X, y = clouds
    classifier = quick(epochs=5, warm_start=True).fit(X, y)
    first = classifier.loss_curve_[-1]
    classifier.fit(X, y)
    assert len(classifier.loss_curve_) == 10
    assert classifier.loss_curve_[5] < classifier.loss_curve_[0]
    assert classifier.loss_curve_[5] == pytest.approx(first, rel=0.2)
    with pytest.raises(ValueError, match="warm_start is set, but y has classes"):
        classifier.fit(X, y == "elm")
    with pytest.raises(ValueError, match="warm_start is set, but X has samples of"):
        classifier.fit(X[:, :2], y)
    classifier.fit(X, y)
    assert len(classifier.set_params(warm_start=False).fit(X, y).loss_curve_) == 5


def test_partial_fit_goes_once_over_what_it_is_given(clouds):
    X, y = clouds
    classifier = quick()
    for _ in range(60):
        for start in range(0, 150, 50):
            part = slice(start, start + 50)
            classifier.partial_fit(X[part], y[part], classes=["ash", "elm", "oak"])
    assert classifier.score(X, y) > 0.9
    assert classifier.n_iter_ == len(classifier.loss_curve_) == 180
    with pytest.raises(ValueError, match="y has 'yew', expected one of"):
        classifier.partial_fit(X[:2], ["ash", "yew"])
    with pytest.raises(ValueError, match="partial_fit sees a part"):
        quick(class_weight="balanced").partial_fit(X, y, classes=np.unique(y))


def test_partial_fit_goes_on_from_what_fit_has_learned(clouds):
    X, y = clouds
    classifier = quick(epochs=20).fit(X, y)
    last = classifier.loss_curve_[-1]
    classifier.partial_fit(X, y, sample_weight=np.ones(150))
    assert classifier.loss_curve_[-1] < 1.2 * last


def test_it_works_in_pipelines_searches_and_calibrations(clouds):
    X, y = clouds[0] * [1, 100, 0.01, 7], clouds[1]
    pipeline = make_pipeline(StandardScaler(), quick(epochs=40))
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.85
    space = {"networkclassifier__model": ["mlp:4", "mlp:16"]}
    search = GridSearchCV(pipeline, space, cv=2, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.85
    calibrated = CalibratedClassifierCV(pipeline, cv=3).fit(X, y)
    assert log_loss(y, calibrated.predict_proba(X)) < 0.5


def test_copies_answer_alike(clouds):
    X, y = clouds
    classifier = quick(epochs=3).fit(X, y)
    again = pickle.loads(pickle.dumps(classifier))  # noqa: S301  (one of our own)
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))
    again.partial_fit(X, y)
    twin = clone(classifier)
    assert not hasattr(twin, "network_")
    np.testing.assert_array_equal(twin.fit(X, y).predict_proba(X), classifier.predict_proba(X))
    assert isinstance(classifier.network_, Network)


def test_callbacks_see_every_epoch_and_can_end_it(clouds):
    class Third:
        def __init__(self):
            self.losses = []

        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator):
            if context.task_name == "epoch":
                self.losses.append(log_loss(y, fitted_estimator.predict_proba(X)))
            return len(self.losses) == 3

    X, y = clouds
    seen, monitor = Third(), ScoringMonitor(scoring="accuracy")
    classifier = quick(epochs=6).set_callbacks(seen, monitor).fit(X, y)
    assert classifier.n_iter_ == 3
    assert len(seen.losses) == 3
    assert seen.losses[-1] == pytest.approx(log_loss(y, classifier.predict_proba(X)))
    scores = [row["accuracy"] for row in monitor.get_logs().data]
    assert scores[-1] == classifier.score(X, y)


def test_augmented_images_are_deformed_and_floats_are_taken_for_pixels(bars):
    X, y = bars.train.images[:40] / np.float32(255), bars.train.labels[:40]
    plain = quick("mlp:8", epochs=3).fit(X, y)
    varied = quick("mlp:8", epochs=3, augment="shift").fit(X, y)
    assert varied.network_.state() != plain.network_.state()
    with pytest.raises(ValueError, match="X has pixels from -1 to -0"):
        quick("mlp:8", augment="shift").fit(X - 1, y)


def test_it_shows_itself_in_a_notebook():
    page = quick("cnn")._repr_html_()
    assert "NetworkClassifier" in page
    assert "cnn" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "lstm"}, "model 'lstm' is unknown|takes images"),
        ({"model": "mlp:x"}, "model 'mlp:x' is unknown"),
        ({"epochs": "many"}, "epochs is 'many', expected a whole number or 'auto'"),
        ({"epochs": 0}, "epochs is 0, expected more than 0"),
        ({"batch_size": 2.5}, "batch_size is 2.5, expected a whole number"),
        ({"optimizer": "lbfgs"}, "optimizer 'lbfgs' is unknown, expected one of sgd"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"class_weight": "even"}, "class_weight is 'even', expected 'balanced'"),
        ({"class_weight": {"elm": -1}}, "class_weight of 'elm' is -1"),
        ({"augment": "shift"}, "but augment takes images"),
        ({"resize": (28, 28)}, "but resize takes images"),
        ({"image_shape": 7}, r"image_shape is 7, expected \(height, width\)"),
    ],
)
def test_what_means_nothing_is_a_value_error_of_one_line(changes, message, clouds):
    with pytest.raises(ValueError, match=message) as caught:
        quick(**changes).fit(*clouds)
    assert isinstance(caught.value, InkgradError)
    assert "\n" not in str(caught.value)


def test_a_loss_that_is_not_finite_says_so(clouds):
    with pytest.raises(DivergedError, match="try a learning rate"):
        quick(optimizer="sgd", learning_rate=1e300).fit(*clouds)


def test_without_scikit_learn_one_line_says_what_to_install():
    code = "import sys; sys.modules['sklearn'] = None; import inkgrad.estimator"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "needs scikit-learn 1.9: pip install 'inkgrad[sklearn]'" in done.stderr
