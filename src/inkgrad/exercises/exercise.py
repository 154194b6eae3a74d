"""The exercises in their order: which file each is in, and what checks it.

A check is a module that can be read: `inkgrad course check N` says where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Exercise:
    """One chapter's exercise: `file` is what the learner writes in."""

    number: int
    name: str
    title: str

    @property
    def file(self) -> str:
        return f"{self.number:02}_{self.name}.py"

    @property
    def text(self) -> str:
        """What the file says at first."""
        folder = files("inkgrad.exercises") / "tasks"
        return (folder / f"task_{self.number:02}.txt").read_text(encoding="utf-8")

    @property
    def check(self) -> Callable[[ModuleType], None]:
        """Raises `judging.Wrong` for what a module of the learner's has wrong."""
        found: Callable[[ModuleType], None] = self._module().check
        return found

    @property
    def hints(self) -> tuple[str, ...]:
        """More and more of the solution."""
        return tuple(self._module().HINTS)

    @property
    def check_file(self) -> Path:
        """Where the check can be read."""
        return Path(str(self._module().__file__))

    def _module(self) -> ModuleType:
        return import_module(f"inkgrad.exercises.check_{self.number:02}")


_TITLES = (
    ("pixels", "The task and the data"),
    ("preparing", "Preparing data"),
    ("parameters", "Architecture"),
    ("activations", "Activations"),
    ("loss", "The loss"),
    ("backpropagation", "Backpropagation"),
    ("adam", "Adam and its relatives"),
    ("loop", "The training loop"),
    ("evaluation", "Evaluation"),
    ("confusion", "The confusion matrix"),
    ("tuning", "Tuning"),
    ("decoding", "Mail sorting"),
    ("notes", "Notes into text"),
    ("convolution", "Convolution, and digits of your own"),
)
EXERCISES = tuple(
    Exercise(number, name, title) for number, (name, title) in enumerate(_TITLES, start=1)
)
"""All of them, in the order of the chapters."""
