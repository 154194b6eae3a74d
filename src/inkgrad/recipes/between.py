"""Weights between what networks were and what further training made of them.

Wortsman and others 2022, "Robust fine-tuning of zero-shot models": a network that went on with
other samples forgets a little of the first ones; halfway back it has most of both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inkgrad.nn.network import Network
from inkgrad.nn.state import NetworkState


class Between:
    """Remembers networks when they begin to go on, and at last leads them a part of the way back.

    `part` is how much of the way from what they were to what they became is kept.
    """

    def __init__(self, networks: Sequence[Network], part: float) -> None:
        self.networks, self.part = networks, part
        self._before: dict[int, NetworkState] = {}

    def remember(self, place: int) -> Callable[[], None]:
        """What to do before one of the networks goes on."""

        def begin() -> None:
            self._before[place] = self.networks[place].state()

        return begin

    def settle(self) -> None:
        """Lead back those that were remembered; once, however often it is called."""
        for place, before in self._before.items():
            network = self.networks[place]
            network.restore(before.towards(network.state(), self.part))
        self._before.clear()
