"""What the commands share: what they say, bars for what takes time, and loading with one.

Names of files, classes, notes, tags and bins come from outside. They reach the terminal through
`shown` alone, by `say` and `complain`: no control character does, and no name ends a run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from inkgrad.atomic import expect_free
from inkgrad.escapes import shown

if TYPE_CHECKING:
    import numpy as np

    from inkgrad.data.dataset import Dataset
    from inkgrad.training.step import Source

errors = Console(stderr=True, highlight=False, markup=False, emoji=False)
_EVERY = 0.1  # seconds between redraws


def say(text: object = "") -> None:
    """One line on standard output, whatever is in it."""
    print(shown(text), flush=True)


def aside(text: object) -> None:
    """One line on standard error, whatever is in it."""
    errors.print(shown(text), soft_wrap=True)


def complain(text: object) -> None:
    """The same, of what is wrong: it begins with the name of the program."""
    aside(f"inkgrad: {text}")


def of_file(path: str, reason: str) -> str:
    """What is wrong with a file, which is named once."""
    return reason if path in reason else f"{path}: {reason}"


def write_out(text: str) -> None:
    """Rows or a document on standard output: as in a file, or as a terminal may have it."""
    from inkgrad.tables import encoded

    raw = getattr(sys.stdout, "buffer", None)
    if raw is None or sys.stdout.isatty():
        sys.stdout.write(shown(text, keep="\n\t"))
    else:
        sys.stdout.flush()
        raw.write(encoded(text))
    sys.stdout.flush()


def unfailing() -> None:
    """Let nothing that is written fail for an encoding that has no such character: "\\xe9"."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def say_json(value: dict[str, Any]) -> None:
    """One JSON object on one line of standard output."""
    say(json.dumps(value))


LabelColumn = Annotated[
    str | None,
    typer.Option("--label", help="Column of a CSV's labels: its name, or number, -1 the last."),
]
AsIs = Annotated[
    bool,
    typer.Option("--as-is", help="Leave images at a path as they are, whatever their size."),
]


def load_data(name: str, label: str | None = None, as_is: bool = False) -> Dataset:
    """A data set, with a bar for what has to be downloaded; its notes go to standard error."""
    data = _load_data(name, label, as_is)
    for note in data.notes:
        errors.print(note, markup=False, soft_wrap=True)
    return data


def _load_data(name: str, label: str | None, as_is: bool) -> Dataset:
    from inkgrad.data.datasets import load

    if name.startswith("desk:"):
        from inkgrad.desk.settled_characters import desk_data

        return desk_data(name.removeprefix("desk:"))
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bars:
        tasks: dict[str, Any] = {}

        def progress(file: str, had: int, total: int | None) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(shown(file), total=total)
            bars.update(tasks[file], completed=had, total=total)

        return load(name, progress, label=label, as_is=as_is)


def counting(what: str) -> Progress:
    """Bars on standard error for things that are counted; none where that is no terminal."""
    text = TextColumn(what, markup=False)
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)


class Tracked:
    """A source of samples that counts on a bar what is drawn from it."""

    def __init__(self, source: Source, bars: Progress, epochs: int, done: int = 0) -> None:
        self.source, self.bars, self.epochs = source, bars, epochs
        self.task = bars.add_task("epoch", total=len(source))
        self.drawn, self.shown = 0, 0.0
        self.begin(done + 1)

    def begin(self, epoch: int) -> None:
        """Set the bar to the start of an epoch."""
        self.drawn = 0
        name = f"epoch {min(epoch, self.epochs)} of {self.epochs}"
        self.bars.reset(self.task, description=name)

    def on(self, source: Source) -> Tracked:
        """The same bar for another source."""
        self.source = source
        self.bars.update(self.task, total=len(source))
        return self

    def __len__(self) -> int:
        return len(self.source)

    def batch(self, places: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        self.drawn += len(places)
        now = time.monotonic()
        if now - self.shown > _EVERY:
            self.shown = now
            self.bars.update(self.task, completed=self.drawn)
        return self.source.batch(places, rng)


@contextmanager
def epoch_bar(source: Source, epochs: int) -> Iterator[Tracked]:
    """A bar on standard error for the samples of each epoch; none where that is no terminal."""
    with counting("{task.description}") as bars:
        yield Tracked(source, bars, epochs)


@contextmanager
def stoppable(hint: str = "") -> Iterator[None]:
    """Ctrl-C within says that it was heard, and a hint, and ends with status 130."""
    try:
        yield
    except KeyboardInterrupt:
        complain(f"stopped{': ' if hint else ''}{hint}")
        raise typer.Exit(130) from None


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A turning mark and `what` on standard error for as long as it takes; on a terminal only."""
    if errors.is_terminal:
        with errors.status(Text(shown(what))):
            yield
    else:
        yield


def percent(part: float) -> str:
    """0.98234 -> 98.23 %"""
    return f"{100 * part:.2f} %"


def writable(path: Path, force: bool = False, ways: str = "--force") -> Path:
    """`path`, if writing there destroys nothing; UsageError otherwise."""
    from inkgrad.errors import UsageError

    if path.is_dir():
        raise UsageError(f"{path}: is a folder, expected a file to write")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is a device or a pipe, expected a file, or - for the screen")
    expect_free(path, force, ways)
    return path


def drawable(path: Path, force: bool = False) -> Path:
    """The same for a picture or a report, if pictures can be drawn: said before any work."""
    from inkgrad.errors import needed

    needed("matplotlib", "plots", "drawing a picture")
    return writable(path, force)
