"""Ink that only its colour tells from the paper, and ink that brightness tells as ever."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.batch.rows import Task, read_all
from inkgrad.data.datasets import load
from inkgrad.data.form import read_pictures
from inkgrad.errors import ImageError
from inkgrad.images.files import open_grey, open_to_read
from inkgrad.imaging.colour import grey_with_ink
from inkgrad.imaging.masks import grown
from inkgrad.ink.character import from_image, to_glyph
from inkgrad.ink.field import find_field
from inkgrad.ink.page import find_ink
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader

INKS = {  # paper, ink, noise of the camera
    "red on green": ((60, 150, 60), (226, 65, 60), 2.0),
    "yellow on white": ((250, 250, 250), (255, 252, 110), 1.0),
    "blue on a dark photo": ((38, 34, 30), (28, 32, 130), 3.0),
    "green on magenta": ((200, 90, 190), (60, 164, 60), 2.0),
}


def coloured(ink, paper, pen, noise, rng) -> Image.Image:
    """Ink (h, w), 0..255, in one colour on paper of another."""
    part = ink[..., None] / 255
    image = np.asarray(paper) * (1 - part) + np.asarray(pen) * part
    image += rng.normal(0, noise, image.shape)
    return Image.fromarray(image.round().clip(0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def digits_of(string: str, scale: int = 3) -> np.ndarray:
    """A row of MNIST's digits as ink on a wide field."""
    split = load("mnist-5k").train
    row = np.hstack([split.images[np.flatnonzero(split.labels == int(c))[7]] for c in string])
    large = Image.fromarray(row).resize((row.shape[1] * scale, row.shape[0] * scale))
    return np.pad(np.asarray(large), ((12, 12), (30, 30)))


def line_of(text: str) -> np.ndarray:
    image = Image.new("L", (900, 90), 0)
    ImageDraw.Draw(image).text((40, 20), text, 255, ImageFont.load_default(40))
    return np.asarray(image)


def alike(a, b) -> float:
    return float(np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1])


@pytest.mark.parametrize("name", INKS)
def test_a_digit_that_only_its_colour_shows_is_seen(name, rng):
    ink = np.pad(digits_of("5", 5), 60)
    data = jpeg(coloured(ink, *INKS[name], rng))
    (page,) = open_to_read(data)
    assert page.rgb is None
    assert alike(from_image(page.grey), to_glyph(ink)) > 0.9


@pytest.mark.parametrize("name", INKS)
def test_a_line_of_text_that_only_its_colour_shows_is_ink(name, rng):
    written = line_of("The quick brown fox jumps over")
    page = np.pad(np.vstack([written, written]), ((150, 150), (60, 60)))
    (opened,) = open_to_read(jpeg(coloured(page, *INKS[name], rng)))
    found = find_ink(opened.grey)
    assert found.view.points_back((7, 9)).tolist() == [7, 9]
    pen, beside = page > 128, grown(grown(grown(grown(page > 0))))
    assert found.ink[pen].mean() > 0.95
    assert found.ink[~beside].mean() < 0.001


@pytest.mark.parametrize("name", INKS)
def test_a_field_that_only_its_colour_shows_is_read(name, rng, tmp_path):
    path = tmp_path / "field.jpg"
    path.write_bytes(jpeg(coloured(digits_of("31704"), *INKS[name], rng)))
    reader = NumberReader.load(find("numbers"))
    ((row,),) = read_all(reader, Task(), [path])
    assert (row.text, row.status) == ("31704", "read")


def test_in_brightness_alone_there_is_nothing(rng):
    """What these tests are of: without colours the same image shows no ink."""
    grey = open_grey(jpeg(coloured(digits_of("31704"), *INKS["red on green"], rng)))
    for find_in in (from_image, find_ink, find_field):
        with pytest.raises(ImageError, match="no ink"):
            find_in(grey)


def test_pictures_in_folders_are_seen_in_colour_too(rng, tmp_path):
    ink = np.pad(digits_of("5", 5), 60)
    path = tmp_path / "a.png"
    coloured(ink, *INKS["red on green"], rng).save(path)
    images, _ = read_pictures([path], as_is=False)
    np.testing.assert_array_equal(images[0], from_image(next(open_to_read(path)).grey))
    untouched, _ = read_pictures([path], as_is=True)
    np.testing.assert_array_equal(untouched[0], open_grey(path))


ORDINARY = {
    "black on white": ((245, 245, 245), (30, 30, 30)),
    "blue on white": ((250, 250, 248), (20, 40, 160)),
    "red on white": ((250, 250, 248), (220, 40, 40)),
    "black on yellow": ((250, 240, 120), (30, 30, 30)),
    "black on red": ((200, 60, 60), (30, 20, 20)),
    "white on a blackboard": ((30, 60, 45), (230, 235, 230)),
    "pencil": ((240, 238, 230), (165, 165, 168)),
    "pale blue": ((250, 250, 250), (150, 200, 255)),
    "nothing on white": ((245, 245, 245), (245, 245, 245)),
    "nothing on pink": ((250, 190, 200), (250, 190, 200)),
}


@pytest.mark.parametrize("noise", [0.0, 6.0])
@pytest.mark.parametrize("name", ORDINARY)
def test_what_brightness_shows_and_what_is_blank_stays_bit_for_bit(name, noise, rng):
    for ink in (digits_of("31704"), np.pad(digits_of("5", 5), 60), line_of("as ever, in words")):
        image = coloured(ink, *ORDINARY[name], noise, rng)
        for source in (image, jpeg(image)):
            (page,) = open_to_read(source)
            np.testing.assert_array_equal(page.grey, open_grey(source))


def test_uneven_light_on_coloured_paper_is_no_ink(rng):
    shade = np.linspace(0.5, 1, 300)[None, :, None]
    paper = shade * np.asarray((240, 200, 120)) + rng.normal(0, 4, (200, 300, 3))
    image = Image.fromarray(paper.clip(0, 255).astype(np.uint8))
    (page,) = open_to_read(image)
    np.testing.assert_array_equal(page.grey, open_grey(image))


def test_faint_pencil_is_not_lost_beside_a_marker(rng):
    """The marker is stronger in colour; what brightness shows is what is read all the same."""
    words = line_of("pencilled words")
    image = np.asarray(coloured(words, (245, 245, 245), (185, 185, 185), 1.0, rng)).copy()
    image[:60, 600:800, 2] = 90
    (page,) = open_to_read(Image.fromarray(image))
    np.testing.assert_array_equal(page.grey, open_grey(Image.fromarray(image)))


def test_an_image_without_colours_is_given_back_as_it_is(rng):
    grey = rng.integers(0, 256, (40, 60)).astype(np.uint8)
    assert grey_with_ink(grey, None) is grey
    rgb = np.repeat(grey[..., None], 3, axis=2)
    assert grey_with_ink(grey, rgb) is grey
    tiny = np.zeros((2, 2, 3), np.uint8)
    assert grey_with_ink(tiny[..., 0], tiny) is not None
