from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ImageError
from inkgrad.imaging.filters import resized
from inkgrad.imaging.strokes import draw
from inkgrad.ink.field import find_field

ZIGZAG = np.array([[0, 0], [18, 0], [2, 40], [20, 40], [40, 2], [42, 42], [60, 5]], np.float32)


def field(paper: float = 220, ink: float = 60, h: int = 70, w: int = 200) -> np.ndarray:
    """A zigzag of ink on paper (h, w), as floats."""
    drawn = draw([ZIGZAG * 1.2], 3.0) / 255
    image = np.full((h, w), paper, np.float64)
    part = image[6 : 6 + drawn.shape[0], 40 : 40 + drawn.shape[1]]
    part -= (paper - ink) * drawn
    return image


def found(image: np.ndarray) -> np.ndarray:
    """The ink, at the size of the image."""
    seen = find_field(image.clip(0, 255).astype(np.uint8))
    left, top, right, bottom = map(round, seen.view.back((0, 0, seen.view.width, seen.view.height)))
    whole = np.zeros(image.shape, np.float32)
    whole[top:bottom, left:right] = resized(seen.ink, (bottom - top, right - left))
    return whole


def overlap(ink: np.ndarray) -> float:
    """How well the ink found covers the zigzag and nothing else: intersection over union."""
    true = field() < 140
    mine = ink > 0.5
    return float((true & mine).sum() / (true | mine).sum())


def test_ink_is_found_on_plain_paper_of_either_polarity():
    assert overlap(found(field())) > 0.75
    assert overlap(found(255 - field())) > 0.75


def test_uneven_light_and_a_printed_pattern_are_taken_off(rng):
    light = np.linspace(0.55, 1.1, 200)
    waves = 14 * np.sin(np.arange(200) / 2.2) + 14 * np.sin(np.arange(70) / 1.9)[:, None]
    image = (field() + waves) * light + rng.normal(0, 4, (70, 200))
    assert overlap(found(image)) > 0.6


def test_a_faint_stroke_beside_a_dark_one_is_ink_but_print_as_strong_is_not():
    image = field()
    image[15:55, 150:154] -= 55  # the zigzag is 160 darker than the paper
    assert found(image)[18:52, 151:153].min() > 0.15
    printed = field()
    printed[:, ::5] -= 55
    printed[:, 1::5] -= 55
    ink = found(printed)
    assert ink[:, 130:].mean() < 0.02
    assert overlap(ink) > 0.6


def test_a_ruled_line_is_taken_off_and_what_crosses_it_stays():
    image = field()
    image[50:52] = 70
    ink = found(image)
    assert ink[50:52, :35].max() < 0.3
    assert ink[50:52, 130:].max() < 0.3
    assert overlap(ink) > 0.65


def test_a_row_of_broad_strokes_that_touch_is_no_ruled_line():
    image = field()
    image[20:60, 40:160:8] = 60  # bars that a row of strokes joins
    image[20:60, 41:160:8] = 60
    image[20:60, 42:160:8] = 60
    image[38:41, 40:160] = 60
    ink = found(image)
    assert ink[38:41, 45:155].min() > 0.3


def test_edges_of_a_box_and_specks_are_taken_off():
    image = field()
    image[:, 2:4] = 60
    image[20:22, 170:172] = 60
    ink = found(image)
    assert ink[:, :10].max() < 0.3
    assert ink[15:27, 165:177].max() < 0.3


@pytest.mark.parametrize(("image", "message"), [
    (np.full((50, 100), 200, np.uint8), "no ink"),
    (np.full((3, 100), 200, np.uint8), "expected at least 6 x 6"),
])  # fmt: skip
def test_paper_without_ink_is_said(image, message):
    with pytest.raises(ImageError, match=message):
        find_field(image)


def test_the_work_image_leads_back_to_the_edges_of_the_part_it_shows():
    """Its sides are whole numbers of pixels, so that those are not all of one size."""
    large = resized(np.pad(field(), 60, "edge"), (997, 2503))
    seen = find_field(large.clip(0, 255).astype(np.uint8))
    box = np.array(seen.view.back((0, 0, seen.view.width, seen.view.height)))
    assert box == pytest.approx(box.round())
    across, down = (box[2] - box[0]) / seen.view.width, (box[3] - box[1]) / seen.view.height
    assert seen.view.width * down != pytest.approx(box[2] - box[0], abs=0.5)
    assert across == pytest.approx(down, rel=0.01)
