"""A field out of a form that lies as its template does: what is printed is gone, what is written
stays, also where it crosses the print or reaches out of its box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.forms.overview import dark
from inkgrad.forms.template import Box
from inkgrad.imaging.filters import gaussian, grey_closed
from inkgrad.imaging.masks import Mask, beside, closed, grown
from inkgrad.imaging.regions import connected, extents
from inkgrad.kernels.arrays import Floats

_OUT, _ASIDE = 0.4, 0.5  # of a field's height that is looked at above and below it, and beside it
_PRINT = 0.08  # of black: what is darker on the empty form is print
_INK = 0.14  # of black: what is lighter is no ink, however pale the pen is,
_PEN = 0.42  # nor what is lighter than this part of the pen
_DARKER, _NEAR_PRINT = 0.6, 0.35  # of the print's strength, added to that on it and beside it
_BLURS, _UNLIKE = (0.4, 0.9, 1.4, 2.0), 0.15  # pixels; of black, and a pixel counts no more
_REMAINS = 0.85  # of a piece lies on print and beside it: that is all it is
_ACROSS = 7  # pixels of print that a stroke is followed over
_PAPER, _SOFT = 27, 0.5  # pixels: strokes are thinner than paper is seen; and of smoothing
_SPECK, _POINT = 0.012, 0.002  # of a field's height, squared: smaller pieces are dirt; no points
_OWN = 0.5  # of a piece has to be in the field; the others reach in from elsewhere
_LOW = 0.2  # of the height around the field that counts as in it
_HIGHEST = 0.22  # of the height: a mark that is lower and narrower is no writing
_MOVE, _FRAME = 5, 26  # pixels that a field is moved by at most, by the print so far around it
_CLEAR = 0.35  # correlation of print that tells how far


@dataclass(frozen=True)
class CutField:
    """What is written in a field: `ink` (h, w), 0..1, and where its first pixel is on the template.

    `box` is the field in it. `amount` is how much ink there is, 1 for about one thin character.
    """

    ink: Floats
    left: int
    top: int
    box: Box
    amount: float

    @property
    def empty(self) -> bool:
        return not self.ink.any()

    @property
    def sure_to_be_empty(self) -> float:
        """How sure it is that nothing is written, where nothing is left."""
        return float(1 - 0.5 * min(1.0, self.amount))


def cut(
    laid: NDArray[np.uint8], blank: NDArray[np.uint8], box: Box, *, marks: bool = False
) -> CutField:
    """What is written in a box of a form laid on the empty one (h, w), both in even light.

    Where `marks` are read, points and commas stay.
    """
    left, top, right, bottom = box
    tall = bottom - top
    aside = min(_ASIDE * tall, _ASIDE * (right - left))
    window = _window((left - aside, top - _OUT * tall, right + aside, bottom + _OUT * tall), blank)
    inner = (left - window[0], top - window[1], right - window[0], bottom - window[1])
    move = _off(laid, blank, box)
    form = dark(blank[window[1] : window[3], window[0] : window[2]])
    seen = _darkness(laid, window, move)
    soft, mask = _written(seen, form)
    own, amount = _own(mask, inner, _POINT if marks else _SPECK)
    ink = np.where(beside(own), soft, 0).astype(np.float32)
    return CutField(ink, window[0], window[1], inner, amount)


def ticked(laid: NDArray[np.uint8], blank: NDArray[np.uint8], box: Box) -> float:
    """How much is written in a small box and just around it, in parts of the box's room."""
    left, top, right, bottom = box
    side = 0.12 * min(right - left, bottom - top)
    window = _window((left - side, top - side, right + side, bottom + side), blank)
    form = dark(blank[window[1] : window[3], window[0] : window[2]])
    seen = _darkness(laid, window, _off(laid, blank, box))
    _, mask = _written(seen, form)
    free = ~grown(form > _PRINT)
    return float((mask & free).sum() / max(1, free.sum()))


def _window(box: Box, blank: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    h, w = blank.shape
    left, top, right, bottom = box
    first = max(0, int(left)), max(0, int(top))
    return (*first, min(w, int(np.ceil(right))), min(h, int(np.ceil(bottom))))


def _darkness(
    laid: NDArray[np.uint8], window: tuple[int, int, int, int], move: tuple[int, int]
) -> Floats:
    """How much darker than the paper around it each pixel of a window is, 0..1."""
    room = _PAPER + 2
    left, top, right, bottom = window
    grey = _moved(laid, (left - room, top - room, right + room, bottom + room), move)
    paper = gaussian(grey_closed(gaussian(grey, 1.0), _PAPER), _PAPER / 3, mirrored=False)
    strength = 1 - gaussian(grey, _SOFT) / np.maximum(paper, 8)
    return np.asarray(strength[room:-room, room:-room].clip(0, 1), np.float32)


def _moved(
    laid: NDArray[np.uint8], window: tuple[int, int, int, int], move: tuple[int, int]
) -> NDArray[np.uint8]:
    """The pixels of a window, moved by so many across and down; at the edges those there are."""
    h, w = laid.shape
    columns = np.clip(np.arange(window[0], window[2]) + move[0], 0, w - 1)
    rows = np.clip(np.arange(window[1], window[3]) + move[1], 0, h - 1)
    return laid[rows[:, None], columns]


def _off(laid: NDArray[np.uint8], blank: NDArray[np.uint8], box: Box) -> tuple[int, int]:
    """How far the print around a field lies off, across and down, by correlation."""
    left, top, right, bottom = box
    window = _window((left - _FRAME, top - _FRAME, right + _FRAME, bottom + _FRAME), blank)
    pieces = [dark(image[window[1] : window[3], window[0] : window[2]]) for image in (blank, laid)]
    form, seen = (np.pad(piece - gaussian(piece, 6.0), _MOVE) for piece in pieces)
    both = np.fft.irfft2(np.fft.rfft2(seen) * np.conj(np.fft.rfft2(form)), form.shape)
    reach = np.arange(-_MOVE, _MOVE + 1)
    near = both[np.ix_(reach, reach)]
    row, column = divmod(int(near.argmax()), len(reach))
    size = float(np.linalg.norm(form)) * float(np.linalg.norm(seen)) + 1e-6
    if near[row, column] < _CLEAR * size or near[row, column] < 1.02 * near[_MOVE, _MOVE]:
        return 0, 0
    return int(reach[column]), int(reach[row])


def _written(seen: Floats, form: Floats) -> tuple[Floats, Mask]:
    """What is written, 0..1, and where: print is taken off, what crosses it is joined again."""
    core = form > _PRINT
    printed = grown(core)
    expected = _as_seen(form, seen)
    more = seen - expected
    strong = more[~printed & (more > _INK)]
    pen = float(np.quantile(strong, 0.75)) if strong.size > 8 else 2 * _INK
    least = max(_INK, _PEN * pen)
    mask = more > least + np.where(printed, _DARKER, _NEAR_PRINT) * expected
    joined = closed(mask, (_ACROSS, 1)) | closed(mask, (1, _ACROSS))
    mask |= joined & printed & (seen > least)
    mask = _without_remains(mask, grown(printed))
    ink = np.where(printed, seen, more)
    soft = ((ink - 0.6 * least) / max(pen - 0.6 * least, 0.05)).clip(0, 1)
    return soft.astype(np.float32), mask


def _as_seen(form: Floats, seen: Floats) -> Floats:
    """The print of a form as strong and as blurred as it is seen here, written on or not."""
    core = form > _PRINT
    if not core.any():
        return np.zeros_like(form)
    near = grown(grown(grown(core)))
    best, found = np.inf, form
    for blur in _BLURS:
        soft = gaussian(form, blur)
        middle = soft > 0.6 * np.quantile(soft[core], 0.9)
        strong = float(np.median(seen[middle] / soft[middle])) if middle.any() else 1.0
        off = float(np.mean(np.minimum(np.abs(seen - strong * soft)[near], _UNLIKE)))
        if off < best:
            best, found = off, strong * soft
    return found


def _without_remains(mask: Mask, printed: Mask) -> Mask:
    """Without the pieces that are nearly all beside print: its own edges."""
    pieces, count = connected(mask)
    if not count:
        return mask
    _, mass = extents(pieces, count)
    on = np.bincount(pieces[printed], minlength=count + 1)[1:]
    return np.append(False, on < _REMAINS * mass)[pieces]


def _own(mask: Mask, box: Box, speck: float) -> tuple[Mask, float]:
    """The pieces that belong to a field, without dirt, and how much ink there is in it."""
    left, top, right, bottom = box
    tall = bottom - top
    pieces, count = connected(mask)
    if not count:
        return mask, 0.0
    low = _LOW * tall
    inside = np.zeros_like(mask)
    rows = slice(max(0, round(top - low)), max(0, round(bottom + low)))
    columns = slice(max(0, round(left - low)), max(0, round(right + low)))
    inside[rows, columns] = True
    boxes, mass = extents(pieces, count)
    within = np.bincount(pieces[inside], minlength=count + 1)[1:]
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    large = mass >= max(4.0, speck * tall**2)
    kept = (within >= _OWN * mass) & large
    amount = float(mass[within >= _OWN * mass].sum()) / (0.6 * tall * 2)
    if not (kept & (np.maximum(wide, high) >= _HIGHEST * tall)).any():
        kept[:] = False
    return np.append(False, kept)[pieces], amount


def by_cells(cut: CutField, count: int) -> list[Floats]:
    """The ink of each of `count` cells, all as high: a piece is where most of it is.

    A piece that fills more than one cell is cut between them where it is thinnest.
    """
    left, _, right, _ = cut.box
    pitch = (right - left) / count
    mask = cut.ink > 0
    edges = [_thinnest(mask, left + k * pitch, pitch) for k in range(1, count)]
    limits = np.array([0, *edges, mask.shape[1]])
    pieces, number = connected(mask)
    owner = np.zeros(number + 1, np.intp)
    columns = np.clip(np.searchsorted(limits, np.arange(mask.shape[1]), "right") - 1, 0, count - 1)
    cell_of = np.broadcast_to(columns, mask.shape).copy()
    boxes, mass = extents(pieces, number)
    for piece in range(1, number + 1):
        x0, y0, x1, y1 = boxes[piece - 1]
        part = pieces[y0:y1, x0:x1] == piece
        shares = np.bincount(np.broadcast_to(columns[x0:x1], part.shape)[part], minlength=count)
        owner[piece] = int(shares.argmax())
        if shares.max() >= 0.72 * mass[piece - 1] or x1 - x0 < 1.15 * pitch:
            cell_of[y0:y1, x0:x1][part] = owner[piece]
    return [np.where(mask & (cell_of == k), cut.ink, 0).astype(np.float32) for k in range(count)]


def _thinnest(mask: Mask, edge: float, pitch: float) -> int:
    """The column near an edge of two cells where there is least ink, rather at the edge itself."""
    reach = max(1, round(0.18 * pitch))
    columns = np.clip(np.arange(round(edge) - reach, round(edge) + reach + 1), 1, mask.shape[1] - 1)
    away = np.abs(columns - edge) / reach
    return int(columns[np.argmin(mask[:, columns].sum(0) + 1.5 * away)])
