from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from inkgrad.batch.inputs import files_of
from inkgrad.batch.rows import Row, Task, heading, in_order, read_all, written
from inkgrad.batch.sorting import (
    MANUAL,
    Plan,
    bins_table,
    counts,
    destinations,
    kept,
    move,
    review_page,
    sorted_before,
)
from inkgrad.data.datasets import load
from inkgrad.errors import UsageError
from inkgrad.images.files import open_grey
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.parallel import cores, one_blas_thread, own_threads
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import FieldReading, NumberReader


@pytest.fixture(scope="module")
def reader() -> NumberReader:
    """A reader that has learned nothing: what it says is fixed all the same."""
    network = line_reader("0123456789")
    network.layers[-1].W *= 0.02  # in doubt about everything
    return NumberReader([network], {"alphabet": "0123456789"})


@pytest.fixture
def pieces(tmp_path):
    """Six images with some ink, one file that is no image, one that is blank paper."""
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    digits = load("mnist-5k").train.images
    for i in range(6):
        paper = np.full((40, 160), 230, np.uint8)
        paper[6:34, 10:150] -= (np.hstack(digits[700 * i : 700 * i + 5]) * 0.8).astype(np.uint8)
        Image.fromarray(paper).save(folder / ("deeper" if i > 3 else ".") / f"{i}.png")
    (folder / "broken.png").write_bytes(b"no image")
    Image.fromarray(np.full((40, 120), 230, np.uint8)).save(folder / "paper.png")
    (folder / "notes.txt").write_text("not looked at")
    return folder


@pytest.mark.parametrize(
    ("files", "threads", "own"), [(1, None, cores()), (1, 1, 1), (3, None, 1), (3, 2, 1)]
)
def test_a_file_that_is_read_alone_may_have_all_processors(files, threads, own):
    found = list(in_order(lambda place: (place, own_threads()), range(files), threads))
    assert found == [(place, own) for place in range(files)]


def test_every_file_is_one_row_in_order_whatever_the_number_of_threads(reader, pieces):
    paths = list(files_of([pieces]))
    assert [path.name for path in paths] == [
        *("0.png", "1.png", "2.png", "3.png", "broken.png", "4.png", "5.png", "paper.png")
    ]
    task = Task(patterns=("99999",), alternatives=2)
    files = list(read_all(reader, task, paths, threads=1))
    assert files == list(read_all(reader, task, paths, threads=3))
    rows = [row for (row,) in files]
    assert [row.path for row in rows] == [str(path) for path in paths]
    failed = {row.path: row.reason for row in rows if row.status == "failed"}
    assert len(failed) == 1
    assert "is no image" in failed[str(pieces / "broken.png")]
    assert rows[-1].status == "empty"
    assert (rows[-1].text, rows[-1].confidence, rows[-1].reason) == ("", 0.0, "")
    for row in rows:
        if row.status == "read":
            assert len(row.text) == 5
            assert 0 <= row.confidence <= 1
            assert len(row.alternatives) == 2


def test_zip_codes_have_five_digits_or_nine_and_doubt_is_rejected(reader, pieces):
    ((*rows,),) = read_all(reader, Task("zip", threshold=0.999), [pieces / "0.png"])
    assert rows[0].status == "rejected"
    assert len(rows[0].text) in (5, 10)
    with pytest.raises(UsageError, match="expected one of number, zip, envelope"):
        Task("word")


def test_the_threshold_is_that_of_the_largest_error_allowed():
    thresholds = [[0.001, 0.99], [0.01, 0.95], [0.1, 0.4]]
    about = {"alphabet": "0123456789", "thresholds": thresholds}
    reader = NumberReader([line_reader("0123456789")], about)
    assert reader.threshold(0.01) == reader.threshold(0.05) == 0.95
    assert reader.threshold(0.5) == 0.4
    assert reader.threshold(0.0001) == 1.0


def test_a_picture_and_a_row_tell_of_the_same_reading(pieces):
    reader = NumberReader.load(find("numbers"))
    for task in (Task("zip", alternatives=2), Task(patterns=("999",)), Task()):
        ((row,),) = read_all(reader, task, [pieces / "0.png"])
        with one_blas_thread():  # as rows are read: sums differ with the count of threads
            found = task.one(reader)(open_grey(pieces / "0.png"))
        assert (row.text, row.confidence) == (found.text, found.confidence)
        assert row.alternatives == found.alternatives


def test_read_means_that_there_is_something_to_read(pieces):
    class Silent(NumberReader):
        def read(self, *_, **__):
            return FieldReading("", 0.0, (), (), np.zeros((32, 4), np.uint8))

    reader = Silent([line_reader("0123456789")], {"alphabet": "0123456789"})
    ((row,),) = read_all(reader, Task(), [pieces / "0.png"])
    assert row.status == "rejected"


def test_every_page_of_a_file_is_a_row(reader, pieces, tmp_path):
    pages = [Image.open(pieces / f"{i}.png") for i in range(3)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "pages.pdf", save_all=True, append_images=pages[1:], resolution=72)
    for name in ("pages.tif", "pages.pdf"):
        (rows,) = read_all(reader, Task(), [tmp_path / name])
        paths = [str(tmp_path / name) + end for end in ("", "#2", "#3")]
        assert [row.path for row in rows] == paths
        assert {row.status for row in rows} == {"read"}
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    ((row,),) = read_all(reader, Task(), [tmp_path / "broken.pdf"])
    assert "broken.pdf: is no PDF" in row.reason


ROW = Row('a "b",c.png', "12345", 0.98765, "read", (("12845", 0.01), ("1234", 0.001)))


def test_a_page_that_is_cut_off_is_a_failed_row_of_its_own(reader, pieces, tmp_path):
    pages = [Image.open(pieces / f"{i}.png") for i in range(3)]
    whole, cut = tmp_path / "whole.tif", tmp_path / "cut.tif"
    pages[0].save(whole, save_all=True, append_images=pages[1:], compression="raw")
    cut.write_bytes(whole.read_bytes()[: -whole.stat().st_size // 4])
    rows = Task().reading(reader)(cut)
    assert (rows[0].path, rows[0].status) == (str(cut), "read")
    assert (rows[-1].path, rows[-1].status) == (f"{cut}#{len(rows)}", "failed")
    assert str(cut) in rows[-1].reason


@pytest.mark.parametrize(("kind", "separator"), [("tsv", "\t"), ("csv", ",")])
def test_tables_can_be_read_back(kind, separator):
    text = heading(kind, 2) + written(ROW, kind, 2)
    first, second = csv.reader(io.StringIO(text), delimiter=separator)
    assert first[:4] == ["path", "text", "confidence", "status"]
    assert second == [ROW.path, "12345", "0.9877", "read", "12845:0.0100", "1234:0.0010"]


def test_json_lines_hold_everything():
    line = written(ROW, "json", 0)
    assert json.loads(line)["alternatives"] == [["12845", 0.01], ["1234", 0.001]]


@pytest.fixture
def plan(tmp_path) -> Plan:
    path = tmp_path / "plan.csv"
    path.write_text("prefix,bin\n1,east\n12,far east\n9,west\n")
    return Plan.load(path)


def test_the_longest_prefix_decides_and_doubt_goes_to_a_person(plan):
    def row(text: str, status: str = "read") -> Row:
        return Row("x.png", text, 0.9, status)

    assert plan.bin_of(row("10001")) == "east"
    assert plan.bin_of(row("12345-6789")) == "far east"
    assert plan.bin_of(row("50000")) == MANUAL
    assert plan.bin_of(row("10001", "rejected")) == MANUAL
    assert plan.bin_of(row("", "failed")) == MANUAL


def test_a_file_whose_pages_go_to_different_bins_goes_to_a_person(plan):
    near, far = (Row("x.tif", text, 0.9, "read") for text in ("10001", "12345"))
    assert plan.bins_of([near, near]) == ["east", "east"]
    assert plan.bins_of([near, far]) == [MANUAL, MANUAL]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "has no columns prefix and bin"),
        ("prefix,bin\n1x,east\n", "line 2: prefix '1x', expected digits"),
        ("prefix,bin\n1,../etc\n", r"line 2: bin '\.\./etc', expected a plain name"),
        ("prefix,bin\n1,east\n1,west\n", "line 3: prefix 1 has two bins"),
        ("prefix,bin\n", "names no bins"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_by_line(text, message, tmp_path):
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        Plan.load(tmp_path / "plan.csv")


def test_a_second_batch_goes_into_the_same_table(pieces, tmp_path):
    table = tmp_path / "bins.csv"
    assert sorted_before(table) == []
    paths = [str(pieces / f"{i}.png") for i in range(3)]
    first = [(Row(path, "10001", 0.9, "read"), "east") for path in paths]
    gone = tmp_path / "east" / "gone.png"
    moved = tmp_path / "east" / "1.png"
    moved.parent.mkdir()
    moved.write_bytes(b"the first piece of that name")
    table.write_text(bins_table(first, {paths[1]: moved, paths[2]: gone}))
    earlier = sorted_before(table)
    assert [row["piece"] for row in earlier] == paths
    assert kept(earlier, {"other.png"}) == earlier
    assert [row["piece"] for row in kept(earlier, set(paths))] == [paths[1]]  # lies elsewhere now
    both = bins_table(first[:1], earlier=earlier).splitlines()
    assert both[1:4] == table.read_text().splitlines()[1:]
    assert len(both) == 5
    table.write_text("name,bin\nx,east\n")
    with pytest.raises(UsageError, match="is not of an earlier sort, expected piece, zip"):
        sorted_before(table)


def test_pieces_are_counted_moved_and_shown_for_review(plan, pieces, tmp_path):
    rows = [
        (Row(str(pieces / f"{i}.png"), text, 0.9, status, (("99999", 0.05),)), bin_)
        for i, (text, status, bin_) in enumerate(
            [("10001", "read", "east"), ("10002", "read", "east"), ("12", "rejected", MANUAL)]
        )
    ]
    assert counts(bin_ for _, bin_ in rows) == {"east": 2, MANUAL: 1}
    assert bins_table(rows).splitlines()[1].endswith(",10001,NY,0.9000,east,,")
    page = review_page(rows)
    assert "1 pieces" in page
    assert "2.png" in page
    assert page.count("data:image/png;base64,") == 1
    (tmp_path / "out" / "east").mkdir(parents=True)
    (tmp_path / "out" / "east" / "0.png").write_bytes(b"here before")
    found = destinations(rows, tmp_path / "out")
    assert bins_table(rows, found).splitlines()[1].endswith(f",east,{found[rows[0][0].path]},")
    move(found)
    assert destinations(rows, tmp_path / "out") == {}  # as after a kill: nothing is lost or doubled
    assert sorted(p.name for p in (tmp_path / "out" / "east").iterdir()) == [
        *("0-2.png", "0.png", "1.png")
    ]
    assert (tmp_path / "out" / "east" / "0.png").read_bytes() == b"here before"
    assert (tmp_path / "out" / MANUAL / "2.png").exists()
