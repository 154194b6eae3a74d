"""What shipped line readers are trained on: their hands, their networks, stage by stage."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from inkgrad.data.unipen import load_unipen
from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.deepening import deepened
from inkgrad.nn.more_classes import with_more_classes, with_some_classes
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.recipes.between import Between
from inkgrad.recipes.hands import WRITTEN_LIKE, digit_hands, forms_of, letter_hands, words
from inkgrad.recipes.written_hands import LEFT_OUT, halves, written_numbers
from inkgrad.recipes.wrong_labels import rightly_labelled
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.marked_numbers import (
    MARKED,
    MarkedNumbers,
    any_text,
    labels_of_marked,
)
from inkgrad.synthetic.mixture import Mixture
from inkgrad.synthetic.numbers import Hands, Lines, Numbers
from inkgrad.synthetic.strikes import SIGNS
from inkgrad.synthetic.texts import Texts, labels_of
from inkgrad.synthetic.wording import ALPHABET, DIGITS, Wording
from inkgrad.synthetic.words_crossed_out import WordsCrossedOut
from inkgrad.synthetic.written import Written, plain
from inkgrad.synthetic.written_numbers import WrittenNumbers, single_digits
from inkgrad.training.step import Source

_HELD_OUT, _CALIBRATING = 2000, 3000  # lines
_OTHER_HANDS = 16_000  # lines of an epoch
_APART = 0.16  # heights: people leave room for a point
_KEPT = 0.5  # of the way that networks go with other hands


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Training:
    """One stage: which network, on what, how high and how soon the learning rate is highest."""

    network: Network
    source: Source
    seed: int
    peak: float = 0.003
    rise: float = 0.25
    begin: Callable[[], None] = _nothing


@dataclass(frozen=True)
class Recipe:
    """A line reader ready to be trained: on what, and what it is measured by.

    Its `networks` answer together. What is calibrated and measured are they, or what `judged` holds
    at the end: what they were before they were given everything.
    """

    alphabet: str
    networks: Sequence[Network]
    trainings: Sequence[Training]
    lines: Lines
    text: str
    unseen: Lines | None = None  # of writers held out alone, to find thresholds by
    judged: list[Network] = field(default_factory=list)
    settle: Callable[[], None] = _nothing  # what is done to the networks when all is trained


def numbers(seed: int) -> Recipe:
    """Digits of NIST's writers and of UNIPEN's, in lines.

    Then both networks go on with hands that have habits, and with numbers as they were written;
    what is kept lies between what they were and what they became. A third one read text first.
    """
    (mine, theirs), fonts = digit_hands(seed), Fonts.found(DIGITS)
    lines = Lines.of(Numbers(theirs, 0), _HELD_OUT, generator(seed, "split"))
    source = Numbers(mine, 32_000, fonts=fonts, typed=0.1, formed=0.06, coarse=0.15)
    networks = [
        line_reader(DIGITS, size, seed=seed + place)
        for place, size in enumerate(("medium", "small"))
    ]
    other, between = other_hands(source, seed), Between(networks, _KEPT)
    third, of_third = read_text_first(source, seed)
    return Recipe(
        DIGITS,
        [*networks, third],
        [
            *(Training(network, source, seed + place) for place, network in enumerate(networks)),
            *(
                Training(network, other, seed + 2 + place, 0.001, 0.1, between.remember(place))
                for place, network in enumerate(networks)
            ),
            *of_third,
        ],
        lines,
        "lines of digits composed of MNIST's 60,000 training digits, 60,000 of the EMNIST pool and "
        f"four fifths of UNIPEN's writers, a tenth set in {len(fonts.printed)} fonts of print and "
        f"{len(fonts.hands)} drawn after handwriting; then lines in these hands and those of "
        "UNIPEN's words, with habits, a fifth of them numbers of UNIPEN's categories 6 to 8 as "
        "they were written; the third network read words of the same writers first",
        Lines.of(Numbers(theirs, 0, drawn=1.0), _CALIBRATING, generator(seed, "split", 1)),
        settle=between.settle,
    )


def read_text_first(source: Numbers, seed: int) -> tuple[Network, list[Training]]:
    """A reader of digits that was a reader of words: it knows how people join what they write.

    The words are by those writers that digits are learned from; its trainings come with it.
    """
    composed = Texts(letter_hands(seed)[0], Wording(), 16_000, Fonts.found(ALPHABET))
    written = Written(rightly_labelled(halves(seed)[0]), 0, long=0.04, fair=0.5)
    read = Mixture([written, composed], [0.75, 0.25], 8000)
    shallow, deep = (line_reader(ALPHABET, size, seed=seed) for size in ("large", "joined"))
    digits = line_reader(DIGITS, "joined", seed=seed)
    everything = Mixture(
        [source, habitual(source, seed), as_written(seed)], [0.25, 0.52, 0.23], _OTHER_HANDS
    )

    def deepen() -> None:
        deepened(shallow, deep, read.batch(np.arange(32), generator(seed, "sample"))[0])

    def begin() -> None:
        kept = [*(ALPHABET.index(c) for c in DIGITS), len(ALPHABET)]
        with_some_classes(deep, digits, kept)

    return digits, [
        Training(shallow, composed, seed, rise=0.1),
        Training(deep, read, seed, peak=0.002, rise=0.1, begin=deepen),
        Training(digits, everything, seed + 7, peak=0.0015, rise=0.05, begin=begin),
        Training(digits, everything, seed + 8, peak=0.0012, rise=0.05),
    ]


def other_hands(source: Numbers, seed: int) -> Mixture:
    """Lines in more hands than those of a source, with habits, and numbers as they were written."""
    return Mixture([habitual(source, seed), as_written(seed)], [0.8, 0.2], _OTHER_HANDS)


def as_written(seed: int, alphabet: str = DIGITS) -> WrittenNumbers:
    """Numbers as people wrote them, of those to learn from."""
    return WrittenNumbers(written_numbers(rightly_labelled(halves(seed)[0])), 0, alphabet)


def habitual(source: Numbers, seed: int) -> Numbers:
    """Lines in more hands than those of a source, with habits."""
    written = rightly_labelled(halves(seed)[0])
    letters, _ = load_unipen().by_writer(0.2, seed)
    hands = replace(
        source.hands,
        writers=[*source.hands.writers, *single_digits(written)],
        forms=forms_of(letters, ("Oo", *WRITTEN_LIKE[1:])),
    )
    return replace(source, hands=hands, drawn=0.65, formed=0.1, habits=0.6)


def amounts(seed: int) -> Recipe:
    """Numbers with their marks, by networks that go on from the shipped readers of numbers."""
    mine, many = digit_hands(seed)[0], letter_hands(seed)[0]
    known, _ = files.load_together(find("numbers"))  # the first two; the third is slower
    fonts, places = Fonts.found(ALPHABET + "€£"), [*range(len(DIGITS)), len(MARKED)]
    networks = [
        with_more_classes(network, line_reader(MARKED, size, seed=seed + place), places)
        for place, (network, size) in enumerate(zip(known, ("medium", "small"), strict=False))
    ]
    drawn = habitual(Numbers(mine, 0, coarse=0.15, marks=0.0), seed)
    source = Mixture(
        [
            MarkedNumbers(drawn, Texts(many, Wording(), 0, fonts, typed=0.12, apart=_APART), 0),
            as_written(seed, MARKED),
        ],
        [0.85, 0.15],
        _OTHER_HANDS,
    )
    held_out, rng = held_out_marked(seed), generator(seed, "split")
    texts = [any_text(rng) for _ in range(_HELD_OUT)]
    lines = [held_out.line(text, rng) for text in texts]
    return Recipe(
        MARKED,
        networks,
        [
            Training(network, source, seed + place, 0.0015, 0.1)
            for place, network in enumerate(networks)
        ],
        Lines.that_say([labels_of_marked(text) for text in texts], lines),
        "going on from `numbers`: lines of amounts, dates, telephone numbers and digits with marks "
        "composed of the training part of the EMNIST pool, MNIST's training digits and four fifths "
        f"of UNIPEN's writers, some set in {len(fonts.printed)} fonts of print and "
        f"{len(fonts.hands)} drawn after handwriting, marks drawn; 15 in 100 are numbers of "
        "UNIPEN's categories 6 to 8 as they were written",
    )


def held_out_marked(seed: int) -> MarkedNumbers:
    """Numbers with marks in hands that were held out, to measure by."""
    digits, letters = digit_hands(seed)[1], letter_hands(seed)[1]
    return MarkedNumbers(
        Numbers(digits, 0, marks=0.0), Texts(letters, Wording(), 0, typed=0.0, apart=_APART), 0
    )


def text(seed: int) -> Recipe:
    """Letters, digits and signs of the same hands and of fonts, then words as they were written.

    First a network learns letters from composed lines; a deeper one goes on from it with words of
    all sources but three, worn and then half of them drawn fairly, and is judged by those three; at
    last it is given these too.
    """
    mine, theirs = letter_hands(seed)
    fonts, rng = Fonts.found(ALPHABET), generator(seed, "split")
    composed, (rest, left_out) = Texts(mine, Wording(), 16_000, fonts), words(LEFT_OUT)
    rest, all_words = rightly_labelled(rest), rightly_labelled(load_unipen_words())
    shallow, deep = (line_reader(ALPHABET, size, seed=seed) for size in ("large", "joined"))
    worn, fairly, everything = (
        Mixture([Written(part, 0, long=0.04, fair=fair), composed], [real, 1 - real], 8000)
        for part, fair, real in (
            (rest, 0.0, 0.6),
            (rest, 0.5, 0.65),
            (all_words, 0.5, 0.65),
        )
    )
    judged: list[Network] = []

    def deepen() -> None:
        deepened(shallow, deep, worn.batch(np.arange(32), generator(seed, "sample"))[0])

    def judge() -> None:
        judged[:] = [copy.deepcopy(deep)]

    return Recipe(
        ALPHABET,
        [deep],
        [
            Training(shallow, composed, seed, rise=0.1),
            Training(deep, worn, seed, peak=0.002, rise=0.1, begin=deepen),
            Training(deep, fairly, seed + 1, peak=0.0015, rise=0.1),
            Training(deep, fairly, seed + 2, peak=0.001, rise=0.1),
            Training(deep, everything, seed + 3, peak=0.0007, rise=0.1, begin=judge),
        ],
        Lines.joined([composed_lines(theirs, fonts, rng), written_lines(left_out, rng)]),
        "lines of words and numbers composed of the training part of the EMNIST pool and four "
        f"fifths of UNIPEN's writers, a fifth set in {len(fonts.printed)} fonts of print and "
        f"{len(fonts.hands)} drawn after handwriting; then, three in five, words and lines of "
        "UNIPEN's categories 6 to 8 as they were written",
        written_lines(left_out, rng, _CALIBRATING // 2),
        judged,
    )


def composed_lines(
    hands: Hands, fonts: Fonts, rng: np.random.Generator, count: int = _HELD_OUT // 2
) -> Lines:
    """Lines in hands that were held out, of words that were."""
    wording = Wording(held=True)
    held = Texts(hands, wording, 0, fonts, typed=0.1)
    phrases = [wording.phrase(int(rng.integers(2, 24)), rng) for _ in range(count)]
    return Lines.that_say(
        [labels_of(phrase) for phrase in phrases], [held.line(phrase, rng) for phrase in phrases]
    )


def written_lines(writing: Writing, rng: np.random.Generator, count: int = _HELD_OUT // 2) -> Lines:
    """Words and lines as they were written, drawn once: half of them fairly, half worn."""
    source = Written(writing, 0, fair=0.5)
    chosen = np.sort(rng.permutation(np.flatnonzero(source.usable))[:count])
    return Lines.that_say(
        [labels_of(plain(str(writing.texts[item]))) for item in chosen],
        [source.line([int(item)], rng) for item in chosen],
    )


def crossed_out(seed: int) -> Recipe:
    """Of each word of a line whether it stands or is crossed out."""
    rest, left_out = words(LEFT_OUT)
    learned, rng = Written(rightly_labelled(rest), 0, fair=0.5), generator(seed, "split")
    network, source = line_reader(SIGNS, "small", seed=seed), WordsCrossedOut(learned, 8000)
    judged = WordsCrossedOut(Written(left_out, 0, fair=0.5), 0)
    rows, lines = zip(
        *(judged.line(rng.uniform(3, 40), rng) for _ in range(_HELD_OUT // 2)), strict=True
    )
    return Recipe(
        SIGNS,
        [network],
        [
            Training(network, source, seed),
            Training(network, source, seed + 11, peak=0.002, rise=0.1),
            Training(network, source, seed + 12, peak=0.0012, rise=0.1),
        ],
        Lines.that_say(list(rows), list(lines)),
        "lines of words of UNIPEN's categories 6 to 8 as they were written, without the sources "
        f"{', '.join(LEFT_OUT)}, 3 words in 10 crossed out by strokes that were drawn",
    )


READERS: dict[str, tuple[Callable[[int], Recipe], tuple[int, ...]]] = {
    "numbers": (numbers, (14, 12, 8, 8, 14, 8, 9, 9)),
    "amounts": (amounts, (12, 10)),
    "text": (text, (14, 30, 26, 16, 8)),
    "crossed-out": (crossed_out, (10, 16, 10)),
}
"""Each with the epochs that its shipped weights were trained for, stage by stage."""
