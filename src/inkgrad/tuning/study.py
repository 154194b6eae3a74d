"""The book of a search: every trial has its line from the start, and what came of it is kept.

The lines stand in a file, written by Optuna as a journal that several processes may write to, also
over a network disk, or in a database. A trial is waiting, running, complete, pruned or failed.
Whoever takes a trial signs it; if he is gone, it waits again. What is tried under number i depends
on the space, the seed and i, never on who takes it or when; with "tpe" also on what is known then.
"""

from __future__ import annotations

import json
import math
import threading
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from inkgrad.errors import UsageError
from inkgrad.schema import checked
from inkgrad.tuning import strategies
from inkgrad.tuning.record import Trial, trial_of
from inkgrad.tuning.space import Parameters, Space
from inkgrad.tuning.storage import (
    alive,
    library,
    new_owner,
    open_storage,
    patiently,
    quietly,
    shown,
)

if TYPE_CHECKING:
    import optuna

_BEAT = 10.0  # seconds between signs of life
_MOST_LOSSES = 3  # times that a trial is given out again after its worker died


class Study:
    """Open it as a context: while it is open, others see a sign of life of its owner."""

    def __init__(
        self,
        where: str | None,
        space: Space,
        strategy: str,
        *,
        trials: int | None = None,
        epochs: int | None = None,
        prune: bool = True,
        seed: int = 0,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """`where` is a file, the URL of a database, or None for memory alone.

        `epochs` is how many values a trial reports, for the strategies that stop bad ones early.
        Raises UsageError where the study was started with another space, strategy, seed or `about`.
        """
        self._optuna = library()
        self.where, self.space, self.strategy, self.seed = where, space, strategy, seed
        self._settings = strategies.settings(space, strategy, seed, trials)
        self.trials, self.epochs = len(self._settings), epochs
        self.prunes = prune and strategy in strategies.PRUNING
        with quietly():
            self._storage, name = patiently(where, lambda: open_storage(where))
            self._study = patiently(where, lambda: self._named(name))
        self._owner = new_owner()
        self._mine: dict[int, optuna.Trial] = {}
        self._told: dict[int, set[int]] = {}  # epochs
        self._closed = threading.Event()
        facts = {"strategy": strategy, "seed": seed, "epochs": epochs, "prune": self.prunes}
        facts = {**facts, "space": space.facts(), **(about or {})}
        patiently(where, lambda: self._agree(facts))
        for _ in range(len(self._study.get_trials(deepcopy=False)), self.trials):
            self._study.enqueue_trial({})  # a line for every trial wanted that has none yet

    def _named(self, name: str) -> optuna.Study:
        return self._optuna.create_study(
            storage=self._storage,
            study_name=name,
            direction="maximize",
            load_if_exists=True,
            pruner=strategies.pruner(self.strategy if self.prunes else "", self.epochs),
        )

    def _agree(self, facts: dict[str, Any]) -> None:
        """Sign what is searched and how, or compare with what was signed."""
        facts = json.loads(json.dumps(facts))
        signed = self._study.user_attrs.get("search")
        if signed is None:
            self._study.set_user_attr("search", facts)
            return
        signed = checked(dict[str, Any], signed, f"{shown(self.where)}: its search", UsageError)
        for name in {**signed, **facts}:
            was, now = signed.get(name), facts.get(name)
            if was != now:
                told = f"{name} {was!r}, not {now!r}"
                told = told if len(told) < 80 else f"another {name}"
                raise UsageError(
                    f"{shown(self.where)}: was started with {told}: "
                    "expected the same, or another study"
                )

    # what there is

    def all(self) -> list[Trial]:
        """Every trial wanted, by number. Raises UsageError for one that is not of this space."""
        found = [trial_of(each) for each in self._frozen()]
        for trial in found:
            for name, value in trial.parameters.items():
                if name not in self.space.parameters or not self.space.parameters[name].has(value):
                    raise UsageError(
                        f"{shown(self.where)}: trial {trial.number} has {name} = {value!r}, "
                        "which is not in the space"
                    )
        return found

    def _frozen(self) -> list[optuna.trial.FrozenTrial]:
        return self._study.get_trials(deepcopy=False)[: self.trials]

    @property
    def done(self) -> bool:
        return all(each.state.is_finished() for each in self._frozen())

    # a trial from its taking to its end

    def take(self) -> Trial | None:
        """The next trial that waits, now ours to run; None where none waits."""
        running = self._optuna.trial.TrialState.RUNNING
        for each in self._frozen():
            if each.state != self._optuna.trial.TrialState.WAITING:
                continue
            try:
                self._sign(each._trial_id)  # first, so that whoever dies next is known
                if self._storage.set_trial_state_values(each._trial_id, running):
                    return self._begin(each.number, each._trial_id)
            except self._optuna.exceptions.UpdateFinishedTrialError:
                continue
            except BaseException:  # Ctrl-C among others
                if self._signed(each._trial_id):
                    self._release(each._trial_id)
                raise
        return None

    def _sign(self, identity: int) -> None:
        self._storage.set_trial_user_attr(identity, "owner", self._owner)

    def _signed(self, identity: int) -> bool:
        return self._storage.get_trial(identity).user_attrs.get("owner") == self._owner

    def _begin(self, number: int, identity: int) -> Trial:
        if not self._signed(identity):  # another wanted it too, and was later
            self._sign(identity)
        if (fixed := self._settings[number]) is not None:
            self._storage.set_trial_system_attr(identity, "fixed_params", fixed)
        self._study.sampler = strategies.sampler(self.strategy, self.seed, number)
        trial = self._optuna.Trial(self._study, identity)
        self._mine[number] = trial
        self._told[number] = set(self._storage.get_trial(identity).intermediate_values)
        chosen: Parameters = {}
        for name in self.space.parameters:
            if self.space.there(name, chosen):
                chosen[name] = strategies.suggest(trial, name, self.space.parameters[name])
        return trial_of(self._storage.get_trial(identity))

    def report(self, number: int, epoch: int, value: float) -> bool:
        """Note what a trial of ours is worth after an epoch; whether it is better stopped."""
        trial = self._mine[number]
        if epoch in self._told[number]:
            return False  # before the worker died that ran it first
        self._told[number].add(epoch)
        trial.report(value, epoch)
        last = trial.params.get("epochs", self.epochs)
        return self.prunes and epoch != last and trial.should_prune()

    def complete(self, number: int, score: float, seconds: float) -> None:
        """A trial of ours is over; a score that is no finite number is a failure."""
        if not math.isfinite(score):
            self.fail(number, f"its score is {score}", seconds)
            return
        self._end(number, self._optuna.trial.TrialState.COMPLETE, score, seconds)

    def prune(self, number: int, seconds: float) -> None:
        """A trial of ours was stopped early."""
        self._end(number, self._optuna.trial.TrialState.PRUNED, None, seconds)

    def fail(self, number: int, why: str, seconds: float | None = None) -> None:
        """A trial of ours cannot be run, and why: the search goes on without it."""
        self._storage.set_trial_user_attr(self._mine[number]._trial_id, "failure", why)
        self._end(number, self._optuna.trial.TrialState.FAIL, None, seconds)

    def _end(
        self,
        number: int,
        state: optuna.trial.TrialState,
        score: float | None,
        seconds: float | None,
    ) -> None:
        trial = self._mine.pop(number)
        try:
            if seconds is not None:
                self._storage.set_trial_user_attr(trial._trial_id, "seconds", round(seconds, 3))
            self._study.tell(trial, score, state, skip_if_finished=True)
        except self._optuna.exceptions.UpdateFinishedTrialError:
            pass  # another has ended it, who took us for gone

    def lose(self, number: int, why: str) -> bool:
        """The worker of a trial of ours has died: it waits again; whether it does.

        A trial that has lost three workers has failed: it may be what kills them.
        """
        identity = self._mine[number]._trial_id
        losses = 1 + self._storage.get_trial(identity).user_attrs.get("losses", 0)
        self._storage.set_trial_user_attr(identity, "losses", losses)
        if losses > _MOST_LOSSES:
            self.fail(number, f"{why}, {losses} times")
            return False
        self._release(identity)
        del self._mine[number]
        return True

    def _release(self, identity: int) -> None:
        with suppress(self._optuna.exceptions.UpdateFinishedTrialError):  # it has ended meanwhile
            self._storage.set_trial_state_values(identity, self._optuna.trial.TrialState.WAITING)

    # life and death

    def reclaim(self) -> int:
        """Let the trials wait again whose owners are gone; how many they were."""
        found = 0
        beats = self._study.user_attrs
        for each in self._frozen():
            if each.state != self._optuna.trial.TrialState.RUNNING or each.number in self._mine:
                continue
            started = each.datetime_start.timestamp() if each.datetime_start else 0.0
            owner = each.user_attrs.get("owner", "")
            if not alive(owner, max(started, beats.get(f"beat {owner}", 0.0))):
                self._release(each._trial_id)
                found += 1
        return found

    def _beat(self) -> None:
        while not self._closed.wait(_BEAT):
            if self._mine:
                self._study.set_user_attr(f"beat {self._owner}", time.time())

    def __enter__(self) -> Study:
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever is still ours waits again, for whoever goes on."""
        self._closed.set()
        for trial in self._mine.values():
            self._release(trial._trial_id)
        self._mine.clear()

    # what is kept beside the trials

    def note(self, name: str, value: Any) -> None:
        """Keep a fact of the whole study."""
        self._study.set_user_attr(name, value)

    def noted(self, name: str) -> Any:
        """A fact that was kept, or None."""
        return self._study.user_attrs.get(name)

    def importance(self) -> dict[str, float]:
        """How much each parameter decides, parts of 1, the largest first (PED-ANOVA, IJCAI 2023).

        Empty where too few trials are complete to say.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", self._optuna.exceptions.ExperimentalWarning)
            warnings.simplefilter("error", UserWarning)  # too few to say
            try:
                return dict(
                    self._optuna.importance.get_param_importances(
                        self._study, evaluator=self._optuna.importance.PedAnovaImportanceEvaluator()
                    )
                )
            except (ValueError, RuntimeError, ZeroDivisionError, UserWarning):
                return {}
