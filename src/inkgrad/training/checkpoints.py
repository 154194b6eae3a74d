"""Where training stands, on disk: vectors and facts, in one safetensors file, replaced whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypedDict

import numpy as np
from msgspec import Meta
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from inkgrad.atomic import atomic_write
from inkgrad.errors import TrainingError
from inkgrad.nn.vectors import Array, aligned
from inkgrad.schema import Count, Finite, Part, decoded

_KINDS = (np.float32, np.float64)  # of vectors
_FORMAT = "inkgrad-checkpoint-1"


class EpochFacts(TypedDict):
    """An epoch of `training.train`, as it is kept."""

    number: Count
    loss: Finite
    accuracy: Part
    validation_loss: Finite | None
    validation_accuracy: Part | None
    learning_rate: Finite
    seconds: Annotated[float, Meta(ge=0)]
    samples: Count
    best: bool
    stopped: bool


class CheckpointFacts(TypedDict):
    """Where training stands: optimizer steps made, and the epochs that are over."""

    steps: Count
    history: list[EpochFacts]


@dataclass
class Checkpoint:
    """vectors (p,) by name, and plain facts."""

    vectors: dict[str, Array]
    facts: CheckpointFacts


def write_checkpoint(path: Path, state: Checkpoint) -> None:
    """Replace the checkpoint at `path`; a kill in the middle leaves the one before."""
    metadata = {_FORMAT: json.dumps(state.facts)}
    vectors = {name: np.ascontiguousarray(vector) for name, vector in state.vectors.items()}
    atomic_write(path, to_bytes(vectors, metadata))


def read_checkpoint(path: Path, size: int, statistics: int = 0) -> Checkpoint:
    """The checkpoint at `path`, of a network of that size; TrainingError if it is not one.

    `size` counts parameters, `statistics` running statistics.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if _FORMAT not in metadata:
                raise TrainingError(f"{path}: is no checkpoint of this version, expected {_FORMAT}")
            vectors = {}
            for name in file.keys():  # noqa: SIM118
                values = file.get_tensor(name)
                expected = statistics if name.split(".")[-1] == "running" else size
                if values.dtype not in _KINDS:
                    raise TrainingError(
                        f"{path}: its {name} is {values.dtype}, expected float32 or float64"
                    )
                if values.shape != (expected,):
                    raise TrainingError(
                        f"{path}: its {name} has shape {values.shape}, expected ({expected},): "
                        "it belongs to another network"
                    )
                vectors[name] = aligned(expected, values.dtype)
                vectors[name][:] = values
            facts, _ = decoded(CheckpointFacts, metadata[_FORMAT], path, TrainingError)
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise TrainingError(f"{path}: is no whole checkpoint ({error})") from None
    if [epoch["number"] for epoch in facts["history"]] != [*range(1, 1 + len(facts["history"]))]:
        raise TrainingError(f"{path}: its epochs are not counted from 1 on, expected them whole")
    if lost := {"theta", "running"} - set(vectors):
        raise TrainingError(f"{path}: holds no {' and '.join(sorted(lost))}, expected both")
    return Checkpoint(vectors, facts)
