"""`inkgrad notes` as people use it, with a model that reads what the first row of pixels says."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from inkgrad.cli.entry import main
from inkgrad.pretrained import pages


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def notes(monkeypatch, capsys, tmp_path, page_of):
    """Runs `inkgrad notes ...` in an empty folder with an archive of its own."""

    class NotesReader:
        @classmethod
        def load(cls, *paths):
            return cls()

        def read(self, grey):
            text = bytes(grey[0]).rstrip(b"\0").decode()
            return replace(page_of(text), width=grey.shape[1], height=grey.shape[0])

    module = ModuleType("inkgrad.reading.notes")
    module.NotesReader = NotesReader
    monkeypatch.setitem(sys.modules, "inkgrad.reading.notes", module)
    monkeypatch.setattr(pages, "find", lambda model: tmp_path / f"{model}.safetensors")
    pages._loaded.cache_clear()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INKGRAD_NOTES", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["inkgrad", "notes", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return Done(stopped.value.code or 0, captured.out, captured.err)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("keys", "Anna has the keys?\n\n- back door"), ("shop", "two lemons, salt")):
        paper = np.full((600, 700), 255, np.uint8)
        paper[0] = 0
        paper[0, : len(text)] = np.frombuffer(text.encode(), np.uint8)
        Image.fromarray(paper).save(folder / f"{name}.png")
    return folder


def test_notes_are_added_once_and_found(notes, folder):
    done = notes("add", "in", "--tag", "home")
    assert done == (0, "in/keys.png: added as 1, 1 page, tagged home\n"
                       "in/shop.png: added as 2, 1 page, tagged home\n", "")  # fmt: skip
    again = notes("add", "in/shop.png", "--tag", "home", "--tag", "food")
    assert again.out == "in/shop.png: there already as 2, 1 page, tagged food\n"
    assert notes("search", "lemons").out == "    2   shop.png  page 1  two [lemons], salt\n"
    assert notes("search", "lemans").out == "    2 ~ shop.png  page 1  two [lemons], salt\n"
    assert notes("search", "keys", "--tag", "food") == (0, "", "nothing found for keys\n")
    first, second = notes("list").out.splitlines()
    assert first.endswith("  keys.png  [home]")
    assert second.endswith("  shop.png  [food, home]")
    assert "shop.png" in notes("list", "--tag", "food").out


def test_search_answers_in_json_with_places(notes, folder):
    notes("add", "in")
    (row,) = map(json.loads, notes("search", "the kays", "--json").out.splitlines())
    assert row["name"] == "keys.png"
    assert (row["id"], row["page"], row["errors"]) == (1, 1, 1)
    assert row["snippet"].startswith("Anna has [the] [keys]")
    assert [word["text"] for word in row["words"]] == ["the", "keys"]
    left, top, right, bottom = row["words"][0]["box"]
    assert 0 < left < right
    assert 0 < top < bottom
    (listed, _) = map(json.loads, notes("list", "--json").out.splitlines())
    assert Path(listed["original"]).read_bytes() == (folder / "keys.png").read_bytes()


@pytest.mark.parametrize("name", ["found.png", "found.html"])
def test_the_words_found_are_boxed(notes, folder, name):
    notes("add", "in")
    assert notes("search", "lemons", "--show", name).status == 0
    if name.endswith("png"):
        with Image.open(name) as image:
            red = (np.asarray(image, int) - (200, 68, 47) == 0).all(-1)
        rows, columns = np.nonzero(red)
        assert abs(columns.min() - (60 + 3 * 20 + 24 - 3)) <= 1  # "lemons," after "two"
        assert abs(rows.min() - (80 + 40 - 30 - 3)) <= 1
    else:
        text = Path(name).read_text()
        assert text.count("data:image/png;base64,") == 1
        assert "shop.png, page 1" in text
    assert "is there already" in notes("search", "lemons", "--show", name).err
    assert "ends in .png or .html" in notes("search", "lemons", "--show", "found.gif").err


def test_a_note_is_shown_in_every_format(notes, folder):
    notes("add", "in")
    assert notes("show", 1).out == "Anna has the keys\n\n- back door\n"
    assert notes("show", 1, "--format", "markdown").out.startswith("Anna has the keys[?]\n\n- ")
    assert json.loads(notes("show", 1, "--format", "json").out)["pages"][0]["source"] == "keys.png"
    assert "ocr_page" in notes("show", 1, "--format", "hocr").out
    assert "<alto" in notes("show", 1, "--format", "alto").out


def test_everything_can_be_exported_and_nothing_is_written_over(notes, folder):
    notes("add", "in", "--tag", "home")
    assert notes("export", "out").out == "out: 2 notes\n"
    text = Path("out/0001-keys.md").read_text()
    assert text.startswith('---\nnote: 1\nname: "keys.png"\ndate: "')
    assert 'tags: ["home"]\noriginal: "originals/0001-keys.png"\n---\n\nAnna has' in text
    kept = Path("out/originals/0001-keys.png").read_bytes()
    assert kept == (folder / "keys.png").read_bytes()
    Path("out/0002-shop.md").write_text("mine")
    Path("out/0001-keys.md").unlink()
    refused = notes("export", "out")
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "is there already" in refused.err
    assert not Path("out/0001-keys.md").exists()
    assert Path("out/0002-shop.md").read_text() == "mine"
    assert notes("export", "out", "--force").status == 0
    for name in ("all.txt", "all.md", "all.json", "all.hocr", "all.xml", "all.pdf"):
        assert notes("export", name).out == f"{name}: 2 notes\n"
    assert Path("all.txt").read_text().endswith("\ftwo lemons, salt\n")
    with pypdfium2.PdfDocument("all.pdf") as document:
        said = [page.get_textpage().get_text_range().split() for page in document]
    assert said[1] == ["two", "lemons,", "salt"]
    assert "is there already" in notes("export", "all.pdf").err


def test_a_page_that_cannot_be_opened_is_said_and_the_others_are_kept(notes, folder):
    pages = [Image.open(folder / f"{name}.png") for name in ("keys", "shop")]
    huge = Image.new("1", (12_000, 11_000))
    pages[0].save(
        "three.tif", save_all=True, append_images=[huge, pages[1]], compression="tiff_lzw"
    )
    done = notes("add", "three.tif")
    assert done.status == 1
    assert done.out == "three.tif: added as 1, 2 pages\n"
    (line,) = done.err.splitlines()
    assert "three.tif: is 12000 x 11000 pixels" in line
    assert notes("search", "lemons").out == "    1   three.tif  page 3  two [lemons], salt\n"


def test_taking_out_asks_first(notes, folder, monkeypatch):
    notes("add", "in")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert notes("rm", 1).status == 1
    assert len(notes("list").out.splitlines()) == 2
    assert notes("rm", 1, 2, "--yes").out == "1: keys.png is taken out\n2: shop.png is taken out\n"
    assert notes("list").out == ""
    assert list(Path("kept/originals").iterdir()) == []


def test_one_file_that_is_no_image_is_not_the_end(notes, folder):
    (folder / "broken.png").write_bytes(b"no image")
    done = notes("add", "in")
    assert done.status == 1
    assert done.out.count("added as") == 2
    assert done.err.startswith("inkgrad: in/broken.png: is no image")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list"], "kept: has no archive of notes: add some first"),
        (["add", "nowhere.png"], "nowhere.png: no such file"),
        (["add", "."], "no images there, expected some to read"),
    ],
)
def test_what_cannot_be_done_is_one_line(notes, tmp_path, arguments, message):
    done = notes(*arguments)
    assert done.status == 1
    assert message in done.err
    assert done.err.count("\n") == 1


def test_what_makes_no_sense_is_one_line(notes, folder):
    notes("add", "in")
    for arguments, message in (
        (["search", "--", "-!-"], "has no letters or digits"),
        (["show", 7], "note 7: is not in the archive"),
        (["show", 1, "--format", "pdf"], "format 'pdf' is unknown"),
        (["export", "out", "--format", "doc"], "format 'doc' is unknown"),
        (["export", "all.html"], "all.html: is of no known format, expected a folder or .txt"),
        (["rm", 7, "--yes"], "note 7: is not in the archive"),
    ):
        done = notes(*arguments)
        assert done.status == 1
        assert message in done.err
        assert done.err.count("\n") == 1
    Path("kept/notes.db").write_bytes(b"broken" * 1000)
    for name in ("-wal", "-shm"):
        Path(f"kept/notes.db{name}").unlink(missing_ok=True)
    done = notes("search", "lemons")
    assert done.status == 1
    assert "notes.db: is damaged (file is not a database), expected an archive" in done.err
    assert done.err.count("\n") == 1


def test_a_note_with_the_longest_name_is_exported(notes, folder, tmp_path):
    for letter, end in (("x", ".png"), ("é", ".png")):
        name = (letter * 250).encode()[:251].decode(errors="ignore") + end
        (folder / "keys.png").rename(folder / name)
        assert notes("add", folder / name).status == 0
        assert notes("export", "out", "--force").status == 0
        (folder / name).rename(folder / "keys.png")
        with Image.open(folder / "keys.png") as image:
            changed = np.asarray(image).copy()
        changed[1, 0] = 0  # another note
        Image.fromarray(changed).save(folder / "keys.png")
    written = sorted(path.name for path in (tmp_path / "out").glob("*.md"))
    assert [name[:8] for name in written] == ["0001-xxx", "0002-ééé"]
    originals = (tmp_path / "out" / "originals").iterdir()
    assert {path.suffix for path in originals} == {".png"}


def test_a_note_comes_through_standard_input(notes, folder, monkeypatch):
    content = io.BytesIO((folder / "shop.png").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert notes("add", "-") == (0, "-: added as 1, 1 page\n", "")
    assert notes("list").out.endswith("stdin.png\n")
    assert notes("search", "lemons").out == "    1   stdin.png  page 1  two [lemons], salt\n"
