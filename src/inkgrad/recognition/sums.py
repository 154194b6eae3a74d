"""Sums over all strings that an automaton allows and over all their alignments with the columns.

A path through the columns stands, at each, in a state of the automaton, and there either in the
blank or in the class that was read last: that is all that what comes after depends on. So what all
ends of paths are worth from there on is summed up once, from the last column to the first (as the
backward variables of Graves 2006, with a state in place of a place in one string).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkgrad.kernels.compiled import compiled
from inkgrad.nn.vectors import Array
from inkgrad.recognition.automaton import Tables

_SELDOM = 4  # every so many columns sums are scaled, lest they become too small for a number


class Sums(NamedTuple):
    """What is ahead at each column of several views of a line, laid end to end.

    `p` (t, k) are the probabilities, divided by the scale of their column; `in_blank` (t, q) is
    what a path in the blank of a state has ahead, `in_class` (t, m) one in a class at a node.
    `totals` (v,) are the sums over everything in each view, `log_scales` (v,) what they were
    divided by.
    """

    p: Array
    ends: NDArray[np.intp]  # (v + 1,) from which to which column each view goes
    in_blank: Array
    in_class: Array
    totals: Array
    log_scales: Array

    @property
    def log_totals(self) -> Array:
        """The logarithm of the sum of what all strings count in each view (v,)."""
        logs = [math.log(total) if total > 0 else -math.inf for total in self.totals.tolist()]
        return np.array(logs) + self.log_scales


def sums_of(views: list[Array], tables: Tables) -> Sums:
    """All sums over views (t, k) of log probabilities, the blank last."""
    p = np.exp(np.concatenate(views, dtype=np.float64))
    ends = np.cumsum([0, *map(len, views)])
    in_blank = np.empty((len(p), len(tables.final)))
    in_class = np.empty((len(p), len(tables.node_state)))
    totals, log_scales = np.zeros(len(views)), np.zeros(len(views))
    _sum_up(p, ends, in_blank, in_class, totals, log_scales, *tables)
    return Sums(p, ends, in_blank, in_class, totals, log_scales)


@compiled
def _sum_up(
    p: Array,
    ends: NDArray[np.intp],
    in_blank: Array,
    in_class: Array,
    totals: Array,
    log_scales: Array,
    first: NDArray[np.intp],
    arc_class: NDArray[np.intp],
    arc_node: NDArray[np.intp],
    arc_weight: Array,
    node_state: NDArray[np.intp],
    node_class: NDArray[np.intp],
    node_arc: NDArray[np.intp],
    final: Array,
) -> None:
    """Fill in all but the tables; `p` is scaled in place.

    What a path in a class can begin is what its state can but for the same class: summed up from
    both sides, for a difference of two sums would lose what is small in it.
    """
    blank = p.shape[1] - 1
    begun, others, every = np.empty(len(arc_class)), np.empty(len(arc_class)), np.empty(len(final))
    for view in range(len(totals)):
        begin, end = ends[view], ends[view + 1]
        in_blank[end - 1] = final
        in_class[end - 1] = final[node_state]
        for t in range(end - 1, begin - 1, -1):
            column, ahead = p[t], in_class[t]
            for a in range(len(begun)):
                begun[a] = column[arc_class[a]] * arc_weight[a] * ahead[arc_node[a]]
            for q in range(len(every)):
                total, rest = 0.0, 0.0
                for a in range(first[q], first[q + 1]):
                    others[a] = total
                    total += begun[a]
                for a in range(first[q + 1] - 1, first[q] - 1, -1):
                    others[a] += rest
                    rest += begun[a]
                every[q] = total
            if t == begin:
                totals[view] = every[0] + column[blank] * in_blank[t, 0]
                break
            waiting, reading = in_blank[t - 1], in_class[t - 1]
            for q in range(len(every)):
                waiting[q] = column[blank] * in_blank[t, q]
            for m in range(len(reading)):
                a = node_arc[m]
                fresh = others[a] if a >= 0 else every[node_state[m]]
                reading[m] = column[node_class[m]] * ahead[m] + waiting[node_state[m]] + fresh
            waiting += every
            if t % _SELDOM:
                continue
            scale = waiting.max()
            if len(reading):
                scale = max(scale, reading.max())
            if not scale > 0:  # no string fits, or a column is not a number
                break
            log_scales[view] += math.log(scale)
            waiting *= 1 / scale
            reading *= 1 / scale
            column *= 1 / scale
