from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.augment import AUGMENTATIONS, Augmentation, Augmented, augment
from inkgrad.errors import UsageError


@pytest.fixture
def images() -> np.ndarray:
    """A cross with one arm marked, off the centre."""
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 13:15] = 255
    image[13:15, 6:22] = 255
    image[6:9, 13:18] = 255
    return np.repeat(image[None], 200, axis=0)


def centre(image: np.ndarray) -> np.ndarray:
    mass = image / image.sum()
    return np.array([mass.sum(1) @ np.arange(28), mass.sum(0) @ np.arange(28)])


def test_no_deformation_is_the_same_image(images, rng):
    np.testing.assert_array_equal(augment(images, Augmentation(), rng), images)


@pytest.mark.parametrize("name", [name for name, how in AUGMENTATIONS.items() if how])
def test_the_same_generator_gives_the_same_images_and_another_does_not(name, images):
    how = AUGMENTATIONS[name]
    first, again, other = (augment(images, how, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert (first[0] != first[1]).any()
    assert first.dtype == np.uint8
    assert first.shape == images.shape


def test_the_images_that_came_in_are_not_touched(images, rng):
    kept = images.copy()
    augment(images, AUGMENTATIONS["full"], rng)
    np.testing.assert_array_equal(images, kept)


def test_a_shift_moves_the_ink_evenly_up_to_its_bound(images, rng):
    moved = augment(images, Augmentation(shift=2.0), rng)
    offsets = np.array([centre(image) for image in moved]) - centre(images[0])
    assert np.abs(offsets).max() == pytest.approx(2, abs=0.1)
    assert offsets.std(axis=0) == pytest.approx(2 / np.sqrt(3), rel=0.15)


def test_a_rotation_turns_by_up_to_its_angle_and_keeps_the_ink(rng):
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:15] = 255
    turned = augment(np.repeat(bar[None], 300, axis=0), Augmentation(rotation=30), rng)
    y, x = np.mgrid[:28, :28] - 13.5
    angles = []
    for image in turned.astype(float):
        angles.append(np.degrees(np.arctan2((image * x * y).sum(), (image * y * y).sum())))
    assert np.abs(angles).max() == pytest.approx(30, abs=2)
    assert turned.sum(axis=(1, 2)).mean() == pytest.approx(float(bar.sum()), rel=0.03)


def test_scale_changes_the_size_by_up_to_its_part(rng):
    box = np.zeros((28, 28), np.uint8)
    box[8:20, 8:20] = 255
    scaled = augment(np.repeat(box[None], 300, axis=0), Augmentation(scale=0.25), rng)
    heights = np.sqrt(scaled.astype(float).sum(axis=(1, 2)) / 255) / 12
    assert heights.max() == pytest.approx(1.25, abs=0.08)
    assert heights.min() == pytest.approx(0.75, abs=0.08)


def test_elastic_displacements_have_the_spread_of_simards(rng):
    # Each displacement is a sum of even noise (variance 1/3) over both axes of the Gaussian.
    taps = np.exp(-0.5 * (np.arange(-8, 9) / 4) ** 2)
    taps /= taps.sum()
    # A ramp shows how far each pixel was displaced sideways.
    ramp = np.repeat((np.arange(28, dtype=np.uint8) * 9)[None], 28, axis=0)
    bent = augment(np.repeat(ramp[None], 1000, axis=0), Augmentation(elastic=34.0), rng)
    moved = (bent.astype(float) - ramp)[:, 10:18, 10:18] / 9
    assert abs(moved.mean()) < 0.1
    assert moved.std() == pytest.approx(34 / np.sqrt(3) * (taps**2).sum(), rel=0.1)


def test_thickness_goes_both_ways(images, rng):
    ink = augment(images, Augmentation(thickness=0.6), rng).sum(axis=(1, 2)) / images[0].sum()
    assert ink.max() > 1.15
    assert ink.min() < 0.85


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_source_deforms_by_name_as_by_the_augmentation_of_that_name(name, bars):
    places = np.arange(8)
    named, _ = Augmented(bars.train, name).batch(places, np.random.default_rng(0))
    how = AUGMENTATIONS[name] or Augmentation()
    told, _ = Augmented(bars.train, how).batch(places, np.random.default_rng(0))
    np.testing.assert_array_equal(named, told)
    assert (named != bars.train.images[:8]).any() == (name != "none")
    assert Augmented(bars.train, name) == Augmented(bars.train, how)


@pytest.mark.parametrize("how", ["afine", None, 3])
def test_an_unknown_augmentation_is_said_when_the_source_is_made(how, bars):
    with pytest.raises(UsageError, match=r"is unknown, expected an Augmentation or one of none, s"):
        Augmented(bars.train, how)


def test_a_source_deforms_each_batch_anew_and_keeps_its_labels(bars):
    source = Augmented(bars.train, AUGMENTATIONS["affine"])
    rng = np.random.default_rng(0)
    first, labels = source.batch(np.arange(8), rng)
    second, _ = source.batch(np.arange(8), rng)
    assert (first != second).any()
    np.testing.assert_array_equal(labels, bars.train.labels[:8])
    assert len(source) == len(bars.train)
