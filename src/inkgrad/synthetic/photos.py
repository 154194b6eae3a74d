"""Sheets of paper as a telephone sees them: lying on a desk, from an angle, in the light there is.

What comes out is a photo and where on it the corners of the sheet are; what the sheet says is known
to whoever made it. The camera is one with a hole (Hartley and Zisserman 2004, chapter 6).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.filters import gaussian, resized
from inkgrad.imaging.ways import homography
from inkgrad.synthetic.desks import DESKS, clutter, desk
from inkgrad.synthetic.wear import Floats, Rng

STEEPEST = 35.0
"""Degrees that the camera may be tilted by, and that the sheet may lie turned by."""

_FILLS = (0.55, 0.93)  # of the photo that the sheet's longer extent is
_FOCAL = (0.75, 1.5)  # of the photo's longer side
_GRADIENT = 3.0  # light on one side of the photo, in times that of the other, at most
_SHADOWED = (0.45, 0.85)  # of the light is left in a shadow
_CLUTTERED = 0.3  # part of the desks on which other things lie
_CURLED = 0.01  # of the sheet's height that its paper is bent by, at most


@dataclass(frozen=True)
class Photo:
    """A photo (h, w), and the sheet's corners (4, 2) on it, round from what is its top left.

    `bend` (w,) says how far each column of the sheet had moved down before the photo was taken.
    """

    grey: NDArray[np.uint8]
    corners: NDArray[np.float64]
    desk: str
    tilt: float
    turn: float
    bend: NDArray[np.float64]


def photographed(
    sheet: NDArray[np.uint8], size: tuple[int, int], rng: Rng, kind: str | None = None
) -> Photo:
    """A sheet (h, w) on a desk, in a photo of `size` (width, height); a desk of any kind or one."""
    kind = kind or DESKS[int(rng.integers(len(DESKS)))]
    width, height = size
    tilt, turn = float(rng.uniform(0, STEEPEST)), float(rng.uniform(-STEEPEST, STEEPEST))
    corners = corners_seen((sheet.shape[1], sheet.shape[0]), size, tilt, turn, rng)
    room = desk(kind, (height, width), float(np.median(sheet)), rng).copy()
    if rng.random() < _CLUTTERED:
        clutter(room, rng)
    curled, bend = _curled(sheet, rng)
    _lay(room, curled, corners, rng)
    room *= _light((height, width), rng)
    return Photo(_taken(room, rng), corners, kind, tilt, turn, bend)


def corners_seen(
    sheet: tuple[int, int], size: tuple[int, int], tilt: float, turn: float, rng: Rng
) -> NDArray[np.float64]:
    """Where the corners of a sheet (width, height) are in a photo of this size."""
    w, h = sheet
    placed = in_space(sheet, tilt, turn, rng)
    far = max(size) * rng.uniform(*_FOCAL)  # of the camera, in pixels; the sheet fills the photo
    near = far * max(w, h) / max(size) / rng.uniform(*_FILLS)
    seen = far * placed[:, :2] / (near + placed[:, 2:])
    extent = np.ptp(seen, axis=0)
    seen *= rng.uniform(*_FILLS) * float((np.array(size) / extent).min())
    room = np.array(size) - np.ptp(seen, axis=0)
    moved: NDArray[np.float64] = seen - seen.min(0) + room * rng.uniform(0.15, 0.85, 2)
    return moved


def in_space(sheet: tuple[float, float], tilt: float, turn: float, rng: Rng) -> NDArray[np.float64]:
    """The corners (4, 3) of a sheet (width, height) around its middle, turned and tilted any way.

    Degrees; the camera looks along the last axis.
    """
    w, h = sheet
    flat = np.array([(-w, -h, 0), (w, -h, 0), (w, h, 0), (-w, h, 0)], float) / 2
    a, b, way = np.radians([turn, tilt, rng.uniform(0, 360)])
    turned = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    axis = np.array([[0, 0, np.sin(way)], [0, 0, -np.cos(way)], [-np.sin(way), np.cos(way), 0]])
    tilted = np.eye(3) + np.sin(b) * axis + (1 - np.cos(b)) * axis @ axis  # Rodrigues
    return np.asarray(flat @ (tilted @ turned).T)


def _curled(sheet: NDArray[np.uint8], rng: Rng) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A sheet whose middle has moved a little: columns of it up or down in one slow wave."""
    h, w = sheet.shape
    bend = rng.uniform(-_CURLED, _CURLED) * h * np.sin(np.pi * np.arange(w) / w)
    whole = np.floor(bend)
    part = (bend - whole)[None]
    rows = np.arange(h)[:, None] - whole[None].astype(int)
    here, above = (np.clip(rows - step, 0, h - 1) for step in (0, 1))
    columns = np.arange(w)[None]
    bent = (1 - part) * sheet[here, columns] + part * sheet[above, columns]
    return np.asarray(bent.round(), np.uint8), bend


def _lay(room: Floats, sheet: NDArray[np.uint8], corners: NDArray[np.float64], rng: Rng) -> None:
    """A sheet on the desk, its corners here, with the shadow that its edge throws."""
    h, w = sheet.shape
    rectangle = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    matrix = homography(corners, rectangle)
    how = {
        "size": room.shape[::-1],
        "method": Image.Transform.PERSPECTIVE,
        "data": (matrix / matrix[2, 2]).reshape(-1)[:8].tolist(),
        "resample": Image.Resampling.BICUBIC,
    }
    seen = np.asarray(Image.fromarray(sheet).transform(**how), np.float32)
    there = np.asarray(Image.fromarray(np.full_like(sheet, 255)).transform(**how), np.float32)
    cover = gaussian(there / 255, 0.6)
    tall = rng.uniform(0, 0.008) * max(room.shape)
    shift = tuple(int(v) for v in rng.uniform(-1, 1, 2) * tall)
    shadow = gaussian(np.roll(there / 255, shift, (0, 1)), 0.5 + 0.7 * tall)
    room *= 1 - rng.uniform(0.1, 0.5) * shadow
    room += cover * (np.maximum(seen, there - 255) - room)


def _light(shape: tuple[int, int], rng: Rng) -> Floats:
    """The light on every pixel, 1 where it is full: a gradient, shadows, a flash."""
    y, x = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    way = rng.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(way) + (y - 0.5) * np.sin(way)
    along = (along - along.min()) / np.ptp(along)
    weakest = 1 / rng.uniform(1, _GRADIENT)
    light = weakest + (1 - weakest) * along
    for _ in range(int(rng.integers(0, 3))):
        light *= _shadow(shape, rng)
    if rng.random() < 0.2:  # a flash in the middle or beside it
        v, u = rng.uniform(0.2, 0.8, 2)
        light *= 1 + rng.uniform(0.1, 0.6) * np.exp(-((x - u) ** 2 + (y - v) ** 2) / 0.05)
    return np.asarray(light / np.quantile(light[::8, ::8], 0.9) * rng.uniform(0.75, 1.05))


def _shadow(shape: tuple[int, int], rng: Rng) -> Floats:
    """Of an arm, a head, a telephone: one side of a bent line is darker, or a spot is."""
    h, w = 90, round(90 * shape[1] / shape[0])
    y, x = np.mgrid[:h, :w] / 90
    way, middle = rng.uniform(0, 2 * np.pi), (rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8) * w / h)
    far = (x - middle[1]) * np.cos(way) + (y - middle[0]) * np.sin(way)
    across = (y - middle[0]) * np.cos(way) - (x - middle[1]) * np.sin(way)
    wide = rng.uniform(0.1, 0.4) if rng.random() < 0.5 else 9.0
    dark = np.abs(far + 0.1 * np.sin(4 * across) - (9.0 if wide > 1 else 0.0)) < wide
    soft = gaussian(dark, rng.uniform(0.8, 8))
    return resized(1 - (1 - rng.uniform(*_SHADOWED)) * soft, shape)


def _taken(room: Floats, rng: Rng) -> NDArray[np.uint8]:
    """What a lens, a sensor and a JPEG make of it."""
    image = gaussian(room, rng.uniform(0.3, 1.3))
    image += rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0.5, 6))
    held = io.BytesIO()
    grey = Image.fromarray(image.clip(0, 255).astype(np.uint8))
    grey.save(held, "JPEG", quality=int(rng.integers(45, 95)))
    return np.asarray(Image.open(held))
