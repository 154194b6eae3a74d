"""Check digits: of the strings that a pattern allows, those alone whose weighted sum comes out.

A sum that has to leave a certain rest is known by the rest so far: a graph in which each state is
held together with that rest allows exactly the strings that are right, so sums over all of them
stay exact. The rules: Luhn (ISO/IEC 7812-1), EAN and ISBN-13 (GS1), ISBN-10 (ISO 2108), IBAN (ISO
13616, with ISO/IEC 7064 MOD 97-10), routing numbers of US banks (ABA).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from inkgrad.errors import UsageError
from inkgrad.recognition.graph import Graph

_MOST = 64  # digits in what is checked

Place = tuple[int, int, int]
"""How many digits stand before a character, how many it counts for, and how many there are."""


@dataclass(frozen=True)
class Check:
    """The sum of the characters' parts, divided by `modulus`, has to leave `rest`.

    `value` is what a character counts, None for those that do not, as hyphens; `factor` what that
    is multiplied with at its place.
    """

    modulus: int
    rest: int
    value: Callable[[str], int | None]
    factor: Callable[[Place], int]
    crosswise: bool = False  # digits are added up crosswise after they are multiplied
    wide: bool = False  # letters are two digits each

    def width(self, character: str) -> int:
        """How many digits a character is: 0 where it does not count."""
        if self.value(character) is None:
            return 0
        return 2 if self.wide and character.isalpha() else 1

    def part(self, value: int, place: Place) -> int:
        product = value * self.factor(place)
        return (product // 10 + product % 10 if self.crosswise else product) % self.modulus


def _digit(character: str) -> int | None:
    return int(character) if character in "0123456789" else None


def _isbn_digit(character: str) -> int | None:
    return 10 if character == "X" else _digit(character)


def _letter_or_digit(character: str) -> int | None:
    if character.isascii() and character.isalpha():
        return ord(character.upper()) - ord("A") + 10
    return _digit(character)


def _from_right(place: Place) -> int:
    before, width, total = place
    return total - before - width


def _of_iban(place: Place) -> int:
    """A power of ten: the country's letters and the two digits after it are moved to the end."""
    before, width, total = place
    moved = 6 - before - width if before < 6 else total - before - width + 6
    return pow(10, moved, 97)


CHECKS = {
    "luhn": Check(10, 0, _digit, lambda place: 1 + _from_right(place) % 2, crosswise=True),
    "ean": Check(10, 0, _digit, lambda place: 1 + 2 * (_from_right(place) % 2)),
    "isbn": Check(11, 0, _isbn_digit, lambda place: 1 + _from_right(place)),
    "iban": Check(97, 1, _letter_or_digit, _of_iban, wide=True),
    "aba": Check(10, 0, _digit, lambda place: (3, 7, 1)[place[0] % 3]),
}
"""By the name that an expression calls them: (?luhn:...)."""


def _totals(inner: Graph, check: Check) -> list[int]:
    """How many digits that count the texts of a graph may have."""
    known, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        state, count = waiting.pop()
        for symbol, end, _ in inner.arcs[state]:
            more = check.width(str(symbol)) if symbol is not None else 0
            if count + more > _MOST:
                raise UsageError(
                    f"checks what may be over {_MOST} digits long, expected a repeat with an end"
                )
            if (end, count + more) not in known:
                known.add((end, count + more))
                waiting.append((end, count + more))
    return sorted({count for state, count in known if state in inner.ends})


def checked(inner: Graph, check: Check, graph: Graph, start: int) -> int:
    """Add what `inner` allows and `check` approves to a graph, after `start`; the state after it.

    What a digit counts goes by how many come after it, so all numbers of digits that there may be
    are followed side by side.
    """
    out = graph.new()
    for total in _totals(inner, check):
        first = graph.new()
        graph.join(start, first)
        numbers, waiting = {(0, 0, 0): first}, deque([(0, 0, 0)])
        while waiting:
            here = state, before, rest = waiting.popleft()
            if state in inner.ends and before == total and rest == check.rest:
                graph.join(numbers[here], out, None, inner.ends[state])
            for symbol, end, weight in inner.arcs[state]:
                value = None if symbol is None else check.value(str(symbol))
                after = end, before, rest
                if value is not None:
                    width = check.width(str(symbol))
                    if before + width > total:
                        continue
                    more = check.part(value, (before, width, total))
                    after = end, before + width, (rest + more) % check.modulus
                if after not in numbers:
                    numbers[after] = graph.new()
                    waiting.append(after)
                graph.join(numbers[here], numbers[after], symbol, weight)
    return out
