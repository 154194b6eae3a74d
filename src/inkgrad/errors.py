"""Every error that inkgrad raises on purpose. The command line prints each as one line.

    InkgradError
    |-- DataError         a data set or one of its files is missing, broken or not what it says
    |-- ImageError        an image cannot be opened, is too large, or shows no ink
    |   `-- EmptyError        nothing is written in it
    |-- ModelError        a model file is missing, broken or of another kind
    |-- ShapeError        layers that do not fit each other, or an input that does not fit a network
    |-- TrainingError     training cannot go on
    |   `-- DivergedError     the loss is no longer a finite number
    `-- UsageError        arguments that contradict each other, a missing optional dependency

A message names the thing, what is wrong with it and what was expected.
"""

from __future__ import annotations

from importlib.util import find_spec


class InkgradError(Exception):
    """The root: catch this to catch them all."""


class DataError(InkgradError):
    """A data set or one of its files is missing, broken or not what it says."""


class ImageError(InkgradError):
    """An image cannot be opened, is too large, or shows no ink."""


class EmptyError(ImageError):
    """Nothing is written in an image of a field: blank paper, or what a form prints alone."""


class ModelError(InkgradError):
    """A model file is missing, broken or of another kind."""


class ShapeError(InkgradError):
    """Layers that do not fit each other, or an input that does not fit a network."""


class TrainingError(InkgradError):
    """Training cannot go on."""


class DivergedError(TrainingError):
    """The loss is no longer a finite number.

    `step` counts optimizer steps from 1; `learning_rate` is the one in force at that step.
    """

    def __init__(self, step: int, learning_rate: float, loss: float) -> None:
        super().__init__(
            f"the loss became {loss} at step {step} (learning rate {learning_rate:.3g}): "
            "try a learning rate 3 to 10 times smaller, a warm-up, or gradient clipping"
        )
        self.step, self.learning_rate, self.loss = step, learning_rate, loss

    def __reduce__(self) -> tuple[type, tuple[int, float, float]]:
        return type(self), (self.step, self.learning_rate, self.loss)


class UsageError(InkgradError):
    """Arguments that contradict each other, or an optional dependency that is not installed."""


def missing(package: str, extra: str, purpose: str) -> UsageError:
    """The error for an optional dependency: says what it is for and how to install it."""
    return UsageError(f"{purpose} needs {package}: pip install 'inkgrad[{extra}]'")


def needed(package: str, extra: str, purpose: str) -> None:
    """Raise that error where the package is not installed: before work, not in the middle of it."""
    if find_spec(package) is None:
        raise missing(package, extra, purpose)
