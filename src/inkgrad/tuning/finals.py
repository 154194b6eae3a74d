"""The best few settings again, with other seeds: how much of a score was luck."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from inkgrad.tuning.record import Trial
from inkgrad.tuning.search import Outcome
from inkgrad.tuning.space import Parameters
from inkgrad.tuning.study import Study
from inkgrad.tuning.workers import Crew, Ended

_MOST_LOSSES = 3  # times that a training is given out again after its worker died


@dataclass(frozen=True)
class Finalist:
    """A setting with its score for each seed that it was trained with."""

    number: int
    parameters: Parameters
    scores: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.scores)

    @property
    def spread(self) -> float:
        """The standard deviation over seeds; 0 for one."""
        return statistics.stdev(self.scores) if len(self.scores) > 1 else 0.0


def run_finals(
    study: Study,
    crew: Crew,
    found: Outcome,
    finalists: int,
    seeds: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[Finalist]:
    """Train the best settings with seeds of their own, the study's first: best mean first.

    A score is kept in the study, and not made again. The score is asked with a parameter "seed"
    more. `progress` is told how many trainings of how many are done. A seed that fails is left out.
    """
    chosen = found.ranking[: max(1, finalists)]
    others = range(study.seed + 1, study.seed + max(1, seeds))
    wanted = [(trial, seed) for trial in chosen for seed in others]
    waiting = [(trial, seed) for trial, seed in wanted if study.noted(_name(trial, seed)) is None]
    _train(study, crew, waiting, lambda done: progress and progress(done, len(waiting)))
    made = []
    for trial in chosen:
        again = [study.noted(_name(trial, seed)) for seed in others]
        scores = [trial.score or 0.0, *(score for score in again if isinstance(score, float))]
        made.append(Finalist(trial.number, trial.parameters, tuple(scores)))
    return sorted(made, key=lambda finalist: (-finalist.mean, finalist.number))


def _name(trial: Trial, seed: int) -> str:
    return f"final {trial.number} seed {seed}"


def _train(
    study: Study,
    crew: Crew,
    waiting: Sequence[tuple[Trial, int]],
    done: Callable[[int], object],
) -> None:
    tasks = {_name(trial, seed): {**trial.parameters, "seed": seed} for trial, seed in waiting}
    queue, running, ended = list(tasks), 0, 0
    losses = dict.fromkeys(tasks, 0)
    done(0)
    while queue or running:
        while queue and running < crew.size:
            name = queue.pop(0)
            crew.start(name, tasks[name])
            running += 1
        for end in crew.wait(_never, 1.0):
            running -= 1
            name = str(end.key)
            losses[name] += end.how == "lost"
            if end.how == "lost" and losses[name] <= _MOST_LOSSES:
                queue.append(name)
                continue
            study.note(name, _kept(end))
            ended += 1
            done(ended)


def _kept(end: Ended) -> float | str:
    """What the study keeps of a training: its score, or why there is none."""
    return end.score if end.how == "complete" else end.why


def _never(key: Hashable, epoch: int, value: float) -> bool:
    return False
