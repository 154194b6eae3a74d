"""Strokes that forms print in fields: slashes of dates, brackets that mirror each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.masks import Mask


@dataclass(frozen=True)
class Shape:
    """A piece of ink: its mask (h, w), and its box."""

    mask: Mask
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, ink: Mask, box: NDArray[np.integer]) -> Shape:
        left, top, right, bottom = box.tolist()
        return cls(ink[top:bottom, left:right], left, top, right, bottom)

    @property
    def tall(self) -> int:
        return self.bottom - self.top

    def lean(self) -> tuple[float, float]:
        """The angle of a stroke to the upright, in degrees, and how far it is from straight."""
        y, x = np.nonzero(self.mask)
        if len(y) < 8:
            return 0.0, 1.0
        values, vectors = np.linalg.eigh(np.cov(np.stack([x, y]).astype(float)))
        along = vectors[:, 1] * np.sign(vectors[1, 1] or 1.0)
        return float(np.degrees(np.arctan2(along[0], along[1]))), float(
            np.sqrt(max(values[0], 0.0) / max(values[1], 1e-9))
        )

    def opens(self, flipped: bool) -> bool:
        """Whether both ends reach further to the right than the middle, as those of a ( do."""
        mask = self.mask[:, ::-1] if flipped else self.mask
        end = max(1, round(0.14 * self.tall))

        def reach(rows: Mask) -> int:
            columns = np.flatnonzero(rows.any(0))
            return int(columns[-1]) if len(columns) else -1

        middle = reach(mask[2 * end : -2 * end]) if self.tall > 4 * end else 0
        return min(reach(mask[:end]), reach(mask[-end:])) - middle >= max(1.0, 0.04 * self.tall)


def slashes(shapes: Sequence[Shape], blanks: int) -> bool:
    """Strokes as those of a date, far apart between blanks or leaning alike."""
    if len(shapes) != 2 or blanks < 2:
        return False
    (first, crooked), (second, other) = (shape.lean() for shape in shapes)
    tall = max(shape.tall for shape in shapes)
    apart = abs(shapes[0].left - shapes[1].left)
    return (
        max(crooked, other) < 0.2
        and abs(first - second) < 4
        and abs(shapes[0].tall - shapes[1].tall) <= max(2, 0.08 * tall)
        and apart >= tall
    )


def brackets(shapes: Sequence[Shape]) -> bool:
    """Two that open towards each other, far apart."""
    if len(shapes) != 2:
        return False
    first, last = sorted(shapes, key=lambda shape: shape.left)
    tall = max(first.tall, last.tall)
    return (
        abs(first.tall - last.tall) <= max(3, 0.08 * tall)
        and last.left - first.right >= 0.8 * tall
        and first.opens(False)
        and last.opens(True)
    )
