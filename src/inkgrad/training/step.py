"""The gradient of one batch, computed in blocks of samples that threads share out.

How a batch is cut depends on the network and the batch size alone, each block has generators of its
own, and gradients are summed in block order: so the same seed gives the same bits, whatever the
number of threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import UsageError
from inkgrad.nn.losses import Loss, can_take_parts, can_take_weights, count_right
from inkgrad.nn.network import Network
from inkgrad.nn.parallel import Team
from inkgrad.nn.vectors import Array
from inkgrad.randomness import generator

_MOMENTUM = 0.1  # part of the running statistics that a batch replaces
_WORTH = 14e6  # multiply-adds, forward, that make a block worth handing to a thread
_MOST_ROWS = 256  # samples of a block,
_LEAST_ROWS, _VALUES = 32, 1 << 19  # and values of its largest layer: beyond, they leave the cache


class Source(Protocol):
    """Samples to draw batches from: a Split, or anything that composes them."""

    def __len__(self) -> int: ...

    def batch(self, places: NDArray[np.intp], rng: np.random.Generator) -> tuple[Array, Array]: ...


PartLoss = Callable[[Array, Array, int, Array | None], tuple[float, Array]]
"""What a part of a batch, of so many samples in all, adds to the mean loss, and its gradient.

Each sample's loss is multiplied by its weight first, where there are weights.
"""

Weigh = Callable[[NDArray[np.intp], Array], Array]
"""The weights (n,) of samples, from their places and labels."""

CountRight = Callable[[Array, Array], int]
"""How many samples are right, from their logits and labels."""


def part_loss(loss: Loss, smoothing: float = 0.0, weighted: bool = False) -> PartLoss:
    """A loss for parts of a batch: those that are not made for it are weighed by their samples.

    Raises UsageError where labels are to be smoothed, or samples `weighted`, and the loss does not
    do that.
    """
    if weighted and not can_take_weights(loss):
        raise UsageError(
            "there are weights but the loss is one of your own, which gives a mean: expected one "
            "with smoothing, samples and weights, marked by losses.takes_parts"
        )
    if can_take_parts(loss):
        divided: Callable[..., tuple[float, Array]] = loss

        def of_part(
            logits: Array, labels: Array, samples: int, weights: Array | None
        ) -> tuple[float, Array]:
            if weights is None:
                return divided(logits, labels, smoothing, samples)
            return divided(logits, labels, smoothing, samples, weights)

        return of_part
    if smoothing:
        raise UsageError(
            f"label_smoothing is {smoothing} but the loss is one of your own, which has to smooth "
            "labels itself: expected 0"
        )

    def weighed(logits: Array, labels: Array, samples: int, _: Array | None) -> tuple[float, Array]:
        value, dlogits = loss(logits, labels)
        if len(logits) == samples:
            return float(value), dlogits
        part = len(logits) / samples
        return float(value) * part, np.multiply(dlogits, part)

    return weighed


def block_rows(network: Network, batch_size: int) -> int:
    """How many samples go through the network as one block: half a batch, within bounds.

    A block of a normalized network is normalized by itself, so it is not made smaller than 32 for
    the cache's sake.
    """
    worth = math.ceil(_WORTH / max(1, network.multiply_adds()))
    largest = max(math.prod(shape) for shape in (*network.inputs, network.output_shape))
    most = min(_MOST_ROWS, max(_LEAST_ROWS, _VALUES // largest))
    pairs = math.ceil(batch_size / (2 * most))  # of blocks, for two threads to share
    return max(worth, math.ceil(batch_size / (2 * pairs)))


class BatchGradient:
    """Writes `network.grad` for batches of up to `batch_size` samples.

    `weight` is what the last batch counted: its samples, or the sum of what `weigh` said of them.
    """

    def __init__(
        self,
        network: Network,
        batch_size: int,
        score: CountRight = count_right,
        weigh: Weigh | None = None,
    ) -> None:
        self.network, self.weight, self._weighted = network, 0.0, weigh is not None
        self.rows = block_rows(network, batch_size)
        count = math.ceil(batch_size / self.rows)
        self._blocks = [
            _Block(network if i == 0 else network.replica(), i, score, weigh) for i in range(count)
        ]

    def begin(self, seed: int, epoch: int) -> None:
        """Set the generators of every block to the start of an epoch."""
        for block in self._blocks:
            block.begin(seed, epoch)

    def compute(
        self, data: Source, places: NDArray[np.intp], loss: PartLoss, team: Team
    ) -> tuple[float, int]:
        """Write the gradient of these samples; their mean loss, and how many are right."""
        if len(places) <= self.rows:
            (block := self._blocks[0]).run(data, places, loss, len(places))
            self._note([block])
            return self._mean([block], len(places)), block.correct
        blocks = self._blocks[: math.ceil(len(places) / self.rows)]
        team.run(
            [
                partial(block.run, data, places[i * self.rows :][: self.rows], loss, len(places))
                for i, block in enumerate(blocks)
            ]
        )
        for block in blocks[1:]:
            self.network.grad += block.network.grad
        self._note(blocks)
        return self._mean(blocks, len(places)), sum(block.correct for block in blocks)

    def _mean(self, blocks: list[_Block], samples: int) -> float:
        """The mean loss; with weights both it and the gradient were divided by samples only.

        A batch of weight 0 has nothing to say: its loss and its gradient are 0.
        """
        loss = sum(block.loss for block in blocks)
        self.weight = samples
        if self._weighted:
            self.weight = sum(block.weight for block in blocks)
            scale = samples / self.weight if self.weight else 0.0
            self.network.grad *= self.network.grad.dtype.type(scale)
            loss *= scale
        return loss

    def _note(self, blocks: list[_Block]) -> None:
        """Move the running statistics towards what each block noted, in order."""
        running = self.network.running
        if running.size:
            for block in blocks:
                running += (block.network.noted - running) * (_MOMENTUM / len(blocks))


class _Block:
    """One part of every batch: a network with a gradient of its own, and generators of its own."""

    def __init__(
        self, network: Network, place: int, score: CountRight, weigh: Weigh | None
    ) -> None:
        self.network, self.place, self.score, self.weigh = network, place, score, weigh
        self.loss, self.correct, self.weight = 0.0, 0, 0.0

    def begin(self, seed: int, epoch: int) -> None:
        self.network.draw_from(generator(seed, "dropout", epoch, self.place))
        self.rng = generator(seed, "augmentation", epoch, self.place)

    def run(
        self,
        data: Source,
        places: NDArray[np.intp],
        loss: PartLoss,
        samples: int,
    ) -> None:
        x, labels = data.batch(places, self.rng)
        weights = None if self.weigh is None else self.weigh(places, labels)
        if weights is not None:
            self.weight = float(weights.sum())
        with np.errstate(over="ignore", invalid="ignore"):  # training looks at the loss instead
            logits = self.network.forward(x)
            self.loss, dlogits = loss(logits, labels, samples, weights)
            self.correct = self.score(logits, labels)
            self.network.backward(dlogits)
