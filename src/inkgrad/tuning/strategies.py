"""In which order a space is searched, and which trials are stopped early.

grid       every setting there is, in order
random     settings drawn at random (Bergstra and Bengio 2012)
halving    the same, but of the trials that reach epochs 1, 3, 9 ... the best third go on
           (asynchronous successive halving, Li 2020)
tpe        where trials have done well is where others are drawn (tree-structured Parzen estimator,
           Bergstra 2011); the best third go on after a fifth of the epochs and after three, and
           from two fifths on what is below the median of the complete ones is stopped
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from inkgrad.errors import UsageError
from inkgrad.randomness import generator
from inkgrad.tuning.space import Choice, Domain, Parameters, Space, Uniform
from inkgrad.tuning.storage import library

if TYPE_CHECKING:
    import optuna

STRATEGIES = ("grid", "random", "halving", "tpe")
PRUNING = ("halving", "tpe")
_TRIALS = 30  # unless said otherwise
_STARTUP = 5  # trials that end before one is compared with their median


def settings(space: Space, strategy: str, seed: int, trials: int | None) -> list[Parameters | None]:
    """What is tried under each number; None for what is only known when its turn comes."""
    if strategy not in STRATEGIES:
        raise UsageError(
            f"strategy {strategy!r} is unknown, expected one of {', '.join(STRATEGIES)}"
        )
    if trials is not None and trials < 1:
        raise UsageError(f"trials is {trials}, expected 1 or more")
    if strategy == "grid":
        return [*space.grid()[:trials]]
    if strategy == "tpe":
        return [None] * (trials or _TRIALS)
    return [space.draw(generator(seed, "trial", i)) for i in range(trials or _TRIALS)]


def sampler(strategy: str, seed: int, number: int) -> optuna.samplers.BaseSampler:
    """The sampler of one trial: seeded by its number, so a search resumed draws the same."""
    optuna = library()
    drawn = int(generator(seed, "trial", number).integers(2**31))
    if strategy != "tpe":
        return optuna.samplers.RandomSampler(seed=drawn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(
            seed=drawn, multivariate=True, group=True, constant_liar=True
        )


def pruner(strategy: str, epochs: int | None) -> optuna.pruners.BasePruner:
    """Who says which trials are stopped early; nobody, for a strategy that stops none."""
    from optuna import Study, pruners
    from optuna.trial import FrozenTrial

    def thirds(first: int) -> pruners.BasePruner:
        return pruners.SuccessiveHalvingPruner(max(1, first), reduction_factor=3)

    class Either(pruners.BasePruner):
        def __init__(self, *both: pruners.BasePruner) -> None:
            self.both = both

        def prune(self, study: Study, trial: FrozenTrial) -> bool:
            said = [each.prune(study, trial) for each in self.both]  # as each notes the trial
            return any(said)

    epochs = epochs or 0
    if strategy == "halving":
        return thirds(epochs // 10)
    if strategy == "tpe":
        median = pruners.MedianPruner(_STARTUP, n_warmup_steps=max(1, 2 * epochs // 5))
        return Either(thirds(epochs // 5), median)
    return pruners.NopPruner()


def suggest(trial: optuna.Trial, name: str, domain: Domain) -> Any:
    """The value of a parameter in a trial."""
    if isinstance(domain, Choice):
        return trial.suggest_categorical(name, domain.values)
    if isinstance(domain, Uniform):
        return trial.suggest_float(name, domain.low, domain.high, log=domain.log)
    return trial.suggest_int(name, domain.low, domain.high, step=domain.step, log=domain.log)
