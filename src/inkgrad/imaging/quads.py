"""Quadrilaterals that may be a sheet of paper in a photo, by the straight edges in it.

Their sides are edges along which it is brighter on one side all the way from corner to corner, and
not beyond: within all four, or, on a desk as white as few are, outside of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.edges import Doubles, Edge, find_edges
from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.sampling import nearest
from inkgrad.kernels.arrays import Floats

SEEN = 384
"""Pixels of the longer side in which a sheet is looked for."""
_LINES = 60  # that sides may lie on
_PARALLEL, _CORNER = 45.0, 40.0  # degrees opposite sides may differ by, and of the least corner
_LEAST = 0.06  # of the image is a sheet
_DARKER = 0.18  # of it is one that is darker than its desk: less may be lines of writing
_SHORTEST = 30  # pixels of a side
_COMPARED = 4000  # quadrilaterals, to leave out those that are nearly another
_STEP = 0.02  # of the logarithm of brightness is an edge that counts whole
_TRIM, _BEYOND = 4, 16  # pixels at corners that tell nothing, and beyond which an edge has ended
_SOFT = 0.7  # pixels of blur
_REACH = 6  # pixels beside a side in which it is looked for again
_OUTSIDE = 0.5  # what an edge that goes on beyond its corners is worth less
_ALIKE = 0.04  # of the longer side: nearer corners are those of one sheet
_ROUND = (np.arange(4)[:, None] + np.arange(4)) % 4  # the same corners from each of them on
_SIZE = 0.1  # and what the largest sheet is worth more than a small one


@dataclass(frozen=True)
class Quads:
    """n quadrilaterals: the corners (n, 4, 2) on a way round, and which edge each side lies on.

    Side k goes from corner k to the next.
    """

    corners: Doubles
    sides: NDArray[np.intp]


def quadrilaterals(image: Floats, most: int) -> Doubles:
    """The corners (n, 4, 2) of at most so many, the best first; none is nearly another.

    Of the logarithm of brightness (h, w), `SEEN` pixels long.
    """
    edges = find_edges(image, _LINES)
    quads = _quads(edges, image.shape)
    found, smooth = list[Doubles](), gaussian(image, _SOFT)
    left = _worth(quads, edges, image.shape) if len(quads.sides) else np.zeros(0)
    first = np.argsort(-left, kind="stable")[:_COMPARED]
    left, corners = left[first], quads.corners[first]
    while len(found) < most and left.max(initial=0.0) > 0:
        best = corners[int(left.argmax())]
        found.append(_refined(best, smooth))
        near = np.abs(corners[:, None] - best[_ROUND]).max((2, 3)).min(1) < _ALIKE * SEEN
        left = np.where(near, 0.0, left)
    return np.array(found).reshape(-1, 4, 2)


def _refined(corners: Doubles, smooth: Floats) -> Doubles:
    """The corners where lines cross that are fitted to each side alone, where it is steepest.

    Places off a side are measured outwards; half of them that lie farthest from the line are left
    out, thrice: corners are bent, fingers and shadows lie across.
    """
    middle, normals, far = corners.mean(0), list[Doubles](), list[float]()
    offsets = np.arange(-_REACH, _REACH + 1.0)
    profiles, frames = [], []
    for first, last in zip(corners, np.roll(corners, -1, 0), strict=True):
        along = (last - first) / np.hypot(*(last - first))
        normal = np.array([along[1], -along[0]])
        normal *= np.sign((first - middle) @ normal)
        places = np.linspace(0.06, 0.94, 60) * np.hypot(*(last - first))
        points = first + places[:, None, None] * along + offsets[:, None] * normal
        values, _ = nearest(smooth, points)
        profiles.append(values[:, :-2] - values[:, 2:])  # brighter within
        frames.append((first, along, normal, places))
    sign = np.sign(sum(float(np.median(steps.sum(1))) for steps in profiles)) or 1.0
    for steps, (first, along, normal, places) in zip(profiles, frames, strict=True):
        off = offsets[1 + (sign * steps).argmax(1)]
        kept = np.ones(len(off), bool)
        for _ in range(3):
            x, y = places[kept], off[kept]
            from_middle = x - x.mean()
            slope = float(from_middle @ y / (from_middle @ from_middle))
            at = float(y.mean() - slope * x.mean())
            apart = np.abs(slope * places + at - off)
            kept = apart <= max(float(np.median(apart)), 0.5)
        turned = normal - slope * along
        turned /= np.hypot(*turned)
        normals.append(turned)
        far.append(float((first + at * normal) @ turned))
    lines, places_of = np.array(normals), np.array(far)
    order = np.arange(4)
    found = _crossing(lines, places_of, (order - 1) % 4, order)
    return found if np.abs(found - corners).max() < 3 * _REACH else corners


def _quads(edges: list[Edge], shape: tuple[int, ...]) -> Quads:
    """All quadrilaterals of four edges that may be a sheet seen from an angle.

    Opposite sides have their brighter sides towards each other, or, all of them, away from it.
    """
    normals = np.array([edge.normal for edge in edges]).reshape(-1, 2)
    far = np.array([edge.far for edge in edges])
    first, second = np.triu_indices(len(edges), 1)
    facing = (normals[first] * normals[second]).sum(1) < -np.cos(np.radians(_PARALLEL))
    inward = far[first] + far[second] < 0
    found = []
    for pairs in (np.stack([first, second], 1)[facing & (inward == how)] for how in (True, False)):
        one, other = np.triu_indices(len(pairs), 1)
        found.append([pairs[one, 0], pairs[other, 0], pairs[one, 1], pairs[other, 1]])
    sides = np.concatenate([np.stack(each, 1) for each in found])
    corners = np.stack([_crossing(normals, far, sides[:, k - 1], sides[:, k]) for k in range(4)], 1)
    h, w = shape
    inside = ((corners > -2) & (corners < [w + 2, h + 2])).all((1, 2))
    sides, corners = sides[inside], corners[inside]
    along = np.roll(corners, -1, 1) - corners
    long = np.hypot(along[..., 0], along[..., 1])
    cross = _cross(along, np.roll(along, -1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        sines = np.abs(cross) / (long * np.roll(long, -1, 1))
    good = (np.abs(np.sign(cross).sum(1)) == 4) & (sines > np.sin(np.radians(_CORNER))).all(1)
    within = ((corners.mean(1)[:, None] * normals[sides]).sum(2) > far[sides]).sum(1)
    least = np.where(within == 4, _LEAST, np.where(within == 0, _DARKER, np.inf)) * h * w
    good &= (_areas(corners) > least) & (long > _SHORTEST).all(1)
    return Quads(corners[good], sides[good])


def _worth(quads: Quads, edges: list[Edge], shape: tuple[int, ...]) -> Doubles:
    """How much each may be a sheet; nothing at all, or less, is none."""
    longest = max(len(edge.steps) for edge in edges)
    sums = np.array([_counted(edge, longest) for edge in edges])
    firsts = np.array([edge.first for edge in edges])
    along = np.array([(-edge.normal[1], edge.normal[0]) for edge in edges])[quads.sides]
    ends = quads.corners, np.roll(quads.corners, -1, 1)
    places = np.sort([(end * along).sum(2) - firsts[quads.sides] for end in ends], axis=0)

    def part(begin: Doubles, end: Doubles) -> Doubles:
        """Which part of each side is an edge, from here to there."""
        a, b = (np.clip(np.round(place).astype(int), 0, longest) for place in (begin, end))
        return np.asarray((sums[quads.sides, b] - sums[quads.sides, a]) / np.maximum(1, b - a))

    first, last = places
    beyond = part(first - _BEYOND, first - _TRIM) + part(last + _TRIM, last + _BEYOND)
    supports = part(first + _TRIM, last - _TRIM) - _OUTSIDE * beyond / 2
    worth = 0.5 * supports.min(1) + supports.mean(1)
    return np.asarray(worth * (1 + _SIZE * np.sqrt(_areas(quads.corners) / (shape[0] * shape[1]))))


def _counted(edge: Edge, longest: int) -> Doubles:
    """How many places of an edge up to each are one, for so many places."""
    steps = (edge.steps / _STEP).clip(0, 1)
    sums = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(np.pad(sums, (0, longest + 1 - len(sums)), mode="edge"))


def _areas(corners: Doubles) -> Doubles:
    """Those of quadrilaterals (n, 4, 2), in pixels."""
    across = _cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    return np.asarray(0.5 * np.abs(across))


def _crossing(
    normals: Doubles, far: Doubles, one: NDArray[np.intp], other: NDArray[np.intp]
) -> Doubles:
    """Where lines cross (n, 2); far off for those that do not."""
    a, b = normals[one], normals[other]
    cross = _cross(a, b)
    cross = np.where(np.abs(cross) < 1e-6, 1e-6, cross)
    x = far[one] * b[:, 1] - far[other] * a[:, 1]
    y = far[other] * a[:, 0] - far[one] * b[:, 0]
    return np.stack([x, y], 1) / cross[:, None]


def _cross(a: Doubles, b: Doubles) -> Doubles:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
