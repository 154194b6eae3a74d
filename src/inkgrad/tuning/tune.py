"""A whole search for a training run: trials, finalists with several seeds, one test."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from inkgrad.arguments import Arguments
from inkgrad.data.dataset import Dataset
from inkgrad.tuning.finals import Finalist, run_finals
from inkgrad.tuning.parameters import arguments_of, command, tidy
from inkgrad.tuning.search import Outcome, Progress, crew_for, run
from inkgrad.tuning.space import Space
from inkgrad.tuning.storage import shown
from inkgrad.tuning.study import Study
from inkgrad.tuning.trials import Tested, TrialTraining, train_and_test


@dataclass(frozen=True)
class TuningPlan:
    """What is searched, how and by whom; `search` says what each means.

    `finalists` of the best settings are trained with `seeds` seeds each.
    """

    base: Arguments
    space: Space
    strategy: str = "grid"
    trials: int | None = None
    minutes: float | None = None
    prune: bool = True
    finalists: int = 3
    seeds: int = 3
    workers: int | None = None
    scheduler: str | None = None
    study: str | None = None


@dataclass(frozen=True)
class Tuned:
    """What was found: all trials, finalists with the winner first, and the winner's one test."""

    plan: TuningPlan
    outcome: Outcome
    finalists: Sequence[Finalist]
    tested: Tested
    seconds: float

    @property
    def winner(self) -> Arguments:
        """The training run of the best setting."""
        return arguments_of(self.plan.base, self.finalists[0].parameters)

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON holds them; accuracies are parts of 1, on validation data but one."""
        states = [trial.state for trial in self.outcome.trials]
        best, first = self.outcome.best, self.finalists[0]
        return {
            "best_validation_accuracy": best.score,
            "best_parameters": tidy(best.parameters),
            "best_trial": best.number,
            "trials": len(states) - states.count("waiting"),
            "complete": states.count("complete"),
            "pruned": states.count("pruned"),
            "failed": states.count("failed"),
            "seconds": round(self.seconds, 3),
            "search_seconds": round(self.outcome.seconds, 3),
            "strategy": self.plan.strategy,
            "seed": self.plan.base.seed,
            "study": shown(self.plan.study),
            "finalists": [_facts(finalist) for finalist in self.finalists],
            "winner": _facts(first),
            "test_accuracy": self.tested.accuracy,
            "command": command(self.winner),
            "importance": self.outcome.importance,
        }


def _facts(finalist: Finalist) -> dict[str, Any]:
    return {
        "trial": finalist.number,
        "parameters": tidy(finalist.parameters),
        "validation_accuracies": list(finalist.scores),
        "mean": finalist.mean,
        "spread": finalist.spread,
    }


def tune(
    plan: TuningPlan,
    data: Dataset,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Tuned:
    """Search, and train again what is best. Stopped, the same call with the same study goes on.

    `progress` is told how the trials stand, `say` in words what comes after them. Raises UsageError
    where plan or study do not fit, TrainingError where no trial ended well.
    """
    started = time.monotonic()
    base = plan.base
    fixed = {name: value for name, value in asdict(base).items() if name not in ("data", "threads")}
    about = {"arguments": fixed, "data_checksum": data.checksum}
    study = Study(
        plan.study,
        plan.space,
        plan.strategy,
        trials=plan.trials,
        epochs=base.epochs,
        prune=plan.prune,
        seed=base.seed,
        about=about,
    )
    score = TrialTraining.of(base, data)
    with study, crew_for(score, plan.workers, plan.scheduler) as crew:
        outcome = run(study, crew, progress, plan.minutes)
        _ = outcome.best  # or there is nothing to go on with

        def trained(done: int, wanted: int) -> None:
            say(f"finalists: {done} of {wanted} trainings with other seeds")

        finalists = run_finals(study, crew, outcome, plan.finalists, plan.seeds, trained)
    say("training the winner on training and validation data, and testing it once")
    tested = _tested(study, finalists[0], arguments_of(base, finalists[0].parameters), data)
    return Tuned(plan, outcome, finalists, tested, time.monotonic() - started)


def _tested(study: Study, winner: Finalist, arguments: Arguments, data: Dataset) -> Tested:
    """The one test of the winner, which the study keeps."""
    name = f"tested {winner.number}"
    known = study.noted(name)
    if isinstance(known, dict):
        return Tested(**known)
    tested = train_and_test(replace(arguments, threads=None), data)
    study.note(name, asdict(tested))
    return tested
