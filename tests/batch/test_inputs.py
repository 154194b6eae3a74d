from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkgrad.batch import inputs
from inkgrad.batch.inputs import files_of, names_in, opened, suffix_of
from inkgrad.batch.rows import Row
from inkgrad.errors import ImageError, UsageError

PAPER = Image.fromarray(np.full((30, 40), 200, np.uint8))


def content(kind: str) -> bytes:
    file = io.BytesIO()
    PAPER.save(file, kind)
    return file.getvalue()


def test_hidden_files_and_what_is_in_hidden_folders_are_not_read(tmp_path):
    for name in ("b.png", ".hidden.png", ".cache/c.png", "in/.x/d.png", "in/a.PDF", "in/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert list(files_of([tmp_path])) == [tmp_path / "b.png", tmp_path / "in" / "a.PDF"]
    assert list(files_of([tmp_path / ".cache"])) == [tmp_path / ".cache" / "c.png"]
    assert list(files_of([tmp_path / ".hidden.png"])) == [tmp_path / ".hidden.png"]


def test_a_folder_that_cannot_be_looked_into_is_not_passed_over(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "a.png").write_bytes(b"x")
    scan = os.scandir

    def scandir(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert list(files_of([tmp_path])) == [tmp_path / "a.png", closed]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "PDF"])
def test_an_image_on_standard_input_is_told_from_names(kind, tmp_path):
    stdin = io.BytesIO(content(kind))
    with opened([Path("-")], stdin=stdin) as files:
        (path,) = files.paths
        assert path.read_bytes() == content(kind)
        assert files.name(path) == "-"
        rows = [
            Row(str(path), "", 0.0, "failed", (), f"{path}: is bad"),
            Row(f"{path}#2", "", 0, ""),
        ]
        first, second = files.named(path, rows)
        assert (first.path, first.reason, second.path) == ("-", "-: is bad", "-#2")
    assert not path.exists()


@pytest.mark.parametrize("name", ["BMW.png", "P5\n100.png", "GIF8.png", "RIFF/x.png", "II.png"])
def test_names_that_begin_like_images_are_names(name):
    assert suffix_of(name.encode() + b"\n") == ""


def test_names_are_lines_or_end_with_a_nul_and_may_be_any_bytes():
    given = b"a b.png\r\n\n\xff.png\n'q'\"\x1b.png"
    assert names_in(given) == [
        Path("a b.png"),
        Path(os.fsdecode(b"\xff.png")),
        Path("'q'\"\x1b.png"),
    ]
    assert names_in(b"a\nb.png\0c.png\0", nul=True) == [Path("a\nb.png"), Path("c.png")]
    with pytest.raises(UsageError, match="names ended by NUL need -0"):
        names_in(b"a.png\0b.png\0")


def test_a_file_given_twice_is_read_once(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    with opened([tmp_path, tmp_path / "a.png"]) as files:
        assert files.paths == (tmp_path / "a.png",)


def test_what_is_needed_for_pdf_is_looked_for_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with (
        pytest.raises(UsageError, match=r"reading a PDF needs pypdfium2: pip install"),
        opened([tmp_path / "a.png", tmp_path / "b.pdf"]),
    ):
        pytest.fail("it was opened")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes among the files there")
def test_a_named_pipe_is_a_file_that_can_be_read_more_than_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(content("PDF")))
    writer.start()
    with opened([pipe]) as files:
        (path,) = files.paths
        assert path.suffix == ".pdf"
        assert [path.read_bytes() for _ in range(2)] == [content("PDF")] * 2
        assert files.name(path) == str(pipe)
    writer.join()


def test_a_pipe_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(inputs, "_MOST_BYTES", 1 << 20)
    stdin = io.BytesIO(content("PNG") + bytes(3 << 20))
    with (
        pytest.raises(ImageError, match="-: is longer than 1 MB, expected a file"),
        opened([Path("-")], stdin=stdin),
    ):
        pytest.fail("it was opened")
