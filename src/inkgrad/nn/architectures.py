"""Networks with a name. Each reads as its diagram: 28x28 pixels in, one logit a class out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from inkgrad.errors import ShapeError
from inkgrad.nn.activations import ReLU
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import GlobalMaxPool, MaxPool2D

PIXELS = 28 * 28
_IMAGE = (28, 28, 1)
_WIDE = (2048, 1024)
LINE_HEIGHT = 32  # pixels


def deck(
    classes: int = 10, *, dropout: float = 0.0, input_dropout: float = 0.0, seed: int = 0
) -> Network:
    """784-128-64-10 with ReLU: the network that teaching material starts from."""
    if dropout or input_dropout:
        return mlp((128, 64), classes, dropout=dropout, input_dropout=input_dropout, seed=seed)
    return Network((PIXELS,), [Dense(128), ReLU(), Dense(64), ReLU(), Dense(classes)], seed=seed)


def mlp(
    hidden: tuple[int, ...] | str = (512, 256),
    classes: int = 10,
    *,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    normalize: bool = False,
    seed: int = 0,
) -> Network:
    """Any multi-layer perceptron: one number of units a hidden layer, dropout after each.

    `hidden` "wide" is 2048-1024. `input_dropout` is the part of the pixels dropped in training;
    `normalize` puts batch normalization before each ReLU.
    """
    if isinstance(hidden, str):
        if hidden != "wide":
            raise ShapeError(f'mlp {hidden!r} is unknown, expected "wide" or numbers of units')
        hidden = _WIDE
    layers: list[Layer] = [Dropout(input_dropout)] if input_dropout else []
    for units in hidden:
        layers += [Dense(units), BatchNorm(), ReLU()] if normalize else [Dense(units), ReLU()]
        if dropout:
            layers.append(Dropout(dropout))
    return Network((PIXELS,), [*layers, Dense(classes)], seed=seed)


def lenet(classes: int = 10, *, dropout: float = 0.0, seed: int = 0) -> Network:
    """Two convolutions of 5x5, then dense layers, as in LeCun 1998 but with ReLU and maxima.

    The rectifier comes after pooling: the result is the same, on a quarter of the values.
    """
    head: list[Layer] = [Flatten(), Dense(128), ReLU()]
    if dropout:
        head.append(Dropout(dropout))
    return Network(
        _IMAGE,
        [
            *(Conv2D(16, 5), MaxPool2D(), ReLU()),
            *(Conv2D(32, 5), MaxPool2D(), ReLU()),
            *head,
            Dense(classes),
        ],
        seed=seed,
    )


def cnn(size: str = "small", classes: int = 10, *, dropout: float = 0.0, seed: int = 0) -> Network:
    """Six normalized convolutions of 3x3 and a global maximum: what that sees is the whole image.

    "small" has 16-16, 32-32 and 40-48 channels (46,114 parameters), "large" twice as many
    (182,074).
    """
    if size not in ("small", "large"):
        raise ShapeError(f'cnn size {size!r} is unknown, expected "small" or "large"')
    channels = (16, 32, 40, 48) if size == "small" else (32, 64, 80, 96)
    return _normalized(channels, classes, dropout, seed)


def tiny(classes: int = 10, *, dropout: float = 0.0, seed: int = 0) -> Network:
    """As `cnn`, with 8-8, 16-16 and 16-20 channels: 9,750 parameters."""
    return _normalized((8, 16, 16, 20), classes, dropout, seed)


def _normalized(
    channels: tuple[int, int, int, int], classes: int, dropout: float, seed: int
) -> Network:
    """Twice two convolutions and a maximum, then two more and the maximum of all places."""
    a, b, c, d = channels
    head: list[Layer] = [Dropout(dropout)] if dropout else []
    return Network(
        _IMAGE,
        [
            *(Conv2D(a), BatchNorm(), ReLU()),
            *(Conv2D(a), BatchNorm(), MaxPool2D(), ReLU()),
            *(Conv2D(b), BatchNorm(), ReLU()),
            *(Conv2D(b), BatchNorm(), MaxPool2D(), ReLU()),
            *(Conv2D(c), BatchNorm(), ReLU()),
            *(Conv2D(d), BatchNorm(), GlobalMaxPool(), ReLU()),
            *head,
            Dense(classes),
        ],
        seed=seed,
    )


def line_reader(alphabet: str, size: str = "small", *, seed: int = 0) -> Network:
    """Lines of 32 pixels' height and any width: logits for columns of it, the blank last.

    The space-displacement network of LeCun 1998 (section VII), trained with a loss that knows no
    places: it slides over a line, and nothing has to be cut. "small" and "medium" have a column for
    every fourth pixel, enough for digits; "large" one for every second: small letters stand close
    together. For ten digits they have 229,067 and 350,091 parameters. "joined" is "large" with two
    convolutions more along the line: what a joined letter is, its neighbours tell.
    """
    if size not in ("small", "medium", "large", "joined"):
        known = '"small", "medium", "large" or "joined"'
        raise ShapeError(f"reader size {size!r} is unknown, expected {known}")
    if size == "joined":
        return Network(
            (LINE_HEIGHT, 128, 1),
            [
                *(Conv2D(16), MaxPool2D(), ReLU()),
                *(Conv2D(32), BatchNorm(), ReLU()),
                *(Conv2D(48), BatchNorm(), MaxPool2D(2, width=1), ReLU()),
                *(Conv2D(64), BatchNorm(), MaxPool2D(2, width=1), ReLU()),
                *(Conv2D(96), BatchNorm(), ReLU()),
                Columns(),
                *(Conv1D(160, 1), BatchNorm(), ReLU()),
                *(Conv1D(160, 5), BatchNorm(), ReLU()),
                *(Conv1D(160, 5), BatchNorm(), ReLU()),
                *(Conv1D(160, 7), BatchNorm(), ReLU()),
                *(Conv1D(160, 7), BatchNorm(), ReLU()),
                Dropout(0.1),
                Conv1D(len(alphabet) + 1, 3),
            ],
            seed=seed,
        )
    if size == "large":
        return Network(
            (LINE_HEIGHT, 128, 1),
            [
                *(Conv2D(16), MaxPool2D(), ReLU()),
                *(Conv2D(32), BatchNorm(), ReLU()),
                *(Conv2D(48), BatchNorm(), MaxPool2D(2, width=1), ReLU()),
                *(Conv2D(64), BatchNorm(), MaxPool2D(2, width=1), ReLU()),
                *(Conv2D(96), BatchNorm(), ReLU()),
                Columns(),
                *(Conv1D(160, 1), BatchNorm(), ReLU()),
                *(Conv1D(160, 5), BatchNorm(), ReLU()),
                *(Conv1D(160, 5), BatchNorm(), ReLU()),
                Conv1D(len(alphabet) + 1, 3),
            ],
            seed=seed,
        )
    if size == "small":
        return Network(
            (LINE_HEIGHT, 128, 1),
            [
                *(Conv2D(16), MaxPool2D(), ReLU()),
                *(Conv2D(32), BatchNorm(), ReLU()),
                *(Conv2D(48), BatchNorm(), MaxPool2D(), ReLU()),
                *(Conv2D(64), BatchNorm(), ReLU()),
                *(Conv2D(80), BatchNorm(), ReLU()),
                Columns(),
                *(Conv1D(128, 1), BatchNorm(), ReLU()),
                *(Conv1D(128, 3), BatchNorm(), ReLU()),
                Conv1D(len(alphabet) + 1, 3),
            ],
            seed=seed,
        )
    return Network(
        (LINE_HEIGHT, 128, 1),
        [
            *(Conv2D(16), MaxPool2D(), ReLU()),
            *(Conv2D(32), BatchNorm(), ReLU()),
            *(Conv2D(48), BatchNorm(), MaxPool2D(), ReLU()),
            *(Conv2D(64), BatchNorm(), MaxPool2D(2, width=1), ReLU()),
            *(Conv2D(96), BatchNorm(), ReLU()),
            *(Conv2D(96), BatchNorm(), ReLU()),
            Columns(),
            *(Conv1D(144, 1), BatchNorm(), ReLU()),
            *(Conv1D(144, 5), BatchNorm(), ReLU()),
            Conv1D(len(alphabet) + 1, 3),
        ],
        seed=seed,
    )


def build(
    name: str,
    classes: int = 10,
    *,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    normalize: bool = False,
    seed: int = 0,
) -> Network:
    """A network by its name on the command line.

    "deck"; "mlp:512-256" and the like for hidden layers, "mlp:wide" for 2048-1024; "lenet", "cnn",
    "cnn:large", "tiny". `input_dropout` and `normalize` are for perceptrons. Raises ShapeError for
    a name that is none.
    """
    if normalize and not name.startswith("mlp:"):
        raise ShapeError(f"model {name!r} cannot be normalized, expected mlp:512-256 and the like")
    if name in _CONVOLUTIONAL:
        return _CONVOLUTIONAL[name](classes=classes, dropout=dropout, seed=seed)
    if name == "deck":
        return deck(classes, dropout=dropout, input_dropout=input_dropout, seed=seed)
    if match := re.fullmatch(r"mlp:(wide|\d{1,6}(?:-\d{1,6})*)", name):
        hidden = "wide" if match[1] == "wide" else tuple(map(int, match[1].split("-")))
        rates = {"dropout": dropout, "input_dropout": input_dropout}
        return mlp(hidden, classes, **rates, normalize=normalize, seed=seed)
    known = ", ".join(["deck", "mlp:512-256 and the like", "mlp:wide", *_CONVOLUTIONAL])
    raise ShapeError(f"model {name!r} is unknown, expected one of {known}")


_CONVOLUTIONAL: dict[str, Callable[..., Network]] = {
    "lenet": lenet,
    "cnn": cnn,
    "cnn:large": partial(cnn, size="large"),
    "tiny": tiny,
}
