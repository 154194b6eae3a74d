from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest

from inkgrad.data.datasets import load
from inkgrad.errors import DataError

SIDE = 4
PIXELS = [f"pixel{i}" for i in range(SIDE * SIDE)]


def samples(n=60, classes=5, first=0):
    """Images black at the corners, as digits are, and their labels."""
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (n, SIDE, SIDE), np.uint8)
    images[:, [0, 0, -1, -1], [0, -1, 0, -1]] = 0
    images[:, 1, 1] = 255
    return images, np.arange(n) % classes + first


def write(path, header, columns, separator=",", quoting=csv.QUOTE_MINIMAL):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=quoting)
        if header:
            writer.writerow(header)
        writer.writerows(zip(*columns, strict=True))
    return path


def pixel_columns(images):
    return list(images.reshape(len(images), -1).T.tolist())


def assert_holds(data, images, labels, names=None):
    """Every image of the data set has the label that it was written with."""
    given = {image.tobytes(): str(label) for image, label in zip(images, labels, strict=True)}
    assert len(given) == len(images) == len(data.train) + len(data.test)
    for split in (data.train, data.test):
        for image, label in zip(split.images, split.labels, strict=True):
            assert given[image.tobytes()] == data.classes[label]
    assert data.classes == (names or tuple(sorted(set(map(str, labels)))))


@pytest.mark.parametrize("name", ["class", "label", "Target", "y", "digit", "LABEL"])
@pytest.mark.parametrize("place", [0, SIDE * SIDE, 3])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_label_column_is_found_by_its_name_wherever_it_stands(name, place, quoting, tmp_path):
    images, labels = samples()
    header, columns = PIXELS[:], pixel_columns(images)
    header.insert(place, name)
    columns.insert(place, labels.tolist())
    path = write(tmp_path / "d.csv", header, columns, quoting=quoting)
    data = load(path, as_is=True)
    assert_holds(data, images, labels)
    assert data.notes[0] == f"{path}: the label is column {name!r} (by its name)"


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("first", [0, 1, 3])
def test_without_a_name_it_is_first_or_last_by_what_the_columns_hold(
    last, separator, header, first, tmp_path
):
    images, labels = samples(first=first)
    columns = pixel_columns(images)
    columns.insert(len(columns) if last else 0, labels.tolist())
    names = [f"c{i}" for i in range(len(columns))] if header else None
    data = load(write(tmp_path / "d.csv", names, columns, separator), as_is=True)
    assert_holds(data, images, labels)
    said = "last" if last else "first"
    assert f"(the {said}, by what the columns hold)" in data.notes[0]


@pytest.mark.parametrize("last", [False, True])
def test_labels_are_told_from_corners_that_are_inked_now_and_then(last, tmp_path):
    images, labels = samples(200, 10)
    images[::20, 0, 0] = images[::25, -1, -1] = 1
    images[:, 1:3] //= 2
    images[:, 1, 1] = 255
    columns = pixel_columns(images)
    columns.insert(len(columns) if last else 0, labels.tolist())
    assert_holds(load(write(tmp_path / "d.csv", None, columns), as_is=True), images, labels)


@pytest.mark.parametrize("last", [False, True])
def test_rows_sorted_by_class_are_no_riddle(last, tmp_path):
    images, labels = samples(2000, 4)
    labels = np.sort(labels)
    columns = pixel_columns(images)
    columns.insert(len(columns) if last else 0, labels.tolist())
    assert_holds(load(write(tmp_path / "d.csv", None, columns), as_is=True), images, labels)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("header", [None, "", "id"])
@pytest.mark.parametrize("named", [False, True])
def test_a_column_that_counts_the_rows_is_passed_over(last, header, named, tmp_path):
    images, labels = samples()
    columns, names = pixel_columns(images), PIXELS[:]
    place = len(columns) if last else 0
    columns.insert(place, labels.tolist())
    names.insert(place, "class" if named else "what")
    columns.insert(0, list(range(100, 160)))
    names.insert(0, header)
    path = write(tmp_path / "d.csv", None if header is None else names, columns)
    data = load(path, as_is=True)
    assert_holds(data, images, labels)
    assert "passed over" in data.notes[0]


@pytest.mark.parametrize("last", [False, True])
def test_labels_may_be_words(last, tmp_path):
    images, numbers = samples(classes=3)
    labels = np.array(["A", "b", "7"])[numbers]
    columns = pixel_columns(images)
    columns.insert(len(columns) if last else 0, labels.tolist())
    names = [f"c{i}" for i in range(len(columns))]
    for header in (names, None):
        data = load(write(tmp_path / "d.csv", header, columns), as_is=True)
        assert_holds(data, images, labels, ("7", "A", "b"))


def test_a_header_of_the_columns_numbers_is_no_sample(tmp_path):
    images, labels = samples()
    columns = [labels.tolist(), *pixel_columns(images)]
    for header in (list(range(17)), ["label", *range(16)], ["", *range(16)]):
        data = load(write(tmp_path / "d.csv", header, columns), as_is=True)
        assert_holds(data, images, labels)


@pytest.mark.parametrize("wanted", ["kind", "KIND", "3", "-15"])
def test_a_column_that_is_asked_for_is_the_label(wanted, tmp_path):
    images, labels = samples()
    columns, names = pixel_columns(images), PIXELS[:]
    columns.insert(2, labels.tolist())
    names.insert(2, "kind")
    path = write(tmp_path / "d.csv", names, columns)
    data = load(path, label=wanted, as_is=True)
    assert_holds(data, images, labels)
    assert data.notes[0] == f"{path}: the label is column 'kind' (as asked for)"


def test_pixels_of_0_to_1_are_scaled_and_of_0_and_1_are_full_ink(tmp_path):
    images, labels = samples()
    fractions = [labels.tolist(), *pixel_columns(images / 255)]
    data = load(write(tmp_path / "d.csv", ["label", *PIXELS], fractions), as_is=True)
    assert_holds(data, images, labels)
    rng = np.random.default_rng(3)
    while len({image.tobytes() for image in images}) < 60 or images.max() > 1:
        images = rng.integers(0, 2, images.shape, np.uint8)
    data = load(write(tmp_path / "b.csv", ["label", *PIXELS], [labels, *pixel_columns(images)]),
                as_is=True)  # fmt: skip
    assert_holds(data, images * 255, labels)


def test_a_spreadsheets_marks_and_blank_lines_are_passed_over(tmp_path):
    images, labels = samples()
    path = write(tmp_path / "d.csv", ["label", *PIXELS], [labels, *pixel_columns(images)])
    text = "\ufeff" + path.read_text().replace("\r\n", "\r\n\r\n") + "\r\n  \r\n"
    path.write_text(text, newline="")
    assert_holds(load(path, as_is=True), images, labels)
    (tmp_path / "D.TSV.gz").write_bytes(gzip.compress(text.replace(",", "\t").encode()))
    assert_holds(load(tmp_path / "D.TSV.gz", as_is=True), images, labels)


def two(cells, header="label,a,b,c,d"):
    return f"{header}\n1,2,3,4,250\n0,{cells}\n"


FAULTS = {
    "either column": ("0,9,9,9,1\n1,9,9,9,0\n0,9,9,250,0\n1,9,9,9,1\n", "--label 1 or --label -1"),
    "two names": (two("1,2,3,4", "label,class,a,b,c"), "columns label, class: say which"),
    "word": (two("1,two,3,4"), "line 3 holds 'two', expected numbers"),
    "empty cell": (two("1,,3,4"), "line 3 holds '', expected numbers"),
    "short line": (two("1,2,3"), "line 3 has 4 values, expected 5"),
    "no label": ("label,a,b,c,d\n1,2,3,4,250\n,1,2,3,4\n", "line 3 has no label"),
    "nan": (two("1,nan,3,4"), "pixels that are no numbers"),
    "negative": (two("1,-2,3,4"), "pixels outside 0..255, from -2 to 250"),
    "header only": ("label,a,b,c,d\n", "has 0 samples, expected at least 2"),
    "no square": (two("1,2,3,4,5", "label,a,b,c,d,e").replace("250", "250,1"), "has 6 columns"),
    "no count": ("x,label,a,b,c,d\n5,1,2,3,4,250\n5,0,2,3,4,5\n", "has 6 columns, expected a lab"),
    "one column": ("label\n1\n2\n", "has 1 columns"),
    "huge cell": (two("1,2,3," + "9" * 200_000), "cannot be read as text"),
    "huge line": ("1" * (5 << 20), "has a line of more than 4,194,304 characters"),
    "zeros": ("a,b,c,d,e\n" + "\0" * 99, "line 2"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_table_that_cannot_be_told_is_refused_in_one_line(fault, tmp_path):
    text, message = FAULTS[fault]
    (tmp_path / "d.csv").write_text(text)
    with pytest.raises(DataError, match=message) as caught:
        load(tmp_path / "d.csv", as_is=True)
    assert str(caught.value).startswith(str(tmp_path / "d.csv"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wanted", ["kind", "0", "6", "-6", ""])
def test_a_column_that_is_not_there_is_said(wanted, tmp_path):
    (tmp_path / "d.csv").write_text(two("1,2,3,4"))
    with pytest.raises(DataError, match=r"has no column .* expected one of label, a, b, c, d, or"):
        load(tmp_path / "d.csv", label=wanted)


def test_a_label_column_is_for_tables_alone(tmp_path):
    for name in ("mnist-5k", tmp_path):
        with pytest.raises(DataError, match="has no columns, expected a CSV file with label='y'"):
            load(name, label="y")
