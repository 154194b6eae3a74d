"""Sheets of paper in photos: found where they are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.imaging.flattened import evened, flattened, sheets_in
from inkgrad.imaging.sheet import CANDIDATES, candidates, find_corners, logarithm
from inkgrad.imaging.sheet_odds import log_odds
from inkgrad.synthetic.desks import DESKS
from inkgrad.synthetic.photos import photographed


def sheet(paper: int = 225) -> np.ndarray:
    grey = np.full((240, 180), paper, np.uint8)
    grey[60:180, 80:90] = 40
    grey[60:70, 60:110] = 40
    return grey


def corner_error(found: np.ndarray, true: np.ndarray) -> float:
    return min(float(np.abs(np.roll(found, k, 0) - true).max()) for k in range(4))


@pytest.mark.parametrize("kind", DESKS)
def test_a_sheet_on_a_desk_is_found(kind):
    photo = photographed(sheet(), (480, 360), np.random.default_rng(4), kind)
    found = find_corners(photo.grey)
    assert found is not None
    assert corner_error(found, photo.corners) < 12


def test_a_sheet_fills_its_view_and_its_places_lead_back():
    photo = photographed(sheet(), (480, 360), np.random.default_rng(4), "dark")
    view = flattened(photo.grey)
    assert view is not None
    assert corner_error(view.corners_back(), photo.corners) < 12
    assert np.median(view.pixels) > 215
    assert 0.005 < np.mean(view.pixels < 120) < 0.12  # its cross, and no desk


@pytest.mark.parametrize("seed", range(3))
def test_what_fills_its_image_holds_no_sheet(seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:300, :400]
    paper = 230 - 0.2 * x - 0.1 * y + rng.normal(0, 3, (300, 400))
    for top in range(40, 280, 45):  # lines of writing
        paper[top : top + 14, 30:370:9] -= 120
    assert flattened(paper.clip(0, 255).astype(np.uint8)) is None


def test_a_frame_that_is_drawn_is_no_sheet():
    paper = np.full((300, 400), 235, np.uint8)
    paper[50:250, 60:340] = 30
    paper[53:247, 63:337] = 235
    assert flattened(paper) is None


def test_a_frame_drawn_on_a_sheet_does_not_hide_the_sheet():
    page = sheet()
    page[20:220, 15:165] = np.minimum(page[20:220, 15:165], 90)
    page[23:217, 18:162] = sheet()[23:217, 18:162]
    photo = photographed(page, (480, 360), np.random.default_rng(4), "dark")
    found = find_corners(photo.grey)
    assert found is not None
    assert corner_error(found, photo.corners) < 12


def test_a_sheet_that_all_but_fills_its_photo_is_found():
    photo = np.full((480, 640), 60, np.uint8)
    photo[18:464, 20:622] = 225
    photo[200:240, 200:210] = 40
    noise = np.random.default_rng(0).normal(0, 3, photo.shape)
    found = find_corners((photo + noise).clip(0, 255).astype(np.uint8))
    assert found is not None
    assert corner_error(found, np.array([(20, 18), (622, 18), (622, 464), (20, 464)])) < 6


def test_doubtful_sheets_come_after_the_likely_one():
    photo = photographed(sheet(), (480, 360), np.random.default_rng(4), "cloth")
    likely, doubtful = candidates(photo.grey)
    assert 1 <= len(likely) < len(doubtful) <= CANDIDATES - len(likely)
    assert corner_error(likely[0], photo.corners) < 3
    assert min(corner_error(other, photo.corners) for other in doubtful) > 8


def test_views_of_what_may_be_the_sheet_are_given_once():
    photo = photographed(sheet(), (480, 360), np.random.default_rng(4), "cloth")
    found = sheets_in(photo.grey)
    whole = flattened(photo.grey)
    assert whole is not None
    np.testing.assert_array_equal(next(found.likely).pixels, whole.pixels)
    rest = [view.pixels for sheets in found for view in sheets]
    assert rest
    assert not any(np.array_equal(pixels, whole.pixels) for pixels in rest)


def test_the_same_sheet_has_the_same_odds_whichever_way_round_its_corners_are():
    photo = photographed(sheet(), (384, 288), np.random.default_rng(4), "plain")
    image, ways = logarithm(photo.grey.astype(np.float32)), np.stack([photo.corners] * 3)
    ways[1], ways[2] = np.roll(ways[1], 1, 0), ways[2][::-1]
    here, *others = log_odds(ways, image)
    assert here > 0
    np.testing.assert_allclose(others, here, atol=1e-6)


def test_a_part_of_a_sheet_is_less_likely_than_the_sheet():
    photo = photographed(sheet(), (384, 288), np.random.default_rng(4), "plain")
    image, middle = logarithm(photo.grey.astype(np.float32)), photo.corners.mean(0)
    sizes = (1.0, 0.8, 1.2)
    whole, within, beyond = log_odds(
        np.stack([middle + size * (photo.corners - middle) for size in sizes]), image
    )
    assert whole > 0 > max(within, beyond)


@pytest.mark.parametrize("shape", [(28, 28), (60, 300), (130, 900)])
def test_fields_are_not_looked_at(shape):
    field = np.full(shape, 90, np.uint8)
    field[5:-5, 5:-5] = 240
    assert flattened(field) is None


def test_an_even_image_has_no_corners():
    assert find_corners(np.full((200, 200), 128, np.uint8)) is None


def test_a_shadow_is_evened_and_the_ink_stays():
    grey = sheet()
    grey[100:] = (0.45 * grey[100:]).astype(np.uint8)
    out = evened(grey)
    assert abs(int(np.median(out[:80])) - int(np.median(out[140:]))) < 8
    assert out[150, 85] < 90


def test_dark_paper_stays_as_it_is():
    grey = 255 - sheet(235)
    np.testing.assert_array_equal(evened(grey), grey)


@pytest.mark.parametrize("ink_is_dark", [True, False])
def test_a_light_on_part_of_a_sheet_does_not_make_its_ink_the_other_one(ink_is_dark):
    """A flash in a corner is brighter than its surroundings, as light ink on dark paper is."""
    rng, page = np.random.default_rng(0), np.full((900, 700), 210.0 if ink_is_dark else 60.0)
    for top in range(80, 300, 60):
        for x in range(60, 400, 35):
            page[top : top + 26, x : x + 4] = 40 if ink_is_dark else 225
    y, x = np.mgrid[:900, :700]
    light = 0.35 + 0.65 * np.exp(-((x - 60) ** 2 + (y - 850) ** 2) / 30000) + 0.15 * x / 700
    grey = (page * light + rng.normal(0, 2, page.shape)).clip(0, 255).astype(np.uint8)
    out = evened(grey)
    if ink_is_dark:
        assert abs(float(out[840:860, 50:70].mean()) - float(out[440:460, 600:640].mean())) < 8
    else:
        np.testing.assert_array_equal(out, grey)
