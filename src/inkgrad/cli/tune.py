"""`inkgrad tune`: settings searched, the best trained again and tested, and the command for it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkgrad.cli.show import (
    AsIs,
    LabelColumn,
    aside,
    busy,
    drawable,
    errors,
    load_data,
    percent,
    say,
    say_json,
)

if TYPE_CHECKING:
    from rich.table import Table

    from inkgrad.tuning.search import Standing
    from inkgrad.tuning.tune import Tuned

_SHOWN = 8  # running trials in the live table


def tune(
    data: Annotated[
        str, typer.Option(help="A data set by name (see: inkgrad data list) or path.")
    ] = "mnist-5k",
    label: LabelColumn = None,
    as_is: AsIs = False,
    model: Annotated[
        str, typer.Option(help="As for train; mlp searches the hidden layers too.")
    ] = "deck",
    space: Annotated[
        str | None,
        typer.Option(
            help="A TOML file, or deck: its own grid.", show_default="what suits the model"
        ),
    ] = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="grid, random, halving or tpe.", show_default="tpe, for deck grid"),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="How many settings to try.", show_default="30, a grid: all")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Begin no trial after so many minutes.")
    ] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the training data, a trial.")] = 10,
    prune: Annotated[bool, typer.Option(help="Let halving and tpe stop bad trials early.")] = True,
    finalists: Annotated[
        int, typer.Option(min=1, help="How many of the best to train again with other seeds.")
    ] = 3,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds for each finalist.")] = 3,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes.", show_default="one a processor")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask cluster to run the trials on.")
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            help="File, or database URL, that keeps the trials; the same goes on with the same "
            "study.",
            show_default="runs/tune-DATA-MODEL.journal",
        ),
    ] = None,
    validation: Annotated[
        int | None,
        typer.Option(help="Training samples held out.", show_default="a tenth, up to 5000"),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed tries the same settings.")] = 0,
    report: Annotated[
        Path | None, typer.Option(help="Write an HTML page, pictures inside, to this file.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a report that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON object.")] = False,
) -> None:
    """Search for the best settings, by validation data alone.

    The best few are trained again with other seeds; the winner is trained on all training data,
    tested once, and told as a command. What was stopped, or killed, goes on with --study.
    """
    from inkgrad.arguments import Arguments
    from inkgrad.nn.parallel import cores
    from inkgrad.tuning import tune as tuning
    from inkgrad.tuning.spaces import space_for

    base = Arguments(
        data=data,
        model=model,
        epochs=epochs,
        validation=validation,
        seed=seed,
        label=label,
        as_is=as_is,
    )
    searched, base = space_for(space, base)
    place = study or _free(Path("runs") / f"tune-{Path(data).name}-{model}".replace(":", "-"))
    page = drawable(report, force) if report else None
    plan = tuning.TuningPlan(
        base=base,
        space=searched,
        strategy=strategy or ("grid" if space == "deck" else "tpe"),
        trials=trials,
        minutes=minutes,
        prune=prune,
        finalists=finalists,
        seeds=seeds,
        workers=workers or cores(),
        scheduler=scheduler,
        study=place,
    )
    with _going_on([] if study else ["--study", place]):
        loaded = load_data(data, label, as_is)
        with _live() as progress:
            found = tuning.tune(plan, loaded, progress, _say)
    if page is not None:
        _write(page, found)
    if as_json:
        say_json(found.as_json())
    else:
        _show(found, page)


@contextmanager
def _going_on(more: list[str]) -> Iterator[None]:
    """Stopped within, say the command that goes on: this one, with so much `more`."""
    try:
        yield
    except KeyboardInterrupt:
        again = shlex.join(["inkgrad", *sys.argv[1:], *more])
        _say(f"inkgrad: stopped; go on with: {again}")
        raise typer.Exit(130) from None


def _free(wanted: Path) -> str:
    """The first of wanted.journal, wanted-2.journal, ... that is not there."""
    path, number = wanted.with_name(f"{wanted.name}.journal"), 2
    while path.exists():
        path, number = wanted.with_name(f"{wanted.name}-{number}.journal"), number + 1
    return str(path)


def _say(text: str) -> None:
    aside(text)


def _write(page: Path, found: Tuned) -> None:
    from inkgrad.atomic import atomic_write
    from inkgrad.tuning.search_report import report

    with busy("drawing the report"):
        title = f"Search: {found.plan.base.model} on {found.plan.base.data}"
        atomic_write(page, report(title, found))


def _show(found: Tuned, page: Path | None) -> None:
    from inkgrad.tuning.parameters import command
    from inkgrad.tuning.search_report import described

    facts = found.as_json()
    say(
        f"{facts['trials']} trials, {facts['pruned']} stopped early, {facts['failed']} failed, "
        f"{found.seconds:.0f} s; kept in {facts['study']}"
    )
    say("finalists, on validation data:")
    for finalist in found.finalists:
        say(
            f"  {percent(finalist.mean)} +- {100 * finalist.spread:.2f} over "
            f"{len(finalist.scores)} seeds: {described(finalist.parameters)} "
            f"(trial {finalist.number})"
        )
    say(f"test accuracy {percent(found.tested.accuracy)}, trained on validation data too")
    if page is not None:
        say(f"report written to {page}")
    say(command(found.winner))


@contextmanager
def _live() -> Iterator[Callable[[Standing], None]]:
    """A table of how the trials stand on a terminal, a line for each that ends elsewhere."""
    if not errors.is_terminal:
        yield _Lines()
        return
    from rich.live import Live

    with Live(console=errors, refresh_per_second=5) as live:
        yield lambda standing: live.update(_table(standing))


class _Lines:
    """Called with how the trials stand: a line for each that has ended since."""

    def __init__(self) -> None:
        self.told: set[int] = set()

    def __call__(self, standing: Standing) -> None:
        from inkgrad.tuning.search_report import described

        ended = [trial for trial in standing.trials if trial.ended]
        for trial in ended:
            if trial.number in self.told:
                continue
            self.told.add(trial.number)
            value = percent(trial.score) if trial.score is not None else trial.state
            more = f": {trial.failure}" if trial.failure else ""
            left = f", {_clock(standing.left)} left" if standing.left is not None else ""
            _say(
                f"trial {trial.number}: {value}  {described(trial.parameters)}{more}  "
                f"({len(ended)} of {len(standing.trials)}{left})"
            )


def _table(standing: Standing) -> Table:
    from rich.table import Table

    from inkgrad.tuning.search_report import described

    ended = sum(trial.ended for trial in standing.trials)
    table = Table(
        title=f"{ended} of {len(standing.trials)} trials, {standing.count('pruned')} pruned, "
        f"{standing.count('failed')} failed; {_clock(standing.seconds)} so far, "
        f"{_clock(standing.left)} left",
        title_justify="left",
    )
    for name, justify in (("trial", "right"), ("epoch", "right"), ("validation", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("setting")
    if (best := standing.best) is not None:
        table.add_row(*_row(f"best: {best.number}", best, described), style="bold")
    running = [trial for trial in standing.trials if trial.state == "running"]
    for trial in running[:_SHOWN]:
        table.add_row(*_row(str(trial.number), trial, described))
    return table


def _row(name: str, trial: Any, described: Callable[[Any], str]) -> tuple[str, str, str, str]:
    epoch = max(trial.curve, default=0)
    value = percent(trial.curve[epoch]) if epoch else ""
    return name, str(epoch or ""), value, described(trial.parameters)


def _clock(seconds: float | None) -> str:
    """75 -> 1:15; a question mark for what is not known yet."""
    return "?" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"
