"""What scikit-learn asks of every estimator: all of it, none excused."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from inkgrad.estimator import NetworkClassifier


@parametrize_with_checks([NetworkClassifier()])
def test_what_scikit_learn_asks_of_every_estimator(estimator, check):
    check(estimator)
