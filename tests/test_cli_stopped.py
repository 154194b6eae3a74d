"""`inkgrad read` and `sort` where the disk is full, a kill comes, or another disk is far."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkgrad.batch import sorting
from inkgrad.data.datasets import load
from inkgrad.errors import DataError, UsageError
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader

pytestmark = pytest.mark.slow

LIMITED = (
    "import resource, sys\n"
    "limit = int(sys.argv.pop(1))\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "from inkgrad.cli.entry import main\n"
    "main()\n"
)


def inkgrad(*arguments: object, cwd: Path, limit: int | None = None):
    start = ["-m", "inkgrad"] if limit is None else ["-c", LIMITED, str(limit)]
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)], cwd=cwd, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A small reader that has learned nothing: what it says is fixed all the same."""
    network = line_reader("0123456789")
    network.layers[-1].W *= 0.02
    path = tmp_path_factory.mktemp("model") / "reader.safetensors"
    thresholds = [[0.001, 0.99], [0.01, 0.0]]
    files.save(network, path, {"alphabet": "0123456789", "thresholds": thresholds})
    return path


@pytest.fixture
def scans(tmp_path) -> Path:
    """Nine files of one field and, in their middle, one of 30 pages."""
    folder = tmp_path / "scans"
    folder.mkdir()
    digits = load("mnist-5k").train.images

    def field(i: int) -> Image.Image:
        return Image.fromarray(255 - np.hstack(digits[5 * i : 5 * i + 5]))

    for i in range(9):
        field(i).save(folder / f"{i}.png")
    field(9).save(folder / "4-pages.tif", save_all=True, append_images=[field(9)] * 29)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".json"])
def test_read_loses_no_page_to_a_full_disk(suffix, scans, model, tmp_path):
    command = ["read", scans, "--model", model, "--threads", "1", "--out"]
    assert inkgrad(*command, f"whole{suffix}", cwd=tmp_path).returncode == 0
    full = inkgrad(*command, f"out{suffix}", cwd=tmp_path, limit=4096)
    (partial,) = tmp_path.glob("*.partial")
    assert (full.returncode, full.stderr) == (1, f"inkgrad: {partial.name}: File too large\n")
    assert not (tmp_path / f"out{suffix}").exists()
    kept = partial.read_bytes()
    assert 0 < len(kept) <= 4096
    assert kept.endswith(b"}\n")
    smaller = inkgrad(*command, f"out{suffix}", cwd=tmp_path, limit=1024)
    assert smaller.returncode == 1
    assert partial.read_bytes() == kept
    done = inkgrad(*command, f"out{suffix}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{len(kept.splitlines())} from before" in done.stdout
    out, whole = tmp_path / f"out{suffix}", tmp_path / f"whole{suffix}"
    assert out.read_text().replace(out.name, whole.name) == whole.read_text()
    assert not partial.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_sort_loses_no_piece_to_a_full_disk(scans, model, tmp_path):
    (tmp_path / "plan.csv").write_text("prefix,bin\n,all\n")
    command = ["sort", scans, "--plan", "plan.csv", "--model", model, "--out"]
    assert inkgrad(*command, "whole", cwd=tmp_path).returncode == 0
    full = inkgrad(*command, "bins", "--move", cwd=tmp_path, limit=4096)
    (partial,) = (tmp_path / "bins").glob("*.partial")
    assert full.returncode == 1
    assert full.stderr == f"inkgrad: bins/{partial.name}: File too large\n"
    assert len(list(scans.iterdir())) == 10
    assert not (tmp_path / "bins" / "bins.csv").exists()
    done = inkgrad(*command, "bins", "--move", cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    def rows(name: str) -> list[dict[str, str]]:
        with (tmp_path / name / "bins.csv").open(newline="") as file:
            return [{**row, "moved_to": ""} for row in csv.DictReader(file)]

    assert rows("bins") == rows("whole")
    assert len(list((tmp_path / "bins" / "all").iterdir())) == 10
    assert not list(scans.iterdir())
    assert not partial.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_sort_that_was_killed_while_it_read_goes_on(scans, model, tmp_path):
    for i in range(100):
        shutil.copy(scans / "0.png", scans / f"more-{i}.png")
    (tmp_path / "plan.csv").write_text("prefix,bin\n,all\n")
    command = ["sort", scans, "--plan", "plan.csv", "--model", model, "--move", "--threads", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "inkgrad", *map(str, command)], cwd=tmp_path
    ) as process:
        deadline = time.monotonic() + 300
        partials: list[Path] = []
        while time.monotonic() < deadline and not (partials and partials[0].stat().st_size > 2000):
            partials = list((tmp_path / "bins").glob("*.partial"))
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert len(list(scans.iterdir())) == 110
    kept = partials[0].read_bytes()
    assert b"conclusion" not in kept
    done = inkgrad(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "139 pieces" in done.stdout  # a file of 30 pages among them
    assert len(list((tmp_path / "bins" / "all").iterdir())) == 110
    assert not list(scans.iterdir())


KILLED = (
    "import os, shutil, signal, sys\n"
    "from pathlib import Path\n"
    "def far(self, target): raise OSError(18, 'Invalid cross-device link')\n"
    "copies = []\n"
    "def half(source, target):\n"
    "    content = Path(source).read_bytes()\n"
    "    copies.append(source)\n"
    "    last = len(copies) == 4\n"
    "    Path(target).write_bytes(content[: len(content) // 2] if last else content)\n"
    "    if last: os.kill(os.getpid(), signal.SIGKILL)\n"
    "Path.rename, shutil.copyfile = far, half\n"
    "from inkgrad.cli.entry import main\n"
    "main()\n"
)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_sort_that_was_killed_while_it_copied_to_another_disk_goes_on(scans, model, tmp_path):
    contents = {path.name: path.read_bytes() for path in scans.iterdir()}
    (tmp_path / "plan.csv").write_text("prefix,bin\n,all\n")
    command = ["sort", scans, "--plan", "plan.csv", "--model", model, "--move"]
    killed = subprocess.run([sys.executable, "-c", KILLED, *map(str, command)], cwd=tmp_path)
    assert killed.returncode == -signal.SIGKILL
    moved = [path for path in (tmp_path / "bins" / "all").iterdir() if path.name[0] != "."]
    assert len(moved) == 3
    left = list(scans.iterdir())
    assert {path.name: path.read_bytes() for path in (*moved, *left)} == contents
    (scans / "new.png").write_bytes(contents["0.png"])  # not of the sort that was begun
    done = inkgrad(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "39 pieces" in done.stdout
    found = {p.name: p.read_bytes() for p in (tmp_path / "bins" / "all").iterdir()}
    assert {name: found.get(name) for name in contents} == contents
    assert [path.name for path in scans.iterdir()] == ["new.png"]
    table = (tmp_path / "bins" / "bins.csv").read_text()
    assert table.count("\n") == 40
    assert (
        inkgrad(*command, cwd=tmp_path).returncode == 1
    )  # it is finished: nothing is written over
    assert (tmp_path / "bins" / "bins.csv").read_text() == table


def far(self: Path, target: Path) -> None:
    raise OSError(18, "Invalid cross-device link")


def test_a_copy_that_differs_deletes_nothing(tmp_path, monkeypatch):
    source, target = tmp_path / "a.png", tmp_path / "bin" / "a.png"
    source.write_bytes(b"ink")
    monkeypatch.setattr(Path, "rename", far)
    monkeypatch.setattr(shutil, "copyfile", lambda _, to: Path(to).write_bytes(b"in"))
    with pytest.raises(DataError, match=r"a\.png: its copy is not the same"):
        sorting.move({str(source): target})
    assert source.read_bytes() == b"ink"
    assert not list(target.parent.iterdir())


def test_what_was_copied_and_not_deleted_is_deleted_and_another_file_is_never_written_over(
    tmp_path,
):
    source, target = tmp_path / "a.png", tmp_path / "a-moved.png"
    source.write_bytes(b"ink")
    target.write_bytes(b"ink")
    assert sorting.move({str(source): target}) == []
    assert (source.exists(), target.read_bytes()) == (False, b"ink")
    assert sorting.move({str(source): target}) == []
    source.write_bytes(b"else")
    with pytest.raises(UsageError, match=r"a-moved\.png: is there already, expected room for"):
        sorting.move({str(source): target})
    assert (source.read_bytes(), target.read_bytes()) == (b"else", b"ink")
    assert sorting.move({"gone.png": tmp_path / "other.png"}) == ["gone.png"]


def test_a_move_to_another_disk_keeps_time_and_mode(tmp_path, monkeypatch):
    source, target = tmp_path / "a.png", tmp_path / "bin" / "a.png"
    source.write_bytes(b"ink")
    source.chmod(0o640)
    os.utime(source, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(Path, "rename", far)
    sorting.move({str(source): target})
    assert not source.exists()
    assert target.read_bytes() == b"ink"
    assert target.stat().st_mtime == 1_000_000_000
    assert target.stat().st_mode & 0o777 == 0o640
