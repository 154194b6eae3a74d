"""Teeth of combs and edges of boxes: straight, thin, as high as each other, at like distances.

All masks are of a field's working height, h rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inkgrad.imaging.masks import Mask, long_runs, taller
from inkgrad.imaging.regions import connected, extents

_SHORTEST = 0.12  # of h: lower uprights are no teeth
_THIN = 0.15  # of h, and no tooth is wider
_LIKE = 0.06  # of h: by so much the ends of teeth may differ,
_SKEW = 0.025  # and of their distance, on paper that lies askew
_STEP = 0.05  # of the distance of teeth that one may be off
_MANY = 4  # teeth that stand on no line


@dataclass(frozen=True)
class _Bar:
    """An upright: its middle and its ends, in pixels."""

    x: float
    top: int
    bottom: int
    left: int
    right: int

    @property
    def tall(self) -> int:
        return self.bottom - self.top


def teeth(ink: Mask, rules: Mask) -> Mask:
    """The teeth of a comb or edges of a row of boxes in ink whose `rules` were taken off."""
    found = np.zeros_like(ink)
    bars = _bars(ink)
    for bar in [*_between(bars, rules), *_comb(bars, rules)]:
        reach = slice(max(0, bar.left - 1), bar.right + 1)
        rows = slice(max(0, bar.top - 1), bar.bottom + 1)
        part = ink[rows, reach].copy()
        before, after = max(0, bar.left - 2), min(ink.shape[1] - 1, bar.right + 1)
        part[ink[rows, before] & ink[rows, after]] = False  # what crosses it is kept
        found[rows, reach] |= part
    return found


def _bars(ink: Mask) -> list[_Bar]:
    """The thin straight uprights, from the left to the right."""
    h = len(ink)
    runs = long_runs(np.ascontiguousarray(taller(ink.T)), max(5, int(_SHORTEST * h))).T & ink
    pieces, count = connected(runs)
    if not count:
        return []
    boxes, mass = extents(pieces, count)
    left, top, right, bottom = boxes.T
    wide, tall = right - left, bottom - top
    good = (wide <= max(4, _THIN * h)) & (tall >= max(5, _SHORTEST * h)) & (tall >= 2 * wide)
    good &= mass >= 0.55 * wide * tall
    bars = [_Bar((x0 + x1) / 2, y0, y1, x0, x1) for x0, y0, x1, y1 in boxes[good].tolist()]
    return sorted(bars, key=lambda bar: bar.x)


def _between(bars: list[_Bar], rules: Mask) -> list[_Bar]:
    """Uprights from one ruled line to another: edges of boxes."""
    reach = max(4, len(rules) // 14)

    def met(y: int, bar: _Bar) -> bool:
        part = rules[max(0, y - reach) : y + reach, max(0, bar.left - 2) : bar.right + 2]
        return bool(part.any())

    return [bar for bar in bars if met(bar.top, bar) and met(bar.bottom, bar)]


def _comb(bars: list[_Bar], rules: Mask) -> list[_Bar]:
    """The largest set of uprights that are alike and stand at like distances."""
    best: list[_Bar] = []
    h = len(rules)
    for first in bars:
        like = [bar for bar in bars if _alike(first, bar, h)]
        if len(like) <= max(2, len(best)):
            continue
        for a in like:
            for b in like:
                if b.x - a.x > 0.15 * h:
                    hits, whole = _at_steps(like, a.x, b.x - a.x)
                    if len(hits) > len(best) and whole and _is_comb(hits, like, rules):
                        best = hits
    return best


def _alike(a: _Bar, b: _Bar, h: int) -> bool:
    near, sunk = max(2.5, _LIKE * h), _SKEW * abs(a.x - b.x)
    return abs(a.tall - b.tall) <= near and abs(a.bottom - b.bottom) <= near + sunk


def _at_steps(bars: list[_Bar], start: float, step: float) -> tuple[list[_Bar], bool]:
    """The uprights at whole steps from a start, and whether few are missing between them."""
    hits: dict[int, _Bar] = {}
    for bar in bars:
        number = round((bar.x - start) / step)
        if abs(bar.x - start - number * step) <= max(1.6, _STEP * step):
            hits.setdefault(number, bar)
    return [hits[number] for number in sorted(hits)], len(hits) >= 0.7 * (max(hits) - min(hits) + 1)


def _is_comb(hits: list[_Bar], like: list[_Bar], rules: Mask) -> bool:
    """Whether these are teeth: on a line that ends where they do, or many, with no others like."""
    h = len(rules)
    reach = max(4, h // 14)
    step = min(b.x - a.x for a, b in pairwise(hits))
    on_rule = [
        bar
        for bar in hits
        if rules[max(0, bar.bottom - reach) : bar.bottom + reach, bar.left : bar.right].any()
        or rules[max(0, bar.top - reach) : bar.top + reach, bar.left : bar.right].any()
    ]
    if len(on_rule) >= 0.7 * len(hits):
        columns = np.flatnonzero(rules.any(0))
        near = max(3.0, 0.12 * step)
        ends = abs(hits[0].x - columns[0]) < near, abs(hits[-1].x - columns[-1]) < near
        return len(hits) >= 3 and any(ends)
    tops = [bar.top for bar in hits]
    fit = np.polynomial.Polynomial.fit([bar.x for bar in hits], tops, 1)
    off = max(abs(fit(bar.x) - bar.top) for bar in hits)
    return len(hits) >= _MANY and len(hits) == len(like) and off <= max(1.5, 0.02 * h)
