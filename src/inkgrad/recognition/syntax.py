"""The parts that a pattern is made of, and how each becomes states and arcs of a graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inkgrad.errors import UsageError
from inkgrad.recognition.checks import CHECKS, checked
from inkgrad.recognition.graph import Graph

MOST = 200
"""What a repeat may count to."""


class Part:
    """A piece of a pattern."""

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        """Add states and arcs that read this after the state `start`; the state after it.

        `seen` is the alphabet of the reader. Only what is `certain` to stand there may be a letter
        or a digit that the reader does not know: where there is a choice, it could not be told.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class OneOf(Part):
    """One character: of these, or with `but` any other one that the reader knows."""

    characters: str
    but: bool = False

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        possible = [c for c in seen if c in self.characters] if not self.but else []
        if self.but:
            possible = [c for c in seen if c not in self.characters]
        elif not possible:
            possible = self._marks(seen, certain)
        end = graph.new()
        for character in possible:
            graph.join(start, end, character)
        return end

    def _marks(self, seen: str, certain: bool) -> list[str]:
        marks = sorted(set(self.characters))
        if any(c.isalnum() for c in marks) and not (certain and len(marks) == 1):
            few = "".join(marks[:20])
            raise UsageError(f"needs {few!r} to be read, expected what the reader knows: {seen!r}")
        return marks


@dataclass(frozen=True)
class Sequenced(Part):
    parts: Sequence[Part]

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        for part in self.parts:
            start = part.build(graph, start, seen, certain)
        return start


@dataclass(frozen=True)
class Either(Part):
    parts: Sequence[Part]

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        end = graph.new()
        for part in self.parts:
            first = graph.new()
            graph.join(start, first)
            graph.join(part.build(graph, first, seen, certain and len(self.parts) == 1), end)
        return end


@dataclass(frozen=True)
class Repeated(Part):
    """`most` is None where there is no end."""

    part: Part
    least: int
    most: int | None

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        for _ in range(self.least):
            start = self.part.build(graph, start, seen, certain)
        if self.most is None:
            loop, end = graph.new(), graph.new()
            graph.join(start, loop)
            graph.join(self.part.build(graph, loop, seen, False), loop)
            graph.join(loop, end)
            return end
        end = graph.new()
        for _ in range(self.most - self.least):
            graph.join(start, end)
            first = graph.new()
            graph.join(start, first)
            start = self.part.build(graph, first, seen, False)
        graph.join(start, end)
        return end


@dataclass(frozen=True)
class Weighted(Part):
    """Counts `weight` times as much as it would."""

    part: Part
    weight: float

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        first = graph.new()
        graph.join(start, first, None, math.log(self.weight))
        return self.part.build(graph, first, seen, certain)


@dataclass(frozen=True)
class Checked(Part):
    """Only what has the check digit that one of `CHECKS` wants."""

    part: Part
    check: str

    def build(self, graph: Graph, start: int, seen: str, certain: bool) -> int:
        inner = Graph()
        inner.ends[self.part.build(inner, 0, seen, certain)] = 0.0
        return checked(inner, CHECKS[self.check], graph, start)
