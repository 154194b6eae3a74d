"""Spaces to search: read from a TOML file, the teaching deck's grid, and what suits each model.

augment = "affine"                                     # a value: the same in every trial
optimizer = ["adamw", "sgd"]                           # a choice
learning_rate = { low = 0.0003, high = 0.03, log = true }
layers = { low = 1, high = 3 }                         # whole numbers, as layers are counted
units_1 = { low = 64, high = 512, step = 64 }          # units_2 is there with two layers
units_2 = { low = 32, high = 256, log = true }
units_3 = { choices = [32, 64] }
clip = { choices = [0.5, 1.0, 2.0], when = { optimizer = ["sgd"] } }
dropout = { low = 0.0, high = 0.5, count = 6 }         # six of them in a grid
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from inkgrad.arguments import Arguments
from inkgrad.errors import InkgradError, UsageError
from inkgrad.tuning import parameters
from inkgrad.tuning.space import Choice, Domain, Integers, Space, Uniform

_KEYS = {"choices", "low", "high", "log", "step", "count", "when"}

DECK = Space(
    {
        "learning_rate": Choice((0.001, 0.01, 0.1)),
        "hidden": Choice(("256-128", "128-64", "64-32")),
    }
)
"""The grid that teaching material tries: three learning rates, three sizes.

The largest first: two workers then end at about the same time.
"""

_TRAINING: dict[str, Domain] = {
    "learning_rate": Uniform(0.0005, 0.02, log=True, count=5),
    "batch_size": Choice((32, 64, 128, 256)),
    "label_smoothing": Uniform(0.0, 0.15, count=3),
    "weight_decay": Uniform(0.005, 0.5, log=True, count=3),
}
_PERCEPTRON: dict[str, Domain] = {
    **_TRAINING,
    "layers": Integers(1, 3),
    "units_1": Integers(64, 1024, log=True),
    "units_2": Integers(32, 1024, log=True, when={"layers": (2, 3)}),
    "units_3": Integers(32, 512, log=True, when={"layers": (3,)}),
    "dropout": Uniform(0.0, 0.5, count=3),
    "input_dropout": Uniform(0.0, 0.3, count=3),
}
_CONVOLUTIONAL: dict[str, Domain] = {
    **_TRAINING,
    "dropout": Uniform(0.0, 0.5, count=3),
    "augment": Choice(("none", "shift", "affine")),
}


def space_for(given: str | None, base: Arguments) -> tuple[Space, Arguments]:
    """The space that --space names, and the run that its trials vary.

    "deck", a TOML file, or None for what suits the model. Raises UsageError for values that no
    training would take.
    """
    if given is None:
        domains = _PERCEPTRON if base.model == "mlp" else _suited(base.model)
        space = Space(domains)
    elif given == "deck":
        space = DECK
    else:
        return read(Path(given), base)
    parameters.check(space, base)
    return space, base


def _suited(model: str) -> dict[str, Domain]:
    """For a model whose layers are given: how it is trained."""
    if model == "deck" or model.startswith("mlp:"):
        shape = ("layers", "units_1", "units_2", "units_3")
        return {name: domain for name, domain in _PERCEPTRON.items() if name not in shape}
    return _CONVOLUTIONAL


def read(path: Path, base: Arguments) -> tuple[Space, Arguments]:
    """The space in a TOML file; its single values go into the run that trials vary.

    Raises UsageError: the file, the parameter, what is wrong with it and what was expected.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: is not there, expected a TOML file or deck") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits among others
        raise UsageError(f"{path}: is no TOML: {error}") from None
    domains: dict[str, Domain] = {}
    for name, value in content.items():
        try:
            if parameters.kind(name) is None:
                known = ", ".join(parameters.names())
                raise UsageError(f"is no parameter, expected one of {known}")
            if isinstance(value, (list, dict)) or parameters.is_shape(name) or value == "mlp":
                domains[name] = _domain(name, value)
                continue
            parameters.check(Space({name: Choice((value,))}), base)
            base = replace(base, **{name: value})
        except (InkgradError, TypeError, ArithmeticError) as error:
            fault = str(error).removeprefix(f"{name}: ")
            raise UsageError(f"{path}: {name}: {fault}") from None
    try:
        space = Space(parameters.completed(domains))
        parameters.check(space, base)
    except (InkgradError, ValueError, ArithmeticError) as error:
        raise UsageError(f"{path}: {error}") from None
    return space, base


def _domain(name: str, value: Any) -> Domain:
    if isinstance(value, list):
        return Choice(_simple(value))
    if not isinstance(value, dict):
        return Choice(_simple([value]))
    if unknown := set(value) - _KEYS:
        raise UsageError(
            f"has {', '.join(sorted(unknown))}, expected only {', '.join(sorted(_KEYS))}"
        )
    when = _when(value.get("when", {}))
    if "choices" in value:
        if len(value) > 1 + ("when" in value):
            raise UsageError("has choices and more, expected choices or a range from low to high")
        if not isinstance(value["choices"], list):
            raise UsageError(f"choices is {value['choices']!r}, expected a list")
        return Choice(_simple(value["choices"]), when)
    low: Any = value.get("low")
    high: Any = value.get("high")
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in (low, high)):
        raise UsageError(f"the range is {low} to {high}, expected numbers as low and high")
    more = {key: value[key] for key in ("step", "count") if key in value}
    if any(isinstance(each, bool) or not isinstance(each, int) for each in more.values()):
        raise UsageError(f"{', '.join(more)}: expected whole numbers")
    wrong = "count" if parameters.kind(name) is int else "step"
    if wrong in more:
        raise UsageError(f"has a {wrong}, expected {'step' if wrong == 'count' else 'count'}")
    if not isinstance(log := value.get("log", False), bool):
        raise UsageError(f"log is {log!r}, expected true or false")
    return parameters.domain_of(name, low, high, log, {**more, "when": when})


def _simple(values: list[Any]) -> tuple[Any, ...]:
    for value in values:
        if not isinstance(value, (bool, int, float, str)):
            raise UsageError(f"{value!r} is no single value, expected words, numbers or true/false")
    return tuple(values)


def _when(conditions: Any) -> dict[str, tuple[Any, ...]]:
    if not isinstance(conditions, dict):
        raise UsageError(f'when is {conditions!r}, expected {{ optimizer = ["sgd"] }} and the like')
    return {
        name: _simple(values if isinstance(values, list) else [values])
        for name, values in conditions.items()
    }
