"""How each shipped model is made again: its data, its network, its training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.augment import AUGMENTATIONS, Augmentation, Augmented
from inkgrad.data.catalogue import CLASSES_47
from inkgrad.data.dataset import Images, Labels, Split, stratified
from inkgrad.data.datasets import load
from inkgrad.data.unipen import Handwriting, load_unipen
from inkgrad.errors import ModelError
from inkgrad.imaging.strokes import draw, fitted, simplified
from inkgrad.ink.character import to_glyph
from inkgrad.nn.architectures import cnn
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.text import TextReader
from inkgrad.recipes.tablet_digits import tablet_digits
from inkgrad.recipes.written_hands import halves
from inkgrad.recipes.wrong_labels import rightly_labelled
from inkgrad.synthetic.clutter import clutter
from inkgrad.synthetic.coarse import coarsened
from inkgrad.synthetic.habits import Habits
from inkgrad.synthetic.hand import HandShape
from inkgrad.synthetic.wording import CAPITALS, DIGITS, SMALL
from inkgrad.training.optimizers import SGD
from inkgrad.training.schedules import one_cycle
from inkgrad.training.settings import Settings

_DIGITS = tuple(DIGITS)
_HANDS = Augmentation(shift=2.0, rotation=12.0, scale=0.12, shear=0.25, elastic=10.0, thickness=0.4)
_BATCH, _PEAK = 128, 0.2
_HABITS = 0.3  # part of the digits drawn that are written as some people write them
_COARSE = 0.2  # part of the images that coarse scanners gave
_NO_CLASS = -1
# Letters that are written like digits: nobody can tell them apart one by one.
_TWINS = "BDGIJLOQSZbgijloqsz"
_UNIPEN = DIGITS + CAPITALS + SMALL
_UNIPEN_TEXT = (
    "UNIPEN (train_r01_v07, CC BY 4.0; its notice of 1999 speaks of research use), as images and "
    "drawn from the strokes in other sizes and thicknesses"
)


@dataclass(frozen=True)
class CharacterRecipe:
    """A model ready to be trained: what on, what it is judged by, and how.

    `tests` and `strangers`, images that belong to no class, are measured at the end, by name;
    nothing of them was trained on. `validation` chooses the temperature and the probability under
    which an answer is refused.
    """

    classes: tuple[str, ...]
    network: Network
    source: Augmented
    validation: Split
    tests: dict[str, Split]
    settings: Settings
    text: str
    strangers: dict[str, Images] = field(default_factory=dict)


def digits(seed: int, epochs: int) -> CharacterRecipe:
    """Digits of NIST's writers and of UNIPEN's, all brought to the form that readers see."""
    rng = generator(seed, "sample")
    mnist, pool = load("mnist"), load("emnist-pool-62")
    of_pool = np.flatnonzero(pool.train.labels < 10)
    nist = joined([mnist.train, pool.train.take(rng.choice(of_pool, 60_000, replace=False))])
    rest, held = stratified(nist.labels, 5000, seed)
    nist, nist_held = refit(nist.take(rest)), refit(nist.take(held))
    hands, others = load_unipen().by_writer(0.2, seed)
    mine, theirs = hands.only(hands.labels < 10), others.only(others.labels < 10)
    theirs_refit = refit(theirs.split)
    tablets, other_tablets = _tablet_digits(seed)
    held_out = joined([nist_held, theirs_refit, *(part.split for part in other_tablets)])
    coarse = coarsened(held_out, 1, generator(seed, "split"))
    letters = refit(
        joined([_letters(pool.train, rng, 15_000), _letters(hands.split, rng, len(hands))])
    ).images
    train = joined(
        [
            *(nist, refit(mine.split), drawn(mine, 5, rng, _HABITS)),
            *(part for each in tablets for part in (each.split, drawn(each, 5, rng, _HABITS))),
            *(_strangers(letters), _strangers(clutter(20_000, nist.images, rng))),
        ]
    )
    unseen = _letters(pool.test, rng, 5000), _letters(others.split, rng, len(others))
    twins = _letters(pool.test, rng, 5000, twins=True)
    return CharacterRecipe(
        _DIGITS,
        cnn("large", seed=seed),
        Augmented(coarsened(train, _COARSE, rng), _HANDS),
        held_out,
        {
            "NIST digits held out": nist_held,
            "UNIPEN digits of writers held out": theirs_refit,
            "digits written alone in UNIPEN's categories 6 to 8, held out": other_tablets[0].split,
            "digits cut out of numbers of these, held out": other_tablets[1].split,
            "all of these, coarsely scanned": coarse,
        },
        _settings(len(train), epochs, seed),
        "MNIST's 60,000 training digits, 60,000 of the EMNIST pool (which holds MNIST's test "
        "digits too: no MNIST figure may be quoted for it) and the digits of four fifths of the "
        f"writers of {_UNIPEN_TEXT}, three in ten of these with habits; digits of UNIPEN's "
        "categories 6 to 8, alone and cut out of numbers, but for three sources and a fifth of the "
        "other writers; letters and clutter as what belongs to no class",
        {
            "clutter": clutter(3000, nist_held.images, generator(seed, "split")),
            "letters that are not written like digits": refit(joined(unseen)).images,
            "letters that are (B D G I J L O Q S Z)": refit(twins).images,
        },
    )


def digits_mnist(seed: int, epochs: int) -> CharacterRecipe:
    """MNIST's training digits alone, as they are: the model that MNIST figures are quoted for."""
    mnist = load("mnist")
    parts = mnist.hold_out(5000, seed)
    how = AUGMENTATIONS["affine"]
    assert how is not None
    return CharacterRecipe(
        _DIGITS,
        cnn("large", seed=seed),
        Augmented(parts.train, how),
        parts.test,
        {"MNIST test digits": mnist.test},
        _settings(len(parts.train), epochs, seed),
        "55,000 of MNIST's 60,000 training digits; the other 5,000 calibrated it",
        {"clutter": clutter(3000, parts.test.images, generator(seed, "split"))},
    )


def characters(seed: int, epochs: int) -> CharacterRecipe:
    """Digits and letters of NIST's writers and of UNIPEN's, in the 47 classes of EMNIST."""
    rng = generator(seed, "sample")
    pool = load("emnist-pool")
    rest, held = stratified(pool.train.labels, 5000, seed)
    nist, nist_held = refit(pool.train.take(rest)), refit(pool.train.take(held))
    hands, others = (_in_47_classes(part) for part in load_unipen().by_writer(0.2, seed))
    others_refit = refit(others.split)
    train = joined(
        [
            *(nist, refit(hands.split), drawn(hands, 3, rng)),
            _strangers(clutter(20_000, nist.images, rng)),
        ]
    )
    return CharacterRecipe(
        CLASSES_47,
        cnn("large", len(CLASSES_47), seed=seed),
        Augmented(coarsened(train, _COARSE, rng), _HANDS),
        joined([nist_held, others_refit]),
        {
            "EMNIST pool, test part": refit(pool.test),
            "UNIPEN characters of writers held out": others_refit,
        },
        _settings(len(train), epochs, seed),
        "the training part of the EMNIST pool (its split is by image, so writers are in both "
        f"parts; it holds MNIST's test digits) and four fifths of the writers of {_UNIPEN_TEXT}; "
        "clutter as what belongs to no class",
        {"clutter": clutter(3000, nist_held.images, generator(seed, "split"))},
    )


RECIPES: dict[str, tuple[Callable[[int, int], CharacterRecipe], int]] = {
    "digits": (digits, 8),
    "digits-mnist": (digits_mnist, 14),
    "characters": (characters, 4),
}
"""Each with the epochs that its shipped weights were trained for."""


def recipe(name: str, seed: int = 0, epochs: int | None = None) -> CharacterRecipe:
    """The recipe of that name; its data are loaded. Raises ModelError for a name that is none."""
    if name not in RECIPES:
        raise ModelError(f"{name}: no such recipe, expected one of {', '.join(RECIPES)}")
    make, usual = RECIPES[name]
    return make(seed, epochs or usual)


def refit(split: Split) -> Split:
    """Every image cropped to its ink, fitted to 20 pixels and centred, as readers do."""
    images: Images = np.stack([to_glyph(image) for image in split.images])
    return Split(images, split.labels)


def drawn(hands: Handwriting, times: int, rng: np.random.Generator, habits: float = 0.0) -> Split:
    """Each character drawn anew from its strokes, so many times.

    From hairline to broad felt pen, from 12 to 40 pixels high, wider and narrower, and every fourth
    time with few points, as coarse tablets record them. Of digits so large a part as `habits` is
    written as people with habits would.
    """
    images = []
    for _ in range(times):
        for strokes, label in zip(hands.strokes, hands.labels.tolist(), strict=True):
            if habits and rng.random() < habits:
                shape = Habits.any(rng).written(label, 1, HandShape.of(strokes), rng)
                strokes = list(shape.strokes)
            stretch = np.exp(rng.uniform(-0.2, 0.2, 2)).astype(np.float32)
            character = fitted([stroke * stretch for stroke in strokes], rng.uniform(12, 40))
            if rng.random() < 0.25:
                character = simplified(character, int(rng.integers(7, 14)))
            height = max(float(stroke.max()) for stroke in character)
            thick = 0.04 + 0.24 * rng.random() ** 1.5
            images.append(to_glyph(draw(character, max(1.0, height * thick))))
    return Split(np.stack(images), np.tile(hands.labels, times))


def _tablet_digits(seed: int) -> tuple[tuple[Handwriting, Handwriting], ...]:
    """Digits of `unipen-words`, alone and cut out of numbers: to learn from, and to measure by."""
    reader = TextReader.load(find("text"), None)
    first, second = halves(seed)
    return tablet_digits(rightly_labelled(first), reader), tablet_digits(second, reader)


def _letters(split: Split, rng: np.random.Generator, most: int, twins: bool = False) -> Split:
    """At most so many letters out of 62 classes: those that look like digits, or the others."""
    alike = np.isin(np.arange(62), [_UNIPEN.index(letter) for letter in _TWINS])
    wanted = np.flatnonzero((split.labels >= 10) & (alike[split.labels] == twins))
    return split.take(np.sort(rng.permutation(wanted)[:most]))


def _strangers(images: Images) -> Split:
    return Split(images, np.full(len(images), _NO_CLASS))


def _in_47_classes(hands: Handwriting) -> Handwriting:
    """62 classes as 47: small letters that look like their capitals become these."""
    names = [name if name in CLASSES_47 else name.upper() for name in _UNIPEN]
    to_47: NDArray[np.intp] = np.array([CLASSES_47.index(name) for name in names])
    labels: Labels = to_47[hands.labels]
    return Handwriting(hands.images, labels, hands.writers, hands.strokes)


def joined(parts: Sequence[Split]) -> Split:
    """Several splits as one."""
    images = np.concatenate([part.images for part in parts])
    return Split(images, np.concatenate([part.labels for part in parts]))


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
