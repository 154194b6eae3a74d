from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest
from PIL import Image

from inkgrad.data import published
from inkgrad.data.datasets import load
from inkgrad.data.idx import write_idx
from inkgrad.errors import DataError
from inkgrad.evaluation.evaluate import evaluate
from inkgrad.images.files import open_grey
from inkgrad.ink.character import from_image
from inkgrad.nn.architectures import deck
from inkgrad.reading.character import read_character


def strokes(n=20, side=32):
    """Light strokes on black, another in each image; every fourth of one class."""
    images = np.zeros((n, side, side), np.uint8)
    for i, image in enumerate(images):
        part = side // 8
        image[2 * part : 7 * part, (2 + i % 4) * part : (3 + i % 4) * part] = 255
        image[part : part + 2 + i // 4, 2 * part : 5 * part] = 255
    return images, np.arange(n) % 4


def write_pictures(folder, images, labels, turn=lambda image: image):
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / f"class{label}").mkdir(parents=True, exist_ok=True)
        Image.fromarray(turn(image)).save(folder / f"class{label}" / f"{i:03}.png")
    return folder


def sizes(image):
    """The same picture on paper of another size and shape, dark on light."""
    h, w = 40 + int(image.sum()) // 1000 % 30, 60
    grown = np.asarray(Image.fromarray(image).resize((w, h), Image.Resampling.BICUBIC))
    return 255 - np.pad(grown, ((9, 3), (14, 2)))


def test_pictures_of_any_size_are_evaluated_as_predict_reads_them(tmp_path):
    images, labels = strokes()
    write_pictures(tmp_path, images, labels, sizes)
    data = load(tmp_path)
    assert data.train.images.shape == (16, 28, 28)
    assert "brought to 28 x 28 pixels, as predict does it" in data.notes[0]
    network = deck(4)
    read = {}
    for file in tmp_path.rglob("*.png"):
        found = read_character(network, data.classes, open_grey(file))
        read[found.glyph.tobytes()] = found, file.parent.name
    assert len(read) == 20
    for split in (data.train, data.test):
        answers = evaluate(network, split, data.classes)
        for i, image in enumerate(split.images):
            found, name = read[image.tobytes()]
            assert found.label == data.classes[answers.predicted[i]]
            assert found.probability == pytest.approx(answers.probabilities[i].max(), rel=1e-5)
            assert name == data.classes[split.labels[i]]


@pytest.mark.parametrize("paper", [False, True])
def test_pictures_of_28_by_28_that_are_not_in_the_form_are_read_as_predict_does_too(
    paper, tmp_path
):
    images, labels = strokes(side=28)
    inside = load("mnist-5k").test.images[::100]
    many = np.concatenate([images, inside])
    given = 255 - many if paper else many
    write_pictures(tmp_path, given, [*labels, *(np.arange(10) % 4)])
    data = load(tmp_path)
    seen = {image.tobytes() for part in (data.train, data.test) for image in part.images}
    assert seen == {from_image(image).tobytes() for image in given}
    assert {image.tobytes() for image in inside} < seen
    assert not {image.tobytes() for image in images} & seen
    assert "brought to 28 x 28 pixels, as predict does it" in data.notes[0]
    left = load(tmp_path, as_is=True)
    assert {image.tobytes() for image in left.train.images} < {image.tobytes() for image in given}


@pytest.mark.parametrize("side", [16, 32])
@pytest.mark.parametrize("kind", ["npz", "idx", "csv"])
def test_arrays_of_another_size_are_brought_to_the_form_as_predict_does_it(kind, side, tmp_path):
    images, labels = strokes(side=side)
    path = tmp_path / f"d.{kind}"
    if kind == "npz":
        np.savez_compressed(path, X=images, y=labels)
    elif kind == "csv":
        rows = np.hstack([labels[:, None], images.reshape(20, -1)])
        names = ",".join(["label", *(f"p{i}" for i in range(side * side))])
        np.savetxt(path, rows, "%d", ",", header=names, comments="")
    else:
        path = tmp_path / "images-idx3-ubyte"
        write_idx(images, path)
        write_idx(labels.astype(np.uint8), tmp_path / "labels-idx1-ubyte")
    data = load(path)
    made = {from_image(image).tobytes(): label for image, label in zip(images, labels, strict=True)}
    for split in (data.train, data.test):
        assert [made[image.tobytes()] for image in split.images] == split.labels.tolist()
    assert f"of {side} x {side} pixels are brought to 28 x 28" in " ".join(data.notes)
    untouched = load(path, as_is=True)
    given = {image.tobytes() for image in images}
    assert {image.tobytes() for image in untouched.train.images} < given


@pytest.mark.parametrize("kind", ["npz", "idx", "folder"])
def test_images_of_28_by_28_stay_bit_for_bit_but_paper_is_turned_black(kind, tmp_path):
    images = load("mnist-5k").test.images[::50]
    labels = np.arange(20) // 2

    def write(name, images):
        folder = tmp_path / name
        if kind == "folder":
            return write_pictures(folder, images, labels)
        folder.mkdir()
        if kind == "npz":
            np.savez(folder / "d.npz", images=images, labels=labels)
            return folder / "d.npz"
        write_idx(images, folder / "my-images-idx3-ubyte")
        write_idx(labels.astype(np.uint8), folder / "my-labels-idx1-ubyte")
        return folder

    data, paper = load(write("ink", images)), load(write("paper", 255 - images))
    kept = sorted(image.tobytes() for part in (data.train, data.test) for image in part.images)
    assert kept == sorted(image.tobytes() for image in images)
    assert not data.notes
    assert paper.checksum == data.checksum
    assert "dark on light, turned light on black" in paper.notes[0]
    left = load(tmp_path / "paper" / ("d.npz" if kind == "npz" else ""), as_is=True)
    np.testing.assert_array_equal(left.train.images, 255 - data.train.images)


def test_pictures_left_as_they_are_must_be_of_one_size(tmp_path):
    images, labels = strokes()
    write_pictures(tmp_path, images[:8], labels[:8])
    assert load(tmp_path, as_is=True).train.images.shape == (6, 32, 32)
    Image.fromarray(images[0][:30]).save(tmp_path / "class3" / "odd.png")
    with pytest.raises(DataError, match=r"odd.png: is 32 x 30 pixels, but the first image is 32 x"):
        load(tmp_path, as_is=True)


def test_what_systems_leave_in_folders_is_passed_over(tmp_path):
    images, labels = strokes(side=28)
    write_pictures(tmp_path, images, labels)
    expected = load(tmp_path)
    for name in ("__MACOSX", ".git", ".ipynb_checkpoints"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(b"nothing")
    for name in ("._000.png", ".hidden.png", "Thumbs.db", ".DS_Store", "desktop.ini"):
        (tmp_path / "class0" / name).write_bytes(b"nothing")
        (tmp_path / name).write_bytes(b"nothing")
    data = load(tmp_path)
    assert data.classes == ("class0", "class1", "class2", "class3")
    assert data.checksum == expected.checksum


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("dot", [".idx", "-idx"])
def test_idx_files_are_what_they_are_under_all_their_names(dot, suffix, tmp_path):
    images, labels = strokes(side=28)
    for part in ("train", "t10k"):
        write_idx(images, tmp_path / f"{part}-images{dot}3-ubyte{suffix}")
        write_idx(labels.astype(np.uint8), tmp_path / f"{part}-labels{dot}1-ubyte{suffix}")
    (tmp_path / f"._train-images{dot}3-ubyte").write_bytes(b"nothing")
    # As an archive is unpacked: a folder of the same name with the same file in it.
    (tmp_path / "train-images-idx3-ubyte.d").mkdir()
    data = load(tmp_path)
    np.testing.assert_array_equal(data.train.images, images)
    np.testing.assert_array_equal(data.test.labels, labels)
    for name in (f"train-images{dot}3-ubyte{suffix}", f"train-labels{dot}1-ubyte{suffix}"):
        assert len(load(tmp_path / name).train) == 16


def test_a_file_that_is_there_plain_and_packed_is_taken_once(tmp_path):
    images, labels = strokes(side=28)
    for suffix in ("", ".gz"):
        write_idx(images, tmp_path / f"images-idx3-ubyte{suffix}")
        write_idx(labels.astype(np.uint8), tmp_path / f"labels-idx1-ubyte{suffix}")
    assert len(load(tmp_path).train) == 16


def write_emnist(folder, kind, labels, first):
    """EMNIST's files as they are published: by columns."""
    folder.mkdir(parents=True)
    images, _ = strokes(labels, 28)
    for part in ("train", "test"):
        turned = np.ascontiguousarray(images.transpose(0, 2, 1))
        write_idx(turned, folder / f"emnist-{kind}-{part}-images-idx3-ubyte.gz")
        numbers = np.arange(first, first + labels, dtype=np.uint8)
        write_idx(numbers, folder / f"emnist-{kind}-{part}-labels-idx1-ubyte.gz")
    return images


@pytest.mark.parametrize(
    ("kind", "labels", "first"), [("letters", 26, 1), ("balanced", 47, 0), ("digits", 10, 0)]
)
def test_emnist_by_path_is_what_it_is_by_name(kind, labels, first, monkeypatch, tmp_path):
    images = write_emnist(tmp_path / "emnist", kind, labels, first)
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    named, data = load(f"emnist-{kind}"), load(tmp_path / "emnist")
    assert data.checksum == named.checksum
    assert (data.classes, data.title) == (named.classes, named.title)
    np.testing.assert_array_equal(data.train.images, images)
    assert "stored on their side and turned upright (see it: inkgrad data show)" in data.notes[0]
    packed = tmp_path / "emnist" / f"emnist-{kind}-train-images-idx3-ubyte.gz"
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    one = load(packed.with_suffix(""))
    assert one.classes == named.classes
    assert {i.tobytes() for i in one.train.images} < {i.tobytes() for i in images}


@pytest.mark.parametrize(("kind", "classes"), [("byclass", 62), ("bymerge", 47), ("mnist", 10)])
def test_the_parts_of_emnist_that_have_no_name_here_stand_upright_too(kind, classes, tmp_path):
    images = write_emnist(tmp_path / "any", kind, classes, 0)
    data = load(tmp_path / "any")
    np.testing.assert_array_equal(data.train.images, images)
    assert len(data.classes) == classes


def test_emnist_as_a_table_stands_upright_too(tmp_path):
    images, _ = strokes(52, 28)
    labels = np.tile(np.arange(1, 27), 2)
    rows = np.hstack([labels[:, None], images.transpose(0, 2, 1).reshape(52, -1)])
    np.savetxt(tmp_path / "emnist-letters-train.csv", rows, "%d", ",")
    data = load(tmp_path / "emnist-letters-train.csv")
    assert data.classes[0] == "A"
    assert {i.tobytes() for i in data.train.images} < {i.tobytes() for i in images}


def test_published_labels_are_known_by_their_checksum(monkeypatch, tmp_path):
    images, labels = strokes(side=28)
    for part in ("train", "t10k"):
        write_idx(images, tmp_path / f"{part}-images-idx3-ubyte.gz")
        write_idx(labels.astype(np.uint8), tmp_path / f"{part}-labels-idx1-ubyte.gz")
    assert load(tmp_path).classes == ("0", "1", "2", "3")
    digest = hashlib.md5((tmp_path / "train-labels-idx1-ubyte.gz").read_bytes()).hexdigest()
    monkeypatch.setitem(published._CHECKSUMS, digest, published.SOURCES["fashion-mnist"])
    data = load(tmp_path)
    assert data.classes[1] == "Trouser"
    assert data.notes == (f"{tmp_path}: taken for fashion-mnist (see it: inkgrad data show)",)


def test_a_pool_with_several_kinds_of_labels_is_asked_for_by_one_of_them(tmp_path):
    images, labels = strokes(side=28)
    write_idx(images, tmp_path / "emnist-pool-train-images-idx3-ubyte.gz")
    for count in (36, 47):
        marked = np.where(labels == 3, 255, labels).astype(np.uint8)
        write_idx(marked, tmp_path / f"emnist-pool-train-labels{count}-idx1-ubyte.gz")
    with pytest.raises(
        DataError, match=r"has labels of several kinds, .* expected the path of one"
    ):
        load(tmp_path)
    data = load(tmp_path / "emnist-pool-train-labels36-idx1-ubyte.gz")
    assert len(data.classes) == 36
    assert len(data.train) + len(data.test) == 15  # without those of no class


@pytest.mark.parametrize("kind", ["npz", "idx"])
def test_ones_in_a_file_are_full_ink(kind, tmp_path):
    images, labels = strokes(side=28)
    if kind == "npz":
        np.savez(tmp_path / "d.npz", X=images > 0, y=labels)
        data = load(tmp_path / "d.npz")
    else:
        write_idx(images // 255, tmp_path / "images-idx3-ubyte")
        write_idx(labels.astype(np.uint8), tmp_path / "labels-idx1-ubyte")
        data = load(tmp_path)
    assert {i.tobytes() for i in data.train.images} < {i.tobytes() for i in images}


def test_an_npz_may_have_words_for_labels_and_one_hot_rows(tmp_path):
    images, labels = strokes(side=28)
    words = np.array(["ox", "cat", "dog", "bee"])[labels]
    np.savez(tmp_path / "w.npz", images=images, labels=words)
    np.savez(tmp_path / "b.npz", images=images, labels=words.astype("S"))
    np.savez(tmp_path / "h.npz", images=images, labels=np.eye(4)[labels])
    for name in ("w.npz", "b.npz"):
        data = load(tmp_path / name)
        assert data.classes == ("bee", "cat", "dog", "ox")
        label_of = {i.tobytes(): w for i, w in zip(images, words, strict=True)}
        for image, label in zip(data.train.images, data.train.labels, strict=True):
            assert label_of[image.tobytes()] == data.classes[label]
    assert load(tmp_path / "h.npz").classes == ("0", "1", "2", "3")


def test_labels_that_only_the_test_part_has_are_classes_too(tmp_path):
    images, labels = strokes(side=28)
    np.savez(tmp_path / "k.npz", x_train=images[:12], y_train=labels[:12] % 3,
             x_test=images[12:], y_test=labels[12:])  # fmt: skip
    data = load(tmp_path / "k.npz")
    assert data.classes == ("0", "1", "2", "3")
    np.testing.assert_array_equal(data.test.labels, labels[12:])
