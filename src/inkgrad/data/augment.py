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

from inkgrad.compiled import compiled
from inkgrad.data.dataset import Images, Labels, Split
from inkgrad.errors import UsageError

Floats = NDArray[np.float32]


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
    """Deformed copies of images (n, h, w) uint8, light ink on black; what comes in is black."""
    n, h, w = images.shape
    maps = _affine_maps(n, how, rng)
    noise, taps = np.zeros((0, 2, h, w), np.float32), np.zeros(1, np.float32)
    if how.elastic:
        noise = rng.random((n, 2, h, w), np.float32)
        taps = _gaussian(how.smoothness)
    thicker = np.asarray((2 * rng.random(n) - 1) * how.thickness, np.float32)
    out = np.empty_like(images)
    _deform(images, maps, noise, taps, how.elastic, thicker, out)
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


@compiled
def _deform(
    images: Images,
    maps: Floats,
    noise: Floats,
    taps: Floats,
    strength: float,
    thicker: Floats,
    out: Images,
) -> None:
    n, h, w = images.shape
    field = np.zeros((2, h, w), np.float32)
    work = np.empty((h, w), np.float32)
    warped = np.empty((h, w), np.float32)
    for i in range(n):
        if len(noise):
            for axis in range(2):
                _smooth(noise[i, axis], taps, strength, work, field[axis])
        _warp(images[i], maps[i], field, warped)
        if thicker[i] != 0:
            _thicken(warped, thicker[i], work)
            warped[:] = work
        for y in range(h):
            for x in range(w):
                out[i, y, x] = np.uint8(warped[y, x] + np.float32(0.5))


@compiled
def _smooth(noise: Floats, taps: Floats, strength: float, work: Floats, out: Floats) -> None:
    """out = strength * (2 noise - 1) smoothed both ways; beyond the edge there is no noise."""
    h, w = noise.shape
    reach = len(taps) // 2
    for y in range(h):
        low, high = max(-reach, -y), min(reach, h - 1 - y)
        middle = np.float32(strength) * taps[low + reach : high + reach + 1].sum()
        for x in range(w):
            work[y, x] = -middle
        for t in range(low, high + 1):
            tap = np.float32(2 * strength) * taps[t + reach]
            for x in range(w):
                work[y, x] += tap * noise[y + t, x]
    for y in range(h):
        for x in range(w):
            out[y, x] = 0
        for t in range(-reach, reach + 1):
            tap = taps[t + reach]
            for x in range(max(0, -t), min(w, w - t)):
                out[y, x] += tap * work[y, x + t]


@compiled
def _warp(image: Images, m: Floats, field: Floats, out: Floats) -> None:
    h, w = image.shape
    middle_y, middle_x = np.float32((h - 1) / 2), np.float32((w - 1) / 2)
    for y in range(h):
        for x in range(w):
            v, u = y - middle_y, x - middle_x
            from_y = m[0] * v + m[1] * u + m[4] + middle_y + field[0, y, x]
            from_x = m[2] * v + m[3] * u + m[5] + middle_x + field[1, y, x]
            top, left = int(np.floor(from_y)), int(np.floor(from_x))
            down, right = np.float32(from_y - top), np.float32(from_x - left)
            value = np.float32(0)
            if -1 <= top < h and -1 <= left < w:
                if top >= 0:
                    if left >= 0:
                        value += (1 - down) * (1 - right) * image[top, left]
                    if left + 1 < w:
                        value += (1 - down) * right * image[top, left + 1]
                if top + 1 < h:
                    if left >= 0:
                        value += down * (1 - right) * image[top + 1, left]
                    if left + 1 < w:
                        value += down * right * image[top + 1, left + 1]
            out[y, x] = value


@compiled
def _thicken(image: Floats, by: float, out: Floats) -> None:
    """A part `by` of the way to the largest of a pixel and its four neighbours, or the smallest."""
    h, w = image.shape
    part = abs(by)
    for y in range(h):
        for x in range(w):
            here = image[y, x]
            extreme = here
            for k in range(4):
                b, a = y + (k == 0) - (k == 1), x + (k == 2) - (k == 3)
                beside = image[b, a] if 0 <= b < h and 0 <= a < w else np.float32(0)
                extreme = max(extreme, beside) if by > 0 else min(extreme, beside)
            out[y, x] = here + part * (extreme - here)
