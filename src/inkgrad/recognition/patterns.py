"""Which strings are possible in a field, and how much each counts before it was looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import UsageError
from inkgrad.recognition import builtin
from inkgrad.recognition.automaton import Automaton
from inkgrad.recognition.expression import is_expression, parse, parse_short
from inkgrad.recognition.graph import Graph, union
from inkgrad.recognition.prefixes import String

_DIGITS = "0123456789"
_KEPT = 64  # patterns, and sets of them, that are not made anew


@dataclass(frozen=True, eq=False)
class Pattern:
    """Texts that are possible, for a reader of an alphabet.

    What is not in the alphabet (a dash, a point) is written out but not looked for. `graph` is of
    characters, with those marks; `automaton` of the reader's classes, without.
    """

    text: str
    alphabet: str
    graph: Graph
    automaton: Automaton

    @staticmethod
    @lru_cache(_KEPT)
    def parse(text: str, alphabet: str = _DIGITS) -> Pattern:
        """An expression, or short notation, as docs/patterns.md has them.

        Raises UsageError for what is neither, and for a pattern in which nothing is to be read or
        only one string is possible.
        """
        graph = Graph()
        try:
            if is_expression(text):
                part = parse(text, lambda name: builtin.named(name, alphabet))
            else:
                part = parse_short(text)
            graph.ends[part.build(graph, 0, alphabet, certain=True)] = 0.0
            classes = {character: c for c, character in enumerate(alphabet)}
            automaton = graph.read_as(classes).automaton(len(alphabet))
        except UsageError as error:
            raise UsageError(f"pattern {text!r}: {error}") from None
        _have_choice(text, automaton)
        return Pattern(text, alphabet, graph, automaton)

    def written(self, characters: str) -> str:
        """The text in which these characters were read, marks and all.

        Of several the one that counts most, then the shortest. Raises UsageError for characters
        that this pattern does not allow.
        """
        text = self.graph.written(characters, self.alphabet)
        if text is None:
            raise UsageError(f"{characters!r} is none of {self.text!r}, expected what it allows")
        return text

    def log_weight(self, text: str) -> float:
        """The logarithm of how much a text counts, marks and all; minus infinity if impossible."""
        return self.graph.log_weight(text)


def _have_choice(text: str, automaton: Automaton) -> None:
    """Refuse a pattern of which an answer would say nothing about the image."""
    if automaton.choices > 1:
        return
    if automaton.choices == 0:
        raise UsageError(
            f"pattern {text!r} allows nothing that the reader can write, expected some"
        )
    nothing = len(automaton) == 1
    what = "has nothing to read" if nothing else "allows only one string, which says nothing"
    hint = ""
    if is_expression(text) and "9" in text and "\\d" not in text:
        hint = r" (in an expression 9 is a 9, and \d any digit)"
    raise UsageError(rf"pattern {text!r} {what}, expected 99999, \d{{5}} or the like{hint}")


@dataclass(frozen=True, eq=False)
class Unlikely:
    """A prior: strings that begin with one of `prefixes` (m, l) are this many times less likely."""

    prefixes: NDArray[np.intp]
    times: float = 50.0

    def automaton(self, classes: int) -> Automaton:
        """All strings, each counting as it should."""
        places: dict[String, int] = {(): 0}
        for prefix in self.prefixes.tolist():
            for length in range(1, len(prefix)):
                places.setdefault(tuple(prefix[:length]), len(places))
        rest = len(places)  # the state in which all has been said
        target = np.full((rest + 1, classes), rest)
        weight = np.zeros(target.shape)
        for place, state in places.items():
            if place:
                target[places[place[:-1]], place[-1]] = state
        for prefix in self.prefixes.tolist():
            weight[places[tuple(prefix[:-1])], prefix[-1]] = -math.log(self.times)
        return Automaton(target, weight, np.zeros(rest + 1)).reduced()


@lru_cache(_KEPT)
def together(patterns: Sequence[Pattern], unlikely: Unlikely | None, classes: int) -> Automaton:
    """One automaton for all that any of these patterns allows, `unlikely` strings counting less.

    Without patterns all strings are possible.
    """
    if len(patterns) > 1:
        found = union(pattern.automaton for pattern in patterns)
    else:
        found = patterns[0].automaton if patterns else Automaton.free(classes)
    return found.product(unlikely.automaton(classes)) if unlikely else found
