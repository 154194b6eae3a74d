"""Whose hands line readers learn, and whose they are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkgrad.data.datasets import load
from inkgrad.data.unipen import Handwriting, load_unipen
from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.imaging.strokes import Stroke
from inkgrad.randomness import generator
from inkgrad.recipes.characters import joined
from inkgrad.recipes.written_hands import LEFT_OUT
from inkgrad.recognition.zipcodes import STATES
from inkgrad.synthetic.envelopes import Envelopes
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.pages import ComposedPages
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, Wording
from inkgrad.synthetic.written import Written

WRITTEN_LIKE = ("", "lI", "Zz", "", "hHyY", "Ss", "bG", "", "B", "Pgq")  # 0 to 9
"""For each digit, the letters that some people write it like."""


def digit_hands(seed: int) -> tuple[Hands, Hands]:
    """Hands to learn digits from, and those of other writers and images to measure by."""
    rng = generator(seed, "sample")
    mnist, pool = load("mnist"), load("emnist-pool-62")
    of_pool = np.flatnonzero(pool.train.labels < 10)
    images = joined([mnist.train, pool.train.take(rng.choice(of_pool, 60_000, replace=False))])
    order = rng.permutation(len(images))
    mine, theirs = load_unipen().by_writer(0.2, seed)
    return (
        replace(Hands.of(images.take(order[6000:]), _digits(mine), 10), forms=forms_of(mine)),
        replace(Hands.of(images.take(order[:6000]), _digits(theirs), 10), forms=forms_of(theirs)),
    )


def letter_hands(seed: int) -> tuple[Hands, Hands]:
    """The same for 62 classes: digits, capitals, small letters."""
    pool = load("emnist-pool-62").train
    order = generator(seed, "sample").permutation(len(pool))
    mine, theirs = load_unipen().by_writer(0.2, seed)
    held = len(pool) // 20
    return (
        Hands.of(pool.take(order[held:]), mine, 62),
        Hands.of(pool.take(order[:held]), theirs, 62),
    )


def unseen_hands(seed: int) -> Hands:
    """Hands of 62 classes that no reader learned from, by images or by strokes."""
    return Hands.of(load("emnist-pool-62").test, load_unipen().by_writer(0.2, seed)[1], 62)


def envelopes(seed: int) -> Envelopes:
    """Envelopes in hands that no reader learned from, and in the fonts that there are."""
    hands, fonts, wording = unseen_hands(seed), Fonts.found(ALPHABET), Wording()
    return Envelopes(
        Texts(hands, wording, 0, typed=0.0),
        Texts(hands, wording, 0, Fonts(fonts.printed, ()), typed=1.0),
        STATES,
    )


def pages(seed: int) -> ComposedPages:
    """Pages in hands that no reader learned from, and of words of three sources.

    Those are the words of `LEFT_OUT`: the last stage of a shipped reader has seen them, drawn
    otherwise, so that pages compare ways of reading, not readers.
    """
    letters = Texts(unseen_hands(seed), Wording(held=True), 0, typed=0.0)
    return ComposedPages(letters, Written(words(LEFT_OUT)[1], 0))


def words(left_out: Sequence[str]) -> tuple[Writing, Writing]:
    """The words of all sources but these, and of these."""
    return load_unipen_words().of_sources(left_out)


def forms_of(hands: Handwriting, alike: Sequence[str] = WRITTEN_LIKE) -> list[list[list[Stroke]]]:
    """For each digit, letters that look as some people write it."""
    return [
        [
            hands.strokes[i]
            for letter in letters
            for i in np.flatnonzero(hands.labels == ALPHABET.index(letter))
        ]
        for letters in alike
    ]


def _digits(hands: Handwriting) -> Handwriting:
    return hands.only(hands.labels < 10)
