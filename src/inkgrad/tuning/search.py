"""The search: hand out trials, note what comes of them, stop the bad ones early.

def score(parameters, report):
    ...
    report(epoch, value)  # as often as wanted
    return value

found = search(Space({"x": Uniform(0, 1)}), score, strategy="tpe", trials=40)
found.best.parameters
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inkgrad.errors import TrainingError, UsageError
from inkgrad.notebook import shown, table_of
from inkgrad.tuning.cluster_crew import Cluster
from inkgrad.tuning.record import Trial
from inkgrad.tuning.space import Space
from inkgrad.tuning.study import Study
from inkgrad.tuning.workers import Crew, Ended, Here, Processes, Score

_SHOWN = 10  # trials in a notebook
_TICK = 1.0  # seconds between looks at what others do
_PAUSE = 0.2  # seconds at least between telling of epochs


@dataclass(frozen=True)
class Standing:
    """Where a search stands: every trial wanted, and the seconds so far and, if known, left."""

    trials: Sequence[Trial]
    seconds: float
    left: float | None

    def count(self, state: str) -> int:
        """How many trials are in a state."""
        return sum(trial.state == state for trial in self.trials)

    @property
    def best(self) -> Trial | None:
        """The complete trial of the highest score, the first of equals; None before one is."""
        complete = [trial for trial in self.trials if trial.score is not None]
        return max(complete, key=_score_of, default=None)


@dataclass(frozen=True)
class Outcome:
    """What a search found. `importance` has the part of each parameter, the largest first."""

    trials: Sequence[Trial]
    seconds: float
    importance: dict[str, float]

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the best trials."""
        best = self.ranking[:_SHOWN]
        names = sorted({name for trial in best for name in trial.parameters})
        rows = [
            (
                place,
                f"{trial.score:.4f}",
                *(_said(trial.parameters.get(name, "")) for name in names),
            )
            for place, trial in enumerate(best, 1)
        ]
        title = f"{len(self.trials)} trials, {len(self.ranking)} complete, {self.seconds:.0f} s"
        return shown(title, table_of(("", "score", *names), rows))

    @property
    def ranking(self) -> list[Trial]:
        """The complete trials, the best first."""
        complete = [trial for trial in self.trials if trial.score is not None]
        return sorted(complete, key=_score_of, reverse=True)

    @property
    def best(self) -> Trial:
        """The best trial. Raises TrainingError where none is complete."""
        if not (ranking := self.ranking):
            why = next((trial.failure for trial in self.trials if trial.failure), "none was run")
            raise TrainingError(f"no trial is complete: {why}")
        return ranking[0]


def _said(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


Progress = Callable[[Standing], None]


def search(
    space: Space,
    score: Score,
    strategy: str = "random",
    *,
    trials: int | None = None,
    epochs: int | None = None,
    prune: bool = True,
    seed: int = 0,
    workers: int | None = None,
    scheduler: str | None = None,
    study: str | None = None,
    about: Mapping[str, Any] | None = None,
    minutes: float | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Try settings of `space` for the highest score.

    strategy   "grid" tries all, "random" `trials` of them; "halving" is random too, and lets a
               third of the trials pass epochs 1, 3, 9, ...; "tpe" learns which are worth trying,
               and stops what is behind too
    epochs     how many values a trial reports, if it does
    prune      False lets "halving" and "tpe" run every trial to its end
    workers    processes to run trials in; None runs them here, one after the other
    scheduler  address of a Dask cluster to run them on instead
    study      file or database URL that keeps the trials: the same call goes on where it stopped
    about      what else must be the same to go on, such as a checksum of the data
    minutes    after so many no trial is begun any more, and those at work are the last

    What is tried under a number depends on space, strategy and seed alone, except with "tpe", which
    looks at what it knows by then. An InkgradError of the score is a failed trial. Raises
    UsageError for arguments or a study that do not fit.
    """
    kept = Study(
        study, space, strategy, trials=trials, epochs=epochs, prune=prune, seed=seed, about=about
    )
    with kept, crew_for(score, workers, scheduler) as crew:
        return run(kept, crew, progress, minutes)


def crew_for(score: Score, workers: int | None, scheduler: str | None = None) -> Crew:
    """Who is to run the trials: a cluster, processes, or this process."""
    if scheduler:
        return Cluster(score, scheduler)
    return Here(score) if workers is None else Processes(score, workers)


def run(
    study: Study, crew: Crew, progress: Progress | None = None, minutes: float | None = None
) -> Outcome:
    """Run the trials of an open study to the last one's end; `progress` is told of changes."""
    if minutes is not None and not minutes > 0:
        raise UsageError(f"minutes is {minutes}, expected more than 0")
    lead = _Lead(study, crew, progress)
    until = math.inf if minutes is None else lead.started + 60 * minutes
    try:
        while not study.done and (lead.running or time.monotonic() < until):
            if time.monotonic() < until:
                lead.hand_out()
            lead.gather()
    except TrainingError as error:
        raise TrainingError(f"the search stopped: {error}") from None
    lead.tell()
    return Outcome(study.all(), time.monotonic() - lead.started, study.importance())


class _Lead:
    def __init__(self, study: Study, crew: Crew, progress: Progress | None) -> None:
        self.study, self.crew, self.progress = study, crew, progress
        self.running: set[Hashable] = set()
        self.started = time.monotonic()
        self.ended, self.told = 0, 0.0

    def hand_out(self) -> None:
        """Give every free worker a trial that waits, those of owners that are gone among them."""
        room = self.crew.size - len(self.running)
        if room > 0:
            self.study.reclaim()
        for _ in range(room):
            trial = self.study.take()
            if trial is None:
                return
            self.running.add(trial.number)
            self.crew.start(trial.number, trial.parameters)
            self.tell()

    def gather(self) -> None:
        """Wait for trials to end, and note how they did."""
        if not self.running:
            time.sleep(_TICK)  # the rest is with others
            self.tell()
            return
        for end in self.crew.wait(self.judge, _TICK):
            self.running.discard(end.key)
            self.note(end)
            self.tell()

    def judge(self, key: Hashable, epoch: int, value: float) -> bool:
        stop = self.study.report(_number(key), epoch, value)
        if time.monotonic() - self.told > _PAUSE:
            self.tell()
        return stop

    def note(self, end: Ended) -> None:
        number = _number(end.key)
        for epoch, value in end.curve:  # the last may not have come through
            self.study.report(number, epoch, value)
        self.ended += 1
        if end.how == "complete":
            self.study.complete(number, end.score, end.seconds)
        elif end.how == "pruned":
            self.study.prune(number, end.seconds)
        elif end.how == "failed":
            self.study.fail(number, end.why, end.seconds)
        else:
            self.study.lose(number, end.why)

    def tell(self) -> None:
        if self.progress is None:
            return
        self.told = time.monotonic()
        trials, seconds = self.study.all(), self.told - self.started
        open_ones = sum(not trial.ended for trial in trials)
        left = seconds / self.ended * open_ones if self.ended else None
        self.progress(Standing(trials, seconds, left))


def _number(key: Hashable) -> int:
    assert isinstance(key, int)
    return key


def _score_of(trial: Trial) -> tuple[float, int]:
    return trial.score or 0.0, -trial.number
