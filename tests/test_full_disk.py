"""Commands that write, on a disk that is full: one line that names the file, and nothing is lost.

A limit on the size of files stands in for the disk. `read` and `sort` have their own tests.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkgrad.archive.archive import Archive
from inkgrad.nn.architectures import deck
from inkgrad.nn.files import save

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="limits are of POSIX"),
]

LIMITED = (
    "import resource, sys\n"
    "limit = int(sys.argv.pop(1))\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "from inkgrad.cli.entry import main\n"
    "main()\n"
)
ADDING = (
    "import resource, sys\n"
    "from inkgrad.archive.archive import Archive\n"
    "from inkgrad.errors import DataError\n"
    "from inkgrad.documents.page import Page\n"
    "archive = Archive('kept')\n"
    "limit = int(sys.argv[1])\n"
    "if limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "try: print(archive.add('note.png', lambda grey: Page(*grey.shape[::-1], ())).new)\n"
    "except (DataError, OSError) as error: print(error)\n"
)


def inkgrad(*arguments: object, cwd: Path, limit: int | None = None):
    start = ["-m", "inkgrad"] if limit is None else ["-c", LIMITED, str(limit)]
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)], cwd=cwd, capture_output=True, text=True
    )


def assert_full(done: subprocess.CompletedProcess[str], name: str) -> None:
    """One line names the file; that kernels cannot be kept may be said before."""
    lines = [line for line in done.stderr.splitlines() if not line.endswith("compiled anew")]
    assert done.returncode == 1, done.stderr
    assert len(lines) == 1, done.stderr
    assert re.fullmatch(rf"inkgrad: \S*{re.escape(name)}: File too large", lines[0]), lines


def strays(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*") if path.is_file()]


def test_training_goes_on_after_a_full_disk_and_ends_with_the_same_bits(tmp_path):
    arguments = ["--epochs", "2", "--batch-size", "500"]
    inkgrad("train", *arguments, "--out", "whole", cwd=tmp_path)
    done = inkgrad("train", *arguments, "--out", "cut", cwd=tmp_path, limit=100_000)
    assert_full(done, "checkpoint.safetensors")
    assert not strays(tmp_path / "cut")
    assert inkgrad("train", "--resume", "cut", cwd=tmp_path).returncode == 0
    whole, cut = (tmp_path / name / "model.safetensors" for name in ("whole", "cut"))
    assert whole.read_bytes() == cut.read_bytes()


def test_a_search_goes_on_after_a_full_disk(tmp_path):
    (tmp_path / "space.toml").write_text('hidden = ["16", "32"]\nlearning_rate = [0.01]\n')
    command = ["tune", "--space", "space.toml", "--strategy", "grid", "--epochs", "1"]
    command += ["--finalists", "1", "--seeds", "1", "--workers", "1", "--study", "book"]
    assert_full(inkgrad(*command, cwd=tmp_path, limit=2000), "book")
    done = inkgrad(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 trials" in done.stdout


def test_a_note_is_there_whole_or_not_at_all(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (300, 300), np.uint8)
    Image.fromarray(noise).save(tmp_path / "note.png")

    def add(limit: int) -> str:
        code = [sys.executable, "-c", ADDING, str(limit)]
        done = subprocess.run(code, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    originals = re.escape(str(Path("kept", "originals")) + os.sep)
    assert re.fullmatch(rf"\[Errno 27\] File too large: '{originals}\w{{64}}\.png'", add(50_000))
    with Archive(tmp_path / "kept") as archive:
        assert archive.notes() == []
    assert not strays(tmp_path / "kept")
    assert add(0) == "True"
    with Archive(tmp_path / "kept") as archive:
        (note,) = archive.notes()
        assert archive.original(note).read_bytes() == (tmp_path / "note.png").read_bytes()


@pytest.fixture
def archive(tmp_path, page_of) -> Path:
    """Thirty notes."""
    with Archive(tmp_path / "kept") as archive:
        for i in range(30):
            path = tmp_path / f"{i}.png"
            Image.fromarray(np.full((40 + i, 50), 255, np.uint8)).save(path)
            archive.add(path, lambda _, i=i: page_of(f"note number {i}\n" * 12))
    return tmp_path / "kept"


def test_an_export_is_there_whole_or_not_at_all(archive, tmp_path, monkeypatch):
    monkeypatch.setenv("INKGRAD_NOTES", str(archive))
    done = inkgrad("notes", "export", "all.json", cwd=tmp_path, limit=60_000)
    assert_full(done, "all.json")
    assert not (tmp_path / "all.json").exists()
    assert not strays(tmp_path)
    assert inkgrad("notes", "export", "all.json", cwd=tmp_path).returncode == 0


def test_an_export_that_is_killed_leaves_whole_files_only(archive, tmp_path, monkeypatch):
    monkeypatch.setenv("INKGRAD_NOTES", str(archive))
    assert inkgrad("notes", "export", "whole", cwd=tmp_path).returncode == 0
    rng, killed = np.random.default_rng(4), 0
    command = [sys.executable, "-m", "inkgrad", "notes", "export", "cut", "--force"]
    for _ in range(4):
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 30
            while not (tmp_path / "cut").exists() and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(float(rng.uniform(0, 0.05)))
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
        for path in (tmp_path / "cut").rglob("*.*"):
            if path.is_file() and not path.name.startswith("."):
                same = tmp_path / "whole" / path.relative_to(tmp_path / "cut")
                assert path.read_bytes() == same.read_bytes()
    assert killed
    assert inkgrad("notes", "export", "cut", "--force", cwd=tmp_path).returncode == 0
    names = {p.name for p in (tmp_path / "cut").rglob("*") if not p.name.startswith(".")}
    assert names == {p.name for p in (tmp_path / "whole").rglob("*")}


@pytest.mark.parametrize(
    ("command", "name", "limit"),
    [
        (("data", "show", "mnist-5k"), "mnist-5k.png", 3000),
        (("evaluate", "m.safetensors", "--report", "page.html"), "page.html", 3000),
        (("predict", "m.safetensors", "ink.png", "--show", "seen.png"), "seen.png", 300),
    ],
)
def test_pictures_and_reports_are_there_whole_or_not_at_all(command, name, limit, tmp_path):
    save(deck(), tmp_path / "m.safetensors", {"classes": list("0123456789")})
    paper = np.full((40, 40), 255, np.uint8)
    paper[8:32, 18:22] = 0
    Image.fromarray(paper).save(tmp_path / "ink.png")
    assert_full(inkgrad(*command, cwd=tmp_path, limit=limit), name)
    assert not (tmp_path / name).exists()
    assert not strays(tmp_path)
    assert inkgrad(*command, cwd=tmp_path).returncode == 0
    assert (tmp_path / name).exists()
