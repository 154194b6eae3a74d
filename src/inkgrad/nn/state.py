"""All of a network that training changes, as one thing: kept, averaged, written and put back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkgrad.nn.vectors import Array


@dataclass(frozen=True, eq=False, repr=False)
class NetworkState:
    """The weights theta (p,) and the running statistics running (s,) of a network at one moment.

    `Network.state()` takes one, `Network.restore()` puts it back. Two are equal where all their
    values are.
    """

    theta: Array
    running: Array

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NetworkState):
            return NotImplemented
        return np.array_equal(self.theta, other.theta) and np.array_equal(
            self.running, other.running
        )

    __hash__ = None  # type: ignore[assignment]  # its values may be written to

    def towards(self, last: NetworkState, part: float) -> NetworkState:
        """The state at that part of the straight way from this one to `last`; at 1, `last`."""
        return NetworkState(
            last.theta + (1 - part) * (self.theta - last.theta),
            last.running + (1 - part) * (self.running - last.running),
        )

    def __repr__(self) -> str:
        return (
            f"NetworkState({self.theta.size:,} {self.theta.dtype} weights, "
            f"{self.running.size:,} running statistics)"
        )
