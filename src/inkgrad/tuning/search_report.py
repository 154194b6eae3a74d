"""One HTML page on a search: the best settings, what decides, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from inkgrad.evaluation import search_plots
from inkgrad.evaluation.html import heading, page, section, table
from inkgrad.tuning.parameters import command, tidy
from inkgrad.tuning.record import Trial
from inkgrad.tuning.tune import Tuned

_LISTED = 10


def report(title: str, found: Tuned) -> str:
    """The page. Raises UsageError without matplotlib."""
    outcome, first = found.outcome, found.finalists[0]
    with_curves = [trial for trial in outcome.trials if trial.curve]
    complete = [trial for trial in outcome.trials if trial.score is not None]
    names = [name for name in found.plan.space.parameters if _varies(name, complete)]
    sections = [
        f'<p><span class="figure">{100 * found.tested.accuracy:.2f} %</span> of the test images '
        "are read right by the best setting, trained on training and validation data and tested "
        f"once. On validation data: {100 * first.mean:.2f} ± {100 * first.spread:.2f} % "
        f"over {len(first.scores)} seeds.</p><pre>{escape(command(found.winner))}</pre>",
        _counts(found),
        heading("The finalists: settings trained again with other seeds") + _finalists(found),
        heading("The best settings") + _best(found),
    ]
    if with_curves:
        best = next((i for i, t in enumerate(with_curves) if t == outcome.best), -1)
        stopped = [trial.state == "pruned" for trial in with_curves]
        curves = [trial.curve for trial in with_curves]
        drawn = search_plots.learning_curves(curves, stopped, best)
        sections.append(section("Learning curves", drawn, "The best in blue; stopped early, red."))
    if names and len(complete) > 1:
        drawn = search_plots.parallel_coordinates(
            [tidy(trial.parameters) for trial in complete],
            [trial.score or 0.0 for trial in complete],
            names,
        )
        sections.append(section("Parallel coordinates", drawn))
    if outcome.importance:
        text = "By PED-ANOVA: how far the best trials narrow each parameter down."
        drawn = search_plots.importance(outcome.importance)
        sections.append(section("Which parameters decide", drawn, text))
    timed = [trial for trial in complete if trial.seconds]
    if timed:
        drawn = search_plots.cost(
            [trial.seconds or 0.0 for trial in timed],
            [trial.score or 0.0 for trial in timed],
            [f"trial {trial.number}" for trial in timed],
        )
        text = "The line joins the trials that no other beats in as little time."
        sections.append(section("Accuracy against training time", drawn, text))
    if failed := [trial for trial in outcome.trials if trial.state == "failed"]:
        rows = [(str(trial.number), described(trial.parameters), trial.failure) for trial in failed]
        sections.append(heading("Failed trials") + table(("trial", "setting", "why"), rows))
    return page(title, sections)


def described(parameters: Mapping[str, Any]) -> str:
    """A setting in words: learning_rate 0.01, hidden 128-64."""
    return ", ".join(f"{name} {value}" for name, value in tidy(parameters).items())


def _varies(name: str, trials: list[Trial]) -> bool:
    return len({str(trial.parameters.get(name)) for trial in trials}) > 1


def _counts(found: Tuned) -> str:
    facts = found.as_json()
    rows = [
        (
            "trials",
            f"{facts['trials']} ({facts['pruned']} stopped early, {facts['failed']} failed)",
        ),
        ("strategy, seed", f"{facts['strategy']}, {facts['seed']}"),
        ("data", found.plan.base.data),
        ("seconds", f"{found.seconds:.0f}"),
    ]
    return table(("", ""), rows)


def _finalists(found: Tuned) -> str:
    rows = [
        (
            f"trial {finalist.number}",
            f"{100 * finalist.mean:.2f} %",
            f"{100 * finalist.spread:.2f}",
            ", ".join(f"{100 * score:.2f}" for score in finalist.scores),
            described(finalist.parameters),
        )
        for finalist in found.finalists
    ]
    return table(("", "mean", "spread", "each seed", "setting"), rows)


def _best(found: Tuned) -> str:
    rows = [
        (
            f"trial {trial.number}",
            f"{100 * (trial.score or 0):.2f} %",
            f"{trial.seconds or 0:.1f} s",
            described(trial.parameters),
        )
        for trial in found.outcome.ranking[:_LISTED]
    ]
    return table(("", "validation", "training", "setting"), rows)
