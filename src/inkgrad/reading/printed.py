"""What a form prints for people to write on, told from what they write: it is regular.

Teeth of combs and edges of boxes are straight, thin, as high as each other and at like distances;
rows of dots and dashes are alike; brackets mirror each other; a sign before the field is type. All
masks are of a field's working height, h rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.data.glyph import to_glyph
from inkgrad.imaging.masks import Mask, grown, long_runs, opened, taller
from inkgrad.imaging.regions import connected, extents

_SHORTEST = 0.12  # of h: lower uprights are no teeth
_THIN = 0.15  # of h, and no tooth is wider
_LIKE = 0.06  # of h: by so much the ends of teeth may differ,
_SKEW = 0.025  # and of their distance, on paper that lies askew
_STEP = 0.05  # of the distance of teeth that one may be off
_FLAT = 0.1  # of h: lines are thinner
_LEVEL = 0.6  # of h, and a line is no shorter
_BLOT = 0.25  # of h, and none is thicker
_DOTS = 0.12  # of h: rows of dots and dashes are thinner
_SOLID = 0.5  # part of its box that a dot or dash fills
_ROW = 4  # so many alike at like distances are a row
_SIGNS = ("$", "No.", "No", "Nr.", "#", "€", "£")
_SIGN = 0.9  # correlation from which on ink at the left is taken for one of them,
_ROOM = 2.5  # of its height: where so much is left for what it stands before


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
    return len(hits) >= _ROW and len(hits) == len(like) and off <= max(1.5, 0.02 * h)


def nothing_written(
    kept: Mask, clean: Mask, soft: NDArray[np.float32], beyond: float = 0.0
) -> bool:
    """Whether what is in a field is only its print.

    `kept` is all that is darker than the paper, `clean` what is left of it without lines and
    specks, `soft` how strong it is, 0..1; `beyond` so many more pixels of paper lie to the right.
    """
    rules = _lines(kept)
    bare = kept & ~taller(taller(rules))
    print_ = rules | teeth(bare, rules)
    bare &= ~print_ & grown(grown(clean))
    pieces, count = connected(bare)
    if not count:
        return True
    near = grown(grown(print_))
    boxes, mass = extents(pieces, count)
    beside = np.bincount(pieces[near], minlength=count + 1)[1:]
    rest = (beside < 0.7 * mass) & (mass >= max(4, 0.02 * mass.max()))
    boxes, mass, labels = boxes[rest], mass[rest], 1 + np.flatnonzero(rest)
    if not len(boxes):  # the others are edges of what was taken off
        return True
    h = len(kept)
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    flat = (tall <= _FLAT * h) & (wide >= 3 * tall)
    high = ~flat & ~((tall <= 0.08 * h) & (wide <= 0.08 * h))
    if not high.any() or _dotted(boxes, mass, h) or _row(boxes, mass):
        return True
    shapes = [
        _Shape.of(pieces == label, box)
        for label, box in zip(labels[high], boxes[high], strict=True)
    ]
    blanks = int(flat.sum()) + connected(taller(rules))[1]
    if _slashes(shapes, blanks) or _brackets(shapes):
        return True
    return _sign(boxes[high], soft * np.isin(pieces, labels), beyond)


def _lines(ink: Mask) -> Mask:
    """What runs level for long, and is no blot."""
    h = len(ink)
    lines = long_runs(taller(ink), int(_LEVEL * h)) & ink
    return lines & ~opened(lines, (max(5, int(_BLOT * h)), max(5, int(_BLOT * h))))


def _dotted(boxes: NDArray[np.integer], mass: NDArray[np.integer], h: int) -> bool:
    """A row of dots or dashes, close together or run into each other."""
    left, top, right, bottom = boxes.T
    wide, tall = right - left, bottom - top
    solid = (mass >= _SOLID * wide * tall) & (tall <= 1.6 * wide) | (wide > 3 * tall)
    if not solid.all() or len(boxes) < 2:
        return False
    x, y = (left + right) / 2, (top + bottom) / 2
    slope, level = np.polyfit(x, y, 1)
    band = float((2 * abs(y - slope * x - level) + tall).max())
    return band <= _DOTS * h and right.max() - left.min() >= 8 * band


def _row(boxes: NDArray[np.integer], mass: NDArray[np.integer]) -> bool:
    """Like solid pieces at like distances: teeth, dots or dashes, and nothing else."""
    if len(boxes) < _ROW:
        return False
    left, top, right, bottom = boxes[np.argsort(boxes[:, 0])].T
    wide, tall = right - left, bottom - top
    steps = np.diff((left + right) / 2)
    solid = mass >= 0.6 * (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])

    def even(values: NDArray[np.floating] | NDArray[np.integer], part: float) -> bool:
        return bool(np.ptp(values) <= max(2.0, part * float(np.mean(values))))

    return even(wide, 0.15) and even(tall, 0.08) and even(steps, 0.08) and bool(solid.all())


@dataclass(frozen=True)
class _Shape:
    """A piece of ink: its mask (h, w), and its box."""

    mask: Mask
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, ink: Mask, box: NDArray[np.integer]) -> _Shape:
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


def _slashes(shapes: list[_Shape], blanks: int) -> bool:
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


def _brackets(shapes: list[_Shape]) -> bool:
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


def _sign(boxes: NDArray[np.integer], soft: NDArray[np.float32], beyond: float) -> bool:
    """Type that stands before a field: at its left, with nothing after it."""
    left, top, right, bottom = boxes.min(0)[0], boxes.min(0)[1], boxes.max(0)[2], boxes.max(0)[3]
    tall, wide = bottom - top, right - left
    if wide > 2.6 * tall or soft.shape[1] + beyond - right < _ROOM * tall:
        return False
    glyph = to_glyph(soft[top:bottom, left:right]).astype(np.float32)
    return max(_likeness(glyph, sign) for sign in _SIGNS) >= _SIGN


def _likeness(glyph: NDArray[np.float32], sign: str) -> float:
    return max(float(np.corrcoef(glyph.ravel(), seen)[0, 1]) for seen in _typed(sign))


@cache
def _typed(sign: str) -> tuple[NDArray[np.float32], ...]:
    """A sign as Pillow's own font has it, at one size and thicknesses."""
    font, seen = ImageFont.load_default(64), []
    for bold in (0, 2, 4):
        room = Image.new("L", (256, 128))
        ImageDraw.Draw(room).text((20, 100), sign, 255, font, "ls", stroke_width=bold)
        seen.append(to_glyph(np.asarray(room)).astype(np.float32).ravel())
    return tuple(seen)
