"""Where training stands, on disk: vectors and facts, in one safetensors file, replaced whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from inkgrad.atomic import atomic_write
from inkgrad.errors import TrainingError
from inkgrad.nn.vectors import Array, aligned

_FORMAT = "inkgrad-checkpoint-1"


@dataclass
class Checkpoint:
    """vectors (p,) by name, and plain JSON facts."""

    vectors: dict[str, Array]
    facts: dict[str, Any]


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
                if values.shape != (expected,):
                    raise TrainingError(
                        f"{path}: its {name} has shape {values.shape}, expected ({expected},): "
                        "it belongs to another network"
                    )
                vectors[name] = aligned(expected, values.dtype)
                vectors[name][:] = values
            return Checkpoint(vectors, json.loads(metadata[_FORMAT]))
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise TrainingError(f"{path}: is no whole checkpoint ({error})") from None
