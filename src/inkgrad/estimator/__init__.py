"""Networks as scikit-learn has its classifiers: `NetworkClassifier`, of the extra `sklearn`."""

from inkgrad.errors import missing

try:
    from inkgrad.estimator.classifier import NetworkClassifier as NetworkClassifier
    from inkgrad.estimator.converter import register_converter as register_converter
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "sklearn":
        raise
    found = missing("scikit-learn 1.9", "sklearn", "inkgrad.estimator")
    raise found from None

__all__ = ["NetworkClassifier", "register_converter"]
