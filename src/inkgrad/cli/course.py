"""`inkgrad course`: exercises to write, and checks that know the mistakes people make."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import aside, say, stoppable

if TYPE_CHECKING:
    from inkgrad.exercises.folder import CheckedExercise

app = typer.Typer(
    no_args_is_help=True,
    help="Exercises beside the chapters of the course, and checks of what you write.",
)
_Folder = Annotated[Path, typer.Option(help="The folder with the exercises.")]


@app.command("start")
def start(
    folder: Annotated[Path, typer.Argument(help="Where to put them.")] = Path("exercises"),
) -> None:
    """Put the exercises into a folder: a file for each chapter, with functions to write.

    What you wrote is never written over: the same command puts back what is missing.
    """
    from inkgrad.exercises.exercise import EXERCISES
    from inkgrad.exercises.folder import start_exercises

    written = start_exercises(folder)
    say(f"{folder}: {len(written)} of {len(EXERCISES)} exercises written")
    where = "" if folder == Path("exercises") else f" --folder {folder}"
    say(f"begin with {folder / EXERCISES[0].file}, then: inkgrad course check 1{where}")


@app.command("check")
def check(
    number: Annotated[
        int | None, typer.Argument(help="Which exercise.", show_default="all, in their order")
    ] = None,
    folder: _Folder = Path("exercises"),
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file is saved.")
    ] = False,
    hint: Annotated[bool, typer.Option("--hint", help="A hint; each time one more.")] = False,
) -> None:
    """Check what you wrote. A mistake that is known is named.

    The checks can be read: each says where it is. Exits 1 while something asked for is not right.
    """
    from inkgrad.exercises.folder import check_exercises

    if hint:
        _hint(folder, number)
        return
    if watch:
        _watch(folder, number)
        return
    with stoppable():
        found = list(_told(check_exercises(folder, number), number is not None))
    right = all(each.verdict.state == "right" for each in found)
    if right and number is not None:
        _own_digits(folder, number)
    if right or number is None:
        _next(folder)
    raise typer.Exit(0 if right else 1)


def _told(checked: Iterable[CheckedExercise], fully: bool) -> Iterator[CheckedExercise]:
    """A line for each; where one was asked for, what is wrong with it."""
    for each in checked:
        exercise, verdict = each.exercise, each.verdict
        known = f": {verdict.mistake}" if verdict.mistake else ""
        say(f"{exercise.number:2} {exercise.name:16} {verdict.state}{known}")
        if fully and verdict.state != "right":
            say(f"   {verdict.text}")
            say(f"   the check: {exercise.check_file}")
        yield each


def _next(folder: Path) -> None:
    from inkgrad.exercises.folder import next_exercise

    exercise = next_exercise(folder)
    if exercise is None:
        say("all exercises are right")
        return
    where = "" if folder == Path("exercises") else f" --folder {folder}"
    say(f"next: {exercise.title}, {folder / exercise.file}")
    say(f"      inkgrad course check {exercise.number}{where} --watch, --hint")


def _hint(folder: Path, number: int | None) -> None:
    from inkgrad.exercises.folder import hint, next_exercise

    exercise = next_exercise(folder)
    asked = number or (exercise.number if exercise else 0)
    if not asked:
        say("all exercises are right")
        return
    for place, text in enumerate(hint(folder, asked), start=1):
        say(f"{place}. {text}")


def _watch(folder: Path, number: int | None) -> None:
    """Check one exercise, the next one where none is named, whenever its file changes."""
    from inkgrad.exercises.folder import changes, check_exercises, chosen, next_exercise

    exercise = next_exercise(folder) if number is None else chosen(number)[0]
    if exercise is None:
        say("all exercises are right")
        return
    aside(f"watching {folder / exercise.file}; Ctrl-C ends it")
    with stoppable():
        for _ in itertools.chain([None], changes(folder, exercise)):
            (found,) = _told(check_exercises(folder, exercise.number), True)
            if found.verdict.state == "right":
                _own_digits(folder, exercise.number)
                _next(folder)


def _own_digits(folder: Path, number: int) -> None:
    """After the last exercise: the learner's own digits, in a confusion matrix."""
    from inkgrad.exercises.exercise import EXERCISES
    from inkgrad.exercises.folder import photos
    from inkgrad.exercises.own_digits import own_confusion

    if number != EXERCISES[-1].number:
        return
    matrix = own_confusion(photos(folder))
    if not matrix.any():
        say(f"now your own: photographs of digits in {photos(folder)}, 7-first.jpg is a 7")
        return
    say(f"your own digits: {matrix.trace()} of {matrix.sum()} read right; rows are what they are")
    say("     " + " ".join(f"{digit:3}" for digit in range(len(matrix))))
    for digit, row in enumerate(matrix):
        if row.any():
            say(f"{digit:4} " + " ".join(f"{count or '.':>3}" for count in row))
