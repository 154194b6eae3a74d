"""A sheet is printed, written into, photographed, and what stands on it becomes data."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from inkgrad import load
from inkgrad.errors import DataError, UsageError
from inkgrad.nn import files
from inkgrad.nn.prediction import logits_of
from inkgrad.personal.collecting import collect_hand, save_hand
from inkgrad.personal.handsheet import HandSheet, read_handsheet, write_handsheet
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.synthetic.photos import photographed

EMPTY = 7
SEEDS = (1, 7)  # of photos that are taken from near enough


def written(sheet: HandSheet, page: int, seed: int) -> np.ndarray:
    """A page as somebody fills it in, with MNIST's test digits, every seventh cell left empty."""
    rng, test = generator(seed, "sample"), load("mnist-5k").test
    ink = 255.0 - sheet.drawn(page)
    for place, (label, (left, top, right, bottom)) in enumerate(sheet.cells(page)):
        if place % EMPTY == 0:
            continue
        digit = test.images[rng.choice(np.flatnonzero(test.labels == int(label)))]
        side = int(rng.uniform(0.6, 0.95) * (right - left))
        x, y = (int(rng.integers(a, b - side + 1)) for a, b in ((left, right), (top, bottom)))
        size = (side, side)
        small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BICUBIC), float)
        room = ink[y : y + side, x : x + side]
        np.maximum(room, 0.8 * small, out=room)
    return (255 - ink).clip(0, 255).astype(np.uint8)


def part_right(hand) -> float:
    network, _ = files.load(find("digits"))
    return float(np.mean(logits_of(network, hand.images).argmax(1) == hand.labels.astype(int)))


@pytest.fixture
def kept(tmp_path):
    def keep(grey, name="photo.png"):
        Image.fromarray(grey).save(tmp_path / name)
        return tmp_path / name

    return keep


@pytest.mark.parametrize("turns", [0, 2, 3])
def test_a_scan_is_cut_whichever_side_is_up(kept, turns):
    sheet = HandSheet(times=6)
    hand = collect_hand([kept(np.rot90(written(sheet, 0, 1), turns))], sheet)
    empty = -(-60 // EMPTY)
    assert (len(hand.images), hand.empty, hand.unread) == (60 - empty, empty, ())
    assert hand.images.shape[1:] == (28, 28)
    assert part_right(hand) > 0.95


def test_photos_of_two_pages_are_told_apart_and_laid(kept):
    sheet = HandSheet("0123456789", 20)
    assert sheet.pages == 2
    photos = []
    for page in (1, 0):
        rng = generator(SEEDS[page], "sample")
        photo = photographed(written(sheet, page, page), (1500, 2000), rng).grey
        photos.append(kept(photo, f"{page}.png"))
    hand = collect_hand(photos, sheet)
    written_in = sum(k % EMPTY > 0 for page in range(2) for k, _ in enumerate(sheet.cells(page)))
    assert abs(len(hand.labels) - written_in) <= 2
    assert part_right(hand) > 0.95


def test_a_photo_of_something_else_is_said_and_the_others_are_kept(kept):
    sheet = HandSheet(times=2)
    rng = np.random.default_rng(0)
    noise = kept(rng.integers(0, 255, (400, 300)).astype(np.uint8), "noise.png")
    page = kept(written(sheet, 0, 3), "page.png")
    hand = collect_hand([noise, page], sheet)
    assert len(hand.labels) == 20 - 3
    (reason,) = hand.unread
    assert "noise.png: shows no page of the sheet, expected all four marks" in reason
    with pytest.raises(DataError, match="shows no page of the sheet"):
        collect_hand([noise], sheet)
    with pytest.raises(DataError, match="nothing is written on the sheet"):
        collect_hand([kept(sheet.drawn(0), "blank.png")], sheet)


def test_a_page_of_another_sheet_is_told(kept):
    page = kept(written(HandSheet(times=12), 0, 3))
    with pytest.raises(DataError, match="shows another sheet, or another page of it"):
        collect_hand([page], HandSheet("0123456798", 12))


def test_it_is_a_data_set_then(kept, tmp_path):
    sheet = HandSheet("0123456789", 6)
    save_hand(collect_hand([kept(written(sheet, 0, 5))], sheet), tmp_path / "hand.npz")
    data = load(tmp_path / "hand.npz")
    assert data.classes == tuple("0123456789")
    assert len(data.train) + len(data.test) == 60 - 9
    with pytest.raises(UsageError, match="is there already"):
        save_hand(collect_hand([kept(written(sheet, 0, 5))], sheet), tmp_path / "hand.npz")


def test_a_sheet_is_a_pdf_and_a_plan(tmp_path):
    sheet = write_handsheet(tmp_path / "s.pdf", "ABC&", 50)
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")
    assert read_handsheet(tmp_path / "s.pdf") == read_handsheet(tmp_path / "s.json") == sheet
    assert sheet.pages == 2
    labels = [label for page in range(2) for label, _ in sheet.cells(page)]
    assert "".join(labels) == "".join(each * 50 for each in "ABC&")
    with pytest.raises(UsageError, match=r"s.pdf: is there already"):
        write_handsheet(tmp_path / "s.pdf", "0", 1)


@pytest.mark.parametrize(
    ("characters", "times", "said"),
    [
        ("", 5, "characters are 0, expected 1 to 200"),
        ("00", 5, "name one twice"),
        ("0 1", 5, "character ' ' cannot be written"),
        ("0\n", 5, r"character '\\n' cannot be written"),
        ("0", 61, "times are 61, expected 1 to 60"),
    ],
)
def test_what_no_sheet_can_have_is_refused(characters, times, said):
    with pytest.raises(UsageError, match=said):
        HandSheet(characters, times)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "does not hold together"),
        ("[]", "does not hold together"),
        (json.dumps({"handsheet": 1, "characters": "01", "times": 0}), "does not hold together"),
        (json.dumps({"handsheet": 2, "characters": "01", "times": 1}), "expected 1"),
        (json.dumps({"handsheet": 1, "characters": "0" * 99, "times": 1}), "name one twice"),
    ],
)
def test_a_plan_that_is_none_is_one_line(tmp_path, content, said):
    (tmp_path / "s.json").write_text(content, encoding="utf-8")
    with pytest.raises((DataError, UsageError), match=said) as found:
        read_handsheet(tmp_path / "s.json")
    assert "\n" not in str(found.value)
    with pytest.raises(DataError, match=r"none.json: cannot be read"):
        read_handsheet(tmp_path / "none.pdf")
