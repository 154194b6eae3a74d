"""The image of a page -> its ink: light, paper, ruled lines and graph paper taken off.

Pages are larger than fields and hold several pens at once, a felt pen beside a pencil: what counts
as ink is decided page-wide only against the paper and its print, and line by line afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.errors import ImageError
from inkgrad.imaging import filters
from inkgrad.imaging.flattened import enlargement
from inkgrad.imaging.masks import Mask, closed, counted, long_runs, taller
from inkgrad.imaging.regions import connected, extents
from inkgrad.imaging.view import View
from inkgrad.ink.tinted import without_tints

Floats = NDArray[np.float32]

_LONGEST = 2400  # pixels that the longer side of a page is brought to
_LEAST = 9  # grey levels between ink and paper
_NOISE, _FAINT = 4.5, 3.0  # standard deviations of the paper that ink stands out by; and may weakly
_PARTS, _NOISIER = 16, 5.0  # parts of a page, down and across, may be so many times noisier than it
_SURELY = 0.3  # part of a piece of weak ink that has to be sure
_RULE = 0.16  # of the page: straight lines longer than this are ruled
_STRAIGHT = 0.03  # of the page: they consist of straight pieces that are longer than this,
_WRITTEN = 0.45  # of the page: writing hides a rule no further than this
_THICK = 8  # and are thinner than this many pixels
_RISEN = 3  # pixels beyond its rows in which what is left of a rule may lie
_PRINTED = 3.0  # lengths of a page that its rules are in all: less may be lines under words
_OVER_RULES = 1.5  # ink is this much stronger than the print it is written on
_PAGE = 250  # pixels: what is lower is no page but a line or a word of one,
_LINE, _WIDEST = 128, 4096  # and is brought to this height at least, no wider than that
_LOWEST = 10  # pixels
_EDGE = 0.006  # of the page: shadows along its edges are cut off,
_PALE = 0.3  # where no part of them is so strong, beside the ink, even if they are short


@dataclass(frozen=True)
class Lying:
    """How rules lie: so many pixels they `rise` in a part of them, and `cover` of it is there.

    Where they `cross` they are thick both ways, and bridged over so many pixels.
    """

    rise: int
    cover: float
    cross: int


_FLAT = Lying(1, 0.55, 0)
_BENT = Lying(4, 0.85, _THICK)  # as on paper in a photo; with less covered, lines of type are rules


@dataclass
class PageInk:
    """`view` shows the `strength` (h, w) of ink in grey levels; `ink` is where it counts.

    `rules` are the lines that were taken off.
    """

    view: View
    ink: Mask
    rules: Mask

    @property
    def strength(self) -> Floats:
        return self.view.pixels

    def turned(self, quarters: int) -> PageInk:
        """The ink as that of the page turned by so many quarters counter-clockwise."""
        ink, rules = (
            np.ascontiguousarray(np.rot90(mask, quarters)) for mask in (self.ink, self.rules)
        )
        return PageInk(self.view.turned(quarters), ink, rules)

    def since(self, page: View) -> PageInk:
        """The same with the way back to another view of what it was found on."""
        return replace(self, view=self.view.since(page))


def enlarged(page: View) -> View:
    """A page as large as its ink is best looked for; a line or a word of one as it is."""
    scale = enlargement(max(page.width, page.height))
    return page if scale == 1.0 or page.height < _PAGE else page.rescaled(scale)


def find_ink(grey: NDArray[np.uint8] | View, evened: bool = False) -> PageInk:
    """The ink on a grey page (h, w), of either polarity; in light that was `evened` or as it was.

    Raises ImageError where nothing stands out from the paper. Where only rules do there is no ink.
    """
    page = View.of(grey)
    if min(page.width, page.height) < 16:
        raise ImageError(f"is {page.width} x {page.height} pixels, expected at least 16 x 16")
    image = _resized(page)
    part = page.height < _PAGE
    strength = _strength(image.pixels, part)
    if not part:
        strength = without_tints(strength)
    noise = _noise(strength, evened)
    least = np.maximum(_LEAST, _NOISE * noise)
    weak = strength > least
    noisy = least > _LEAST
    faint = strength > np.where(noisy, _FAINT * noise, least)
    seen, lying = (faint, _BENT) if evened else (weak, _FLAT)
    level, upright = (
        _rules(seen, part, lying),
        _rules(np.ascontiguousarray(seen.T), part, lying).T,
    )
    rules = level | upright | (_crossings(level, upright, lying.cross) & seen)
    printed = strength[rules]
    top = float(np.quantile(strength[weak], 0.9)) if weak.any() else 0.0
    threshold, printed_on = least, False
    if _length(level) + _length(upright.T) > _PRINTED * max(strength.shape):
        usual = float(np.quantile(printed, 0.8))
        if usual < 0.6 * top:  # print is paler than pens: that tells them apart everywhere
            threshold = np.maximum(least, min(_OVER_RULES * usual, 0.6 * top))
            printed_on = True
    ink = strength > threshold
    if not printed_on and noisy.any():  # what the paper's noise hides goes on from strokes
        ink = _going_on(faint, ink)
    ink &= ~_bare(ink, rules)
    if not part:  # a part was cut out close to the writing
        _cut_edges(ink, strength > _PALE * top, level, upright)
    if np.count_nonzero(ink) < 12 and not rules.any():
        raise ImageError("shows no ink that stands out from the paper, expected writing")
    return PageInk(image.showing(strength), ink, rules)


def _resized(page: View) -> View:
    h, w = page.height, page.width
    scale = min(1.0, _LONGEST / max(h, w))
    if h < _PAGE:
        scale = min(max(1.0, _LINE / h), _WIDEST / w)
    if scale == 1.0:
        return page.showing(page.pixels.astype(np.float32))
    if round(min(w, h) * scale) < _LOWEST:
        raise ImageError(f"is {w} x {h} pixels: such a strip holds no writing that can be read")
    return page.rescaled(scale)


def _strength(image: Floats, part: bool) -> Floats:
    """How much darker than its paper each pixel is, or lighter where the ink is the lighter one."""
    if _is_dark(image):
        image = 255 - image
    h, w = image.shape
    small = Image.fromarray(image).resize((max(4, w // 4), max(4, h // 4)), Image.Resampling.BOX)
    wide = 2 * (max(small.size) // 34) + 3
    if part:  # its letters may fill it
        wide = max(wide, 2 * (small.height // 5) + 3)
    paper = filters.grey_closed(filters.gaussian(np.asarray(small), 1.0), wide)
    paper = filters.gaussian(paper, wide / 3, mirrored=False)
    full = Image.fromarray(paper).resize((w, h), Image.Resampling.BILINEAR)
    return np.asarray(full, np.float32) - filters.gaussian(image, 0.7)


def _noise(strength: Floats, evened: bool) -> Floats:
    """Standard deviations of the paper (h, w), below its ink: there is more in evened shadows."""
    h, w = strength.shape
    some = strength[::3, ::3]
    if not evened:  # squares of graph paper look like noise
        quarter, half = np.quantile(some, [0.25, 0.5])
        return np.full((1, 1), 1.48 * (half - quarter), np.float32)
    rows, columns = (max(1, min(_PARTS, side // _PARTS)) for side in some.shape)
    down, across = some.shape[0] // rows, some.shape[1] // columns
    parts = some[: rows * down, : columns * across].reshape(rows, down, columns, across)
    quarter, half = np.quantile(parts, [0.25, 0.5], axis=(1, 3))
    of_all = float(np.subtract(*np.quantile(some, [0.5, 0.25])))
    # What is noisier still is ink: hatching, a picture.
    noise = 1.48 * np.clip(half - quarter, of_all, _NOISIER * of_all).astype(np.float32)
    return np.asarray(Image.fromarray(noise).resize((w, h), Image.Resampling.BILINEAR))


def _is_dark(image: Floats) -> bool:
    """Whether the paper is the dark part: it is most of the image, and most of its edge."""
    low, high = np.quantile(image[::4, ::4], [0.01, 0.99])
    edge = np.concatenate([image[:3].ravel(), image[-3:].ravel(), image[:, :3].ravel()])
    middles = float(np.median(image[::4, ::4])), float(np.median(edge))
    return all(high - middle > 1.5 * (middle - low) for middle in middles)


def _rules(weak: Mask, part: bool, lying: Lying) -> Mask:
    """Pixels of straight, thin, nearly level lines that run over much of the page.

    They are put together of straight pieces longer than strokes of letters are: faint rules have
    gaps, and cover most of their row all the same; writing has such pieces too, but few in a row.
    """
    h, w = weak.shape
    length = max(120, int(_RULE * max(h, w)))
    if part:  # the long bar of a T is no rule
        length = max(length, w // 2)
    if length >= w:
        return np.zeros_like(weak)
    near = taller(_thin(weak))  # a rule may rise by a few pixels over the page
    pieces = _straight(_joined(near, _THICK + 1))  # crossed by rules the other way
    half = length // 2
    covered = counted(_risen(pieces, lying.rise), half) > lying.cover * half
    lines = long_runs(counted(covered, half) > 0, length)
    # Under writing a rule cannot be seen, and goes on.
    lines |= _joined(_risen(lines, lying.rise), int(_WRITTEN * w))
    found: Mask = lines & near & weak
    return found


def _thin(ink: Mask) -> Mask:
    """Ink that is thinner, from above to below, than a rule is thick at most."""
    return ink & ~long_runs(np.ascontiguousarray(ink.T), _THICK).T


def _straight(lines: Mask) -> Mask:
    """The level pieces that are longer than strokes of letters are."""
    return long_runs(lines, max(20, int(_STRAIGHT * max(lines.shape))))


def _crossings(level: Mask, upright: Mask, gap: int) -> Mask:
    """Where rules cross that are missing so many pixels to either side of it."""
    wide = 2 * gap + 1
    return np.asarray(closed(taller(level), (1, wide)) & closed(taller(upright.T).T, (wide, 1)))


def _risen(lines: Mask, rise: int) -> Mask:
    """Lines with so many pixels above and below them."""
    for _ in range(rise):
        lines = taller(lines)
    return lines


def _length(level: Mask) -> int:
    """Pixels that level rules are long in all, however thick they are."""
    return int(np.count_nonzero(level[1:] & ~level[:-1]))


def _going_on(weak: Mask, sure: Mask) -> Mask:
    """Sure ink, and all of the pieces of weak ink that much of is sure (hysteresis, Canny 1986)."""
    pieces, count = connected(weak)
    size, inked = (np.bincount(pieces[mask], minlength=count + 1) for mask in (weak, sure))
    kept = inked > _SURELY * size
    kept[0] = False
    return sure | kept[pieces]


def _joined(ink: Mask, gap: int) -> Mask:
    """Ink with the gaps along its rows filled that are at most so wide."""
    joined: Mask = ink | (ink.any(1, keepdims=True) & ~long_runs(~ink, gap + 1))
    return joined


def _bare(ink: Mask, rules: Mask) -> Mask:
    """Rules where nothing is written across them."""
    lines = ink & rules
    if not lines.any():
        return lines
    rest = ink & ~rules
    across = closed(rest, (7, 3))
    across |= closed(rest, (3, 7))
    return lines & ~across


def _cut_edges(ink: Mask, strong: Mask, level: Mask, upright: Mask) -> None:
    """Take off what touches the edges of the page: shadows, holes, the table it lies on.

    What is left of rules, level or upright, does not take along the writing that it runs into.
    """
    left = _left_of(level, ink) | _left_of(upright.T, np.ascontiguousarray(ink.T)).T
    ink &= ~(_at_edges(ink & ~left, strong) | _at_edges(left, np.zeros_like(strong)))


def _left_of(level: Mask, ink: Mask) -> Mask:
    """Thin, straight ink in the rows of level rules, or nearly: a rule may rise over the page."""
    ruled: Mask = np.asarray(level.any(1))
    rows = counted(ruled[None], 2 * _RISEN + 1)[0] > 0
    return _straight(_thin(ink) & rows[:, None])


def _at_edges(ink: Mask, strong: Mask) -> Mask:
    """The pieces that touch the edges of the page and are no writing."""
    h, w = ink.shape
    edge = max(2, round(_EDGE * max(h, w)))
    pieces, count = connected(ink)
    boxes, _ = extents(pieces, count)
    left, top, right, bottom = boxes.T
    tall, wide = bottom - top, right - left
    at_edge = (left < edge) | (top < edge) | (right > w - edge) | (bottom > h - edge)
    # Writing may run off the page; what runs along its edge does not, nor is it pale all over.
    longer = np.maximum(tall, wide)
    pale = np.bincount(pieces[strong], minlength=count + 1)[1:] == 0
    at_edge &= (np.maximum(tall / h, wide / w) >= 0.1) | (longer <= 4 * edge) | pale
    return np.asarray(np.append(False, at_edge)[pieces])
