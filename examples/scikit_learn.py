"""A network where scikit-learn has its classifiers: in a search, in a pipeline, one among others.

Needs: pip install 'inkgrad[sklearn]'
"""

from sklearn.metrics import classification_report  # type: ignore[import-untyped]
from sklearn.model_selection import GridSearchCV  # type: ignore[import-untyped]

from inkgrad import load
from inkgrad.estimator import NetworkClassifier


def main() -> None:
    digits = load("mnist-5k")
    images, labels = digits.train.images[::3], digits.train.labels[::3]
    search = GridSearchCV(
        NetworkClassifier("mlp:64", epochs=8, class_weight="balanced", random_state=0),
        {"dropout": [0.0, 0.2], "label_smoothing": [0.0, 0.1]},
        cv=3,
    )
    search.fit(images, labels)
    print(f"best of {len(search.cv_results_['params'])}: {search.best_params_}")
    print(classification_report(digits.test.labels, search.predict(digits.test.images)))
    print(f"accuracy {100 * search.score(digits.test.images, digits.test.labels):.2f} %")


if __name__ == "__main__":
    main()
