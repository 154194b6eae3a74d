"""A network with the interface of scikit-learn's classifiers, trained as any of this package.

from inkgrad.estimator import NetworkClassifier
from sklearn.model_selection import GridSearchCV

classifier = NetworkClassifier("mlp:64-32", random_state=0).fit(X, y)
classifier.predict_proba(X_new)
GridSearchCV(NetworkClassifier("cnn", epochs=5), {"dropout": [0.0, 0.3]}).fit(images, labels)
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from inkgrad.arguments import Arguments
from inkgrad.data.dataset import stratified
from inkgrad.errors import InkgradError
from inkgrad.estimator.run_settings import class_weights, settings_for
from inkgrad.estimator.values import (
    EstimatorError,
    Rows,
    as_images,
    flat,
    image_shape,
    network_shape,
    pair,
)
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.nn.prediction import logits_of
from inkgrad.nn.vectors import Array
from inkgrad.runs import network_of
from inkgrad.training.settings import Settings
from inkgrad.training.step import Source
from inkgrad.training.train import Epochs, train
from inkgrad.training.weights import WeightedSource

_MOST_SEED = 2**31 - 1
_FLOATS = (np.float64, np.float32)


class NetworkClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A neural network as a classifier of scikit-learn.

    X is (n, features) for "deck" and "mlp:64-32" (numbers of hidden units), or images for these and
    for "lenet", "cnn", "cnn:large" and "tiny": (n, height, width), (n, 784), or rows that
    `image_shape` says the height and width of. `resize` brings images to another size first.
    uint8 is taken for pixels and divided by 255; anything else is taken as it is, so measurements
    of all kinds want a StandardScaler before. The network computes in float64 where X is float64.

    `epochs` "auto" are 10, or as many as 200 steps take; `batch_size` "auto" is 64, but up to 256
    samples are one batch. `learning_rate` and `weight_decay` None suit the optimizer: "adamw",
    "adam", "sgd" or "rmsprop". A loss is the sum of weight times loss, divided by the sum of the
    weights: of `sample_weight`, times `class_weight` ("balanced", or a dictionary of labels); a
    weight of 2 is as good as a sample that is there twice, and one of 0 as none. `augment` deforms
    images anew in every batch: "shift", "affine", "elastic" or "full". `average` keeps a moving
    average of the weights, of that decay.

    `early_stopping` holds out `validation_fraction`, ends after `patience` epochs without a lower
    loss on it, and keeps the best. `warm_start` goes on from the weights that are there.
    `threads` None are all processors: with n_jobs around it, 1 is better.

    After `fit`: `classes_`, `network_` (a Network, for all that this package does with one),
    `n_iter_`, `loss_curve_`, `image_shape_`; and with early stopping `validation_curve_` (losses)
    and `validation_scores_` (accuracies). Callbacks of scikit-learn are called for every epoch, and
    may end the training. What cannot be used is an InkgradError, and a ValueError too.
    """

    def __init__(
        self,
        model: str = "deck",
        *,
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        optimizer: str = "adamw",
        learning_rate: float | None = None,
        schedule: str = "one-cycle",
        weight_decay: float | None = None,
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        normalize: bool = False,
        label_smoothing: float = 0.0,
        augment: str = "none",
        strength: float = 1.0,
        clip: float | None = None,
        average: float | None = None,
        class_weight: Any = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        image_shape: Any = None,
        resize: Any = None,
        warm_start: bool = False,
        threads: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.model = model
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.input_dropout = input_dropout
        self.normalize = normalize
        self.label_smoothing = label_smoothing
        self.augment = augment
        self.strength = strength
        self.clip = clip
        self.average = average
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.image_shape = image_shape
        self.resize = resize
        self.warm_start = warm_start
        self.threads = threads
        self.random_state = random_state

    @with_callbacks  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkClassifier:
        """Train a network on X and the classes y (n,); `sample_weight` (n,) is what each counts."""
        going_on = self.warm_start and hasattr(self, "network_")
        known: NDArray[Any] | None = getattr(self, "classes_", None) if going_on else None
        values, y = self._samples(X, y)
        classes, labels = np.unique(y, return_inverse=True)
        if known is not None and not np.array_equal(known, classes):
            raise EstimatorError(
                f"warm_start is set, but y has classes {classes}, expected those of before: {known}"
            )
        self.classes_: NDArray[Any] = classes
        seed = int(check_random_state(self.random_state).randint(_MOST_SEED))
        rows, weights = self._weighed(values, labels, sample_weight)
        training, there = self._parted(rows, weights, seed)
        arguments, settings = self._settings(rows, len(training), seed)
        built = self._network(arguments, values)
        if not going_on:
            self.network_ = built
        elif built.input_shape != self.network_.input_shape:
            raise EstimatorError(
                f"warm_start is set, but X has samples of {built.input_shape}, expected those of "
                f"before: {self.network_.input_shape}"
            )
        self._begin_curves(going_on)
        self._seed, self._calls = seed, 0
        root = self._init_callback_context(max_subtasks=settings.epochs)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        facts = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        root.call_on_fit_task_begin(**facts)
        self._optimizer = settings.optimizer.start()
        with one_blas_thread():  # once, not for each of many short epochs
            epochs = train(
                self.network_, training, settings, validation=there, optimizer=self._optimizer
            )
            self.n_iter_ = self._followed(epochs, settings.epochs, root, facts)
        root.call_on_fit_task_end(**facts, reconstruction_attributes=self._as_it_is)
        return self

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> NetworkClassifier:
        """Go once over X and y; the first call names all `classes` that may come.

        The learning rate is the same all along. Nothing is held out to stop early.
        """
        if self.early_stopping or self.class_weight == "balanced":
            raise EstimatorError(
                "partial_fit sees a part of the data only: expected early_stopping=False and "
                "class_weight of each class, not 'balanced'"
            )
        first = _check_partial_fit_first_call(self, classes) and not hasattr(self, "network_")
        values, y = self._samples(X, y, reset=first)
        labels = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        if (unknown := np.flatnonzero(self.classes_[labels] != y)).size:
            raise EstimatorError(f"y has {str(y[unknown[0]])!r}, expected one of {self.classes_}")
        rows, weights = self._weighed(values, labels, sample_weight)
        if first:
            self._seed = int(check_random_state(self.random_state).randint(_MOST_SEED))
            self._begin_curves(going_on=False)
            self.n_iter_ = self._calls = 0
        seed = (self._seed + self._calls) % _MOST_SEED
        arguments, settings = self._settings(rows, len(rows), seed, epochs=1)
        if first:
            self.network_ = self._network(arguments, values)
            self._optimizer = settings.optimizer.start()
        source = self._source(rows, weights)
        (epoch,) = train(self.network_, source, settings, optimizer=self._optimizer)
        self.loss_curve_.append(epoch.loss)
        self.n_iter_, self._calls = self.n_iter_ + 1, self._calls + 1
        return self

    def decision_function(self, X: Any) -> Array:
        """The logits (n, k) of the classes; of two classes the difference (n,), for the second."""
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (n, k), in the order of `classes_`."""
        return softmax(self._logits(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class (n,) of each sample."""
        logits = self._logits(X)
        return self.classes_[logits.argmax(axis=1)]

    def _logits(self, X: Any) -> Array:
        check_is_fitted(self)
        return logits_of(self.network_, self._values(X), self.threads)

    def _samples(self, X: Any, y: Any, reset: bool = True) -> tuple[Array, NDArray[Any]]:
        """Values as the network takes them, and y, both checked; what X is like is noted."""
        rows, seen = flat(X)
        rows, y = validate_data(self, rows, y, reset=reset, dtype=_dtypes(rows))
        check_classification_targets(y)
        if reset:
            images = str(self.model) not in ("deck",) and not str(self.model).startswith("mlp")
            needed = f"model {self.model!r}" if images else ""
            needed = needed or ("augment" if self.augment != "none" else "")
            needed = needed or ("resize" if self.resize is not None else "")
            shape = image_shape(rows.shape[1], seen, self.image_shape, needed)
            self.image_shape_ = shape
            self._size = None if self.resize is None else pair("resize", self.resize)
        return self._formed(rows, seen), y

    def _values(self, X: Any) -> Array:
        rows, seen = flat(X)
        rows = validate_data(self, rows, reset=False, dtype=_dtypes(rows))
        return self._formed(rows, seen)

    def _formed(self, rows: Array, seen: Any) -> Array:
        if self.image_shape_ is None:
            return rows
        if seen not in (None, self.image_shape_):
            raise EstimatorError(
                f"X has images of shape {seen}, expected {self.image_shape_} as in fit"
            )
        return as_images(rows, self.image_shape_, self._size)

    def _weighed(
        self, values: Array, labels: NDArray[Any], sample_weight: Any
    ) -> tuple[Rows, Array | None]:
        """Rows that count, and what each counts; None where that is the same for all."""
        rows = Rows(values, labels.reshape(-1).astype(np.intp))
        if sample_weight is None and self.class_weight is None:
            return rows, None
        weights = _check_sample_weight(
            sample_weight, values, dtype=np.float64, ensure_non_negative=True
        )
        counted = weights > 0
        rows, weights = rows.take(np.flatnonzero(counted)), weights[counted]
        if self.class_weight is not None:
            weights = (
                weights
                * class_weights(self.class_weight, self.classes_, rows.labels, weights)[rows.labels]
            )
        if not weights.any():
            raise EstimatorError("all samples weigh 0, expected some above")
        return rows, None if (weights == weights[0]).all() else weights

    def _parted(self, rows: Rows, weights: Array | None, seed: int) -> tuple[Source, Source | None]:
        """What is trained on, and what is held out to stop by."""
        if not self.early_stopping:
            return self._source(rows, weights), None
        if not 0 < self.validation_fraction < 1:
            raise EstimatorError(
                f"validation_fraction is {self.validation_fraction}, expected between 0 and 1"
            )
        count = max(1, round(self.validation_fraction * len(rows)))
        if count >= len(rows):
            raise EstimatorError(f"early_stopping needs samples to hold out, but X has {len(rows)}")
        rest, held = stratified(rows.labels, count, seed)
        if weights is None:
            return self._source(rows.take(rest), None), rows.take(held)
        there: Source = WeightedSource(rows.take(held), weights[held])
        return self._source(rows.take(rest), weights[rest]), there

    def _source(self, rows: Rows, weights: Array | None) -> Source:
        source = rows.augmented(self.augment, self.strength)
        return source if weights is None else WeightedSource(source, weights)

    def _settings(
        self, rows: Rows, samples: int, seed: int, epochs: int | None = None
    ) -> tuple[Arguments, Settings]:
        """The parameters, checked, as a training run has them."""
        return settings_for(self.get_params(deep=False), rows, samples, seed, epochs)

    def _network(self, arguments: Arguments, values: Array) -> Network:
        """The network of that name, for values of this shape and type."""
        dtype = np.float64 if values.dtype == np.float64 else np.float32
        try:
            built = network_of(arguments, len(self.classes_))
            shape = network_shape(values, len(built.input_shape) == 3)
            return Network(shape, built.layers, seed=arguments.seed, dtype=dtype)
        except InkgradError as error:
            raise EstimatorError(str(error)) from None

    def _begin_curves(self, going_on: bool) -> None:
        """Empty curves, but for those that are gone on with."""
        if not going_on:
            self.loss_curve_: list[float] = []
        if not self.early_stopping:
            self.validation_curve_: list[float] | None = None
            self.validation_scores_: list[float] | None = None
        elif not going_on or self.validation_curve_ is None:
            self.validation_curve_, self.validation_scores_ = [], []

    def _followed(self, epochs: Epochs, most: int, root: Any, facts: dict[str, Any]) -> int:
        """Train, telling callbacks of every epoch; how many there were."""
        for number in range(1, most + 1):
            task = root.subcontext(task_name="epoch")
            task.call_on_fit_task_begin(**facts)
            epoch = next(epochs)
            self.loss_curve_.append(epoch.loss)
            if self.validation_curve_ is not None and self.validation_scores_ is not None:
                self.validation_curve_.append(float(epoch.validation_loss or 0.0))
                self.validation_scores_.append(float(epoch.validation_accuracy or 0.0))
            stop = task.call_on_fit_task_end(**facts, reconstruction_attributes=self._as_it_is)
            if epoch.stopped or number == most:
                next(epochs, None)  # which puts back the best, or the average
                return number
            if stop:
                epochs.close()
                return number
        return 0

    def _as_it_is(self) -> dict[str, Any]:
        """What a copy of this estimator predicts with, while training goes on."""
        return {"network_": copy.deepcopy(self.network_), "n_iter_": len(self.loss_curve_)}


def _dtypes(X: Any) -> Any:
    """What X may be: pixels stay bytes, and other numbers become floats."""
    return np.uint8 if getattr(X, "dtype", None) == np.uint8 else list(_FLOATS)
