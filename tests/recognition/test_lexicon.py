"""Words that are near: the compiled distances against the definition, written out."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from inkgrad.recognition.lexicon import Lexicon

WORDS = st.text("abc", min_size=1, max_size=6)


def distance(one: str, other: str) -> int:
    @cache
    def of(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        exchanged = of(i - 1, j - 1) + (one[i - 1] != other[j - 1])
        return min(exchanged, of(i - 1, j) + 1, of(i, j - 1) + 1)

    return of(len(one), len(other))


@given(st.lists(WORDS, unique=True, max_size=20), WORDS, st.integers(0, 4))
@settings(deadline=None, max_examples=60)
def test_the_nearest_come_first_and_none_is_left_out(words, word, most):
    expected = sorted(
        (other for other in words if abs(len(other) - len(word)) <= 2),
        key=lambda other: distance(word, other),
    )
    expected = [other for other in expected if distance(word, other) <= most]
    assert Lexicon(words).near(word, most, 100) == expected
    assert Lexicon(words).near(word, most, 2) == expected[:2]


def test_nothing_is_near_to_nothing():
    assert Lexicon(["a"]).near("", 3, 5) == []
    assert Lexicon([]).near("a", 3, 5) == []
