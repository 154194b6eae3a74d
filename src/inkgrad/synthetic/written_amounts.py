"""Amounts of money with marks, as people of several countries write them, and IBAN."""

from __future__ import annotations

import numpy as np

Rng = np.random.Generator
_SHAPES = ("plain", "comma", "point", "space", "apostrophe", "dash", "hundredths", "whole")
_CHANCES = (0.4, 0.15, 0.15, 0.04, 0.04, 0.06, 0.06, 0.1)


def amount(rng: Rng) -> tuple[str, str]:
    """An amount as it is written, and what it is worth, as a decimal: "(1.234,50)", "-1234.50"."""
    shape = _SHAPES[int(rng.choice(len(_SHAPES), p=_CHANCES))]
    whole = int(10 ** rng.uniform(0, 3.7 if shape in ("plain", "whole", "dash") else 5.5))
    cents = int(rng.integers(100))
    text, worth = _written(shape, whole, cents, rng)
    kind = rng.random()
    if kind < 0.25:
        text = ("$ " if rng.random() < 0.3 else "$") + text
    elif kind < 0.33:
        sign = str(rng.choice(list("€£")))
        text = f"{text} {sign}" if rng.random() < 0.5 else f"{sign}{text}"
    elif kind < 0.4:
        text = f"{text} {rng.choice(['USD', 'EUR', 'CHF', 'GBP'])}"
    kind = rng.random()
    if kind > 0.1:
        return text, worth
    text = f"-{text}" if kind < 0.05 else f"({text})"
    return text, worth if float(worth) == 0 else f"-{worth}"


def _written(shape: str, whole: int, cents: int, rng: Rng) -> tuple[str, str]:
    worth = f"{whole}.{cents:02}"
    if shape == "whole":
        return str(whole), str(whole)
    if shape == "dash":
        return f"{whole}{rng.choice(list('.,'))}{rng.choice(['-', '--'])}", f"{whole}.00"
    if shape == "hundredths":
        if rng.random() < 0.3:
            return f"{whole} xx/100", f"{whole}.00"
        return f"{whole} {cents:02}/100", worth
    if shape == "plain":
        return f"{whole}{rng.choice(list('..,'))}{cents:02}", worth
    between = {"comma": ",", "point": ".", "space": " ", "apostrophe": "'"}[shape]
    before = {"comma": ".", "point": ","}.get(shape) or str(rng.choice(list(".,")))
    return f"{whole:,}".replace(",", between) + f"{before}{cents:02}", worth


def an_iban(country: str, shape: tuple[int, int], rng: Rng) -> str:
    """An IBAN of a country, by two letters in small, with its check digits (ISO 13616).

    `shape` says how many letters, and how many digits after them, follow these.
    """
    letters, digits = shape
    number = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUW"), letters))
    number += "".join(str(d) for d in rng.integers(0, 10, digits))
    rest = "".join(str(int(c, 36)) for c in f"{number}{country.upper()}00")
    return f"{country.upper()}{98 - int(rest) % 97:02}{number}"
