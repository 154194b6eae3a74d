from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from inkgrad.batch.journal import Journal, row_from
from inkgrad.batch.rows import Row
from inkgrad.errors import UsageError

PAGES = [
    Row("scan.tif", "12", 0.5, "read", (("72", 0.25),), "", ((1, 2, 3, 4),), 1),
    Row("scan.tif#2", "", 0.0, "failed", (), 'a "reason"\n\x1b'),
]
OTHER = [Row("\udcff\r.png", "7", 1.0, "rejected")]


@pytest.fixture
def files(tmp_path) -> list[Path]:
    paths = [tmp_path / name for name in ("scan.tif", "other.png", "third.png")]
    for path in paths:
        path.write_bytes(b"ink")
    return paths


@pytest.fixture
def path(tmp_path, files) -> Path:
    """A journal of two files, the first with two pages."""
    path = tmp_path / "out.partial"
    with Journal(path) as journal:
        journal.add("scan.tif", files[0], PAGES)
        journal.add("\udcff\r.png", files[1], OTHER)
    return path


def test_rows_come_back_as_they_were(path, files):
    with Journal(path) as journal:
        assert journal.has("scan.tif", files[0])
        assert not journal.has("scan.tif#2", files[0])
        assert not journal.has("third.png", files[2])
        assert journal.rows("scan.tif") == PAGES
        assert journal.rows("\udcff\r.png") == OTHER


def test_wherever_it_is_cut_a_file_is_there_whole_or_not_at_all(path, files):
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with Journal(path) as journal:
            assert journal.has("scan.tif", files[0]) == (length >= first)
            assert journal.has("\udcff\r.png", files[1]) == (length == len(whole))
            journal.add("third.png", files[2], OTHER)
        kept = 0 if length < first else first if length < len(whole) else length
        assert path.read_bytes().startswith(whole[:kept] + b'{"file": "third.png"')
        with Journal(path) as journal:
            assert journal.rows("third.png") == OTHER


def test_a_file_that_has_changed_is_read_again_and_counts_as_it_is_now(path, files):
    files[0].write_bytes(b"more ink")
    with Journal(path) as journal:
        assert not journal.has("scan.tif", files[0])
        journal.add("scan.tif", files[0], OTHER)
    with Journal(path) as journal:
        assert journal.has("scan.tif", files[0])
        assert journal.rows("scan.tif") == OTHER


RECORD = {"file": "x.png", "stamp": None, "rows": [json.loads(json.dumps(OTHER[0].__dict__))]}
ROW = RECORD["rows"][0]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[1]",
        b"\xff\xfe",
        b"[" * 5000,
        *(
            json.dumps(record).encode()
            for record in (
                {},
                {**RECORD, "rows": None},
                {**RECORD, "rows": [None]},
                {**RECORD, "file": 1},
                {**RECORD, "stamp": "1"},
                {**RECORD, "more": 1},
                {**RECORD, "rows": [{**ROW, "more": 1}]},
                {**RECORD, "rows": [{**ROW, "text": None}]},
                {**RECORD, "rows": [{**ROW, "confidence": float("inf")}]},
                {**RECORD, "rows": [{**ROW, "confidence": 1.5}]},
                {**RECORD, "rows": [{**ROW, "confidence": True}]},
                {**RECORD, "rows": [{**ROW, "boxes": [[1, 2, 3]]}]},
                {**RECORD, "rows": [{**ROW, "boxes": 5}]},
                {"conclusion": 5},
            )
        ),
    ],
    ids=lambda line: line[:20] + line[-20:],
)
def test_what_is_no_record_is_not_trusted_nor_what_follows_it(line, path, files):
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    path.write_bytes(whole[:first] + line + b"\n" + whole[first:])
    with Journal(path) as journal:
        assert journal.has("scan.tif", files[0])
        assert not journal.has("\udcff\r.png", files[1])
        assert journal.conclusion is None
    assert path.read_bytes() == whole[:first]


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_two_runs_of_the_same_do_not_write_into_each_other(path):
    with (
        Journal(path),
        pytest.raises(UsageError, match=r"out\.partial: another run is at it"),
    ):
        Journal(path)
    with Journal(path):
        pass


def test_a_row_as_json_is_the_row_again():
    for row in PAGES + OTHER:
        assert row_from(json.loads(json.dumps(row.__dict__))) == row


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_on_a_full_disk_the_error_names_the_journal_and_what_was_whole_stays(path, tmp_path):
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from inkgrad.batch.rows import Row\n"
        "from inkgrad.batch.journal import Journal\n"
        "path, limit = Path(sys.argv[1]), int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "with Journal(path) as journal:\n"
        "    try: journal.add('x.png', path, [Row('x.png', '1' * 500, 0.5, 'read')])\n"
        "    except OSError as error: print(error.errno, error.filename)\n"
    )
    before = path.read_bytes()
    command = [sys.executable, "-c", code, path, str(len(before) + 300)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{errno.EFBIG} {path}\n"
    assert path.read_bytes() == before
    subprocess.run([*command[:-1], str(len(before) // 2)], check=True, env=os.environ)
    assert path.read_bytes() == before  # a limit below what is there takes nothing away


def test_without_posix_a_byte_beyond_any_journal_is_locked(path, files, monkeypatch):
    """As Windows locks: what is locked cannot be read there, and a lock is for a place."""
    locked: dict[str, int] = {}

    def locking(number: int, mode: int, count: int) -> None:
        if locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        locked["at"] = os.lseek(number, 0, os.SEEK_CUR)
        assert (mode, count) == (2, 1)

    monkeypatch.setitem(sys.modules, "fcntl", None)
    stand_in = SimpleNamespace(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", stand_in)
    with Journal(path) as journal:
        assert list(locked.values()) == [(1 << 31) - 2]
        assert journal.rows("scan.tif") == PAGES
        with pytest.raises(UsageError, match=r"out\.partial: another run is at it"):
            Journal(path)
        journal.add("third.png", files[2], OTHER)
    locked.clear()
    with Journal(path) as journal:
        assert journal.has("third.png", files[2])
