"""How each shipped model is made again: its data, its network, its training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inkgrad.data.augment import Augmentation, Augmented
from inkgrad.data.dataset import Images, Split, stratified
from inkgrad.data.datasets import load
from inkgrad.data.glyph import to_glyph
from inkgrad.data.unipen import load_unipen
from inkgrad.errors import ModelError
from inkgrad.nn.architectures import cnn
from inkgrad.nn.network import Network
from inkgrad.training.optimizers import SGD
from inkgrad.training.schedules import one_cycle
from inkgrad.training.train import Settings

_DIGITS = tuple("0123456789")
_HANDS = Augmentation(shift=2.0, rotation=12.0, scale=0.12, shear=0.25, elastic=25.0, thickness=0.4)
_BATCH, _PEAK = 128, 0.2


@dataclass(frozen=True)
class Recipe:
    """A model ready to be trained: what on, what it is judged by, and how.

    `tests` are measured at the end, by name; none of them was trained on.
    """

    classes: tuple[str, ...]
    network: Network
    source: Augmented
    validation: Split
    tests: dict[str, Split]
    settings: Settings
    text: str


def digits(seed: int, epochs: int) -> Recipe:
    """Digits of NIST's writers and of UNIPEN's, all brought to the form that readers see."""
    mnist, pool = load("mnist"), load("emnist-pool-36")
    nist = [
        refit(mnist.train),
        refit(pool.train.take(np.flatnonzero(pool.train.labels < 10))),
    ]
    images = np.concatenate([part.images for part in nist])
    labels = np.concatenate([part.labels for part in nist])
    rest, held = stratified(labels, 5000, seed)
    unipen = load_unipen()
    tablets, others = unipen.only(unipen.labels < 10).by_writer(0.2, seed)
    tablets, others = refit(tablets), refit(others)
    train = Split(
        np.concatenate([images[rest], *[tablets.images] * 4]),
        np.concatenate([labels[rest], *[tablets.labels] * 4]),
    )
    nist_held = Split(images[held], labels[held])
    validation = Split(
        np.concatenate([nist_held.images, others.images]),
        np.concatenate([nist_held.labels, others.labels]),
    )
    return Recipe(
        _DIGITS,
        cnn(seed=seed),
        Augmented(train, _HANDS),
        validation,
        {"NIST digits held out": nist_held, "UNIPEN digits of writers held out": others},
        _settings(len(train), epochs, seed),
        "MNIST's 60,000 training digits, the digits of the EMNIST pool (which holds MNIST's test "
        "digits too: no MNIST figure may be quoted for it) and, four times over, those of four "
        "fifths of UNIPEN's writers (train_r01_v07, CC BY 4.0; its notice of 1999 speaks of "
        "research use)",
    )


RECIPES: dict[str, Callable[[int, int], Recipe]] = {"digits": digits}


def recipe(name: str, seed: int = 0, epochs: int = 5) -> Recipe:
    """The recipe of that name; its data are loaded. Raises ModelError for a name that is none."""
    if name not in RECIPES:
        raise ModelError(f"{name}: no such recipe, expected one of {', '.join(RECIPES)}")
    return RECIPES[name](seed, epochs)


def refit(split: Split) -> Split:
    """Every image cropped to its ink, fitted to 20 pixels and centred, as readers do."""
    images: Images = np.stack([to_glyph(image) for image in split.images])
    return Split(images, split.labels)


def _settings(samples: int, epochs: int, seed: int) -> Settings:
    steps = epochs * -(-samples // _BATCH)
    return Settings(
        epochs=epochs,
        batch_size=_BATCH,
        optimizer=SGD(_PEAK, weight_decay=5e-4),
        schedule=one_cycle(_PEAK, steps),
        label_smoothing=0.05,
        seed=seed,
    )
