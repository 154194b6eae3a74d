from __future__ import annotations

import gzip

import numpy as np
import pytest
from PIL import Image

from inkgrad.data.dataset import Dataset, Split, stratified
from inkgrad.data.datasets import load
from inkgrad.data.idx import write_idx
from inkgrad.errors import DataError, InkgradError


def write_named(folder, name="mnist", train=60, test=20, labels=10, size=(28, 28)):
    """Files as a published set has them, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for part, n in (("train", train), ("t10k", test)):
        images = rng.integers(0, 256, (n, *size), np.uint8)
        write_idx(images, folder / f"{part}-images-idx3-ubyte.gz")
        write_idx((np.arange(n) % labels).astype(np.uint8), folder / f"{part}-labels-idx1-ubyte.gz")


def test_the_embedded_digits_are_4000_and_1000_balanced_and_fixed():
    data = load("mnist-5k")
    assert np.bincount(data.train.labels).tolist() == [400] * 10
    assert np.bincount(data.test.labels).tolist() == [100] * 10
    assert data.train.images.dtype == np.uint8
    again = load("mnist-5k")
    assert again.checksum == data.checksum
    assert data.checksum.startswith("4863d6abc347")


def test_digits_that_come_along_and_are_damaged_are_told(monkeypatch, tmp_path):
    (tmp_path / "mnist_5k.png").write_bytes(b"cut")
    monkeypatch.setattr("inkgrad.data.fetching.files", lambda package: tmp_path)
    with pytest.raises(InkgradError, match=r"5k\.png: cannot be read .* install inkgrad again"):
        load("mnist-5k")
    Image.new("L", (785, 20)).save(tmp_path / "mnist_5k.png")
    with pytest.raises(InkgradError, match=r"has shape \(20, 785\), expected \(5000, 785\)"):
        load("mnist-5k")


def test_a_published_set_is_found_in_inkgrad_data(monkeypatch, tmp_path):
    write_named(tmp_path / "kmnist")
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    data = load("kmnist")
    assert (len(data.train), len(data.test)) == (60, 20)
    assert data.classes[0] == "o"


def test_emnist_is_turned_upright_and_its_labels_count_from_0(monkeypatch, tmp_path):
    folder = tmp_path / "emnist"
    folder.mkdir()
    images = np.zeros((26, 28, 28), np.uint8)
    images[:, 3, 20] = 255
    for part in ("train", "test"):
        write_idx(images, folder / f"emnist-letters-{part}-images-idx3-ubyte.gz")
        labels = np.arange(1, 27, dtype=np.uint8)
        write_idx(labels, folder / f"emnist-letters-{part}-labels-idx1-ubyte.gz")
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    data = load("emnist-letters")
    assert data.train.images[0, 20, 3] == 255
    assert data.train.labels.tolist() == list(range(26))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": 11}, "has label 10, expected 0 to 9"),
        ({"size": (28,)}, r"has images of shape"),
    ],
)
def test_a_published_set_that_is_not_what_it_says_is_refused(
    changes, message, monkeypatch, tmp_path
):
    write_named(tmp_path / "mnist", **changes)
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match=message):
        load("mnist")


def test_images_and_labels_that_differ_in_number_are_refused(monkeypatch, tmp_path):
    write_named(tmp_path / "mnist")
    write_idx(np.zeros(59, np.uint8), tmp_path / "mnist" / "train-labels-idx1-ubyte.gz")
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match="has 60 images but 59 labels"):
        load("mnist")


def test_an_unknown_name_lists_the_known():
    with pytest.raises(DataError, match="no such data set or path, expected one of mnist-5k"):
        load("minst")


def test_the_pool_without_inkgrad_data_says_where_it_is_expected(monkeypatch, tmp_path):
    monkeypatch.delenv("INKGRAD_DATA", raising=False)
    monkeypatch.setenv("INKGRAD_CACHE", str(tmp_path))
    with pytest.raises(
        DataError, match="is not for download; or put its files in INKGRAD_DATA/emnist-pool"
    ):
        load("emnist-pool")


def test_holding_out_keeps_the_proportions_and_every_sample_once(rng):
    labels = np.repeat([0, 1, 2], [70, 20, 10])
    rest, held = stratified(labels, 20, seed=4)
    assert np.bincount(labels[held]).tolist() == [14, 4, 2]
    assert sorted([*rest, *held]) == list(range(100))
    again = stratified(labels, 20, seed=4)
    np.testing.assert_array_equal(held, again[1])
    assert (stratified(labels, 20, seed=5)[1] != held).any()


@pytest.mark.parametrize("count", [0, 240, -3])
def test_holding_out_all_or_nothing_is_refused(count, bars):
    with pytest.raises(DataError, match="cannot hold out"):
        bars.hold_out(count)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (Split(np.zeros((0, 2, 2), np.uint8), np.zeros(0, np.intp)), "is empty"),
        (Split(np.zeros((1, 2, 2), np.uint8), np.array([-1])), "has label -1"),
        (Split(np.zeros((1, 2, 2)), np.array([0])), "has float64 images"),
        (Split(np.zeros((2, 2, 2), np.uint8), np.array([0])), "2 images but 1 labels"),
    ],
)
def test_a_data_set_checks_its_parts(split, message):
    good = Split(np.zeros((1, 2, 2), np.uint8), np.array([0]))
    with pytest.raises(DataError, match=message):
        Dataset("d", ("a", "b"), good, split)


# What comes from a path.


def digits(n=20, side=6):
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (n, side, side), np.uint8), np.arange(n) % 4


def test_idx_files_are_found_by_folder_and_by_file(tmp_path):
    images, labels = digits()
    write_idx(images, tmp_path / "my-images-idx3-ubyte")
    write_idx(labels.astype(np.uint8), tmp_path / "my-labels-idx1-ubyte")
    for path in (tmp_path, tmp_path / "my-images-idx3-ubyte", tmp_path / "my-labels-idx1-ubyte"):
        data = load(path)
        assert (len(data.train), len(data.test)) == (16, 4)
        assert sorted(data.test.labels) == [0, 1, 2, 3]


def test_a_folder_with_a_test_part_keeps_it(tmp_path):
    write_named(tmp_path)
    data = load(tmp_path)
    assert (len(data.train), len(data.test)) == (60, 20)


def test_folders_of_images_are_classes_and_paper_is_turned_black(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for i in range(5):
            page = np.full((28, 28), 250, np.uint8)
            page[10:18, 8:20] = 10 * i
            Image.fromarray(page).save(tmp_path / name / f"{i}.png")
    data = load(tmp_path)
    assert data.classes == ("cat", "dog")
    assert (len(data.train), len(data.test)) == (8, 2)
    assert data.train.images[:, 0, 0].max() == 0  # the paper


@pytest.mark.parametrize(
    ("header", "last"), [("", False), ("", True), ("label,", False), (",label", True)]
)
def test_a_csv_has_its_label_first_or_last(header, last, tmp_path):
    images, labels = digits()
    images[:, 0, 0] = 0
    columns = [labels[:, None], images.reshape(20, -1)]
    table = np.hstack(columns[::-1] if last else columns)
    pixels = ",".join(f"p{i}" for i in range(36))
    lines = [",".join(map(str, row)) for row in table]
    if header:
        lines.insert(0, f"{pixels}{header}" if last else f"{header}{pixels}")
    (tmp_path / "d.csv").write_text("\n".join(lines))
    data = load(tmp_path / "d.csv", as_is=True)
    assert len(data.train) == 16
    given = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    for image, label in zip(data.train.images, data.train.labels, strict=True):
        assert given[image.tobytes()] == label
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress((tmp_path / "d.csv").read_bytes()))
    assert load(tmp_path / "d.csv.gz", as_is=True).checksum == data.checksum


@pytest.mark.parametrize("names", [("images", "labels"), ("X", "y"), ("x_train", "y_train")])
def test_an_npz_goes_by_its_usual_names(names, tmp_path):
    images, labels = digits()
    np.savez(tmp_path / "d.npz", **{names[0]: images.reshape(20, 36), names[1]: labels})
    data = load(tmp_path / "d.npz", as_is=True)
    assert data.train.images.shape == (16, 6, 6)
    assert {image.tobytes() for image in data.train.images} < {image.tobytes() for image in images}


def test_an_npz_with_fractions_is_scaled_once(tmp_path):
    images, labels = digits()
    np.savez(tmp_path / "d.npz", X=images / 255, y=labels)
    np.savez(tmp_path / "e.npz", X=images, y=labels)
    one, other = (load(tmp_path / name, as_is=True) for name in ("d.npz", "e.npz"))
    assert one.checksum == other.checksum


def write_csv(path, text):
    path.write_text(text)
    return path


def write_npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def write_bytes(path, content):
    path.write_bytes(content)
    return path


def image_folder(path, sizes):
    for i, size in enumerate(sizes):
        (path / f"class{i}").mkdir(parents=True)
        if size:
            Image.fromarray(np.zeros(size, np.uint8)).save(path / f"class{i}" / "a.png")
    path.mkdir(exist_ok=True)
    return path


FAULTS = {
    "unknown kind": (lambda p: write_bytes(p / "d.txt", b"x"), "is of no known kind"),
    "empty csv": (lambda p: write_csv(p / "d.csv", ""), "is empty"),
    "word in csv": (lambda p: write_csv(p / "d.csv", "1,2,3,4,5\n1,2,x,4,5"), "line 2 holds 'x'"),
    "ragged csv": (lambda p: write_csv(p / "d.csv", "1,2,3,4,5\n1,2"), "line 2 has 2 values"),
    "no square": (lambda p: write_csv(p / "d.csv", "1,2,3\n1,2,3"), "expected a label and"),
    "binary csv": (lambda p: write_bytes(p / "d.csv", b"\xff\xfe\0"), "cannot be read as text"),
    "pixels over 255": (
        lambda p: write_csv(p / "d.csv", "label,a,b,c,d\n1,2,3,4,900\n1,2,3,4,5"),
        "pixels outside 0..255, from 2 to 900",
    ),
    "half label": (
        lambda p: write_csv(p / "d.csv", "label,a,b,c,d\n1.5,2,3,4,99\n1,2,3,4,5"),
        "no whole numbers",
    ),
    "one sample": (lambda p: write_csv(p / "d.csv", "1,2,3,4,9"), "has 1 samples"),
    "no npz": (lambda p: write_bytes(p / "d.npz", b"PK\3\4 nothing"), "is no .npz"),
    "pickle in npz": (
        lambda p: write_npz(p / "d.npz", X=np.array([{}], object), y=np.array([1])),
        "'X.npy' holds object, expected plain arrays of numbers or text",
    ),
    "other names": (lambda p: write_npz(p / "d.npz", a=np.zeros(3)), "holds a, expected x_train"),
    "shape in npz": (
        lambda p: write_npz(p / "d.npz", X=np.zeros((4, 3)), y=np.zeros(4)),
        "has images of shape",
    ),
    "labels in npz": (
        lambda p: write_npz(p / "d.npz", X=np.zeros((4, 3, 3)), y=np.zeros(5)),
        "4 images but 5 labels",
    ),
    "lone images": (
        lambda p: write_idx(np.zeros((2, 3, 3), np.uint8), p / "x-images-idx3-ubyte") or p,
        "its labels are missing",
    ),
    "empty folder": (lambda p: image_folder(p / "d", []), "is empty or holds no data set"),
    "empty class": (lambda p: image_folder(p / "d", [(5, 5), None]), "holds no images"),
    "blank picture": (
        lambda p: image_folder(p / "d", [(50, 50), (60, 50)]),
        "a.png: shows no ink that stands out .* or leave them untouched with --as-is",
    ),
    "one class": (lambda p: image_folder(p / "d", [(28, 28)]), "has one class only, class0"),
    "one class in a csv": (
        lambda p: write_csv(p / "d.csv", "label,a,b,c,d\n7,2,3,4,99\n7,2,3,4,5\n7,2,3,4,5"),
        "all 3 samples are of one class, 7: expected at least 2",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_data_at_a_path_is_one_clear_line(fault, tmp_path):
    make, message = FAULTS[fault]
    path = make(tmp_path)
    with pytest.raises(DataError, match=message) as caught:
        load(path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.real_data("mnist")
def test_mnist_is_the_official_one():
    data = load("mnist")
    assert (len(data.train), len(data.test)) == (60000, 10000)
    assert data.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


@pytest.mark.real_data("emnist-pool")
def test_the_pool_leaves_out_what_has_no_label():
    data = load("emnist-pool")
    assert (len(data.train), len(data.test)) == (214797, 24555)
    assert data.train.labels.max() == 46
