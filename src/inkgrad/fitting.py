"""Training in one call: to its end, with what every epoch brought as the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from inkgrad.data.dataset import Dataset, stratified
from inkgrad.errors import UsageError
from inkgrad.evaluation import plots
from inkgrad.nn.losses import Loss, count_right, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.notebook import shown, table_of
from inkgrad.progress import followed
from inkgrad.training.settings import Settings
from inkgrad.training.step import CountRight, Source
from inkgrad.training.train import Epoch, train
from inkgrad.training.weights import WeightedSource, checked_weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LARGEST_VALIDATION = 5000


class History(Sequence[Epoch]):
    """The epochs of a training, in order: a list of them that can be drawn."""

    def __init__(self, epochs: Iterable[Epoch]) -> None:
        self._epochs = tuple(epochs)

    def __len__(self) -> int:
        return len(self._epochs)

    @overload
    def __getitem__(self, place: int) -> Epoch: ...

    @overload
    def __getitem__(self, place: slice) -> History: ...

    def __getitem__(self, place: int | slice) -> Epoch | History:
        found = self._epochs[place]
        return found if isinstance(found, Epoch) else History(found)

    def __repr__(self) -> str:
        if not self:
            return "History(no epochs)"
        last, said = self[-1], ""
        if last.validation_accuracy is not None:
            said = f", validation accuracy {100 * last.validation_accuracy:.2f} %"
        count = f"{len(self)} epoch" + ("s" if len(self) > 1 else "")
        return f"History({count}, loss {last.loss:.4f}{said})"

    @property
    def best(self) -> Epoch:
        """The epoch of the lowest validation loss, or of the lowest loss where none was validated.

        Raises UsageError where there are no epochs.
        """
        if not self:
            raise UsageError("a history without epochs has no best one")
        validated = [epoch for epoch in self if epoch.validation_loss is not None]
        if validated:
            return min(validated, key=lambda epoch: epoch.validation_loss or 0.0)
        return min(self, key=lambda epoch: epoch.loss)

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the first epochs and the last ones."""
        chosen = [*self[:3], *self[-3:]] if len(self) > 6 else [*self]
        rows = [
            (
                *(epoch.number, f"{epoch.loss:.4f}", f"{100 * epoch.accuracy:.2f} %"),
                "" if epoch.validation_accuracy is None else _percent(epoch.validation_accuracy),
            )
            for epoch in chosen
        ]
        head = ("epoch", "loss", "accuracy", "validation")
        return shown(f"{len(self)} epochs", table_of(head, rows))

    def plot(self) -> Figure:
        """Loss, accuracy and learning rate by epoch, as a matplotlib Figure.

        Raises UsageError without matplotlib, or without epochs.
        """
        if not self:
            raise UsageError("a history without epochs cannot be drawn")
        return plots.curves(self)


def _percent(part: float) -> str:
    return f"{100 * part:.2f} %"


def fit(
    network: Network,
    data: Dataset | Source,
    settings: Settings | None = None,
    *,
    validation: Source | None = None,
    loss: Loss = softmax_cross_entropy,
    score: CountRight = count_right,
    checkpoint: str | Path | None = None,
    sample_weight: Any = None,
    progress: bool = False,
    **changes: Any,
) -> History:
    """Train `network` in place to the end, as `train` does; the epochs.

    `changes` are settings by name: fit(network, data, epochs=20, patience=3). Of a whole Dataset
    without `validation` data a tenth of the training part, at most 5,000, is held out for that; its
    test part is not looked at.

    `sample_weight` (n,) is what each training sample counts: a batch's loss is the sum of weight
    times loss, divided by the sum of the weights, and so is that of samples held out of them.
    `class_weight` is a setting: {7: 3.0}, or "balanced". With `progress` a bar tells how far it is,
    in a notebook and on a terminal. Raises what `train` raises.
    """
    known = {field.name for field in fields(Settings)}
    for name in changes:
        if name not in known:
            raise UsageError(f"{name} is no setting, expected one of {', '.join(sorted(known))}")
    given = settings or Settings()
    if not isinstance(given, Settings):
        raise UsageError(f"got {type(given).__name__} as settings, expected Settings(...)")
    given = replace(given, **changes)
    if isinstance(data, Dataset):
        if validation is None:
            data, validation = _halves(data, given, sample_weight)
            sample_weight = None
        else:
            data = data.train
    if sample_weight is not None:
        data = WeightedSource(data, sample_weight)
    training = train(
        network, data, given, validation=validation, loss=loss, score=score, checkpoint=checkpoint
    )
    return History(followed(training, given.epochs, _said) if progress else training)


def _said(epoch: Epoch) -> str:
    held = epoch.validation_accuracy
    return f"loss {epoch.loss:.4f}" + ("" if held is None else f", validation {_percent(held)}")


def _halves(data: Dataset, settings: Settings, sample_weight: Any) -> tuple[Source, Source]:
    """A part of the training data to train on, and the rest of it to validate on."""
    count = validation_count(len(data.train))
    parts = data.hold_out(count, settings.seed)
    train_on, validate_on = cast(Source, parts.train), cast(Source, parts.test)
    if sample_weight is not None:
        weights = checked_weights(sample_weight, len(data.train))
        rest, held = stratified(data.train.labels, count, settings.seed)
        train_on = WeightedSource(train_on, weights[rest])
        validate_on = WeightedSource(validate_on, weights[held])
    return train_on, validate_on


def validation_count(samples: int) -> int:
    """How many of so many training samples are held out to validate on."""
    return max(1, min(samples // 10, _LARGEST_VALIDATION))
