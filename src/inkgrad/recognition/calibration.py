"""What a reader promises of its confidences, kept beside the weights that it was measured with.

Readers that need several model files have their thresholds in a JSON file beside the first of them.
It names all of them by the checksums of their content: with other weights nothing is promised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

from inkgrad.atomic import atomic_write
from inkgrad.errors import ModelError
from inkgrad.schema import Checksum, Part, decoded

Thresholds = tuple[tuple[float, float], ...]
"""Pairs of an error and the confidence from which on no larger part of the readings is wrong."""

_FORMAT = 1


class _Entry(TypedDict):
    models: list[Checksum]
    thresholds: list[tuple[Part, Part]]


class _File(TypedDict):
    format: Literal[1]
    measured: list[_Entry]


_COMMAND = "inkgrad models calibrate"


def beside(models: Sequence[Path]) -> Path:
    """Where the thresholds of a reader of several model files are kept."""
    return models[0].with_suffix(".calibration.json")


def load(models: Sequence[Path]) -> Thresholds:
    """The thresholds that were measured with these very files; none where there are no such.

    Raises ModelError for a file of thresholds that is broken.
    """
    sums = checksums(models)
    for entry in _measured(beside(models)):
        if entry["models"] == sums:
            return tuple(entry["thresholds"])
    return ()


def save(models: Sequence[Path], thresholds: Thresholds) -> Path:
    """Keep thresholds for these files, beside those of others; where they are written."""
    path, sums = beside(models), checksums(models)
    entries = [entry for entry in _measured(path) if entry["models"] != sums]
    entries.append({"models": sums, "thresholds": list(thresholds)})
    atomic_write(path, json.dumps({"format": _FORMAT, "measured": entries}, indent=1) + "\n")
    return path


def _measured(path: Path) -> list[_Entry]:
    """What a file of thresholds holds, nothing where there is none; ModelError where broken."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from None
    return decoded(_File, text, path, ModelError)[0]["measured"]


def checksums(models: Sequence[Path]) -> list[str]:
    """The SHA-256 of the content of each file."""
    try:
        return [hashlib.sha256(model.read_bytes()).hexdigest() for model in models]
    except OSError as error:
        raise ModelError(f"{error.filename}: cannot be read ({error.strerror})") from None


def threshold(
    thresholds: Sequence[tuple[float, float]], max_error: float, name: str, kind: str = ""
) -> float:
    """The least confidence at which no more than this part of the readings is wrong.

    1 where so little was never measured. Raises ModelError where nothing was measured at all.
    """
    if not thresholds:
        command = f"{_COMMAND} {name}" + (f" --as {kind}" if kind else "")
        raise ModelError(
            f"{name}: nobody measured how often these weights are wrong, expected {command}"
        )
    return min((least for error, least in thresholds if error <= max_error), default=1.0)
