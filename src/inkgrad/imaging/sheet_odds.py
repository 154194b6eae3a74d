"""Which of several quadrilaterals in a photo is the sheet of paper, or that none is.

What tells it lies along the four sides: how much brighter one side of each is and along how much
of it, how sharp the edge is, for a shadow's is not, how even the paper is beside it, and what is at
the corners. The odds are those of a conditional logit (McFadden 1974) in which no sheet is a choice
as well, of functions of each of these numbers that are linear but for two bends (an additive model,
Hastie and Tibshirani 1990); `imaging/sheet_weights.py` has them.
"""

from __future__ import annotations

import numpy as np

from inkgrad.imaging.edges import Doubles, lasting
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.masks import Mask
from inkgrad.imaging.sampling import nearest
from inkgrad.imaging.sheet_weights import BEND, BIAS, FARTHEST, WEIGHTS
from inkgrad.kernels.arrays import Floats

_PLACES, _WINDOWS = 64, 8  # along a side, and parts of it each of which has to be an edge
_FAR = 10  # pixels beside it, on either side
_NEAR, _FARTHER = (2, 5), (6, 9)  # pixels from it between which brightness is compared
_STEPS = (0.01, 0.025, 0.06)  # of the logarithm of brightness
_SOFT, _AT_CORNERS = 0.7, 2.0  # pixels of blur
_WRONG, _SMALL, _GRAIN = 0.02, 0.02, 0.003  # of that logarithm, too
_BEYOND, _FROM_CORNER = np.arange(4.0, 19.0, 2.0), 8.0  # pixels


def log_odds(corners: Doubles, image: Floats) -> Doubles:
    """Those (n,) of being the sheet, against there being none, of quadrilaterals (n, 4, 2).

    In the logarithm of brightness (h, w), `SEEN` pixels long. How large one is and where it lies
    in the image counts for nothing: that is the photographer's.
    """
    if not len(corners):
        return np.zeros(0)
    middle, scale, *slopes = np.array(list(WEIGHTS.values())).T
    return bent(numbers(corners, image), middle, scale) @ np.concatenate(slopes) + BIAS


def bent(known: Doubles, middle: Doubles, scale: Doubles) -> Doubles:
    """Numbers (n, f) against their usual ones, as they are and beyond a bend either way (n, 3f)."""
    usual = ((known - middle) / scale).clip(-FARTHEST, FARTHEST)
    return np.concatenate([usual, np.maximum(usual - BEND, 0), np.maximum(-usual - BEND, 0)], 1)


def numbers(corners: Doubles, image: Floats) -> Doubles:
    """What is known of quadrilaterals (n, 4, 2), a row (f,) each, in the order of `WEIGHTS`."""
    smooth = gaussian(image, _SOFT)
    sides = np.roll(corners, -1, 1) - corners
    long = np.hypot(sides[..., 0], sides[..., 1])
    along = sides / long[..., None]
    normal = np.stack([along[..., 1], -along[..., 0]], -1)
    middle = corners.mean(1, keepdims=True)
    normal *= np.sign(((corners - middle) * normal).sum(-1))[..., None]
    part = np.linspace(0.04, 0.96, _PLACES)[:, None]
    places = corners[:, :, None] + part * sides[:, :, None]
    profile, known = _across(smooth, places, normal)
    near, farther = _steps(profile, known)
    sign = np.where(np.median(near, axis=2).mean(1) < 0, -1.0, 1.0)[:, None, None]
    near, farther = sign * near, sign * farther
    ends = np.stack([corners, np.roll(corners, -1, 1)], 2)[:, :, :, None]
    ways = np.stack([-along, along], 2)[:, :, :, None]
    further = ends + _BEYOND[:, None] * ways
    outer, seen = _across(smooth, further.reshape(len(corners), 4, -1, 2), normal)
    return np.stack(
        [
            *_of_steps(_there(near, farther)),
            *_of_profiles(sign[..., None] * profile, near),
            *_of_ends(_there(*(sign * step for step in _steps(outer, seen)))),
            *_of_corners(image, corners, along, sign[:, 0]),
            *_of_form(long),
            sign[:, 0, 0],
        ],
        1,
    )


def _across(image: Floats, places: Doubles, normal: Doubles) -> tuple[Doubles, Mask]:
    """Brightness across sides (n, 4, p, 2 far + 1), outwards, and where that is in the image."""
    offsets = np.arange(-_FAR, _FAR + 1.0)[:, None]
    points = places[:, :, :, None] + offsets * normal[:, :, None, None]
    values, within = nearest(image, points)
    return np.asarray(values, np.float64), within


def _steps(profile: Doubles, known: Mask) -> list[Doubles]:
    """How much brighter it is within (n, 4, p), beside the side and farther off; 0 if not known."""
    found = []
    for least, most in (_NEAR, _FARTHER):
        inner = slice(_FAR - most, _FAR - least + 1)
        outer = slice(_FAR + least, _FAR + most + 1)
        step = profile[..., inner].mean(-1) - profile[..., outer].mean(-1)
        found.append(np.where(known[..., inner].all(-1) & known[..., outer].all(-1), step, 0.0))
    return found


def _there(near: Doubles, farther: Doubles) -> Doubles:
    """The steps that are there farther off as well; those the other way as they are."""
    return np.where(near < 0, near, lasting(near, farther))


def _of_steps(steps: Doubles) -> list[Doubles]:
    """Along how much of the sides they are edges, of the worst side and on average; how clear."""
    out = list[Doubles]()
    for least in _STEPS:
        part = (steps > least).mean(2)
        out += [part.min(1), part.mean(1)]
    wrong = (steps < -_WRONG).mean(2)
    size = np.log1p(np.median(steps, axis=2).clip(0) / _SMALL)
    spread = np.log1p(steps.std(2) / _SMALL)
    windows = (steps > _STEPS[0]).reshape(*steps.shape[:2], _WINDOWS, -1).mean(3)
    least_window = windows.min(2)
    return [
        *out,
        *(wrong.max(1), wrong.mean(1)),
        *(size.min(1), size.mean(1), size.std(1)),
        *(spread.max(1), spread.mean(1)),
        *(least_window.min(1), least_window.mean(1)),
    ]


def _of_profiles(profile: Doubles, near: Doubles) -> list[Doubles]:
    """How sharp the edges are, how straight, how even what is within and outside beside them."""
    steep = (profile[..., :-2] - profile[..., 2:])[..., _FAR - 4 : _FAR + 3]
    sharp = np.median(steep.max(-1), axis=2) / (np.median(near, axis=2).clip(0) + _SMALL)
    off = np.abs(steep.argmax(-1) - 3.0).mean(2)
    grain = np.abs(np.diff(profile, axis=-1))
    inner, outer = (
        np.log(np.median(part, axis=(2, 3)) + _GRAIN)
        for part in (grain[..., 1 : _FAR - 3], grain[..., _FAR + 3 : -1])
    )
    levels = [
        np.median(part, axis=(2, 3))
        for part in (profile[..., : _FAR - 2], profile[..., _FAR + 3 :])
    ]
    return [
        *(sharp.min(1), sharp.mean(1), off.max(1), off.mean(1)),
        *(inner.max(1), inner.mean(1), (outer - inner).mean(1)),
        *(levels[0].std(1), levels[1].std(1)),
    ]


def _of_ends(steps: Doubles) -> list[Doubles]:
    """How far edges go on beyond the corners."""
    clear, faint = ((steps > least).mean(2) for least in (_STEPS[1], _STEPS[0]))
    return [clear.max(1), clear.mean(1), faint.mean(1)]


def _of_corners(image: Floats, corners: Doubles, along: Doubles, sign: Doubles) -> list[Doubles]:
    """How much brighter it is within each corner than around it, on the side where it is least."""
    smooth = gaussian(image, _AT_CORNERS)
    back = -np.roll(along, 1, 1)
    inner, *others = (
        nearest(smooth, corners + _FROM_CORNER * (one * along + other * back))[0]
        for one, other in ((0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7))
    )
    least = np.min([sign * (inner - other) for other in others], axis=0)
    clear = np.sign(least) * np.log1p(np.abs(least) / _SMALL)
    return [clear.min(1), clear.mean(1)]


def _of_form(long: Doubles) -> list[Doubles]:
    """How far its sides, so long (n, 4), are from those of a square."""
    opposite = np.abs(np.log(long[:, :2] / long[:, 2:]))
    beside = np.abs(np.log((long[:, 0] + long[:, 2]) / (long[:, 1] + long[:, 3])))
    return [opposite.max(1), beside]
