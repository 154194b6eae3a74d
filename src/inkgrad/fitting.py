"""Training in one call: to its end, with what every epoch brought as the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from inkgrad.data.dataset import Dataset
from inkgrad.errors import UsageError
from inkgrad.evaluation import plots
from inkgrad.nn.losses import Loss, count_right, softmax_cross_entropy
from inkgrad.nn.network import Network
from inkgrad.training.settings import Settings
from inkgrad.training.step import CountRight, Source
from inkgrad.training.train import Epoch, train

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

    def plot(self) -> Figure:
        """Loss, accuracy and learning rate by epoch, as a matplotlib Figure.

        Raises UsageError without matplotlib, or without epochs.
        """
        if not self:
            raise UsageError("a history without epochs cannot be drawn")
        return plots.curves([{**asdict(epoch), "epoch": epoch.number} for epoch in self])


def fit(
    network: Network,
    data: Dataset | Source,
    settings: Settings | None = None,
    *,
    validation: Source | None = None,
    loss: Loss = softmax_cross_entropy,
    score: CountRight = count_right,
    checkpoint: str | Path | None = None,
    **changes: Any,
) -> History:
    """Train `network` in place to the end, as `train` does; the epochs.

    `changes` are settings by name: fit(network, data, epochs=20, patience=3). Of a whole Dataset
    without `validation` data a tenth of the training part, at most 5,000, is held out for that; its
    test part is not looked at. Raises what `train` raises.
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
            data = data.hold_out(validation_count(len(data.train)), given.seed)
            validation = data.test
        data = data.train
    training = train(
        network, data, given, validation=validation, loss=loss, score=score, checkpoint=checkpoint
    )
    return History(training)


def validation_count(samples: int) -> int:
    """How many of so many training samples are held out to validate on."""
    return max(1, min(samples // 10, _LARGEST_VALIDATION))
