"""Files come in whole or not at all, and touch nothing else of the process."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inkgrad.atomic import atomic_path, atomic_write, naming


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and limits are of POSIX")


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_file_is_as_open_as_the_user_has_set_and_the_setting_is_never_touched(
    mask, tmp_path, monkeypatch
):
    def refuse(_: int) -> int:
        raise AssertionError("the umask is of the whole process")

    before = os.umask(mask)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(os, "umask", refuse)
            atomic_write(tmp_path / "a.txt", "content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o666 & ~mask
    assert names(tmp_path) == ["a.txt"]


def test_what_fails_leaves_what_was_there(tmp_path):
    atomic_write(tmp_path / "a.txt", "before")

    def fail() -> None:
        with atomic_path(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert (tmp_path / "a.txt").read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


@posix
def test_a_full_disk_is_named_with_the_file(tmp_path):
    code = (
        "import resource, sys\n"
        "from inkgrad.atomic import atomic_write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: atomic_write('made.bin', bytes(5000))\n"
        "except OSError as error: print(error.filename, error.strerror, sep=': ')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "made.bin: File too large\n"
    assert names(tmp_path) == []


def test_a_name_that_is_known_stays_and_other_faults_get_none():
    with pytest.raises(OSError) as caught, naming("mine"):  # noqa: PT011
        raise OSError(errno.ENOSPC, "full", "theirs")
    assert caught.value.filename == "theirs"
    with pytest.raises(OSError) as caught, naming("mine"):  # noqa: PT011
        raise OSError(errno.EBADF, "bad")
    assert caught.value.filename is None
