"""The image of a field -> its ink: paper, patterns, ruled lines, box edges and specks taken off.

A field holds one line of writing: an amount, a date, a ZIP code. Pens are darker than what is
printed for them to write on, and thinner than light is uneven: that is all this rests on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import EmptyError, ImageError
from inkgrad.imaging import filters, masks
from inkgrad.imaging.masks import Mask, beside, long_runs, taller
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.view import View
from inkgrad.ink.character import otsu
from inkgrad.ink.combs import teeth
from inkgrad.ink.printed import nothing_written

Floats = NDArray[np.float32]

Box = tuple[int, int, int, int]  # left, top, right, bottom

_WORK = 96  # pixels of height that a field is brought to
_FAR = 192  # and that it is looked at in to find where on it the writing is,
_LOOKS = 3  # nearer so often
_ABOVE, _BEFORE = 0.35, 0.6  # of the writing's height: paper left above and below it, and beside
_WORTH = 0.85  # of the height or width: less is gone nearer to
_LONGEST = 6  # times its height: a longer row may be a line of dots, and is left its paper
_WIDEST = 4096
_PEN = 0.42  # what is stronger than this part of the strongest ink was written, not printed
_FAINT = 0.25  # and so may be what is stronger than this part, where the paper bears little print:
_OVER_PRINT = 2.0  # it is this much stronger than nearly all that lies farther from
_NEAR = 5  # pixels
_LEAST = 12  # grey levels between ink and paper
_RULE = 0.1  # of the height: ruled lines are thinner than this
_ALONE = 0.6  # over this part of their length, where no writing touches them
_SPECK = 0.05  # of the height: smaller things are dirt
# In heights of the writing: points and commas are no larger, hang no lower, and are no smaller.
_MARK, _BELOW, _POINT = 0.4, 0.3, 0.04


@dataclass
class Field:
    """The stages of a field, for those who want to look. `view` shows its `ink` (h, w), 0..1."""

    view: View
    stages: dict[str, NDArray[np.uint8]] = field(default_factory=dict)

    @property
    def ink(self) -> Floats:
        return self.view.pixels


def find_field(grey: NDArray[np.uint8] | View, marks: bool = False) -> Field:
    """The ink in a grey image (h, w) of one line of writing, of either polarity.

    White around the writing is left out before the rest is brought to the working height. Where
    `marks` are to be read, small pieces beside the writing are not taken for dirt. Raises
    EmptyError where nothing is written: where nothing stands out from the paper, or only what forms
    print.
    """
    whole = View.of(grey)
    if min(whole.width, whole.height) < 6:
        raise ImageError(f"is {whole.width} x {whole.height} pixels, expected at least 6 x 6")
    light = _is_light(whole)
    if light:
        whole = whole.showing(255 - whole.pixels)
    view = _resized(_nearest(whole), _WORK)
    image = view.pixels
    strength, soft, kept = _stronger(image)
    edge, _ = view.since(whole).points_here((whole.width, 0)).tolist()
    clean = _written(kept, soft, edge - view.width)
    if marks:
        clean = clean | _marks_beside(kept, clean)
    ink = soft * beside(clean)
    stages = {
        "grey": (255 - image if light else image).astype(np.uint8),
        "ink over paper": (255 * np.clip(strength, 0, 1)).astype(np.uint8),
        "ink": (255 * soft * kept).astype(np.uint8),
        "without lines and specks": (255 * ink).astype(np.uint8),
    }
    return Field(view.showing(ink), stages)


def _written(kept: Mask, soft: Floats, beyond: float) -> Mask:
    """What is left of the ink without print and specks; EmptyError where that is nothing.

    So many pixels of paper as `beyond` lie to the right of it.
    """
    rules, edges = _ruled(kept), _ruled_upright(kept)
    comb = teeth(kept & ~rules & ~edges, rules)
    clean = _without_specks(kept & ~rules & ~edges & ~comb)
    if not clean.any() and not rules.any() and not comb.any():
        return kept  # strokes as high as the field
    if nothing_written(kept, clean, soft, beyond):
        raise EmptyError("shows what a form prints and no more, expected a line of writing")
    return clean


def _stronger(image: Floats) -> tuple[Floats, Floats, Mask]:
    """Ink in parts of the strongest, the same from paper to ink as 0..1, and where there is any.

    Raises EmptyError where there is none.
    """
    strength = _darker(image)
    top = _top(strength)
    if top < _LEAST:
        raise EmptyError("shows no ink that stands out from the paper, expected a line of writing")
    least = _least(strength, top)
    soft = np.clip((strength - 0.65 * least) / (top - 0.65 * least), 0, 1).astype(np.float32)
    kept = _connected(strength > 0.8 * least, strength > 1.2 * least)
    if not kept.any():
        raise EmptyError("shows no ink that stands out from the paper, expected a line of writing")
    return strength / max(top, 1.0), soft, kept


def _top(strength: Floats) -> float:
    """How strong the strongest ink is, a few pixels left out; fewer where there is little ink."""
    share = float(np.mean(strength > 0.4 * strength.max()))
    return float(np.quantile(strength, max(0.985, 1 - share / 2)))


def _nearest(view: View) -> View:
    """The part of an image that holds its writing, looked at nearer and nearer."""
    for _ in range(_LOOKS):
        nearer = _nearer(view)
        if nearer is view:
            break
        view = nearer
    return view


def _nearer(view: View) -> View:
    """The part of an image that holds its writing, with a margin; or all of it."""
    image = _resized(view, _FAR)
    h, w = image.height, image.width
    _, _, kept = _stronger(image.pixels)
    rules, edges = _ruled(kept), _ruled_upright(kept)
    bare = kept & ~rules & ~edges
    box = _around(bare if bare.any() else kept)
    tall = max(box[3] - box[1], (box[2] - box[0]) / _LONGEST)
    middle = (box[1] + box[3]) / 2
    high, wide = (0.5 + _ABOVE) * tall, _BEFORE * tall
    ends = max(0.0, middle - high), min(float(h), middle + high)
    sides = max(0.0, box[0] - wide), min(float(w), box[2] + wide)
    if ends[1] - ends[0] > _WORTH * h and sides[1] - sides[0] > _WORTH * w:
        return view
    left, top, right, bottom = image.since(view).back((sides[0], ends[0], sides[1], ends[1]))
    return view.cropped((int(left), int(top), math.ceil(right), math.ceil(bottom)))


def _around(ink: Mask) -> Box:
    """The box around the pieces of ink, dirt left out."""
    pieces, count = connected(ink)
    boxes, mass = extents(pieces, count)
    left, top, right, bottom = boxes.T
    size = np.maximum(right - left, bottom - top)
    tallest = (bottom - top)[mass >= 0.05 * mass.max()].max()
    kept = boxes[(size >= 0.3 * tallest) & (mass >= 0.01 * mass.max())]
    ends = kept[:, :2].min(0), kept[:, 2:].max(0)
    return int(ends[0][0]), int(ends[0][1]), int(ends[1][0]), int(ends[1][1])


def _resized(view: View, height: int) -> View:
    """An image brought to the working height, or a smaller one to another."""
    h, w = view.height, view.width
    return view.rescaled(min(max(_WORK, min(height, h)) / h, _WIDEST / w), 6)


def _is_light(view: View) -> bool:
    """Whether the ink is lighter than its paper: it stands out more from what is around it."""
    image = _resized(view, _FAR).pixels
    return _top(_darker(255 - image)) > _top(_darker(image))


def _darker(image: Floats) -> Floats:
    """How much darker than its paper each pixel is."""
    smooth = filters.gaussian(image, 0.8)
    wide = 2 * (image.shape[0] // 5) + 1
    paper = filters.grey_closed(filters.gaussian(image, 2.0), wide)
    return filters.gaussian(paper, wide / 3, mirrored=False) - smooth


def _least(strength: Floats, top: float) -> float:
    """What ink is stronger than; the strongest has `top`.

    A pen may leave faint strokes beside dark ones. Print may be as strong: where there is any, it
    is all over the paper, and only what is as dark as the pen usually is counts.
    """
    pen = max(otsu(strength.clip(0, top)), _PEN * top)
    reach = 2 * _NEAR + 1
    near = filters.highest(filters.highest(strength, reach, 0), reach, 1) > pen
    paper = strength[~near]
    if paper.size < 200:
        return pen
    printed = float(np.quantile(paper, 0.9))
    return min(pen, max(_FAINT * top, _OVER_PRINT * printed, _LEAST / 2))


def _connected(weak: Mask, strong: Mask) -> Mask:
    """The weak pieces in which something is strong."""
    pieces, count = connected(weak)
    good = np.zeros(count + 1, bool)
    good[pieces[strong & weak]] = True
    good[0] = False
    kept: Mask = good[pieces]
    return kept


def _ruled(ink: Mask) -> Mask:
    """Horizontal lines longer than writing goes without turning; what crosses them is kept."""
    h, w = ink.shape
    length = int(max(0.9 * h, 0.35 * w))
    if length >= w:
        length = max(int(0.85 * w), 2)
    # A line may rise by a pixel or two: it is looked for in ink made a little higher.
    lines = long_runs(taller(ink), length) & ink
    if not lines.any():
        return lines
    lines &= ~_thick(lines, h)
    lines &= ~_crowded(lines, ink)
    rest = ink & ~lines
    across = masks.closed(rest, (max(5, h // 10), 1)) & lines
    return lines & ~across


def _thick(lines: Mask, h: int) -> Mask:
    """Where a line is thicker than any that is printed."""
    return masks.opened(lines, (max(4, h // 8), 3))


def _crowded(lines: Mask, ink: Mask) -> Mask:
    """Lines that mostly run through other ink: rows of writing that touches, not rules."""
    tall = long_runs(np.ascontiguousarray(ink.T), max(4, int(_RULE * ink.shape[0]))).T
    pieces, count = connected(taller(lines))
    pieces *= lines
    whole, alone = (
        np.bincount(pieces[part], minlength=count + 1) for part in (lines, lines & ~tall)
    )
    crowded: Mask = lines & (alone < _ALONE * whole)[pieces]
    return crowded


def _ruled_upright(ink: Mask) -> Mask:
    """Edges of a box: upright lines from top to bottom, near the ends of the field."""
    h, w = ink.shape
    lines = long_runs(np.ascontiguousarray(taller(ink.T)), int(0.92 * h)).T & ink
    lines[:, h // 4 : max(h // 4, w - h // 4)] = False
    return lines


def _without_specks(ink: Mask) -> Mask:
    pieces, count = connected(ink)
    if not count:
        return ink
    _, mass = extents(pieces, count)
    least = max((_SPECK * ink.shape[0]) ** 2, 0.01 * mass.max())
    kept: Mask = np.append(False, mass >= least)[pieces]
    return kept


def _marks_beside(ink: Mask, clean: Mask) -> Mask:
    """The small pieces of ink beside writing, or a little below it: one may be a point."""
    rows, columns = np.nonzero(clean)
    pieces, count = connected(ink)
    boxes, mass = extents(pieces, count)
    tall = int(np.ptp(rows)) + 1
    left, top, right, bottom = boxes.T
    known = np.bincount(pieces[clean], minlength=count + 1)[1:] > 0
    small = (bottom - top <= _MARK * tall) & (right - left <= _MARK * tall)
    near = (left >= columns.min() - tall) & (right <= columns.max() + tall)
    near &= (top >= rows.min()) & (bottom <= rows.max() + _BELOW * tall)
    kept = ~known & small & near & (mass >= max(4.0, (_POINT * tall) ** 2))
    found: Mask = np.append(False, kept)[pieces]
    return found
