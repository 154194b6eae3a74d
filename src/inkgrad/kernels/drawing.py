"""Strokes drawn, and images laid into a room of ink, pixel by pixel.

A character of 60 points takes 0.2 ms (docs/decisions/0012); by arrays each piece of the path would
be a distance from every pixel.
"""

from __future__ import annotations

import numpy as np

from inkgrad.kernels.arrays import Array, Bytes, Floats
from inkgrad.kernels.compiled import compiled


@compiled
def draw_strokes(points: Floats, ends: Array, radius: float, image: Floats) -> None:
    """Each pixel as full as the nearest piece of the path covers it."""
    h, w = image.shape
    first, reach = 0, radius + 1
    for end in ends:
        for i in range(first, end):
            ay, ax = points[i, 1], points[i, 0]
            j = min(i + 1, end - 1)
            by, bx = points[j, 1], points[j, 0]
            length = (bx - ax) ** 2 + (by - ay) ** 2
            for y in range(max(0, int(min(ay, by) - reach)), min(h, int(max(ay, by) + reach) + 2)):
                left, right = int(min(ax, bx) - reach), int(max(ax, bx) + reach) + 2
                for x in range(max(0, left), min(w, right)):
                    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / max(length, 1e-9)
                    along = min(1.0, max(0.0, along))
                    away = np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
                    cover = min(1.0, max(0.0, radius + 0.5 - away))
                    image[y, x] = max(image[y, x], np.float32(cover))
        first = end


@compiled
def paste(
    image: Bytes, room: Floats, top: float, left: float, down: float, across: float, slant: float
) -> None:
    """Lay an image into the room at another size, leaning; the darker of both stays."""
    h, w = image.shape
    tall = h * down
    first, last = max(0, int(top)), min(room.shape[0], int(top + tall) + 1)
    for y in range(first, last):
        v = (y + 0.5 - top) / down - 0.5
        lean = slant * (tall / 2 - (y - top))
        i = int(np.floor(v))
        part_y = v - i
        for x in range(
            max(0, int(left + lean) - 1), min(room.shape[1], int(left + lean + w * across) + 2)
        ):
            u = (x + 0.5 - left - lean) / across - 0.5
            j = int(np.floor(u))
            part_x = u - j
            value = 0.0
            for a in range(2):
                for b in range(2):
                    if 0 <= i + a < h and 0 <= j + b < w:
                        weight = (part_y if a else 1 - part_y) * (part_x if b else 1 - part_x)
                        value += weight * image[i + a, j + b]
            room[y, x] = max(room[y, x], np.float32(value))
