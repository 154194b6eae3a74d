"""A pattern as it is written down: states and arcs, of which several may read the same character.

The characters may be any that the pattern has. Those that a reader does not know, its marks, are
written into the text and not looked for; `Graph.automaton` says what is left for the reader to
read. A text may have several ways through the graph: it counts as much as the best of them.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from inkgrad.errors import UsageError
from inkgrad.recognition.automaton import LIMIT, Automaton

_DIGITS = 10  # after the point of a logarithm: weights that are so much alike are the same

Symbol = str | int  # a character, or a class
_Way = tuple[float, int, str]  # cost, length, text


@dataclass
class Graph:
    """Arcs from each state: a symbol (None reads nothing), the state after it, its log weight.

    No weight is over 0: so what reads nothing can't be gone round for gain. `ends` are the states
    in which a text may end.
    """

    arcs: list[list[tuple[Symbol | None, int, float]]] = field(default_factory=lambda: [[]])
    ends: dict[int, float] = field(default_factory=dict)

    def new(self) -> int:
        """One more state. Raises UsageError where there are too many."""
        if len(self.arcs) >= LIMIT:
            raise UsageError(f"has over {LIMIT:,} states, expected fewer repeats or choices")
        self.arcs.append([])
        return len(self.arcs) - 1

    def join(
        self, start: int, end: int, symbol: Symbol | None = None, log_weight: float = 0.0
    ) -> None:
        """An arc from a state to another."""
        self.arcs[start].append((symbol, end, log_weight))

    def read_as(self, classes: Mapping[str, int]) -> Graph:
        """The same with classes in place of symbols; what has no class reads nothing."""
        arcs: list[list[tuple[Symbol | None, int, float]]] = [
            [(classes.get(str(symbol)), end, weight) for symbol, end, weight in of_state]
            for of_state in self.arcs
        ]
        return Graph(arcs, dict(self.ends))

    def automaton(self, classes: int) -> Automaton:
        """The automaton of a graph whose symbols are classes, as small as can be.

        Each state stands for all the states in which one may be after the same string, with how
        much less each counts than the best of them (Mohri 1997). Raises UsageError where there are
        too many of these.
        """
        subsets = [self._closed([(0, 0.0)])]
        numbers = {_key(subsets[0]): 0}
        targets: list[tuple[int, int, int, float]] = []
        finals: list[float] = []
        for number, subset in enumerate(subsets):  # which grows on the way
            ends = [w + self.ends[state] for state, w in subset.items() if state in self.ends]
            finals.append(max(ends, default=-math.inf))
            ahead: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
            for state, weight in subset.items():
                for symbol, end, more in self.arcs[state]:
                    if isinstance(symbol, int):
                        ahead[symbol].append((end, weight + more))
            for symbol, reached in ahead.items():
                best = max(weight for _, weight in reached)
                after = self._closed((end, weight - best) for end, weight in reached)
                key = _key(after)
                if key not in numbers:
                    if len(subsets) >= LIMIT:
                        raise UsageError(
                            f"has over {LIMIT:,} states, expected fewer repeats or choices, and no "
                            "weights in repeats without end"
                        )
                    numbers[key] = len(subsets)
                    subsets.append(after)
                targets.append((number, symbol, numbers[key], best))
        target, weights = np.full((len(subsets), classes), -1), np.zeros((len(subsets), classes))
        for number, symbol, end, best in targets:
            target[number, symbol], weights[number, symbol] = end, best
        return Automaton(target, weights, np.array(finals)).reduced()

    def _closed(self, reached: Iterable[tuple[int, float]]) -> dict[int, float]:
        """All states that these lead to reading nothing, with the best weight of each."""
        best: dict[int, float] = {}
        waiting = list(reached)
        while waiting:
            state, weight = waiting.pop()
            if weight > best.get(state, -math.inf):
                best[state] = weight
                waiting += [
                    (end, weight + w) for symbol, end, w in self.arcs[state] if symbol is None
                ]
        return {state: weight for state, weight in best.items() if self._matters(state)}

    def _matters(self, state: int) -> bool:
        return state in self.ends or any(symbol is not None for symbol, _, _ in self.arcs[state])

    def written(self, read: str, seen: str) -> str | None:
        """The text in which these characters were read, of an alphabet `seen`, its marks put in.

        Of several the one that counts most, then the shortest, then the first in order of its
        characters. None where there is no such text.
        """
        ways = self._ways({0: (0.0, 0, "")}, seen)
        for character in read:
            ahead: dict[int, _Way] = {}
            for state, (cost, length, text) in ways.items():
                for symbol, end, weight in self.arcs[state]:
                    if symbol == character:
                        way = round(cost - weight, _DIGITS), length + 1, text + character
                        ahead[end] = min(way, ahead.get(end, way))
            ways = self._ways(ahead, seen)
        done = [
            (round(cost - self.ends[state], _DIGITS), length, text)
            for state, (cost, length, text) in ways.items()
            if state in self.ends
        ]
        return min(done)[2] if done else None

    def _ways(self, found: dict[int, _Way], seen: str) -> dict[int, _Way]:
        """The best way to all states that can be reached by marks and by what reads nothing."""
        best: dict[int, _Way] = {}
        waiting = [(way, state) for state, way in found.items()]
        heapq.heapify(waiting)
        while waiting:
            (cost, length, text), state = heapq.heappop(waiting)
            if state in best:
                continue
            best[state] = cost, length, text
            for symbol, end, weight in self.arcs[state]:
                if symbol is None or str(symbol) not in seen:
                    mark = "" if symbol is None else str(symbol)
                    way = round(cost - weight, _DIGITS), length + len(mark), text + mark
                    heapq.heappush(waiting, (way, end))
        return best

    def log_weight(self, text: str) -> float:
        """The logarithm of how much a text counts, marks and all; minus infinity for none."""
        now = self._closed([(0, 0.0)])
        for character in text:
            now = self._closed(
                (end, weight + more)
                for state, weight in now.items()
                for symbol, end, more in self.arcs[state]
                if symbol == character
            )
        ends = [weight + self.ends[state] for state, weight in now.items() if state in self.ends]
        return max(ends, default=-math.inf)


def _key(subset: dict[int, float]) -> tuple[tuple[int, float], ...]:
    return tuple(sorted((state, round(weight, _DIGITS)) for state, weight in subset.items()))


def union(automata: Iterable[Automaton]) -> Automaton:
    """The strings of any of these, each counting as much as where it counts most."""
    graph, classes = Graph(), 0
    for automaton in automata:
        offset, classes = len(graph.arcs), automaton.classes
        for _ in range(len(automaton)):
            graph.new()
        graph.join(0, offset)
        for state, c in np.argwhere(automaton.target >= 0).tolist():
            after = offset + int(automaton.target[state, c])
            graph.join(offset + state, after, c, float(automaton.weight[state, c]))
        for state in np.flatnonzero(automaton.final > -np.inf).tolist():
            graph.ends[offset + state] = float(automaton.final[state])
    return graph.automaton(classes)
