"""A weighted automaton over the classes of a reader: which strings count, and how much.

It is deterministic, so a string has one way through it, and the sum over all strings and all their
alignments is one pass over the columns (recognition/sums.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import UsageError
from inkgrad.nn.vectors import Array

LIMIT = 20_000
"""States that an automaton may have, before it is made as small as it can be."""


class Tables(NamedTuple):
    """An automaton as the kernels want it, its weights no longer logarithms.

    Arcs lie in the order of their states, then of their classes; those of state q are `first[q]` to
    `first[q + 1]`. A node is a state together with the class that was read last on the way to it:
    `node_arc` is the arc of a node's state that reads the same class again, or -1.
    """

    first: NDArray[np.intp]  # (q + 1,)
    arc_class: NDArray[np.intp]  # (a,)
    arc_node: NDArray[np.intp]  # (a,)
    arc_weight: Array  # (a,)
    node_state: NDArray[np.intp]  # (m,)
    node_class: NDArray[np.intp]  # (m,)
    node_arc: NDArray[np.intp]  # (m,)
    final: Array  # (q,)


@dataclass(frozen=True, eq=False)
class Automaton:
    """State 0 is where strings begin. Weights are logarithms.

    `target` (q, c) is the state after a class, -1 where no string goes on so; `weight` (q, c) what
    that counts; `final` (q,) what it counts to end there, minus infinity where no string ends.
    """

    target: NDArray[np.intp]
    weight: Array
    final: Array

    @classmethod
    def free(cls, classes: int) -> Automaton:
        """All strings alike."""
        return cls(np.zeros((1, classes), np.intp), np.zeros((1, classes)), np.zeros(1))

    @property
    def classes(self) -> int:
        return self.target.shape[1]

    def __len__(self) -> int:
        return len(self.final)

    def log_weight(self, string: Sequence[int]) -> float:
        """The logarithm of how much a string counts; minus infinity for one that is impossible."""
        state, total = 0, 0.0
        for c in string:
            total += float(self.weight[state, c])
            state = int(self.target[state, c])
            if state < 0:
                return -np.inf
        return total + float(self.final[state])

    @property
    def choices(self) -> int:
        """How many strings there are: 0, 1, or 2 for more than one."""
        if len(self) == 1 and self.final[0] == -np.inf:
            return 0
        ways = (self.target >= 0).sum(axis=1) + (self.final > -np.inf)
        return 1 if (ways == 1).all() else 2  # every state is on the way to an end

    def product(self, other: Automaton) -> Automaton:
        """The strings of both, their weights multiplied. Raises UsageError where that grows."""
        numbers, pairs = {(0, 0): 0}, [(0, 0)]
        rows: list[NDArray[np.intp]] = []
        for one, two in pairs:  # which grows on the way
            row = np.full(self.classes, -1)
            for c in np.flatnonzero((self.target[one] >= 0) & (other.target[two] >= 0)).tolist():
                pair = int(self.target[one, c]), int(other.target[two, c])
                if pair not in numbers:
                    numbers[pair] = len(pairs)
                    pairs.append(pair)
                    if len(pairs) > LIMIT:
                        raise UsageError(f"a product has over {LIMIT:,} states, expected fewer")
                row[c] = numbers[pair]
            rows.append(row)
        ones, twos = np.array(pairs).T
        weight = self.weight[ones] + other.weight[twos]
        return Automaton(np.array(rows), weight, self.final[ones] + other.final[twos]).reduced()

    def reduced(self) -> Automaton:
        """The same without states that lead to no end, and with those alike made one."""
        return self._trimmed()._merged()

    def _trimmed(self) -> Automaton:
        leads, count = self.final > -np.inf, -1
        while count != (count := int(leads.sum())):
            leads |= (leads[self.target] & (self.target >= 0)).any(axis=1)
        leads[0] = True
        number = np.append(np.where(leads, np.cumsum(leads) - 1, -1), -1)  # the last for target -1
        target = number[self.target[leads]]
        weight = np.where(target >= 0, self.weight[leads], 0.0)
        return Automaton(target, weight, self.final[leads])

    def _merged(self) -> Automaton:
        """States from which the same strings go on, counting alike, become one (Moore 1956)."""
        used = (self.target >= 0).any(axis=0)
        block = _alike(np.round(np.column_stack([self.final, self.weight[:, used]]), 12))
        count = 0
        while count != (count := int(block.max()) + 1):
            after = np.append(block, -1)[self.target[:, used]]
            block = _alike(np.column_stack([block, after]))
        first = np.unique(block, return_index=True)[1]
        after = np.append(block, -1)[self.target[first]]
        return Automaton(after, self.weight[first], self.final[first])

    @cached_property
    def tables(self) -> Tables:
        states, classes = map(np.ascontiguousarray, np.nonzero(self.target >= 0))
        first = np.searchsorted(states, np.arange(len(self) + 1))
        ends = self.target[states, classes]
        nodes, arc_node = np.unique(ends * self.classes + classes, return_inverse=True)
        node_state, node_class = np.divmod(nodes, self.classes)
        arc_of = np.full(self.target.shape, -1)
        arc_of[states, classes] = np.arange(len(states))
        return Tables(
            first,
            classes,
            arc_node.reshape(-1),
            np.exp(self.weight[states, classes]),
            node_state,
            node_class,
            arc_of[node_state, node_class],
            np.exp(self.final),
        )


def _alike(rows: NDArray[Any]) -> NDArray[np.intp]:
    """The same number for rows that are equal, counted from the first row on."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
