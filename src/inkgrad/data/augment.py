"""Other hands from one: shift, turn, scale, slant, bend and thicken whole batches of images.

A network that has seen a digit in many forms reads it in more. Each image is warped once, by the
inverse map with bilinear interpolation, all deformations together.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.data.dataset import Images, Labels, Split
from inkgrad.errors import UsageError
from inkgrad.kernels.arrays import Floats
from inkgrad.kernels.deformation import deform
from inkgrad.preconditions import require


@dataclass(frozen=True)
class Augmentation:
    """How far images are deformed: each draws evenly from minus to plus these.

    shift in pixels each way, rotation in degrees, scale as a part of 1, shear as the tangent of the
    slant. `elastic` is the strength and `smoothness` the width, in pixels, of the Gaussian of
    Simard 2003: every pixel is displaced by noise smoothed with it, times the strength. `thickness`
    is the part of a pixel by which strokes are thickened or thinned on either side.
    """

    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    smoothness: float = 4.0
    thickness: float = 0.0

    def times(self, strength: float) -> Augmentation:
        """The same deformations, stronger or weaker."""
        extents = {name: value * strength for name, value in asdict(self).items()}
        return replace(self, **{**extents, "smoothness": self.smoothness})


_AFFINE = Augmentation(shift=2.5, rotation=12.0, scale=0.12, shear=0.2)
AUGMENTATIONS: dict[str, Augmentation | None] = {
    "none": None,
    "shift": Augmentation(shift=2.5),
    "affine": _AFFINE,
    "elastic": replace(_AFFINE, elastic=34.0),
    "full": replace(_AFFINE, elastic=34.0, thickness=0.6),
}
"""The degrees that have a name on the command line."""


def by_name(how: Augmentation | str) -> Augmentation:
    """The augmentation of that name; UsageError where there is none, saying which there are."""
    if isinstance(how, Augmentation):
        return how
    if not isinstance(how, str) or how not in AUGMENTATIONS:
        known = ", ".join(AUGMENTATIONS)
        raise UsageError(f"augment {how!r} is unknown, expected an Augmentation or one of {known}")
    return AUGMENTATIONS[how] or Augmentation()


@dataclass(frozen=True)
class Augmented:
    """A source of samples like the split it stands for, but deformed anew in every batch.

    `how` is an Augmentation or the name of one: `Augmented(split, "affine")`.
    """

    split: Split
    how: Augmentation | str

    def __post_init__(self) -> None:
        object.__setattr__(self, "how", by_name(self.how))

    def __len__(self) -> int:
        return len(self.split)

    def batch(self, places: NDArray[Any], rng: np.random.Generator) -> tuple[Images, Labels]:
        """The samples at these places, deformed as `rng` says."""
        images, labels = self.split.batch(places, rng)
        return augment(images, by_name(self.how), rng), labels


def augment(images: Images, how: Augmentation, rng: np.random.Generator) -> Images:
    """Deformed copies of images (n, h, w) uint8, light ink on black; what comes in is black.

    Raises ShapeError for images of another type or shape.
    """
    require("images", images, (None, None, None), np.uint8)
    n, h, w = images.shape
    maps = _affine_maps(n, how, rng)
    noise, taps = np.zeros((0, 2, h, w), np.float32), np.zeros(1, np.float32)
    if how.elastic:
        noise = rng.random((n, 2, h, w), np.float32)
        taps = _gaussian(how.smoothness)
    thicker = np.asarray((2 * rng.random(n) - 1) * how.thickness, np.float32)
    out = np.empty_like(images)
    deform(images, maps, noise, taps, how.elastic, thicker, out)
    return out


def _affine_maps(n: int, how: Augmentation, rng: np.random.Generator) -> Floats:
    """For each image the inverse map (a, b, c, d, dy, dx): where an output pixel comes from."""
    turn = np.radians(rng.uniform(-how.rotation, how.rotation, n))
    larger_y, larger_x = np.reciprocal(1 + rng.uniform(-how.scale, how.scale, (2, n)))
    slant = rng.uniform(-how.shear, how.shear, n)
    shift = rng.uniform(-how.shift, how.shift, (2, n))
    cos, sin = np.cos(turn), np.sin(turn)
    # y' = a y + b x, x' = c y + d x: the slant moves x by y, then the whole is turned and scaled.
    maps = [cos * larger_y, -sin * larger_y]
    maps += [(sin + slant * cos) * larger_x, (cos - slant * sin) * larger_x, *shift]
    return np.stack(maps, axis=1).astype(np.float32)


def _gaussian(width: float) -> Floats:
    """The taps of a Gaussian of that standard deviation, two of them to either side, sum 1."""
    reach = max(1, math.ceil(2 * width))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.asarray(taps / taps.sum(), np.float32)
