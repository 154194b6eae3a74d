"""The likeliest strings, by a search over prefixes, the likeliest first.

What all strings with a prefix are worth together is known exactly: what the paths that just wrote
it are worth, times what is ahead of them (recognition/sums.py). No string is worth more than any of
its prefixes, so a string that is come to before all other prefixes is the likeliest (prefix search,
Graves 2006, over states of an automaton, and over several views at once).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.kernels.compiled import compiled
from inkgrad.nn.vectors import Array
from inkgrad.recognition.automaton import Tables
from inkgrad.recognition.sums import Sums

_WIDTH = 300  # prefixes of each length that are gone on with
_WORTHLESS = 1e-7  # strings less probable than this part of the best are not looked for

String = tuple[int, ...]

_Columns = tuple[Array, NDArray[np.intp], Array, Array]
"""Scaled probabilities, where views end, sums of what is ahead, norms: as in `Sums`."""


def likeliest(sums: Sums, tables: Tables, norms: Array, count: int) -> list[tuple[String, float]]:
    """The `count` likeliest strings and what each is worth, the best first.

    That is the sum over all views of what it is worth in the view times that view's norm (v,). The
    order is exact unless over 300 prefixes of one length are likelier than a string.
    """
    columns = sums.p, sums.ends, sums.in_class, norms
    strings, lengths, worths = _search(columns, tables, count, _WIDTH, _WORTHLESS)
    return [
        (tuple(string[:length].tolist()), float(worth))
        for string, length, worth in zip(strings, lengths, worths, strict=True)
    ]


@compiled
def _search(
    columns: _Columns, tables: Tables, count: int, width: int, worthless: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Strings (n, t), filled up with -1, their lengths (n,), what they are worth (n,).

    Prefixes gone on with have a number, and sums over the paths that have written them up to each
    column. Those still open have only what they are worth, their parent's number, and the arc from
    there that leads to them; -1 stands for the string that is the parent and no more.
    """
    longest = np.max(columns[1][1:] - columns[1][:-1])
    prefixes = np.zeros((16, 4), np.int64)  # parent, last class, state, length
    paths = np.zeros((16, 2, len(columns[0])))  # in the last class, and in the blank after it
    to, worth = np.zeros((256, 2), np.int64), np.zeros(256)
    wide = np.zeros(longest + 2, np.int64)  # prefixes of each length gone on with
    best = np.zeros(count)  # what the best whole strings are worth, falling
    strings, lengths = np.full((count, longest), -1), np.zeros(count, np.int64)
    worths, number, opened, found = np.zeros(count), 0, 0, 0
    _begin(columns, prefixes, paths)
    while True:
        to, worth = _room(to, worth, opened, len(tables.arc_class))
        least = max(best[count - 1], worthless * best[0])
        opened = _open(columns, tables, prefixes, paths, number, least, best, to, worth, opened)
        while True:
            if opened == 0 or found == count:
                return strings[:found], lengths[:found], worths[:found]
            value, owner, arc = worth[0], to[0, 0], to[0, 1]
            opened -= 1
            _sift_down(worth, to, opened)
            length = prefixes[owner, 3]
            if arc < 0:  # a string is likelier than all that is open
                worths[found], lengths[found] = value, length
                _spell(prefixes, owner, strings[found])
                found += 1
            elif wide[length + 1] < width:
                wide[length + 1] += 1
                break
        number += 1
        if number == len(prefixes):
            prefixes, paths = _longer(prefixes, number), _longer(paths, number)
        _go_on(columns, tables, prefixes, paths, owner, arc, number)


@compiled
def _room(
    open_to: NDArray[np.intp], open_worth: Array, opened: int, arcs: int
) -> tuple[NDArray[np.intp], Array]:
    """What is open, with room for a string and so many arcs more."""
    if opened + arcs + 1 <= len(open_worth):
        return open_to, open_worth
    more = len(open_worth) + arcs
    return _longer(open_to, more), _longer(open_worth, more)


@compiled
def _longer(array: NDArray[Any], more: int) -> NDArray[Any]:
    """An array with room for so many more rows."""
    found = np.zeros((len(array) + more, *array.shape[1:]), array.dtype)
    found[: len(array)] = array
    return found


@compiled
def _begin(columns: _Columns, prefixes: NDArray[np.intp], paths: Array) -> None:
    """The empty prefix, whose paths stand in the blank; it is number 0, and has no class."""
    p, ends, _, norms = columns
    prefixes[0, 1] = -1
    for view in range(len(norms)):
        value = 1.0
        for t in range(ends[view], ends[view + 1]):
            value *= p[t, p.shape[1] - 1]
            paths[0, 1, t] = value


@compiled
def _go_on(
    columns: _Columns,
    tables: Tables,
    prefixes: NDArray[np.intp],
    paths: Array,
    owner: int,
    arc: int,
    number: int,
) -> None:
    """Enter the prefix that an arc makes of its owner, with sums over its paths."""
    p, ends, _, norms = columns
    c, blank = tables.arc_class[arc], p.shape[1] - 1
    again = prefixes[owner, 1] == c  # a class right after itself needs a blank between them
    prefixes[number, 0], prefixes[number, 1] = owner, c
    prefixes[number, 2] = tables.node_state[tables.arc_node[arc]]
    prefixes[number, 3] = prefixes[owner, 3] + 1
    for view in range(len(norms)):
        last, after = 0.0, 0.0
        before = 1.0 if owner == 0 else 0.0  # paths about to write its last class
        for t in range(ends[view], ends[view + 1]):
            after = (after + last) * p[t, blank]
            last = (last + before * tables.arc_weight[arc]) * p[t, c]
            paths[number, 0, t], paths[number, 1, t] = last, after
            before = paths[owner, 1, t] + (0.0 if again else paths[owner, 0, t])


@compiled
def _open(
    columns: _Columns,
    tables: Tables,
    prefixes: NDArray[np.intp],
    paths: Array,
    number: int,
    least: float,
    best: Array,
    open_to: NDArray[np.intp],
    open_worth: Array,
    opened: int,
) -> int:
    """Open what may come after a prefix: nothing, and each class. How many are open then."""
    p, ends, in_class, norms = columns
    state, value = prefixes[number, 2], 0.0
    for view in range(len(norms)):
        if norms[view] > 0 and tables.final[state] > 0:
            end = ends[view + 1] - 1
            value += norms[view] * tables.final[state] * paths[number, :, end].sum()
    if value > least:
        _sift_up(open_worth, open_to, opened, value, number, -1)
        opened += 1
        _insert(best, value)
    for arc in range(tables.first[state], tables.first[state + 1]):
        c, node, value = tables.arc_class[arc], tables.arc_node[arc], 0.0
        again = prefixes[number, 1] == c
        for view in range(len(norms)):
            if not norms[view] > 0:
                continue
            before, total = (1.0 if number == 0 else 0.0), 0.0
            for t in range(ends[view], ends[view + 1]):
                if in_class[t, node] > 0:  # what leads nowhere may be any number
                    total += before * p[t, c] * in_class[t, node]
                before = paths[number, 1, t] + (0.0 if again else paths[number, 0, t])
            value += norms[view] * tables.arc_weight[arc] * total
        if value > least:
            _sift_up(open_worth, open_to, opened, value, number, arc)
            opened += 1
    return opened


@compiled
def _sift_up(
    worths: Array, to: NDArray[np.intp], size: int, worth: float, owner: int, arc: int
) -> None:
    """Add to a heap of so many, of which the first is the likeliest (Williams 1964)."""
    place = size
    while place > 0 and worths[(place - 1) // 2] < worth:
        above = (place - 1) // 2
        worths[place], to[place, 0], to[place, 1] = worths[above], to[above, 0], to[above, 1]
        place = above
    worths[place], to[place, 0], to[place, 1] = worth, owner, arc


@compiled
def _sift_down(worths: Array, to: NDArray[np.intp], size: int) -> None:
    """Take the first from a heap, so that so many are left."""
    worth, owner, arc = worths[size], to[size, 0], to[size, 1]
    place, below = 0, 1
    while below < size:
        if below + 1 < size and worths[below + 1] > worths[below]:
            below += 1
        if worths[below] <= worth:
            break
        worths[place], to[place, 0], to[place, 1] = worths[below], to[below, 0], to[below, 1]
        place, below = below, 2 * below + 1
    worths[place], to[place, 0], to[place, 1] = worth, owner, arc


@compiled
def _insert(best: Array, value: float) -> None:
    """Put a value in its place among the best, which fall."""
    place = len(best) - 1
    while place > 0 and best[place - 1] < value:
        best[place] = best[place - 1]
        place -= 1
    best[place] = max(value, best[place]) if place == len(best) - 1 else value


@compiled
def _spell(prefixes: NDArray[np.intp], number: int, string: NDArray[np.intp]) -> None:
    """Write out a prefix, from its last class to its first."""
    while prefixes[number, 3] > 0:
        string[prefixes[number, 3] - 1] = prefixes[number, 1]
        number = prefixes[number, 0]
