"""The archive: what goes in is found again, misread or not, and survives what may happen."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from inkgrad.archive.archive import Archive
from inkgrad.archive.export import export, show
from inkgrad.archive.query import Term, distances, parse, tokens
from inkgrad.documents.page import Page
from inkgrad.errors import DataError, ImageError, UsageError

ADDING = '''
"""Adds the images in a folder to an archive, again and again; a page reads as its name says."""
import sys
from pathlib import Path
from inkgrad.archive.archive import Archive
from inkgrad.documents.page import Line, Page, Paragraph, Word

def read(grey):
    text = bytes(grey[0]).rstrip(b"\\0").decode()
    words = tuple(Word(t, t, 0.9, (9 * i, 0, 9 * i + 8, 9)) for i, t in enumerate(text.split()))
    line = Line(words, (0, 0, 99, 9), (0.0, 9.0, 99.0, 9.0), 0.9)
    return Page(grey.shape[1], grey.shape[0], (Paragraph((line,)),))

with Archive(sys.argv[1]) as archive:
    for path in sorted(Path(sys.argv[2]).iterdir()):
        added = archive.add(path, read, [sys.argv[3]])
        print(path.name, added.new, flush=True)
'''


def write_note(path: Path, text: str) -> Path:
    """An image whose first row of pixels is the text: what the readers here go by."""
    row = np.frombuffer(text.encode(), np.uint8)
    paper = np.zeros((4, max(len(row), 4)), np.uint8)
    paper[0, : len(row)] = row
    Image.fromarray(paper).save(path)
    return path


@pytest.fixture
def read(page_of):
    def read(grey: np.ndarray) -> Page:
        text = bytes(grey[0]).rstrip(b"\0").decode()
        if text == "blank":
            raise ImageError("the page shows no ink")
        return page_of(text)

    return read


NOTES = {
    "garden": "Plant the tomatoes\nbehind the shed, water daily",
    "money": "Rent 1,250.00 due\non Friday the 5th\n\n- call Margaret",
    "misread": "buy tornatoes/tornatoes and chee5e/cheese\n\nJIm/Jim rang, Peg94/Peggy too",
}


@pytest.fixture
def archive(tmp_path, read):
    with Archive(tmp_path / "kept") as archive:
        for i, (name, text) in enumerate(NOTES.items()):
            path = write_note(tmp_path / f"{name}.png", text)
            os.utime(path, (1e9 + i, 1e9 + i))
            archive.add(path, read, ["home"] if name != "money" else [])
        yield archive


def names(archive: Archive, query: str, **more) -> list[tuple[str, int]]:
    return [
        (hit.note.name.removesuffix(".png"), hit.errors) for hit in archive.search(query, **more)
    ]


def test_words_phrases_and_beginnings_are_found(archive):
    assert names(archive, "margaret") == [("money", 0)]
    assert names(archive, '"behind the shed"') == [("garden", 0)]
    assert names(archive, '"shed behind"') == []
    assert names(archive, "toma*") == [("garden", 0)]
    assert names(archive, '"on fri*"') == [("money", 0)]
    assert names(archive, "water tomatoes", limit=1) == [("garden", 0)]
    assert names(archive, "water margaret") == []
    assert names(archive, "1,250.00") == [("money", 0)]


def test_exact_matches_come_first_then_those_with_misread_letters(archive):
    assert names(archive, "tomatoes") == [("garden", 0), ("misread", 2)]
    assert names(archive, "tornatoes") == [("misread", 0), ("garden", 2)]
    assert names(archive, "Margoret") == [("money", 1)]
    assert names(archive, "Mragaret") == [("money", 1)]
    assert names(archive, "Morgoret") == [("money", 2)]
    assert names(archive, "Morgorat") == []
    assert names(archive, "jin rang") == [("misread", 1)]
    assert names(archive, "frida thi") == [("money", 1)]


def test_both_readings_are_searched(archive):
    assert names(archive, "cheese") == names(archive, "chee5e") == [("misread", 0)]
    assert names(archive, "peg94") == names(archive, "peggy") == [("misread", 0)]


def test_a_snippet_marks_what_was_found_and_its_words_are_known(archive):
    (hit,) = archive.search('daily "the tomatoes"')
    assert hit.snippet == "Plant [the tomatoes] behind the shed, water [daily]"
    page, words = archive.matches('daily "the tomatoes"', hit)
    assert [word.text for word in words] == ["the", "tomatoes", "daily"]
    assert page == archive.pages(hit.note.id)[0]
    (hit,) = archive.search("Margorat")
    assert [word.text for word in archive.matches("Margorat", hit)[1]] == ["Margaret"]
    (hit,) = archive.search("peg9*")
    assert [word.text for word in archive.matches("peg9*", hit)[1]] == ["Peggy"]


@pytest.mark.parametrize(
    "query",
    ['"', '"unbalanced quote', "a AND", "NOT", "x OR (", "col:y", "^a", "a*b*", "'; DROP TABLE n",
     "NEAR(a b)", "\x00a", "*a", "a-b", "{a}", "ﬁne", "\ud800a", "a" * 5000],
)  # fmt: skip
def test_no_query_is_malformed(archive, query):
    if tokens(query):
        assert len(archive.search(query)) <= 3
    else:
        with pytest.raises(UsageError, match="expected some to look for"):
            archive.search(query)


def test_a_query_of_nothing_or_too_much_is_refused(archive):
    for query in ("", "  ", '""', "-- !", "*"):
        with pytest.raises(UsageError, match="has no letters or digits"):
            archive.search(query)
    with pytest.raises(UsageError, match="has 60 terms, expected at most 50"):
        archive.search(" ".join(f"w{i}" for i in range(60)))


def test_adding_a_file_again_changes_nothing_but_its_tags(archive, tmp_path, read):
    def never(grey):
        raise AssertionError("it is not read again")

    before = archive.notes()
    copy = tmp_path / "copy.png"
    copy.write_bytes((tmp_path / "garden.png").read_bytes())
    again = archive.add(copy, never, ["home"])
    assert (again.new, again.tags, again.note) == (False, (), before[0])
    assert archive.notes() == before
    assert archive.add(copy, never, ["green", " ", "green"]).tags == ("green",)
    assert archive.notes("green")[0].tags == ("green", "home")
    assert len(list((archive.folder / "originals").iterdir())) == 3


def test_what_was_added_can_be_had_again(archive, tmp_path, page_of):
    garden, money, misread = archive.notes()
    assert [garden.name, money.name, misread.name] == ["garden.png", "money.png", "misread.png"]
    assert garden.date.startswith("2001-09-09")
    assert archive.original(money).read_bytes() == (tmp_path / "money.png").read_bytes()
    (page,) = archive.pages(money.id)
    assert page.paragraphs == page_of(NOTES["money"]).paragraphs
    assert (page.source, page.number) == ("money.png", 1)
    assert [note.id for note in archive.notes("home")] == [garden.id, misread.id]
    assert names(archive, "the", tag="home") == [("garden", 0)]


def test_the_date_of_a_photo_is_when_it_was_taken(archive, tmp_path, read):
    image = Image.fromarray(np.full((8, 8), 65, np.uint8))
    exif = Image.Exif()
    exif[306] = "2019:03:04 05:06:07"
    image.save(tmp_path / "photo.jpg", exif=exif, quality=100)
    assert archive.add(tmp_path / "photo.jpg", read).note.date == "2019-03-04 05:06:07"
    exif[306] = "0000:00:00 00:00:00"
    image.save(tmp_path / "other.jpg", exif=exif, quality=100)
    os.utime(tmp_path / "other.jpg", (1e9, 1e9))
    assert archive.add(tmp_path / "other.jpg", read).note.date.startswith("2001-09-09")


def test_pages_without_ink_are_kept_unless_there_is_no_other(archive, tmp_path, read):
    sheets = [Image.open(write_note(tmp_path / "p.png", t)) for t in ("blank", "lemons", "pears")]
    wide = [sheet.resize((8, 4)) if sheet.width > 8 else sheet for sheet in sheets]
    wide[0].save(tmp_path / "p.tif", save_all=True, append_images=wide[1:])
    note = archive.add(tmp_path / "p.tif", read).note
    assert note.pages == 3
    assert [page.text for page in archive.pages(note.id)] == ["", "lemons", "pears"]
    assert [(hit.note, hit.page) for hit in archive.search("pears")] == [(note, 3)]
    write_note(tmp_path / "blank.png", "blank")
    with pytest.raises(ImageError, match=r"blank\.png: the page shows no ink"):
        archive.add(tmp_path / "blank.png", read)
    (tmp_path / "no.png").write_bytes(b"no image")
    with pytest.raises(ImageError, match=r"no\.png: is no image"):
        archive.add(tmp_path / "no.png", read)
    assert len(archive.notes()) == 4
    assert len(list((archive.folder / "originals").iterdir())) == 4


def test_a_page_that_cannot_be_opened_does_not_take_the_others_with_it(archive, tmp_path, read):
    lemons, pears = (Image.open(write_note(tmp_path / "p.png", t)) for t in ("lemons", "pears"))
    huge = Image.new("1", (12_000, 11_000))
    path = tmp_path / "three.tif"
    lemons.save(path, save_all=True, append_images=[huge, pears], compression="tiff_lzw")
    added = archive.add(path, read)
    (reason,) = added.reasons
    assert reason.startswith(f"{path}: is 12000 x 11000 pixels, expected at most 120 megapixels")
    assert added.note.pages == 2
    kept = [(page.number, page.text) for page in archive.pages(added.note.id)]
    assert kept == [(1, "lemons"), (3, "pears")]
    hits = archive.search("pears")
    assert [(hit.note, hit.page) for hit in hits] == [(added.note, 3)]
    show(archive, "pears", hits, tmp_path / "found.png")
    with Image.open(tmp_path / "found.png") as picture:
        assert picture.size[0] >= pears.width
    again = archive.add(path, read)
    assert (again.new, again.reasons) == (False, ())
    huge.save(path, compression="tiff_lzw")
    with pytest.raises(ImageError, match="12000 x 11000 pixels"):
        archive.add(path, read)


def test_a_note_with_a_page_that_cannot_be_opened_is_exported_in_every_format(
    archive, tmp_path, read
):
    lemons, pears = (Image.open(write_note(tmp_path / "p.png", t)) for t in ("lemons", "pears"))
    huge = Image.new("1", (12_000, 11_000))
    path = tmp_path / "three.tif"
    lemons.save(path, save_all=True, append_images=[huge, pears], compression="tiff_lzw")
    archive.add(path, read, ["broken"])
    for layout in ("text", "markdown", "json", "hocr", "alto", "pdf"):
        assert export(archive, tmp_path / layout, layout, tag="broken") == 1
    (made,) = (tmp_path / "pdf").glob("*.pdf")
    with pypdfium2.PdfDocument(made) as document:
        said = [page.get_textpage().get_text_bounded().split() for page in document]
    assert said == [["lemons"], ["pears"]]


@pytest.mark.parametrize("end", [".x" + "y" * 180, "." + "y" * 230, ".\udcff", ".Ä" + "ß" * 90])
def test_a_file_with_any_end_of_its_name_is_kept_and_exported(end, archive, tmp_path, read):
    write_note(tmp_path / "a.png", "lemons")
    path = (tmp_path / "a.png").rename(tmp_path / f"a{end}")
    note = archive.add(path, read, ["odd"]).note
    assert archive.original(note).read_bytes() == path.read_bytes()
    assert export(archive, tmp_path / "out", tag="odd") == 1
    (copy,) = (tmp_path / "out" / "originals").iterdir()
    assert copy.read_bytes() == path.read_bytes()
    archive.remove(note.id)
    assert not archive.original(note).exists()


def test_what_is_taken_out_is_gone(archive):
    misread = archive.notes()[2]
    archive.remove(misread.id)
    assert names(archive, "peggy") == []
    assert names(archive, "tornatoes") == [("garden", 2)]
    assert not archive.original(misread).exists()
    with pytest.raises(UsageError, match="note 3: is not in the archive"):
        archive.pages(misread.id)
    with sqlite3.connect(archive.folder / "notes.db") as database:
        (left,) = database.execute(
            "SELECT count(*) FROM vocabulary WHERE word = 'peggy'"
        ).fetchone()
        (kept,) = database.execute("SELECT count(*) FROM vocabulary WHERE word = 'the'").fetchone()
        words = database.execute("SELECT word FROM trigrams EXCEPT SELECT id FROM vocabulary")
        assert (left, kept, words.fetchall()) == (0, 1, [])
    database.close()


def test_what_is_no_archive_is_one_line(tmp_path):
    with pytest.raises(DataError, match="has no archive of notes: add some first"):
        Archive(tmp_path / "none", create=False)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "notes.db").write_bytes(b"not a database at all, but long enough\n" * 50)
    with pytest.raises(DataError, match=r"notes\.db: is damaged \(file is not a database\)"):
        Archive(tmp_path / "text")
    (tmp_path / "other").mkdir()
    database = sqlite3.connect(tmp_path / "other" / "notes.db")
    database.execute("CREATE TABLE a (b)")
    database.close()
    with pytest.raises(DataError, match="is another database"):
        Archive(tmp_path / "other")
    Archive(tmp_path / "newer").close()
    database = sqlite3.connect(tmp_path / "newer" / "notes.db")
    database.execute("PRAGMA user_version = 2")
    database.close()
    with pytest.raises(DataError, match="is of version 2, expected 1: a newer inkgrad wrote it"):
        Archive(tmp_path / "newer")


def test_a_damaged_database_is_one_line(archive, tmp_path):
    number = archive.notes()[0].id
    archive.close()
    path = archive.folder / "notes.db"
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)

    def use() -> None:
        with Archive(archive.folder) as again:
            again.search("garden")
            again.pages(number)

    with pytest.raises(DataError, match=r"notes\.db: ") as error:
        use()
    assert "\n" not in str(error.value)


def adding(archive: Path, folder: Path, tag: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, str(archive), str(folder), tag]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_whole(folder: Path) -> set[str]:
    """Every note has its original, its pages and their words in the index; the notes' names."""
    with Archive(folder) as archive:
        found = archive.notes()
        for note in found:
            content = archive.original(note).read_bytes()
            assert hashlib.sha256(content).hexdigest() == note.sha256
            assert len(archive.pages(note.id)) == note.pages
            (hit,) = archive.search(note.name.split(".")[0])
            assert (hit.note, hit.errors) == (note, 0)
    database = sqlite3.connect(folder / "notes.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table in ("pages", "words"):
        assert database.execute(f"SELECT count(*) FROM {table}").fetchall() == [(len(found),)]
    database.close()
    assert len({note.name for note in found}) == len(found)
    return {note.name for note in found}


@pytest.fixture
def many(tmp_path) -> Path:
    """Notes each of which holds a word no other has, and none like another."""
    folder, rng = tmp_path / "many", random.Random(3)
    folder.mkdir()
    for i in range(60):
        word = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=9))
        write_note(folder / f"{word}.png", f"{word} {i} " + "and what all have " * 40)
    return folder


def test_a_kill_in_the_middle_leaves_whole_notes_and_the_rest_can_follow(many, tmp_path):
    kept, rng = tmp_path / "kept", random.Random(5)
    for more in (1, 8, 15):
        with adding(kept, many, "a") as process:
            assert process.stdout is not None
            added = (line for line in process.stdout if "True" in line)
            assert len(list(islice(added, more))) == more
            time.sleep(rng.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert 1 <= len(assert_whole(kept)) < 60
    (kept / "originals" / ".left-behind.png").write_bytes(b"half")
    (kept / "originals" / f"{'0' * 64}.png").write_bytes(b"of no note")
    with adding(kept, many, "a") as process:
        process.communicate()
    assert process.returncode == 0
    assert assert_whole(kept) == {path.name for path in many.iterdir()}
    assert len(list((kept / "originals").iterdir())) == 60


def test_two_processes_add_the_same_files_at_once(many, tmp_path):
    processes = [adding(tmp_path / "kept", many, tag) for tag in "ab"]
    outputs = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sum(out.count("True") for out, _ in outputs) == 60
    assert assert_whole(tmp_path / "kept") == {path.name for path in many.iterdir()}
    with Archive(tmp_path / "kept") as archive:
        assert {note.tags for note in archive.notes()} == {("a", "b")}


def slow_distance(a: str, b: str) -> int:
    """Optimal string alignment, cell by cell."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            change = table[i - 1, j - 1] + (a[i - 1] != b[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, change)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


def test_distances_agree_with_the_table():
    rng = random.Random(1)
    words = ["".join(rng.choices("abc", k=rng.randint(0, 9))) for _ in range(120)]
    for word in filter(None, words[:40]):
        assert list(distances(word, words)) == [slow_distance(word, other) for other in words]


def test_queries_are_words_phrases_and_beginnings():
    assert parse('Café "Two  words" read* x-y') == (
        Term(("cafe",)),
        Term(("two", "words")),
        Term(("read",), prefix=True),
        Term(("x", "y")),
    )
    assert tokens("Don't! naïve_Ł 5th") == ["don", "t", "naive", "ł", "5th"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE tags SET tag = x'ff00'", "Expected `str`, got `bytes`"),
        ("UPDATE notes SET name = '../../x.png'", "regex"),
        ("UPDATE notes SET name = x'41'", "Expected `str`, got `bytes`"),
        ("UPDATE notes SET sha256 = '/etc/passwd' || id", "regex"),
        ("UPDATE notes SET pages = 'two'", "Expected `int`, got `str`"),
        ("UPDATE notes SET pages = -1", "pages|>= 0"),
        ("UPDATE pages SET content = x'7b7d'", "Expected `str`, got `bytes`"),
        ("UPDATE pages SET content = '{}'", "expected the format"),
        ("DELETE FROM pages", "is not there"),
        ("UPDATE notes SET date = CAST(x'0aff0a41' AS TEXT)", "Could not decode to UTF-8"),
        ("CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END", "has triggers"),
        ("CREATE VIEW v AS SELECT 1", "has triggers or views"),
    ],
)
def test_what_a_database_holds_is_looked_at_where_it_is_read(change, message, archive, tmp_path):
    place = archive.folder
    archive.add(next(iter((place / "originals").iterdir())), None, ["spring"])
    archive.close()
    database = sqlite3.connect(place / "notes.db")
    with database:
        database.execute(change)
    database.close()

    def use() -> None:
        with Archive(place, create=False) as opened:
            for note in opened.notes():
                opened.pages(note.id)
            opened.search("tomatoes")

    with pytest.raises(DataError, match=message) as caught:
        use()
    assert str(caught.value).startswith(str(place))
    assert "\n" not in str(caught.value)
