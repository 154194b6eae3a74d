"""The sum over all alignments of a string with columns, as Graves 2006 prints it (see `nn.ctc`)."""

from __future__ import annotations

import numpy as np

from inkgrad.nn.vectors import Array


def ctc(log_p: Array, labels: Array) -> tuple[Array, Array]:
    """For each sample -log p(string), and p - (posterior of each class in each column).

    log_p (n, t, k) with the blank last; labels (n, l), strings filled up with -1; losses (n,),
    dlogits (n, t, k). A string that has no path has a loss and a gradient of 0.
    """
    losses, dlogits = np.zeros(len(log_p), log_p.dtype), np.zeros_like(log_p)
    blank = log_p.shape[2] - 1
    for row, string in enumerate(labels):
        states = [blank]  # blank, first, blank, second, ..., blank
        for label in string[string >= 0]:
            states += [label, blank]
        seen = log_p[row][:, states]  # (t, states)
        forward = paths(seen, states, blank)
        backward = paths(seen[::-1, ::-1], states[::-1], blank)[::-1, ::-1]
        total = np.logaddexp.reduce(forward[-1, -2:])
        if total > -np.inf:
            losses[row], dlogits[row] = -total, np.exp(log_p[row])
            posterior = np.exp(forward + backward - seen - total)  # both count the column itself
            for s, state in enumerate(states):
                dlogits[row, :, state] -= posterior[:, s]
    return losses, dlogits


def paths(seen: Array, states: list[int], blank: int) -> Array:
    """log of the sum over paths that end in state s at a column, that column included."""
    found = np.full(seen.shape, -np.inf)
    found[0, :2] = seen[0, :2]
    for t in range(1, len(seen)):
        for s in range(len(states)):
            # From the same state, the one before, or past a blank to another character.
            skips = s >= 2 and states[s] != blank and states[s] != states[s - 2]
            first = max(0, s - 2 if skips else s - 1)
            found[t, s] = seen[t, s] + np.logaddexp.reduce(found[t - 1, first : s + 1])
    return found
