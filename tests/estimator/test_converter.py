"""What sklearn-onnx makes of a classifier answers as the classifier does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnxruntime import InferenceSession
from skl2onnx import to_onnx
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inkgrad import load
from inkgrad.estimator import NetworkClassifier, register_converter
from inkgrad.estimator.values import EstimatorError

register_converter()


def answers(fitted, X):
    """Labels and probabilities of onnxruntime for X."""
    model = to_onnx(fitted, X[:1], target_opset=17)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: X})


def some(count, *shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((count, *shape), np.float32), rng.integers(0, 3, count)


@pytest.fixture(scope="module")
def digits():
    train = load("mnist-5k").train
    return train.images[:300], train.labels[:300]


@pytest.mark.parametrize("names", [np.array(["one", "two", "three"]), np.array([7, 8, 10])])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pipeline_answers_the_same_labels_and_probabilities(names, dtype):
    X, y = some(120, 6)
    X = X.astype(dtype)
    steps = StandardScaler(), NetworkClassifier("mlp:16", normalize=True, epochs=5, random_state=0)
    fitted = make_pipeline(*steps).fit(X, names[y])
    labels, probabilities = answers(fitted, X)
    assert_allclose(probabilities, fitted.predict_proba(X), atol=1e-5)
    assert_array_equal(labels, fitted.predict(X))


@pytest.mark.parametrize("model", ["deck", "lenet", "tiny"])
def test_images_of_bytes_are_pixels(model, digits):
    images, labels = digits
    fitted = NetworkClassifier(model, epochs=1, random_state=0).fit(images, labels)
    for X in (images, images.reshape(len(images), -1)):
        found, probabilities = answers(fitted, X)
        assert_allclose(probabilities, fitted.predict_proba(X), atol=1e-5)
        assert_array_equal(found, fitted.predict(X))


def test_images_are_brought_to_another_size():
    X, y = some(60, 12, 20)
    for model in ("lenet", "mlp:8"):
        fitted = NetworkClassifier(model, resize=(28, 28), epochs=1, random_state=0).fit(X, y)
        assert_allclose(answers(fitted, X)[1], fitted.predict_proba(X), atol=1e-5)


def test_classes_with_fractions_are_refused():
    X, y = some(30, 4)
    fitted = NetworkClassifier("mlp:4", epochs=1).fit(X, y)
    fitted.classes_ = np.array([0.5, 1.0, 2.0])
    with pytest.raises(EstimatorError, match="expected no fractions"):
        to_onnx(fitted, X[:1])
