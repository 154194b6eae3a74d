"""One hand, as a line of digits is drawn in it: its slant, its size, how much it sways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from inkgrad.imaging.strokes import Stroke
from inkgrad.synthetic.wear import Rng


@dataclass(frozen=True)
class HandShape:
    """A digit before it is laid on its line: strokes, where their box begins, its size."""

    strokes: Sequence[Stroke]
    low: Stroke
    wide: float
    tall: float

    @classmethod
    def of(cls, strokes: Sequence[Stroke]) -> HandShape:
        """Of strokes in any unit; what is flat or a dot is not blown up to full height."""
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
        tall = max(float(high[1] - low[1]), 0.5 * float(high[0] - low[0]), 1.0)
        return cls(strokes, low, float(high[0] - low[0]), tall)

    def upright(self) -> list[Stroke]:
        """The strokes 1 high, from (0, 0) on."""
        return [((stroke - self.low) / self.tall).astype(np.float32) for stroke in self.strokes]

    @classmethod
    def drawn(cls, strokes: Sequence[Stroke]) -> HandShape:
        """Of strokes 1 high, from x = 0 on, which may reach over and under the digit's height."""
        wide = max(float(stroke[:, 0].max()) for stroke in strokes)
        return cls(strokes, np.zeros(2, np.float32), wide, 1.0)


@dataclass(frozen=True)
class Hand:
    """What stays alike in a line, in heights of a digit."""

    slant: float
    stretch: float
    drift: float
    bounce: float

    @classmethod
    def any(cls, rng: Rng) -> Hand:
        slant, stretch = rng.normal(0, 0.2), np.exp(rng.normal(0, 0.15))
        drift, bounce = rng.normal(0, 0.03), abs(rng.normal(0, 0.05))
        return cls(slant, stretch, drift, bounce)

    def write(
        self, shape: HandShape, x: float, bend: float, rng: Rng
    ) -> tuple[list[Stroke], float, float]:
        """A digit at x on its line, bent by up to about `bend`: strokes, how wide, how low."""
        scale = np.exp(rng.normal(0, 0.08)) / shape.tall
        wide = shape.wide * scale * self.stretch
        lift = self.drift * x + self.bounce * rng.normal()
        lean, bent = self.slant + rng.normal(0, 0.04), _bend(bend, rng)
        pieces = []
        for stroke in shape.strokes:
            moved = bent((stroke - shape.low) * np.float32(scale))
            moved[:, 0] = x + moved[:, 0] * self.stretch + lean * (1 - moved[:, 1])
            moved[:, 1] += lift
            pieces.append(moved)
        return pieces, wide, lift


def _bend(most: float, rng: Rng) -> Callable[[Stroke], Stroke]:
    """A way to bend strokes: waves about as long as a character is high, sideways and up."""
    size = rng.normal(0, most, 2)
    waves, phases = rng.uniform(0.4, 1.1, 2) * 2 * np.pi, rng.uniform(0, 2 * np.pi, 2)

    def bent(stroke: Stroke) -> Stroke:
        moved = stroke + size * np.sin(waves * stroke[:, ::-1] + phases)
        return moved.astype(np.float32)

    return bent
