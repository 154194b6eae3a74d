"""A training run on disk: started, resumed after a kill, finished with its figures.

RUN/run.json               arguments, versions, data checksum; at the end timings and figures
RUN/checkpoint.safetensors where training stands, replaced after every epoch
RUN/history.csv            one line an epoch
RUN/model.safetensors      the network, at the end
RUN/curves.png             loss, accuracy and learning rate
"""

from __future__ import annotations

import csv
import io
import json
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Required, TypedDict

import numpy as np

from inkgrad import __version__, process
from inkgrad.arguments import Arguments
from inkgrad.atomic import atomic_write
from inkgrad.data.augment import AUGMENTATIONS, Augmented
from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.datasets import load
from inkgrad.errors import InkgradError, TrainingError, UsageError
from inkgrad.evaluation import metrics, plots
from inkgrad.fitting import validation_count
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.architectures import build
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import logits_of
from inkgrad.schema import Finite, Part, Positive, checked, decoded
from inkgrad.training import schedules
from inkgrad.training.optimizers import OPTIMIZERS
from inkgrad.training.settings import Settings
from inkgrad.training.step import Source
from inkgrad.training.train import Epoch, train

# Peak learning rate and weight decay that suit small networks, optimizer by optimizer.
_DEFAULTS = {
    "sgd": (0.1, 5e-4),
    "rmsprop": (0.001, 0.0),
    "adam": (0.003, 0.0),
    "adamw": (0.004, 0.05),
}


class Run:
    """One run in its folder: iterate over `epochs()`, then call `finish()`."""

    def __init__(self, folder: Path, arguments: Arguments, data: Dataset) -> None:
        self.folder, self.arguments, self.data = folder, arguments, data
        self.parts = parts_of(arguments, data)
        arguments.class_weights(data.classes, data.train.labels)  # are there such classes?
        self.network = network_of(arguments, len(data.classes))
        self.history: list[dict[str, Any]] = []

    @classmethod
    def start(cls, folder: Path, arguments: Arguments, data: Dataset) -> Run:
        """A new run; refuses a folder that holds one already."""
        if (folder / "run.json").exists():
            raise UsageError(
                f"{folder}: holds a run already: go on with --resume {folder}, or choose another"
            )
        run = cls(folder, arguments, data)
        run._write({"status": "running"})
        return run

    @classmethod
    def resume(cls, folder: Path, data: Dataset | None = None) -> Run:
        """The run in a folder, to go on where it stopped; `data` spares loading it again.

        Raises TrainingError where there is none, or where the data are not what they were.
        """
        facts = read_facts(folder)
        arguments, checksum = facts["arguments"], facts["data_checksum"]
        data = data or load(arguments.data, label=arguments.label, as_is=arguments.as_is)
        if data.checksum != checksum:
            raise TrainingError(
                f"{folder}: its data {arguments.data} have changed since it was started"
            )
        return cls(folder, arguments, data)

    @property
    def source(self) -> Source:
        """What is trained on: the training part, deformed anew in every batch where asked for."""
        return source_of(self.arguments, self.parts.train)

    def epochs(self, source: Source | None = None) -> Iterator[Epoch]:
        """Train, from the last whole epoch on; `source` stands in for `self.source`."""
        written = time.perf_counter()
        for epoch in train(
            self.network,
            source or self.source,
            settings_of(self.arguments, self.parts.train, self.data.classes),
            validation=self.parts.test,
            checkpoint=self.folder / "checkpoint.safetensors",
        ):
            self.history.append(_row(epoch))
            if time.perf_counter() - written > 0.5:  # epochs may last milliseconds
                self._write_history()
                written = time.perf_counter()
            yield epoch
        self._write_history()

    def finish(self) -> dict[str, Any]:
        """Calibrate, test once, and write model, figures and curves; returns the figures."""
        validation, test = self.parts.test, self.data.test
        logits = logits_of(self.network, validation.images, self.arguments.threads)
        temperature = metrics.fit_temperature(logits, validation.labels)
        answers = logits_of(self.network, test.images, self.arguments.threads).argmax(axis=1)
        figures = {
            "validation_accuracy": metrics.accuracy(validation.labels, logits.argmax(axis=1)),
            "test_accuracy": metrics.accuracy(test.labels, answers),
            "train_seconds": round(sum(row["seconds"] for row in self.history), 3),
            "parameters": self.network.theta.size,
            "peak_memory_mb": peak_memory_mb(),
            "epochs": len(self.history),
            "samples": {
                "training": len(self.parts.train), "validation": len(validation), "test": len(test)
            },
        }  # fmt: skip
        if self.arguments.class_weight:
            k, predicted = len(self.data.classes), logits.argmax(axis=1)
            figures |= {
                "validation_balanced_accuracy": metrics.balanced_accuracy(
                    validation.labels, predicted, k
                ),
                "test_balanced_accuracy": metrics.balanced_accuracy(test.labels, answers, k),
            }
        about = {
            "classes": list(self.data.classes),
            "temperature": temperature,
            "data": self.arguments.data,
            "data_checksum": self.data.checksum,
            "validation": len(validation),
            "seed": self.arguments.seed,
            "figures": {name: figures[name] for name in ("validation_accuracy", "test_accuracy")},
            "inkgrad": __version__,
        }
        files.save(self.network, self.folder / "model.safetensors", about)
        self._write({"status": "complete", "figures": figures})
        return figures

    def draw(self) -> Path:
        """Draw RUN/curves.png. Raises UsageError without matplotlib."""
        path = self.folder / "curves.png"
        atomic_write(path, plots.png(plots.curves(self.history)))
        return path

    def _write(self, more: dict[str, Any]) -> None:
        facts = {
            "inkgrad": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "arguments": asdict(self.arguments),
            "seed": self.arguments.seed,
            "data_checksum": self.data.checksum,
            **more,
        }
        atomic_write(self.folder / "run.json", json.dumps(facts, indent=2) + "\n")

    def _write_history(self) -> None:
        if not self.history:
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.history)
        atomic_write(self.folder / "history.csv", text.getvalue())


def parts_of(arguments: Arguments, data: Dataset) -> Dataset:
    """What a run trains on, and as test part what it is validated on; the real one is left out."""
    count = arguments.validation or validation_count(len(data.train))
    return data.hold_out(count, arguments.seed)


def network_of(arguments: Arguments, classes: int) -> Network:
    """The network of a run, before training."""
    return build(
        arguments.model,
        classes,
        dropout=arguments.dropout,
        input_dropout=arguments.input_dropout,
        normalize=arguments.normalize,
        seed=arguments.seed,
    )


def source_of(arguments: Arguments, split: Split) -> Source:
    """The samples of a run, deformed anew in every batch where asked for."""
    how = AUGMENTATIONS[arguments.augment]
    return Augmented(split, how.times(arguments.strength)) if how else split


def settings_of(arguments: Arguments, data: Split, classes: Sequence[str]) -> Settings:
    """How a run trains on these samples of these classes."""
    rate, decay = _DEFAULTS[arguments.optimizer]
    optimizer = OPTIMIZERS[arguments.optimizer](
        learning_rate=rate if arguments.learning_rate is None else arguments.learning_rate,
        weight_decay=decay if arguments.weight_decay is None else arguments.weight_decay,
    )
    an_epoch = -(-len(data) // arguments.batch_size)
    schedule = schedules.by_name(
        arguments.schedule, optimizer.learning_rate, arguments.epochs * an_epoch, an_epoch
    )
    return Settings(
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        optimizer=optimizer,
        schedule=schedule,
        label_smoothing=arguments.label_smoothing,
        patience=arguments.patience,
        clip=arguments.clip,
        average=arguments.average,
        seed=arguments.seed,
        threads=arguments.threads,
        class_weight=arguments.class_weights(classes, data.labels),
    )


def _row(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.number,
        "loss": epoch.loss,
        "accuracy": epoch.accuracy,
        "validation_loss": epoch.validation_loss,
        "validation_accuracy": epoch.validation_accuracy,
        "learning_rate": epoch.learning_rate,
        "seconds": round(epoch.seconds, 4),
        "samples_per_second": round(epoch.samples_per_second, 1),
    }


class RunFacts(TypedDict):
    """What is read of run.json again; the rest of it is for people."""

    arguments: Arguments
    data_checksum: str


class HistoryRow(TypedDict, total=False):
    """A line of history.csv, as curves are drawn of it."""

    epoch: Required[Positive]
    loss: Required[Finite]
    accuracy: Required[Part]
    learning_rate: Required[Finite]
    validation_loss: Finite | None
    validation_accuracy: Part | None
    seconds: Finite
    samples_per_second: Finite


def read_facts(folder: Path) -> RunFacts:
    """What RUN/run.json says; TrainingError where there is none or it is broken."""
    path = folder / "run.json"
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise TrainingError(f"{folder}: holds no run, expected {path.name} in it") from None
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error})") from None
    return decoded(RunFacts, text, path, TrainingError)[0]


def read_history(folder: Path) -> list[dict[str, Any]]:
    """The epochs in RUN/history.csv; empty where there is none or it is of another kind."""
    path = folder / "history.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [
                {name: float(value) if value else None for name, value in row.items()}
                for row in csv.DictReader(file)
            ]
        return [{**checked(HistoryRow, row, path, TrainingError)} for row in rows]
    except (OSError, ValueError, TypeError, csv.Error, TrainingError):
        return []


def free_folder(wanted: Path) -> Path:
    """`wanted`, or the first of wanted-2, wanted-3, ... that holds no run."""
    folder, number = wanted, 2
    while (folder / "run.json").exists():
        folder, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return folder


def validation_part(about: About, data: Dataset) -> Dataset | None:
    """The data a model was validated on, held out again; None where the model is of other data."""
    if about.get("data_checksum") != data.checksum or not {"validation", "seed"} <= set(about):
        return None
    try:
        return data.hold_out(about["validation"], about["seed"])
    except InkgradError:
        return None


def peak_memory_mb() -> float:
    """The most memory this process has held, in megabytes of 10^6 bytes."""
    return round(process.peak() / 1e6, 1)
