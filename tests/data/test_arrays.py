from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.from_arrays import as_pixels, checked, checked_split, numbered
from inkgrad.errors import DataError
from inkgrad.evaluation.evaluate import evaluate
from inkgrad.nn.architectures import deck

N = 40


def pictures(n=N, side=8):
    """Grey images of every brightness, the brightest 255."""
    images = np.random.default_rng(1).integers(0, 256, (n, side, side), np.uint8)
    images[:, 2, 2] = 255
    return images


GREY = pictures()
BINARY = (GREY > 127).astype(np.uint8)
LABELS = np.arange(N) % 4

RANGES = {
    "bytes": GREY,
    "int64": GREY.astype(np.int64),
    "floats to 255": GREY.astype(np.float32),
    "doubles to 1": GREY / 255,
    "floats to 1": (GREY / 255).astype(np.float32),
    "a little over 1": GREY / 255 * 1.0000001,
    "a channel": GREY[..., None],
    "channels first": GREY[:, None],
    "flat": GREY.reshape(N, -1),
    "lists": GREY.reshape(N, -1).tolist(),
    "objects": GREY.astype(object),
}


@pytest.mark.parametrize("kind", RANGES)
def test_pixels_of_any_range_and_type_become_the_same_bytes(kind):
    np.testing.assert_array_equal(as_pixels(RANGES[kind]), GREY)


@pytest.mark.parametrize("kind", ["bool", "uint8", "int64", "float32"])
def test_pixels_of_0_and_1_are_black_and_full_ink(kind):
    np.testing.assert_array_equal(as_pixels(BINARY.astype(kind)), BINARY * 255)


def test_what_is_in_form_is_not_copied():
    assert as_pixels(GREY) is GREY
    split = Split(GREY, LABELS)
    again = checked_split(split.images, split.labels)
    assert again.images is GREY
    np.testing.assert_array_equal(again.labels, LABELS)


BAD_PIXELS = {
    "from -1 to 1": (GREY / 127.5 - 1, "outside 0..255, from -1 to 1: expected 0 to 255, or 0 to"),
    "16 bits": (GREY.astype(np.uint16) * 257, "outside 0..255, from 0 to 65535"),
    "0 to 16": (GREY // 16, "has no pixel above 15, expected 0 to 255, or 0 to 1"),
    "0 to 16 as floats": (GREY // 16 / 1.0, "has no pixel above 15"),
    "divided twice": (GREY / 255 / 255, "has no pixel above 0.00392157"),
    "nan": (np.where(GREY == 255, np.nan, GREY), r"no numbers \(nan or inf\)"),
    "inf": (np.where(GREY == 255, np.inf, GREY), r"no numbers \(nan or inf\)"),
    "text": (GREY.astype(str), "has pixels of type <U3, expected numbers"),
    "words": (np.full((N, 2, 2), "x", object), "has pixels that are no numbers"),
    "colour": (np.stack([GREY] * 3, -1), r"shape \(40, 8, 8, 3\), expected grey ones"),
    "no square": (GREY.reshape(N, -1)[:, :63], r"shape \(40, 63\), expected grey ones"),
    "one image": (GREY[0, 0], r"shape \(8,\)"),
    "ragged": ([[1, 2], [3]], "has images that make no array"),
    "none": (GREY[:0], "is empty, expected images"),
}


@pytest.mark.parametrize("fault", BAD_PIXELS)
def test_pixels_that_could_mean_anything_are_refused_in_one_line(fault):
    images, message = BAD_PIXELS[fault]
    with pytest.raises(DataError, match=message) as caught:
        Dataset.from_arrays(images, LABELS, name="mine")
    assert str(caught.value).startswith("mine")
    assert "\n" not in str(caught.value)


WORDS = np.array(["cat", "dog", "eel", "fly"])
KINDS = {
    "numbers": (LABELS, ("0", "1", "2", "3")),
    "bytes": (LABELS.astype(np.uint8), ("0", "1", "2", "3")),
    "floats": (LABELS.astype(np.float32), ("0", "1", "2", "3")),
    "a column": (LABELS[:, None], ("0", "1", "2", "3")),
    "one-hot": (np.eye(4)[LABELS], ("0", "1", "2", "3")),
    "one-hot bools": (np.eye(4, dtype=bool)[LABELS], ("0", "1", "2", "3")),
    "from 1": (LABELS + 1, ("1", "2", "3", "4")),
    "with gaps": (LABELS * 100, ("0", "100", "200", "300")),
    "below 0": (LABELS - 1, ("-1", "0", "1", "2")),
    "words": (WORDS[LABELS], tuple(WORDS)),
    "words in a list": (WORDS[LABELS].tolist(), tuple(WORDS)),
    "bytes of words": (WORDS[LABELS].astype("S"), tuple(WORDS)),
    "objects": (WORDS[LABELS].astype(object), tuple(WORDS)),
    "numbers as text": ((LABELS + 8).astype(str), ("8", "9", "10", "11")),
    "numbers as objects": ((LABELS + 8).astype(object), ("8", "9", "10", "11")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_of_any_kind_count_their_classes_from_0(kind):
    given, names = KINDS[kind]
    labels, found = numbered(given)
    np.testing.assert_array_equal(labels, LABELS)
    assert found == names


def test_numbers_from_0_keep_their_places_where_one_is_missing():
    labels, names = numbered([0, 1, 2, 4])
    assert labels.tolist() == [0, 1, 2, 4]
    assert names == ("0", "1", "2", "3", "4")


def test_given_names_are_counted_by_numbers_from_0_or_1_or_by_themselves():
    for given in (LABELS, LABELS + 1, WORDS[LABELS]):
        labels, names = numbered(given, list(WORDS))
        np.testing.assert_array_equal(labels, LABELS)
        assert names == tuple(WORDS)


BAD_LABELS = {
    "too few": (LABELS[:10], None, "has 40 images but 10 labels"),
    "fractions": (LABELS / 2, None, "no whole numbers, 0.5 among them"),
    "nan": (np.where(LABELS == 1, np.nan, LABELS), None, "no whole numbers, nan"),
    "missing": (np.where(LABELS == 1, None, "a"), None, "labels that are missing"),
    "soft": (np.full((N, 4), 0.25), None, "not one-hot, expected a single 1"),
    "two hot": (np.eye(4)[LABELS] + np.eye(4)[0], None, "not one-hot"),
    "one class": (np.full(N, 7), None, "all 40 samples are of one class, 7"),
    "dates": (np.full(N, "2026-01-01", "datetime64[D]"), None, "labels of type datetime64"),
    "out of range": (LABELS, ["a", "b"], "has label 3, expected 0 to 1"),
    "unknown word": (WORDS[LABELS], ["cat", "dog"], "has label 'eel', expected one of cat, dog"),
    "each its own": (np.arange(N), ["a"], "has label 39, expected 0 to 0"),
    "none": (LABELS[:0], None, "is empty, expected labels"),
}


@pytest.mark.parametrize("fault", BAD_LABELS)
def test_labels_that_do_not_fit_are_refused_in_one_line(fault):
    labels, classes, message = BAD_LABELS[fault]
    with pytest.raises(DataError, match=message) as caught:
        Dataset.from_arrays(GREY, labels, classes=classes, name="mine")
    assert str(caught.value).startswith("mine")
    assert "\n" not in str(caught.value)


def test_more_classes_than_any_alphabet_has_are_refused():
    with pytest.raises(DataError, match="has 10,001 different labels, expected at most 10,000"):
        numbered(np.arange(10_001) * 3)


def test_a_data_set_of_arrays_is_parted_class_by_class_and_the_same_for_the_same_seed():
    made = [Dataset.from_arrays(GREY / 255, WORDS[LABELS], 0.25, seed=s) for s in (0, 0, 1)]
    assert made[0].classes == tuple(WORDS)
    assert (len(made[0].train), len(made[0].test)) == (30, 10)
    assert sorted(np.bincount(made[0].test.labels)) == [2, 2, 3, 3]
    assert made[0].checksum == made[1].checksum != made[2].checksum
    assert made[0].train.images.shape == (30, 8, 8)
    label_of = {image.tobytes(): label for image, label in zip(GREY, LABELS, strict=True)}
    for image, label in zip(made[0].train.images, made[0].train.labels, strict=True):
        assert label_of[image.tobytes()] == label
    with pytest.raises(DataError, match="a test part of 1, expected more than 0 and under 1"):
        Dataset.from_arrays(GREY, LABELS, test=1)


def test_a_network_is_given_whole_numbers_as_they_are():
    split = checked_split(GREY / 255, [3, 8] * (N // 2), 10)
    assert sorted(set(split.labels)) == [3, 8]
    assert split.images.dtype == np.uint8
    for labels, message in ((LABELS - 1, "label -1"), (LABELS + 9, "label 12, expected 0 to 9")):
        with pytest.raises(DataError, match=message):
            checked_split(GREY, labels, 10)
    with pytest.raises(DataError, match="has 4 classes, expected at most 3"):
        checked_split(GREY, WORDS[LABELS], 3)
    with pytest.raises(DataError, match="40 images but 39 labels"):
        checked_split(GREY, LABELS[1:])


def test_an_evaluation_takes_arrays_of_any_kind_and_refuses_what_it_cannot_tell(bars):
    network, images = deck(4), bars.test.images
    plain = evaluate(network, bars.test, bars.classes, bars.train)
    floats = Split(images.astype(np.float64), np.eye(4)[bars.test.labels])
    held = Split(bars.train.images / 255, np.array(bars.classes)[bars.train.labels])
    same = evaluate(network, floats, bars.classes, held)
    np.testing.assert_array_equal(same.probabilities, plain.probabilities)
    np.testing.assert_array_equal(same.split.labels, bars.test.labels)
    assert same.temperature == plain.temperature
    with pytest.raises(DataError, match="the test data has 80 images but 10 labels"):
        evaluate(network, Split(images, bars.test.labels[:10]), bars.classes)
    with pytest.raises(DataError, match="the validation data has label 4, expected 0 to 3"):
        evaluate(network, bars.test, bars.classes, Split(images, bars.test.labels + 1))


def test_classes_are_counted_as_a_model_names_them(bars):
    turned = bars.named_as(("d", "x", "c", "b", "a"))
    assert turned.classes == ("d", "x", "c", "b", "a")
    for one, other in ((bars.train, turned.train), (bars.test, turned.test)):
        assert [bars.classes[i] for i in one.labels] == [turned.classes[i] for i in other.labels]
    with pytest.raises(DataError, match="bars: has class c, expected none but a, b"):
        bars.named_as(("a", "b"))


def test_checked_gives_images_labels_and_names():
    images, labels, names = checked(BINARY, WORDS[LABELS])
    assert images.max() == 255
    assert labels.dtype == np.intp
    assert names == tuple(WORDS)
