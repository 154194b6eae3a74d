"""Holes and blots are left out of what is written; letters of a felt pen are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.layout.blots import blots
from inkgrad.layout.pieces import Pieces

LETTER = 30.0


def _found(draw_on):
    image = Image.new("1", (200, 200))
    draw_on(ImageDraw.Draw(image))
    pieces, labels = Pieces.of(np.asarray(image))
    (found,) = blots(pieces, labels, LETTER)
    return bool(found), float(pieces.mass[0] / (pieces.wide[0] * pieces.tall[0]))


@pytest.mark.parametrize("size", [(40, 40), (30, 30), (44, 36)])
def test_a_hole_in_the_paper_is_a_blot(size):
    assert _found(lambda draw: draw.ellipse((80, 80, 80 + size[0], 80 + size[1]), fill=1))[0]


@pytest.mark.parametrize("character", "280BSm")
def test_a_letter_whose_strokes_nearly_touch_is_none(character):
    font = ImageFont.load_default(44)
    found, filled = _found(
        lambda draw: draw.text((80, 80), character, 1, font, stroke_width=4, stroke_fill=1)
    )
    assert filled > 0.75
    assert not found


def test_a_dot_is_smaller_than_a_blot():
    assert not _found(lambda draw: draw.ellipse((80, 80, 100, 100), fill=1))[0]


def test_a_dash_of_a_broad_pen_is_longer_than_a_blot():
    assert not _found(lambda draw: draw.rectangle((80, 80, 140, 110), fill=1))[0]
