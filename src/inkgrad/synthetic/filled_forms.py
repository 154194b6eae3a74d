"""Forms filled in by one hand each, with known answers, and what a scanner makes of them.

What is written reaches over what is printed, as people write; some fields stay empty.
`synthetic.photos` takes a photo of one.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.filters import gaussian
from inkgrad.imaging.strokes import Stroke, draw
from inkgrad.ink.character import cropped
from inkgrad.synthetic.form_designs import Asked, Blank, Box, EmptyForm
from inkgrad.synthetic.hand import Hand, HandShape
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wear import Floats, Rng

_EMPTY = 0.15  # part of the fields that nothing is written in
_TICKED = 0.5  # and of the boxes that are ticked
_CODES = ("00501", "10001", "20500", "33109", "48226", "60601", "75201", "85001", "90210", "98101")
_OFF = 2.5  # degrees that a sheet lies turned in a scanner, at most
_LARGER = (0.93, 1.07)  # times its size that it is scanned

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class FilledForm:
    """A form as it was filled in: print and writing (h, w), 0..1, and what stands in each field.

    Answers are by label; "" where nothing is written, "yes" and "no" for what is ticked alone.
    """

    form: EmptyForm
    written: Floats
    answers: Mapping[str, str]

    def sheet(self, rng: Rng) -> NDArray[np.uint8]:
        """It on paper (h, w), straight, as it lies before anything looks at it."""
        paper, printer = rng.uniform(205, 250), rng.uniform(0.6, 0.9)
        pen = rng.uniform(0.45, 0.85)
        dark = np.maximum(printer * self.form.print, pen * self.written)
        page = paper * (1 - gaussian(dark, rng.uniform(0.3, 0.6)).clip(0, 1))
        return page.round().clip(0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Scan:
    """A sheet as a scanner gives it: `matrix` (3, 3) takes places on the form to the scan's."""

    grey: NDArray[np.uint8]
    matrix: Matrix


@dataclass(frozen=True)
class FormWriter:
    """Fills in forms with letters, digits and signs of `texts`, which has 62 classes."""

    texts: Texts

    def fill(self, form: EmptyForm, rng: Rng) -> FilledForm:
        """The form filled in; the same generator gives the same."""
        written = np.zeros_like(form.print)
        pen = _Pen(self.texts, rng, Hand.any(rng), int(rng.integers(1 << 30)))
        answers = {}
        for blank in form.fields:
            answer = _answer(blank.asked, self.texts, rng)
            answers[blank.asked.label] = answer
            if blank.asked.shape == "tick":
                said = blank.asked.options or ("yes",)
                for option, box in zip(said, blank.cells, strict=True):
                    if answer == option:
                        pen.tick(written, box)
            elif answer and blank.cells:
                signs = [c for c in answer if c.isalnum()]
                for sign, cell in zip(signs, blank.cells, strict=True):
                    pen.sign(written, sign, cell)
            elif answer:
                pen.line(written, answer, blank)
        return FilledForm(form, written, answers)


def scanned(sheet: NDArray[np.uint8], rng: Rng) -> Scan:
    """A sheet (h, w) out of a scanner: turned and moved a little, larger or smaller, a JPEG."""
    h, w = sheet.shape
    angle, scale = np.radians(rng.uniform(-_OFF, _OFF)), rng.uniform(*_LARGER)
    size = (round(w * scale), round(h * scale))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    there = np.array(size) / 2 + rng.uniform(-0.012, 0.012, 2) * size
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
    matrix[:2, 2] = there - matrix[:2, :2] @ (w / 2, h / 2)
    back = np.linalg.inv(matrix)
    beyond = int(rng.choice([int(np.median(sheet)), 255, 20]))  # the lid
    image = Image.fromarray(sheet).transform(
        size,
        Image.Transform.PERSPECTIVE,
        (back / back[2, 2]).reshape(-1)[:8].tolist(),
        Image.Resampling.BICUBIC,
        fillcolor=beyond,
    )
    grey = gaussian(np.asarray(image), rng.uniform(0.2, 0.9))
    grey += rng.standard_normal(grey.shape, np.float32) * np.float32(rng.uniform(0.3, 4))
    held = io.BytesIO()
    flat = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    flat.save(held, "JPEG", quality=int(rng.integers(50, 95)))
    return Scan(np.asarray(Image.open(held)), matrix)


def _answer(asked: Asked, texts: Texts, rng: Rng) -> str:
    """What somebody writes there, or nothing."""
    if asked.kind == "tick":
        return "yes" if rng.random() < _TICKED else "no"
    if rng.random() < _EMPTY:
        return ""
    if asked.kind == "choice":
        return str(rng.choice(asked.options))
    if asked.kind == "text":
        most = max(4, int(asked.wide * 26))
        phrase = texts.wording.phrase(int(rng.integers(4, most)), rng)
        return phrase[:most].strip() or phrase[:most]
    if asked.kind == "zip":
        return str(rng.choice(_CODES))
    if asked.kind == "date":
        day = datetime.date(1930, 1, 1) + datetime.timedelta(int(rng.integers(0, 40_000)))
        return f"{day:%m/%d/%Y}"
    if asked.kind == "phone":
        area, other = rng.integers(200, 1000, 2)
        other += 1 if other % 100 == 11 else 0
        return f"{area}-{other}-{rng.integers(0, 10_000):04}"
    return "".join(map(str, rng.integers(0, 10, asked.count)))


@dataclass(frozen=True)
class _Pen:
    """One hand with one pen on one form."""

    texts: Texts
    rng: Rng
    hand: Hand
    seed: int

    def sign(self, written: Floats, c: str, cell: Box) -> None:
        """A digit into its cell, a little off its middle and now and then over its edges."""
        rng, (left, top, right, bottom) = self.rng, cell
        tall = (bottom - top) * rng.uniform(0.62, 0.95)
        ink = self._shape(int(c), tall)
        x = (left + right - ink.shape[1]) / 2 + rng.normal(0, 0.07) * (right - left)
        y = bottom - ink.shape[0] - rng.uniform(-0.06, 0.22) * (bottom - top)
        _lay(written, ink, x, y)

    def _shape(self, c: int, tall: float) -> Floats:
        writers = self.texts.hands.writers
        fixed = np.random.default_rng(self.seed)
        if fixed.random() < 0.5 and writers:
            mine = writers[int(fixed.integers(len(writers)))][c] or self.texts.hands.another(
                c, self.rng
            )
            shape = HandShape.of(mine[int(self.rng.integers(len(mine)))])
            strokes, _, _ = self.hand.write(shape, 0.0, 0.03, self.rng)
            low = np.concatenate(strokes).min(0)
            thick = fixed.uniform(0.07, 0.13) * tall
            placed = [((stroke - low) * (tall - thick)).astype(np.float32) for stroke in strokes]
            ink = cropped(draw(placed, max(1.4, thick)))
            return np.asarray(ink / np.float32(255), np.float32)
        images = self.texts.hands.images[c]
        cut = cropped(images[int(self.rng.integers(len(images)))])
        return _resized(cut, tall / max(cut.shape))

    def line(self, written: Floats, text: str, blank: Blank) -> None:
        """A line of writing on its rule or into its box, smaller where it has no room."""
        rng, (left, top, right, bottom) = self.rng, blank.box
        ink = cropped(self.texts.ink(text, np.random.default_rng(self.seed)))
        tall = (bottom - top) * rng.uniform(0.7, 0.95)
        scale = min(tall / ink.shape[0], 0.94 * (right - left) / ink.shape[1])
        small = _resized(ink, scale)
        room = right - left - small.shape[1]
        sink = rng.uniform(-0.02, 0.12) * (bottom - top)
        _lay(written, small, left + rng.uniform(0.1, 0.6) * room, bottom - sink - small.shape[0])

    def tick(self, written: Floats, box: Box) -> None:
        """A cross, a hook or a slash, reaching over its box."""
        rng, (left, top, right, bottom) = self.rng, box
        marks: tuple[list[list[tuple[float, float]]], ...] = (
            [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
            [[(0, 0.5), (0.35, 1), (1.2, -0.2)]],
            [[(1, 0), (0, 1)]],
        )
        kind = marks[int(np.random.default_rng(self.seed).choice(3, p=[0.6, 0.3, 0.1]))]
        side, moved = (right - left) * rng.uniform(0.7, 1.25), rng.normal(0, 0.06, 2)
        paths: list[Stroke] = []
        for path in kind:
            points = (np.array(path) - 0.5 + moved + rng.normal(0, 0.05, (len(path), 2))) * side
            paths.append((points + side).astype(np.float32))
        low = np.concatenate(paths).min(0)
        ink = draw([path - low for path in paths], rng.uniform(2.0, 4.0)) / np.float32(255)
        x, y = low - side + ((left + right) / 2, (top + bottom) / 2)
        _lay(written, np.asarray(ink, np.float32), x - 2, y - 2)


def _resized(ink: NDArray[np.uint8] | Floats, scale: float) -> Floats:
    size = max(2, round(ink.shape[1] * scale)), max(2, round(ink.shape[0] * scale))
    how = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX
    image = Image.fromarray(np.asarray(ink, np.float32) / np.float32(255))
    return np.asarray(np.asarray(image.resize(size, how)).clip(0, 1), np.float32)


def _lay(written: Floats, ink: Floats, x: float, y: float) -> None:
    """The darker of both stays; what lies beyond the page is lost."""
    row, column = round(y), round(x)
    ink = ink[max(0, -row) :, max(0, -column) :]
    part = written[max(0, row) :, max(0, column) :][: ink.shape[0], : ink.shape[1]]
    np.maximum(part, ink[: part.shape[0], : part.shape[1]], out=part)
