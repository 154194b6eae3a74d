"""What people write in notes: words by how usual they are, names, numbers, dates, prices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkgrad.data.vocabulary import held_out, vocabulary

Rng = np.random.Generator

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
SIGNS = ".,'\"-:;!?()/&+=#@$%*"
ALPHABET = DIGITS + CAPITALS + SMALL + SIGNS + " "
"""What a reader of text knows: 62 letters and digits in UNIPEN's order, 21 signs, the space."""

# Those that are kept for measuring are left out.
_MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS, _DAYS = ([name for name in names if not held_out(name)] for names in (_MONTHS, _DAYS))
_ONSETS = "b br c ch cl d dr f g gr h j k kl l m n p r s sch st t th v w y z"
_VOWELS = "a e i o u ai ee oo ia"
_ENDS = "n r s t l ck nd tt rg m x"


class Wording:
    """Draws phrases. Words are those kept for measuring, or all the others."""

    def __init__(self, held: bool = False) -> None:
        counts = {w: n for w, n in vocabulary().items() if held_out(w) == held and w.isascii()}
        self._words = list(counts)
        # Between as often as they are used and all alike: rare letters must come often enough.
        weights = np.array(list(counts.values()), float) ** 0.4
        self._sums = np.cumsum(weights / weights.sum())
        self._others: list[tuple[float, Callable[[Rng], str]]] = [
            *((0.35, _number), (0.1, _date), (0.1, _price), (0.1, _telephone), (0.1, _time)),
            *((0.15, _name), (0.1, _jumble)),
        ]

    def phrase(self, length: int, rng: Rng) -> str:
        """Words of about so many characters together, in one style.

        That is block capitals, capitals first, or as in a sentence.
        """
        style = rng.choice(["small", "sentence", "title", "block"], p=[0.3, 0.3, 0.1, 0.3])
        words: list[str] = []
        while not words or sum(map(len, words)) + len(words) < length:
            word = self._word(rng) if rng.random() < 0.8 else self._other(rng)
            if style == "block":
                word = word.upper()
            elif style == "title" or (style == "sentence" and not words):
                word = word[:1].upper() + word[1:]
            words.append(_marked(word, rng))
        return " ".join(words)

    def _word(self, rng: Rng) -> str:
        place = int(np.searchsorted(self._sums, rng.random()))
        return self._words[min(place, len(self._words) - 1)]

    def _other(self, rng: Rng) -> str:
        chances = np.array([chance for chance, _ in self._others])
        return self._others[int(rng.choice(len(chances), p=chances))][1](rng)


def _marked(word: str, rng: Rng) -> str:
    """A word with the signs that go around words, now and then."""
    if rng.random() > 0.25:
        return word
    kind = rng.random()
    if kind < 0.55:
        return word + str(rng.choice(list(".,.,:;!?")))
    if kind < 0.7:
        return f"({word})" if rng.random() < 0.6 else f'"{word}"'
    if kind < 0.8:
        return f"{word}-" if rng.random() < 0.3 else f"- {word}"
    if kind < 0.9:
        return word + ("'s" if word.islower() or word.istitle() else "'S")
    return str(rng.choice(list("&+=#@*%/"))) + (word if rng.random() < 0.5 else f" {word}")


def _number(rng: Rng) -> str:
    return "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 7)))))


def _date(rng: Rng) -> str:
    d, m, y = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1950, 2035))
    month, day = str(rng.choice(_MONTHS)), str(rng.choice(_DAYS))
    forms = (f"{d}/{m}/{y}", f"{y}-{m:02}-{d:02}", f"{d}.{m}.{y % 100:02}", f"{month} {d}", day)
    return str(rng.choice(forms))


def _price(rng: Rng) -> str:
    cents = f"{int(rng.integers(1, 1000))}.{int(rng.integers(100)):02}"
    return f"${cents}" if rng.random() < 0.7 else f"{cents}%"


def _telephone(rng: Rng) -> str:
    a, b, c = rng.integers(100, 1000), rng.integers(100, 1000), rng.integers(0, 10000)
    return f"{a}-{b}-{c:04}" if rng.random() < 0.7 else f"({a}) {b}-{c:04}"


def _time(rng: Rng) -> str:
    return f"{int(rng.integers(1, 24))}:{int(rng.integers(60)):02}"


def _name(rng: Rng) -> str:
    """A name that is in no list: one to three syllables."""
    parts = []
    for _ in range(int(rng.integers(1, 4))):
        parts += [str(rng.choice(_ONSETS.split())), str(rng.choice(_VOWELS.split()))]
        if rng.random() < 0.8:
            parts.append(str(rng.choice(_ENDS.split())))
    return "".join(parts).capitalize()


def _jumble(rng: Rng) -> str:
    """Letters and digits in no order: room numbers, codes, and every sign often enough."""
    signs = list(DIGITS + CAPITALS + SMALL + SIGNS)
    return "".join(map(str, rng.choice(signs, int(rng.integers(1, 6)))))
