"""A learner's file checked in a process of its own: what it does there can stop nothing else.

`python -m inkgrad.exercises.running N FILE RESULT` checks exercise N and writes what it found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Literal, TypedDict

from inkgrad.errors import DataError
from inkgrad.exercises.exercise import EXERCISES, Exercise
from inkgrad.exercises.judging import NotWritten, Wrong
from inkgrad.schema import decoded

SECONDS = 20.0
"""What takes longer is stopped."""

State = Literal["right", "wrong", "not written"]


@dataclass(frozen=True)
class Verdict:
    """What was found: `text` says what is wrong, `mistake` names it where it is known."""

    state: State
    text: str = ""
    mistake: str = ""


class _Verdict(TypedDict):
    state: State
    text: str
    mistake: str


def judged(exercise: Exercise, path: Path, seconds: float = SECONDS) -> Verdict:
    """Check a learner's file for one exercise, for so many seconds at most.

    What it prints goes to the terminal.
    """
    if not path.exists():
        return Verdict("wrong", f"{path}: is not there; `inkgrad course start` puts it back")
    with TemporaryDirectory() as folder:
        result = Path(folder) / "verdict.json"
        command = [sys.executable, "-m", __name__, str(exercise.number), str(path), str(result)]
        try:
            subprocess.run(command, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            what = f"was not done after {seconds:g} s: is there a loop that does not end?"
            return Verdict("wrong", what, "a loop without an end")
        if not result.exists():
            return Verdict("wrong", "ended the whole program (exit, or a crash), expected a return")
        found, _ = decoded(_Verdict, result.read_text(encoding="utf-8"), result, DataError)
    return Verdict(found["state"], found["text"], found["mistake"])


def verdict(exercise: Exercise, path: Path) -> Verdict:
    """The same in this very process."""
    try:
        exercise.check(_loaded(path))
    except NotWritten as error:
        return Verdict("not written", str(error))
    except Wrong as error:
        return Verdict("wrong", str(error), error.mistake)
    except SyntaxError as error:
        what = f"line {error.lineno}: {error.msg}: {(error.text or '').strip()}"
        return Verdict("wrong", what, "syntax")
    except Exception as error:
        return Verdict("wrong", _raised(error, path))
    return Verdict("right")


def _loaded(path: Path) -> ModuleType:
    spec = spec_from_file_location("learner", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except NotImplementedError as error:
        raise Wrong(f"calls what is not written yet: {error}") from None
    return module


def _raised(error: Exception, path: Path) -> str:
    """An exception in a line: where in the learner's file it was raised, and what it says."""
    steps = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if Path(step.filename) == path.absolute()
    ]
    place = f"line {steps[-1].lineno}, {steps[-1].line}: " if steps else ""
    return f"{place}{type(error).__name__}: {error}"


def main() -> None:
    """Check one file, and write the verdict."""
    number, path, result = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    sys.dont_write_bytecode = True
    try:
        found = verdict(EXERCISES[number - 1], path)
    except KeyboardInterrupt:  # said by the process that waits for this one
        sys.exit(130)
    sys.stdout.flush()
    result.write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
