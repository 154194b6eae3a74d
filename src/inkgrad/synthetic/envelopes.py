"""Envelopes with known answers: address, return address, stamp and postmark on paper of any kind.

Names, streets and towns are common ones put together by chance; only the first three digits of a
ZIP code fit its state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.imaging.filters import gaussian, resized
from inkgrad.imaging.strokes import draw
from inkgrad.ink.character import cropped
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wear import Floats, Rng

SIZE = (1000, 1600)  # rows and columns
Box = tuple[int, int, int, int]

_FIRST = "James Mary Robert Anna Peter Linda Karen David Susan Frank Ruth Walter Helen Jack Carol"
_LAST = "Smith Johnson Brown Miller Davis Garcia Wilson Moore Taylor Hall Young King Wright Lopez"
_STREETS = "Main Oak Pine Maple Cedar Elm Park Lake Hill Washington River Spring Church Walnut"
_KINDS = "St Street Ave Avenue Rd Road Dr Drive Lane Ln Blvd Ct"
_TOWNS = (
    *("Springfield", "Franklin", "Clinton", "Salem", "Madison", "Georgetown", "Arlington"),
    *("Ashland", "Dover", "Oxford", "Jackson", "Burlington", "Manchester", "Milton", "Newport"),
    *("Auburn", "Dayton", "Lexington", "Riverside", "Cleveland", "Hudson", "Kingston"),
    *("Mt Vernon", "Oak Park", "New Haven", "Cedar Falls", "Glen Rock"),
)


class Inked(Protocol):
    """Anything that writes a text: its ink (h, w), 0..255."""

    def ink(self, text: str, rng: Rng) -> Floats: ...


@dataclass(frozen=True)
class Envelope:
    """A grey image (1000, 1600), its ZIP code, and the box of its address."""

    grey: NDArray[np.uint8]
    code: str
    address: Box
    typed: bool


@dataclass(frozen=True)
class Envelopes:
    """Composes envelopes of lines `written` by hand and of lines `printed` in type.

    `states` says where the first three digits of a ZIP code lead; `typed` is the part of addresses
    in type.
    """

    written: Texts
    printed: Texts
    states: Mapping[str, str]
    typed: float = 0.4

    def compose(self, rng: Rng) -> Envelope:
        """One envelope; the same generator gives the same one."""
        typed = rng.random() < self.typed
        source = self.printed if typed else self.written
        code, lines = self._address(rng, capitals=rng.random() < 0.4)
        return self.with_address(code, lines, source, rng, typed=typed)

    def with_address(
        self, code: str, lines: Sequence[str], source: Inked, rng: Rng, *, typed: bool = False
    ) -> Envelope:
        """An envelope to a ZIP code, its address in these lines, as `source` writes them."""
        room = np.zeros(SIZE, np.float32)
        tall = rng.uniform(24, 40) if typed else rng.uniform(30, 62)
        top, left = rng.uniform(400, 560), rng.uniform(480, 760)
        address = self._block(room, source, lines, (top, left), tall, rng)
        if rng.random() < 0.8:  # who it is from
            _, sender = self._address(rng, capitals=False)
            by_type = typed or rng.random() < 0.5
            other = self.printed if by_type else self.written
            place = (rng.uniform(35, 80), rng.uniform(40, 110))
            self._block(room, other, sender, place, rng.uniform(15, 26), rng)
        _stamp(room, rng)
        if rng.random() < 0.7:
            self._postmark(room, rng)
        if rng.random() < 0.3:
            _bars(room, rng)
        return Envelope(_on_paper(room, rng), code, address, typed)

    def _address(self, rng: Rng, capitals: bool) -> tuple[str, list[str]]:
        prefix = str(rng.choice(sorted(self.states)))
        code = f"{prefix}{int(rng.integers(100)):02}"
        whole = f"{code}-{int(rng.integers(10_000)):04}" if rng.random() < 0.2 else code
        name = f"{_any(_FIRST.split(), rng)} {_any(_LAST.split(), rng)}"
        number = int(rng.integers(1, 10 ** int(rng.integers(1, 5))))
        street = f"{number} {_any(_STREETS.split(), rng)} {_any(_KINDS.split(), rng)}"
        lines = [name, street]
        if rng.random() < 0.2:
            lines.insert(2, f"Apt {int(rng.integers(1, 400))}")
        comma = "," if rng.random() < 0.6 else ""
        lines.append(f"{_any(_TOWNS, rng)}{comma} {self.states[prefix]} {whole}")
        return whole, [line.upper() for line in lines] if capitals else lines

    def _block(
        self,
        room: Floats,
        source: Inked,
        lines: Sequence[str],
        place: tuple[float, float],
        tall: float,
        rng: Rng,
    ) -> Box:
        """Lines below each other in one hand; the box around them."""
        hand = int(rng.integers(1 << 30))
        pitch = tall * rng.uniform(1.45, 2.1)
        drift, ragged = rng.normal(0, 0.015), rng.uniform(0, 0.5) * tall
        boxes = []
        for number, text in enumerate(lines):
            # The same generator for every line: the same hand, pen and font.
            ink = cropped(source.ink(text, np.random.default_rng(hand)))
            height = tall * (1.25 if any(c in "gjpqy" for c in text) else 1.0)
            wide = round(ink.shape[1] * height / ink.shape[0])
            limit = SIZE[1] - 40 - place[1]
            shrink = min(1.0, limit / max(wide, 1))
            size = (max(4, round(wide * shrink)), max(4, round(height * shrink)))
            line = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX))
            x = round(place[1] + ragged * rng.random())
            y = round(place[0] + number * pitch + drift * x)
            _lay(room, line, y, x)
            boxes.append((x, y, x + line.shape[1], y + line.shape[0]))
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def _postmark(self, room: Floats, rng: Rng) -> None:
        """A ring with a date in it, and wavy lines over the stamp."""
        radius, weak = rng.uniform(70, 105), rng.uniform(0.35, 0.9)
        y, x = rng.uniform(90, 190), rng.uniform(980, 1220)
        t = np.linspace(0, 2 * np.pi, 60)
        ring = np.stack([np.cos(t), np.sin(t)], 1).astype(np.float32) * np.float32(radius)
        strokes = [ring, ring * np.float32(0.68)] if rng.random() < 0.6 else [ring]
        mark = draw([path + np.float32(radius) for path in strokes], rng.uniform(2, 5))
        _lay(room, weak * mark, round(y - radius), round(x - radius))
        day = f"{int(rng.integers(1, 29))} {_any(['JAN', 'MAY', 'JUL', 'OCT'], rng)}"
        year = str(int(rng.integers(1980, 2030)))
        for number, text in enumerate((day, year)):
            ink = cropped(self.printed.ink(text, rng))
            wide = max(4, round(ink.shape[1] * 24 / ink.shape[0]))
            line = np.asarray(Image.fromarray(ink).resize((wide, 24), Image.Resampling.BOX))
            _lay(room, weak * line, round(y - 30 + 34 * number), round(x - wide / 2))
        waves = np.arange(0, 300, 6, dtype=np.float32)
        for number in range(int(rng.integers(0, 6))):
            path = np.stack([waves, 8 * np.sin(waves / 18) + 10], 1).astype(np.float32)
            _lay(room, weak * draw([path], 4), round(y - 60 + 26 * number), round(x + radius))


def _any(names: Sequence[str], rng: Rng) -> str:
    return names[int(rng.integers(len(names)))]


def _lay(room: Floats, ink: NDArray[np.floating] | NDArray[np.uint8], y: int, x: int) -> None:
    """Ink 0..255 into the room, what lies beyond its edges cut off; the darker of both stays."""
    top, left = max(0, -y), max(0, -x)
    part = np.asarray(ink, np.float32)[top:, left:]
    part = part[: max(0, room.shape[0] - max(0, y)), : max(0, room.shape[1] - max(0, x))]
    place = room[max(0, y) : max(0, y) + part.shape[0], max(0, x) : max(0, x) + part.shape[1]]
    np.maximum(place, part, out=place)


def _stamp(room: Floats, rng: Rng) -> None:
    """A rectangle in the upper right corner with a picture of no meaning."""
    h, w = int(rng.uniform(140, 210)), int(rng.uniform(120, 190))
    picture = gaussian(rng.random((h, w)), rng.uniform(3, 12))
    picture = (picture - picture.min()) / max(float(np.ptp(picture)), 1e-6)
    picture *= rng.uniform(80, 220)
    frame = np.full((h + 16, w + 16), 0.0)
    frame[8:-8, 8:-8] = picture
    frame[:2] = frame[-2:] = 120
    frame[:, :2] = frame[:, -2:] = 120
    _lay(room, frame, int(rng.uniform(25, 60)), SIZE[1] - w - int(rng.uniform(40, 90)))


def _bars(room: Floats, rng: Rng) -> None:
    """A bar code along the lower edge."""
    x, y = int(rng.uniform(800, 1000)), SIZE[0] - int(rng.uniform(50, 80))
    for _ in range(52):
        tall = 26 if rng.random() < 0.4 else 11
        room[y + 26 - tall : y + 26, x : x + 5] = 230
        x += 11


def _on_paper(room: Floats, rng: Rng) -> NDArray[np.uint8]:
    """Ink on white, coloured, brown or patterned paper, in uneven light, turned a little."""
    paper = rng.uniform(150, 250)
    pen = rng.uniform(15, 0.45 * paper)
    ink = gaussian(room / 255, rng.uniform(0.4, 1.1))
    small = rng.normal(0, 1, (5, 8))
    page = paper + resized(small, SIZE) * rng.uniform(0, 8)
    if rng.random() < 0.15:  # fibres of brown paper
        page += gaussian(rng.normal(0, 14, SIZE), (0.0, 3.0))
    image = page + (pen - page) * np.clip(ink, 0, 1)
    image += rng.normal(0, rng.uniform(0.5, 5), SIZE)
    turned = Image.fromarray(image.clip(0, 255).astype(np.uint8)).rotate(
        float(rng.normal(0, 0.8)), Image.Resampling.BILINEAR, fillcolor=int(paper)
    )
    return np.asarray(turned)
