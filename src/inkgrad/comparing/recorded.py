"""Training runs as their folders tell them, and what there is to compare: figures and settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from inkgrad.errors import TrainingError
from inkgrad.runs import RunFacts, read_facts, read_history
from inkgrad.schema import Count, Finite, Part, decoded

_MOST = 200  # runs beside each other


class _Figures(TypedDict, total=False):
    test_accuracy: Part
    validation_accuracy: Part
    train_seconds: Finite
    parameters: Count
    peak_memory_mb: Finite


class _Told(TypedDict, total=False):
    status: Annotated[str, Meta(max_length=100)]
    written: datetime
    figures: _Figures


@dataclass(frozen=True)
class RecordedRun:
    """A run: its settings by name, its epochs, and its figures where it is finished."""

    folder: Path
    name: str
    settings: dict[str, Any]
    figures: dict[str, float]
    history: list[dict[str, Any]] = field(repr=False)
    complete: bool = False
    ended: float = 0.0

    @property
    def epochs(self) -> int:
        return len(self.history)

    def best(self, fact: str, largest: bool) -> float | None:
        """The best that an epoch reached, where it is known."""
        known = [row[fact] for row in self.history if row.get(fact) is not None]
        return (max if largest else min)(known, default=None)


def read_runs(folders: Sequence[str | Path]) -> list[RecordedRun]:
    """The runs in these folders, or in the folders in one of them, each with a name of its own.

    Raises TrainingError, naming the folder, where there is none or what it says is broken.
    """
    found = [folder for given in folders for folder in _runs_in(Path(given))]
    if len(found) > _MOST:
        raise TrainingError(f"got {len(found)} runs, expected at most {_MOST}")
    again = [folder for folder, count in Counter(map(Path.resolve, found)).items() if count > 1]
    if again:
        raise TrainingError(f"{again[0]}: was given twice, expected each run once")
    taken = Counter(_name(folder) for folder in found)
    return [_read(f, _name(f) if taken[_name(f)] == 1 else str(f)) for f in found]


def _runs_in(folder: Path) -> list[Path]:
    if not (folder / "run.json").exists() and folder.is_dir():
        inner = sorted(path.parent for path in folder.glob("*/run.json"))
        if inner:
            return inner
    return [folder]


def _name(folder: Path) -> str:
    return folder.resolve().name or str(folder)


def _read(folder: Path, name: str) -> RecordedRun:
    facts: RunFacts = read_facts(folder)
    path = folder / "run.json"
    told, _ = decoded(_Told, path.read_bytes(), path, TrainingError)
    return RecordedRun(
        folder,
        name,
        {**asdict(facts["arguments"]), "data_checksum": facts["data_checksum"][:12]},
        dict(told.get("figures", {})),  # type: ignore[arg-type]
        read_history(folder),
        told.get("status") == "complete",
        told["written"].timestamp() if "written" in told else 0.0,
    )


def differing(runs: Sequence[RecordedRun]) -> list[str]:
    """The settings that are not the same in all runs, in the order of the command's options."""
    return [name for name in runs[0].settings if len({repr(r.settings[name]) for r in runs}) > 1]
