from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkgrad.data.datasets import load
from inkgrad.data.form import read_pictures
from inkgrad.errors import ImageError
from inkgrad.images.files import open_grey
from inkgrad.ink.character import from_image, is_glyph, to_glyph
from inkgrad.synthetic.paper import on_paper


def seven(height=90, width=60, thick=8) -> np.ndarray:
    """Ink in the form of a 7, 0..255."""
    ink = np.zeros((height, width), np.uint8)
    ink[5 : 5 + thick, 6 : width - 6] = 255
    for row in range(5, height - 5):
        column = round(width - 10 - thick - (row - 5) * 0.3)
        ink[row, column : column + thick] = 255
    return ink


def smaller(ink, height) -> np.ndarray:
    size = (round(ink.shape[1] * height / ink.shape[0]), height)
    return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX))


def page(ink, paper=230.0, pen=40.0, size=(300, 400), at=(80, 150)) -> np.ndarray:
    image = np.full(size, paper)
    h, w = ink.shape
    image[at[0] : at[0] + h, at[1] : at[1] + w] += ink / 255 * (pen - paper)
    return image


def similarity(a, b) -> float:
    """The cosine between two glyphs, at the best of all shifts by up to a pixel."""
    a, b = a.astype(float), b.astype(float)
    shifted = [np.roll(a, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float((s * b).sum() / np.sqrt((s * s).sum() * (b * b).sum())) for s in shifted)


def test_a_glyph_is_fitted_to_20_pixels_and_centred_by_mass():
    glyph = to_glyph(seven())
    assert glyph.shape == (28, 28)
    assert glyph.max() == 255
    rows, columns = np.flatnonzero(glyph.any(1)), np.flatnonzero(glyph.any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    mass = glyph / glyph.sum()
    assert mass.sum(1) @ np.arange(28) == pytest.approx(13.5, abs=0.51)
    assert mass.sum(0) @ np.arange(28) == pytest.approx(13.5, abs=0.51)


CONDITIONS = {
    "dark on light": lambda rng: page(seven()),
    "light on dark": lambda rng: 255 - page(seven()),
    "pencil": lambda rng: page(seven(), pen=170),
    "noise": lambda rng: page(seven()) + rng.normal(0, 8, (300, 400)),
    "uneven light": lambda rng: page(seven()) * np.linspace(0.45, 1, 400)[None, :],
    "shadow": lambda rng: page(seven()) * np.hypot.outer(np.linspace(0.7, 1, 300), [0.4] * 400),
    "small image": lambda rng: page(smaller(seven(), 24), size=(32, 28), at=(4, 6)),
    "small on a large page": lambda rng: page(seven(), size=(2000, 1500), at=(1200, 300)),
    "large": lambda rng: page(seven(900, 600, 80), size=(1400, 1400), at=(200, 300)),
    "cropped to the ink": lambda rng: 255.0 - seven()[5:85, 6:54],
    "bold and cropped": lambda rng: (
        page(smaller(seven(), 40)[2:38, 2:24], 180.0, 60.0, size=(38, 24), at=(1, 1))
        + rng.normal(0, 6, (38, 24))
    ),
    "specks": lambda rng: np.where(rng.random((300, 400)) < 0.0005, 20, page(seven())),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_glyph_is_the_same_under_every_condition(condition, rng):
    image = np.clip(CONDITIONS[condition](rng), 0, 255).astype(np.uint8)
    assert similarity(from_image(image), to_glyph(seven())) > 0.9


@pytest.mark.parametrize(
    "image",
    [
        np.full((50, 50), 255, np.uint8),
        np.zeros((50, 50), np.uint8),
        np.tile(np.linspace(100, 250, 200).astype(np.uint8), (100, 1)),
        np.random.default_rng(0).normal(200, 5, (100, 100)).astype(np.uint8),
        np.full((1, 1), 7, np.uint8),
    ],
    ids=["white", "black", "gradient", "noise", "one pixel"],
)
def test_a_blank_image_is_an_error_not_a_digit(image):
    with pytest.raises(ImageError):
        from_image(image)


def saved(tmp_path, image: Image.Image, name: str, **options) -> np.ndarray:
    image.save(tmp_path / name, **options)
    return open_grey(tmp_path / name)


def test_every_depth_and_mode_gives_the_same_glyph(tmp_path):
    grey = page(seven()).round().astype(np.uint8)
    image = Image.fromarray(grey)
    expected = from_image(grey)
    rgba = np.dstack([np.full((*grey.shape, 3), 30, np.uint8), 255 - grey])
    light = np.dstack([np.full((*grey.shape, 3), 250, np.uint8), 255 - grey])
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    found = {
        "grey": saved(tmp_path, image, "a.png"),
        "colour": saved(tmp_path, image.convert("RGB"), "b.jpg", quality=90),
        "palette": saved(tmp_path, image.convert("P"), "c.gif"),
        "one bit": saved(tmp_path, image.convert("1", dither=Image.Dither.NONE), "d.png"),
        "16 bits": saved(tmp_path, Image.fromarray(grey.astype(np.uint16) * 257), "e.png"),
        "float": saved(tmp_path, Image.fromarray((grey / 255).astype(np.float32)), "f.tiff"),
        "alpha": saved(tmp_path, Image.fromarray(rgba), "g.png"),
        "light ink on nothing": saved(tmp_path, Image.fromarray(light), "h.png"),
        "turned": saved(tmp_path, image.rotate(90, expand=True), "i.png", exif=exif),
    }
    for name, image_read in found.items():
        assert similarity(from_image(image_read), expected) > 0.97, name


def test_files_that_are_no_image_are_one_clear_line(tmp_path):
    good = tmp_path / "good.png"
    Image.fromarray(page(seven()).astype(np.uint8)).save(good)
    for name, content, message in (
        ("empty.png", b"", "is no image"),
        ("text.png", b"hello", "is no image"),
        ("cut.png", good.read_bytes()[:200], "is truncated or broken"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ImageError, match=message):
            open_grey(tmp_path / name)
    with pytest.raises(ImageError, match="no such file"):
        open_grey(tmp_path / "none.png")


def test_small_digits_on_rough_paper_show_their_ink(rng):
    digits = load("mnist-5k").test.images[:200]
    papers = [on_paper(np.pad(digit, 2), rng) for digit in digits]
    assert min(min(paper.shape) for paper in papers) < 16
    glyphs = [from_image(paper) for paper in papers]  # an ImageError fails
    alike = [
        np.corrcoef(glyph.ravel(), to_glyph(digit).ravel())[0, 1]
        for glyph, digit in zip(glyphs, digits, strict=True)
    ]
    assert np.median(alike) > 0.85


def test_a_huge_image_is_refused_before_it_is_decoded(tmp_path):
    for side in (12_000, 40_000):
        Image.new("1", (side, side)).save(tmp_path / "bomb.png")
        with pytest.raises(ImageError, match="expected at most 120 megapixels"):
            open_grey(tmp_path / "bomb.png")


def test_very_small_characters_are_seen_as_they_are():
    images = load("mnist-5k").test.images[:20]
    for image in images:
        small = np.asarray(Image.fromarray(image).resize((8, 8), Image.Resampling.BOX))
        seen = from_image(small).astype(int)
        assert np.abs(seen - to_glyph(np.where(small > 6, small, 0))).max() <= 1
        assert np.abs(seen - from_image(255 - small)).max() <= 1


def test_what_is_in_the_form_already_stays_bit_for_bit(tmp_path):
    """So that a folder of them, whose pictures are left as they are, is read as each alone is."""
    images = load("mnist-5k").test.images[:300]
    for image in images:
        np.testing.assert_array_equal(from_image(image), image)
        np.testing.assert_array_equal(from_image(255 - image), image)
    for name, pictures in (("light", images), ("dark", 255 - images)):
        paths = [tmp_path / f"{name}{i}.png" for i in range(30)]
        for path, picture in zip(paths, pictures, strict=False):
            Image.fromarray(picture).save(path)
        together, _ = read_pictures(paths, as_is=False)
        alone = [from_image(open_grey(path)) for path in paths]
        np.testing.assert_array_equal(together, alone)
    made = to_glyph(seven())
    np.testing.assert_array_equal(from_image(made), made)
    assert from_image(made) is not made


def test_28_pixels_that_are_not_in_the_form_are_brought_there():
    made = to_glyph(seven())
    assert not is_glyph(made[:27])
    for other in (np.roll(made, 4, 1), np.roll(made, -3, 0), made // 2):
        assert not is_glyph(other)
        assert similarity(from_image(other), made) > 0.95
    large = np.asarray(Image.fromarray(made).resize((40, 40)))[6:34, 6:34]
    assert not is_glyph(large)
    assert not is_glyph(np.zeros((28, 28), np.uint8))
