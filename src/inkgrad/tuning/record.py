"""What is known of one trial, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from inkgrad.errors import UsageError
from inkgrad.schema import Count, Finite, checked
from inkgrad.tuning.space import Parameters

if TYPE_CHECKING:
    import optuna

State = Literal["waiting", "running", "complete", "pruned", "failed"]


@dataclass(frozen=True)
class Trial:
    """What is known of one trial. `curve` has a value for each epoch reported, by its number."""

    number: int
    parameters: Parameters
    state: State
    score: float | None
    curve: dict[int, float]
    seconds: float | None
    failure: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ("complete", "pruned", "failed")


_STATES: dict[str, State] = {
    "WAITING": "waiting", "RUNNING": "running", "COMPLETE": "complete", "PRUNED": "pruned",
    "FAIL": "failed",
}  # fmt: skip


class _Known(TypedDict, total=False):
    """What is noted beside a trial."""

    seconds: Finite | None
    failure: str
    owner: str
    losses: Count


def trial_of(frozen: optuna.trial.FrozenTrial) -> Trial:
    """A line of the book, as Optuna keeps it; UsageError for one that nobody here has written."""
    known = checked(_Known, frozen.user_attrs, f"trial {frozen.number}", UsageError)
    return Trial(
        number=frozen.number,
        parameters=frozen.params,
        state=_STATES[frozen.state.name],
        score=frozen.value if frozen.state.name == "COMPLETE" else None,
        curve=dict(sorted(frozen.intermediate_values.items())),
        seconds=known.get("seconds"),
        failure=known.get("failure", ""),
    )
