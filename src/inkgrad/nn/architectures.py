"""Networks with a name. Each reads as its diagram: 28x28 pixels in, one logit a class out."""

from __future__ import annotations

import re

from inkgrad.errors import ShapeError
from inkgrad.nn.activations import ReLU
from inkgrad.nn.layers import Dense, Dropout, Layer
from inkgrad.nn.network import Network

_PIXELS = 28 * 28


def deck(
    classes: int = 10, *, dropout: float = 0.0, input_dropout: float = 0.0, seed: int = 0
) -> Network:
    """784-128-64-10 with ReLU: the network that teaching material starts from."""
    if dropout or input_dropout:
        return mlp((128, 64), classes, dropout=dropout, input_dropout=input_dropout, seed=seed)
    return Network((_PIXELS,), [Dense(128), ReLU(), Dense(64), ReLU(), Dense(classes)], seed=seed)


def mlp(
    hidden: tuple[int, ...] = (512, 256),
    classes: int = 10,
    *,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    seed: int = 0,
) -> Network:
    """Any multi-layer perceptron: one number of units a hidden layer, dropout after each.

    `input_dropout` is the part of the pixels dropped in training.
    """
    layers: list[Layer] = [Dropout(input_dropout)] if input_dropout else []
    for units in hidden:
        layers += [Dense(units), ReLU()]
        if dropout:
            layers.append(Dropout(dropout))
    return Network((_PIXELS,), [*layers, Dense(classes)], seed=seed)


def build(
    name: str,
    classes: int = 10,
    *,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    seed: int = 0,
) -> Network:
    """A network by its name on the command line: "deck", or "mlp:512-256" for hidden layers.

    Raises ShapeError for a name that is none.
    """
    if name == "deck":
        return deck(classes, dropout=dropout, input_dropout=input_dropout, seed=seed)
    if match := re.fullmatch(r"mlp:(\d{1,6}(?:-\d{1,6})*)", name):
        hidden = tuple(int(units) for units in match[1].split("-"))
        return mlp(hidden, classes, dropout=dropout, input_dropout=input_dropout, seed=seed)
    raise ShapeError(f'model {name!r} is unknown: expected "deck" or "mlp:512-256" and the like')
