"""A bar for work that takes a while: in a notebook as a piece of HTML, in a terminal as text."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, TypeVar

from inkgrad.escapes import shown

T = TypeVar("T")
Tell = Callable[[int, str], None]


def followed(
    items: Iterable[T], total: int, say: Callable[[T], str] = lambda item: ""
) -> Iterator[T]:
    """Items as they come, and a bar of how many of `total` came; `say` tells of the last one.

    In a notebook the bar stays when all came; on a terminal it goes, and where standard error is
    neither there is none.
    """
    with _bar(total) as tell:
        for count, item in enumerate(items, 1):
            tell(count, say(item))
            yield item


def _bar(total: int) -> Any:
    kernel = _display_of_a_kernel()
    return _in_a_notebook(total, kernel) if kernel else _in_a_terminal(total)


def _display_of_a_kernel() -> Any:
    """IPython's module of displays where this runs in a notebook, else None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython import display

    return display


@contextmanager
def _in_a_notebook(total: int, display: Any) -> Iterator[Tell]:
    started = time.monotonic()

    def html(count: int, said: str) -> Any:
        seconds = time.monotonic() - started
        left = seconds * (total - count) / count if count else 0.0
        text = f"{count} of {total}, {seconds:.0f} s" + (f", {left:.0f} s left" if left else "")
        bar = f'<progress max="{total}" value="{count}"></progress>'
        return display.HTML(f"<p>{bar} {escape(text)} {escape(said)}</p>")

    handle = display.display(html(0, ""), display_id=True)
    yield lambda count, said: handle.update(html(count, said))


@contextmanager
def _in_a_terminal(total: int) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    text = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), Left(), text)
    off = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as bars:
        task = bars.add_task("", total=total)
        yield lambda count, said: bars.update(task, completed=count, description=shown(said))
