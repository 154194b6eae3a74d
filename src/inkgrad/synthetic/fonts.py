"""Lines in type: what machines print on envelopes and forms, and fonts drawn after handwriting.

Fonts are used to train and to measure, and are not shipped: they are looked for in the folders of
INKGRAD_FONTS. Pillow's own font stands in where there are none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkgrad.synthetic.wear import Floats, Rng

_SIZE = 40  # pixels that type is set in
_NO_SIGN = "\uffff"  # in no font: drawn as what stands for a missing character
_SUFFIXES = {".ttf", ".otf"}
# Parts of names of typefaces that imitate a hand; all others count as print.
_HANDS = (
    *("because", "breip", "comic", "dancing", "delphine", "dkg", "ecolier", "femke", "humor"),
    *("isabella", "kiloji", "kleeone", "kristi", "rufscript", "steve", "tomson"),
)

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Typeface:
    """One font; `characters` are those of the alphabet asked for that it can draw."""

    font: Font
    characters: frozenset[str]

    @classmethod
    def of(cls, font: Font, alphabet: str) -> Typeface:
        nothing = _shape(font, _NO_SIGN)
        able = {c for c in alphabet if c == " " or _shape(font, c) not in (nothing, None)}
        return cls(font, frozenset(able))

    def line(self, text: str, rng: Rng) -> Floats:
        """Ink (h, w), 0..255, of a line of type: its letters spaced a little wider or closer."""
        spacing, slant = rng.normal(0, 0.03) * _SIZE, rng.normal(0, 0.06)
        wide = int(self.font.getlength(text) + abs(spacing) * len(text)) + 3 * _SIZE
        room = Image.new("L", (wide, 3 * _SIZE))
        if abs(spacing) < 0.01 * _SIZE:
            _lay(room, self.font, text, float(_SIZE))
        else:
            x = float(_SIZE)
            for c in text:
                _lay(room, self.font, c, x)
                x += self.font.getlength(c) + spacing
        leaning = (1, slant, -slant * 1.5 * _SIZE, 0, 1, 0)
        turned = room.transform(
            room.size, Image.Transform.AFFINE, leaning, Image.Resampling.BILINEAR
        )
        return np.asarray(turned, np.float32)


@dataclass(frozen=True)
class Fonts:
    """Typefaces that draw an alphabet, or at least most of it: print, and hands."""

    printed: tuple[Typeface, ...]
    hands: tuple[Typeface, ...]

    @classmethod
    def found(cls, alphabet: str) -> Fonts:
        """Those in the folders of INKGRAD_FONTS, in order of name; else Pillow's own."""
        folders = [Path(p) for p in os.environ.get("INKGRAD_FONTS", "").split(os.pathsep) if p]
        paths = {p.name: p for f in folders for p in f.rglob("*") if p.suffix.lower() in _SUFFIXES}
        printed: list[Typeface] = []
        hands: list[Typeface] = []
        for name in sorted(paths):
            try:
                font = ImageFont.truetype(paths[name], _SIZE)
                face = Typeface.of(font, alphabet)
            except OSError:  # no font, whatever it is called
                continue
            if len(face.characters) < 0.6 * len(alphabet):
                continue
            is_hand = any(part in name.lower() for part in _HANDS)
            (hands if is_hand else printed).append(face)
        if not printed:
            own = ImageFont.load_default(_SIZE)
            assert isinstance(own, Font)
            printed.append(Typeface.of(own, alphabet))
        return cls(tuple(printed), tuple(hands))

    @cached_property
    def all(self) -> tuple[Typeface, ...]:
        return self.printed + self.hands


def _shape(font: Font, text: str) -> bytes | None:
    mask = font.getmask(text)
    return bytes(mask) if mask.getbbox() else None


def _lay(room: Image.Image, font: Font, text: str, x: float) -> None:
    ImageDraw.Draw(room).text((x, _SIZE), text, fill=255, font=font)
