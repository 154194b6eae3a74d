"""What the parameters of a search mean to a training run: settings in, Arguments and commands out.

A parameter is a field of Arguments. Perceptrons are also described by `hidden` ("128-64"), or by
`layers` and `units`, one width for all, or `units_1`, `units_2`, ... each its own: they become the
model "mlp:128-64". A model "mlp" is one that these say the rest of.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, replace
from itertools import pairwise
from typing import Any

from inkgrad.arguments import Arguments
from inkgrad.errors import InkgradError, UsageError
from inkgrad.nn.architectures import PIXELS, build
from inkgrad.randomness import generator
from inkgrad.tuning.space import Choice, Domain, Integers, Parameters, Space, Uniform, Value

SHAPES = ("hidden", "layers", "units")
_NOT_SEARCHED = ("data", "validation", "seed", "threads", "patience", "label", "as_is")
_WHOLE = ("epochs", "batch_size")
_WORDS = ("model", "optimizer", "schedule", "augment")
_SAMPLES = 30  # settings drawn to see whether their parameters fit each other
_LARGEST, _MOST_LAYERS = 1_000_000, 100
_MOST_WEIGHTS = 1 << 26  # of a perceptron: with gradient, moments and average 1.3 GB a worker
_DIGITS = 4  # significant digits of a number that training takes: more of them mean nothing


def kind(name: str) -> type[Value] | None:
    """What the values of a parameter are: int, float, str or bool; None where there is no such."""
    if name == "hidden" or name in _WORDS:
        return str
    if name in ("layers", "units", *_WHOLE) or re.fullmatch(r"units_[1-9]\d?", name):
        return int
    if name == "normalize":
        return bool
    known = {field.name for field in fields(Arguments)} - set(_NOT_SEARCHED)
    return float if name in known else None


def names() -> list[str]:
    """Every parameter that can be searched."""
    known = [field.name for field in fields(Arguments) if field.name not in _NOT_SEARCHED]
    return [*known, *SHAPES, "units_1", "units_2"]


def is_shape(name: str) -> bool:
    """Whether a parameter describes the hidden layers of a perceptron."""
    return name in SHAPES or name.startswith("units_")


def tidy(parameters: Mapping[str, Any]) -> Parameters:
    """The same setting, numbers with as many digits as training takes."""
    return {
        name: float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
        for name, value in parameters.items()
    }


def arguments_of(base: Arguments, parameters: Mapping[str, Any]) -> Arguments:
    """The training run of a setting; what it does not say is as in `base`.

    Raises UsageError where a value is none that training takes, or asks for too large a network.
    """
    chosen = tidy(parameters)
    shape = {name: chosen.pop(name) for name in list(chosen) if is_shape(name)}
    arguments = replace(base, **chosen)
    hidden = _hidden(shape)
    if hidden:
        if not re.match(r"deck$|mlp(:|$)", arguments.model):
            raise UsageError(
                f"{', '.join(shape)}: {arguments.model} has no hidden layers to choose, "
                "expected model deck or mlp, or a condition on the model"
            )
        _expect_few_weights(hidden)
        return replace(arguments, model=f"mlp:{hidden}")
    if arguments.model == "mlp":
        raise UsageError("model mlp has no sizes, expected hidden, or layers and units")
    return arguments


def _hidden(shape: Mapping[str, Any]) -> str:
    """The hidden layers of a setting, as 128-64; nothing where it does not say."""
    if not shape:
        return ""
    if "hidden" in shape:
        if len(shape) > 1:
            raise UsageError("hidden says all of the layers, expected no layers or units beside it")
        return str(shape["hidden"])
    numbers = [int(name[6:]) for name in shape if name.startswith("units_")]
    layers = int(shape.get("layers", max(numbers, default=0)))
    widths = [shape.get(f"units_{i}", shape.get("units")) for i in range(1, layers + 1)]
    if not widths or None in widths:
        raise UsageError(
            f"{', '.join(shape)}: leave the width of a layer open, "
            "expected layers with units, or with units_1, units_2 and so on"
        )
    return "-".join(map(str, widths))


def _expect_few_weights(hidden: str) -> None:
    """Raise UsageError where a perceptron with these layers does not fit beside others."""
    if not re.fullmatch(r"\d+(-\d+)*", hidden):
        return  # "wide", or none that can be built, which is said there
    widths = [PIXELS, *map(int, hidden.split("-"))]
    weights = sum(before * after for before, after in pairwise(widths))
    if weights > _MOST_WEIGHTS:
        raise UsageError(
            f"hidden layers {hidden} have {weights:,} weights, expected at most {_MOST_WEIGHTS:,}"
        )


def completed(parameters: Mapping[str, Domain]) -> dict[str, Domain]:
    """The same domains with the conditions that go without saying.

    units_2 is there when there are two layers or more, and what describes hidden layers when the
    model is "mlp", where the model is searched too.
    """
    made = dict(parameters)
    model, layers = parameters.get("model"), parameters.get("layers")
    for name, domain in parameters.items():
        when = dict(domain.when)
        if isinstance(model, Choice) and is_shape(name):
            if "mlp" not in model.values:
                raise UsageError(f"{name}: is for perceptrons, expected mlp among the models")
            when.setdefault("model", ("mlp",))
        if layers is not None and name.startswith("units_"):
            enough = tuple(value for value in layers.points() if int(value) >= int(name[6:]))
            if not enough:
                raise UsageError(f"{name}: there are never so many layers, expected fewer units_")
            when.setdefault("layers", enough)
        made[name] = replace(domain, when=when)
    return made


def check(space: Space, base: Arguments) -> None:
    """Raise UsageError for values that no training would take, before any has started."""
    for name, domain in space.parameters.items():
        expected = kind(name)
        if expected is None:
            raise UsageError(f"{name}: is no parameter, expected one of {', '.join(names())}")
        extremes = domain.values if isinstance(domain, Choice) else (domain.low, domain.high)
        for value in extremes:
            try:
                _check_value(name, value, expected, base)
            except InkgradError as error:
                raise UsageError(f"{name}: {error}") from None
    for i in range(_SAMPLES):
        arguments_of(base, space.draw(generator(0, "trial", i)))
    largest = {name: _largest(space.parameters[name]) for name in space.parameters if _counts(name)}
    if "units" in largest or "units_1" in largest:
        arguments_of(replace(base, model="deck"), largest)


def _counts(name: str) -> bool:
    """Whether a parameter is a number of hidden layers, or of units of them."""
    return is_shape(name) and name != "hidden"


def _largest(domain: Domain) -> Value:
    return max(map(int, domain.values)) if isinstance(domain, Choice) else domain.high


def _check_value(name: str, value: Value, expected: type[Value], base: Arguments) -> None:
    fits = isinstance(value, expected) or (expected is float and isinstance(value, int))
    if not fits or (isinstance(value, bool) and expected is not bool):
        raise UsageError(f"{value!r} is of another kind, expected {_KINDS[expected]}")
    if isinstance(value, int | float) and not abs(value) <= _LARGEST:
        raise UsageError(f"{value} is out of reach, expected at most {_LARGEST:,}")
    if name == "layers" and value > _MOST_LAYERS:  # type: ignore[operator]
        raise UsageError(f"{value} are too many, expected at most {_MOST_LAYERS}")
    if name == "hidden" or str(value).startswith("mlp:"):
        hidden = str(value).removeprefix("mlp:")
        _expect_few_weights(hidden)
        build(f"mlp:{hidden}")
    elif is_shape(name):
        if value < 1:  # type: ignore[operator]
            raise UsageError(f"{value} is too small, expected 1 or more")
    elif name == "model":
        if value != "mlp":
            build(str(value))
    elif value == "on-plateau":
        raise UsageError(
            "on-plateau follows the validation loss, and the winner is trained without one: "
            "expected another schedule"
        )
    else:
        replace(base, **{name: value})  # type: ignore[arg-type]


_KINDS: dict[type[Value], str] = {
    int: "whole numbers", float: "numbers", str: "words in quotes", bool: "true or false"
}  # fmt: skip


def options(arguments: Arguments) -> list[str]:
    """The run as options of `inkgrad train`, what is default left out."""
    given: list[str] = []
    for field in fields(Arguments):
        value = asdict(arguments)[field.name]
        if field.default is not MISSING and value == field.default:
            continue
        given.append(f"--{field.name.replace('_', '-')}")
        given += [] if value is True else [str(value)]
    return given


def command(arguments: Arguments) -> str:
    """The line that trains this run, as a shell takes it."""
    return shlex.join(["inkgrad", "train", *options(arguments)])


def domain_of(name: str, low: Value, high: Value, log: bool, more: Parameters) -> Domain:
    """The range of a parameter: whole numbers where it counts something."""
    if kind(name) is int:
        for end in (low, high):
            if not isinstance(end, int):
                raise UsageError(f"{end!r} is of another kind, expected whole numbers")
            if abs(end) > _LARGEST:
                raise UsageError(f"{end} is out of reach, expected at most {_LARGEST:,}")
        return Integers(int(low), int(high), log, **more)
    return Uniform(float(low), float(high), log, **more)
