"""A learner's folder: the files, and what is solved and how many hints were asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from inkgrad.atomic import atomic_write
from inkgrad.errors import DataError, UsageError
from inkgrad.exercises.exercise import EXERCISES, Exercise
from inkgrad.exercises.running import SECONDS, Verdict, judged
from inkgrad.schema import decoded

_PROGRESS = "progress.json"
_PHOTOS = "photos"
_LOOK_AGAIN = 0.5  # seconds


class _Progress(TypedDict):
    format: Literal[1]
    solved: list[int]
    hints: dict[str, int]


@dataclass(frozen=True)
class CheckedExercise:
    """An exercise and what was found."""

    exercise: Exercise
    verdict: Verdict


def start_exercises(folder: str | Path = "exercises") -> list[Path]:
    """Put the exercises into a folder, made where there is none; the files that were written.

    What is there already is left as it is.
    """
    where, written = Path(folder), []
    if where.exists() and not where.is_dir():
        raise UsageError(f"{where}: is a file, expected a folder")
    where.mkdir(parents=True, exist_ok=True)
    for exercise in EXERCISES:
        path = where / exercise.file
        if not path.exists():
            atomic_write(path, exercise.text)
            written.append(path)
    (where / _PHOTOS).mkdir(exist_ok=True)
    if not (where / _PROGRESS).exists():
        _keep(where, {"format": 1, "solved": [], "hints": {}})
    return written


def check_exercises(
    folder: str | Path = "exercises", number: int | None = None, seconds: float = SECONDS
) -> Iterator[CheckedExercise]:
    """Check one exercise, or all in their order; what is right is kept as solved.

    Each file runs in a process of its own, for so many seconds at most. Raises UsageError for a
    folder that holds no exercises, and for a number that is none; DataError for a broken
    progress.json.
    """
    return _checking(_opened(folder), chosen(number), seconds)


def _checking(
    where: Path, exercises: tuple[Exercise, ...], seconds: float
) -> Iterator[CheckedExercise]:
    for exercise in exercises:
        found = judged(exercise, where / exercise.file, seconds)
        progress = _progress(where)
        solved = set(progress["solved"]) - {exercise.number}
        if found.state == "right":
            solved.add(exercise.number)
        if solved != set(progress["solved"]):
            _keep(where, {**progress, "solved": sorted(solved)})
        yield CheckedExercise(exercise, found)


def next_exercise(folder: str | Path = "exercises") -> Exercise | None:
    """The first that is not solved; None where all are."""
    solved = _progress(_opened(folder))["solved"]
    return next((each for each in EXERCISES if each.number not in solved), None)


def hint(folder: str | Path, number: int) -> list[str]:
    """The hints for an exercise: one more each time, those of before among them."""
    where, (exercise,) = _opened(folder), chosen(number)
    progress = _progress(where)
    count = min(progress["hints"].get(str(number), 0) + 1, len(exercise.hints))
    _keep(where, {**progress, "hints": {**progress["hints"], str(number): count}})
    return list(exercise.hints[:count])


def changes(folder: str | Path, exercise: Exercise) -> Iterator[None]:
    """Comes back each time the learner's file was changed; never ends by itself."""
    path = _opened(folder) / exercise.file
    before = _stamp(path)
    while True:
        time.sleep(_LOOK_AGAIN)
        now = _stamp(path)
        if now != before:
            before = now
            yield


def photos(folder: str | Path) -> Path:
    """Where photographs of the learner's own digits go: 7-one.jpg is a 7."""
    return _opened(folder) / _PHOTOS


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def chosen(number: int | None) -> tuple[Exercise, ...]:
    """The exercise of that number, or all; raises UsageError where there is none."""
    if number is None:
        return EXERCISES
    if not 1 <= number <= len(EXERCISES):
        raise UsageError(f"there is no exercise {number}, expected 1 to {len(EXERCISES)}")
    return (EXERCISES[number - 1],)


def _opened(folder: str | Path) -> Path:
    where = Path(folder)
    if not (where / _PROGRESS).is_file():
        raise UsageError(f"{where}: holds no exercises, `inkgrad course start` puts them there")
    return where


def _progress(where: Path) -> _Progress:
    path = where / _PROGRESS
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from None
    return decoded(_Progress, text, path, DataError)[0]


def _keep(where: Path, progress: _Progress) -> None:
    atomic_write(where / _PROGRESS, json.dumps(progress, indent=1) + "\n")
