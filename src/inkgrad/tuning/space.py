"""What a search may try, as plain data: a domain for each parameter, and when it is there at all.

Space({
    "model": Choice(("mlp", "cnn")),
    "learning_rate": Uniform(0.0003, 0.03, log=True),
    "layers": Integers(1, 3, when={"model": ("mlp",)}),
})
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeGuard

import numpy as np

from inkgrad.errors import UsageError

Value = bool | int | float | str
Parameters = dict[str, Any]
"""A setting to try: a value for every parameter that is there."""

When = Mapping[str, tuple[Value, ...]]
_FARTHEST = 1e300  # of the ends of a range
_LARGEST_GRID = 100_000


@dataclass(frozen=True)
class Choice:
    """One of these values.

    `when`, here as in every domain: the parameter is there only if each parameter named has one of
    the values listed.
    """

    values: tuple[Value, ...]
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.values:
            raise UsageError("a choice has no values, expected at least one")
        if len({(type(value), value) for value in self.values}) < len(self.values):
            raise UsageError(f"a choice has a value twice: {list(self.values)}")

    def has(self, value: object) -> bool:
        return any(value == each and type(value) is type(each) for each in self.values)

    def draw(self, rng: np.random.Generator) -> Value:
        return self.values[rng.integers(len(self.values))]

    def points(self) -> tuple[Value, ...]:
        return self.values


@dataclass(frozen=True)
class Uniform:
    """Any number from `low` to `high`, evenly, or evenly in its logarithm.

    `count` is how many of them a grid tries; without it no grid can be made.
    """

    low: float
    high: float
    log: bool = False
    count: int | None = None
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)
        if self.count is not None and self.count < 2:
            raise UsageError(f"count is {self.count}, expected 2 or more")

    def has(self, value: object) -> bool:
        return _is_number(value) and self.low <= value <= self.high

    def draw(self, rng: np.random.Generator) -> float:
        low, high = _ends(self.low, self.high, self.log)
        value = float(low + (high - low) * rng.random())
        return min(max(math.exp(value) if self.log else value, self.low), self.high)

    def points(self) -> tuple[float, ...]:
        if self.count is None:
            raise UsageError(
                "a grid cannot try every number of a range, expected a count of them, or a choice"
            )
        low, high = _ends(self.low, self.high, self.log)
        steps = [low + (high - low) * i / (self.count - 1) for i in range(1, self.count - 1)]
        return (self.low, *(math.exp(step) if self.log else step for step in steps), self.high)


@dataclass(frozen=True)
class Integers:
    """A whole number from `low` to `high`, both included, in steps; or evenly in its logarithm."""

    low: int
    high: int
    log: bool = False
    step: int = 1
    when: When = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)
        if self.step < 1:
            raise UsageError(f"step is {self.step}, expected 1 or more")
        if self.log and self.step > 1:
            raise UsageError("a range in logarithms has no steps, expected log or step")
        if (self.high - self.low) % self.step:
            raise UsageError(
                f"steps of {self.step} from {self.low} miss {self.high}, "
                "expected steps that meet both ends"
            )

    def has(self, value: object) -> bool:
        return type(value) is int and self.low <= value <= self.high

    def draw(self, rng: np.random.Generator) -> int:
        if self.log:
            low, high = math.log(self.low - 0.5), math.log(self.high + 0.5)
            value = round(math.exp(low + (high - low) * rng.random()))
            return min(max(value, self.low), self.high)
        return self.low + self.step * int(rng.integers((self.high - self.low) // self.step + 1))

    def points(self) -> tuple[int, ...]:
        return tuple(range(self.low, self.high + 1, self.step))


Domain = Choice | Uniform | Integers


@dataclass(frozen=True)
class Space:
    """A domain for each parameter. Raises UsageError for conditions that cannot be met."""

    parameters: Mapping[str, Domain]

    def __post_init__(self) -> None:
        if not self.parameters:
            raise UsageError("the space has no parameters, expected at least one")
        for name, domain in self.parameters.items():
            for other, values in domain.when.items():
                _check_condition(name, other, values, self.parameters)
        object.__setattr__(self, "parameters", _parents_first(self.parameters))

    def there(self, name: str, chosen: Parameters) -> bool:
        """Whether a parameter is there, after all that it depends on have been chosen."""
        when = self.parameters[name].when
        return all(other in chosen and chosen[other] in values for other, values in when.items())

    def draw(self, rng: np.random.Generator) -> Parameters:
        """One setting, every parameter from its domain."""
        chosen: Parameters = {}
        for name, domain in self.parameters.items():
            if self.there(name, chosen):
                chosen[name] = domain.draw(rng)
        return chosen

    def grid(self) -> list[Parameters]:
        """Every setting there is, the last parameter changing fastest.

        Raises UsageError where a range has no count, or where there are too many.
        """
        points: dict[str, tuple[Value, ...]] = {}
        for name, domain in self.parameters.items():
            try:
                points[name] = domain.points()
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from None
        settings = []
        for setting in self._combinations(points, list(points), {}):
            settings.append(setting)
            if len(settings) > _LARGEST_GRID:
                raise UsageError(
                    f"the grid has more than {_LARGEST_GRID:,} settings, expected fewer: "
                    "give counts or steps, or take another strategy"
                )
        return settings

    def _combinations(
        self, points: dict[str, tuple[Value, ...]], names: list[str], chosen: Parameters
    ) -> Iterator[Parameters]:
        if not names:
            yield dict(chosen)
            return
        name, *rest = names
        if not self.there(name, chosen):
            yield from self._combinations(points, rest, chosen)
            return
        for value in points[name]:
            yield from self._combinations(points, rest, {**chosen, name: value})

    def facts(self) -> dict[str, Any]:
        """The space as JSON holds it; two spaces with the same facts are the same."""
        return {
            name: {"kind": type(domain).__name__, **_plain(asdict(domain))}
            for name, domain in self.parameters.items()
        }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _is_number(value: object) -> TypeGuard[int | float]:
    return type(value) in (int, float)


def _ends(low: float, high: float, log: bool) -> tuple[float, float]:
    return (math.log(low), math.log(high)) if log else (low, high)


def _check_range(low: float, high: float, log: bool) -> None:
    if not (abs(low) <= _FARTHEST and abs(high) <= _FARTHEST and low < high):
        raise UsageError(f"the range is {low} to {high}, expected low under high")
    if log and low <= 0:
        raise UsageError(f"a range in logarithms starts at {low}, expected more than 0")


def _check_condition(
    name: str, other: str, values: tuple[Value, ...], parameters: Mapping[str, Domain]
) -> None:
    if other not in parameters:
        raise UsageError(f"{name}: depends on {other}, which is no parameter of the space")
    domain = parameters[other]
    if isinstance(domain, Uniform):
        raise UsageError(f"{name}: depends on {other}, a range, expected a choice or integers")
    possible = domain.points()
    for value in values:
        if value not in possible:
            raise UsageError(
                f"{name}: is there when {other} is {value!r}, which it never is, "
                f"expected one of {', '.join(map(str, possible[:20]))}"
            )


def _parents_first(parameters: Mapping[str, Domain]) -> dict[str, Domain]:
    """The same parameters, each after those it depends on."""
    placed: dict[str, Domain] = {}
    waiting = dict(parameters)
    while waiting:
        ready = [name for name, domain in waiting.items() if set(domain.when) <= set(placed)]
        if not ready:
            raise UsageError(f"{', '.join(waiting)}: depend on each other in a circle")
        placed[ready[0]] = waiting.pop(ready[0])
    return placed
