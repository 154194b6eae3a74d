from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inkgrad.kernels import cache as kept
from inkgrad.kernels.cache import folder
from inkgrad.kernels.compiled import Notice


@pytest.mark.parametrize("terminal", [True, False])
def test_the_first_kernel_is_announced_on_a_terminal_and_no_other(capsys, monkeypatch, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    notice = Notice()
    for _ in range(3):
        notice.on_start(None)
        notice.on_end(None)
    assert capsys.readouterr().err.count("compiling for this processor, once") == terminal


@pytest.mark.parametrize("own", [True, False])
def test_numba_is_changed_in_a_process_of_ones_own_only(own, tmp_path):
    code = (
        "import sys, numpy as np\n"
        "from inkgrad import process\n"
        f"process.own = {own}\n"
        "from inkgrad.imaging.masks import long_runs\n"
        "ink = np.array([[True, True, False, True]])\n"
        "assert long_runs(ink, 2).tolist() == [[True, True, False, False]]\n"
        "assert sys.modules.get('scipy.linalg.cython_blas', 0) is not None\n"
        f"assert not {own} or 'scipy.linalg' not in sys.modules\n"
        "from numba.core import event\n"
        "print(len(event._registered['numba:compile']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == own


@pytest.fixture
def kernel(tmp_path):
    """Runs a kernel in a process of its own, its cache in a folder; what it said."""
    code = (
        "import sys\n"
        "from inkgrad import process\n"
        "process.own = True\n"
        "from inkgrad.kernels.compiled import compiled\n"
        "import small\n"
        "assert small.twice(21) == 42\n"
        "print(small.twice.stats.cache_hits.total())\n"
    )
    source = (
        "from inkgrad.kernels.compiled import compiled\n"
        "@compiled\ndef twice(x):\n    return 2 * x\n"
    )
    (tmp_path / "small.py").write_text(source)

    def run(before: str = "") -> tuple[int, str]:
        here = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
        done = subprocess.run(
            [sys.executable, "-c", before + code],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(here),
                "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
            },
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout), done.stderr

    return run


def test_a_kernel_from_the_cache_is_whole_and_is_called_by_one_compiled_later(tmp_path):
    """Numba's knowledge of what it can compile is loaded after the kernel, and not before."""
    (tmp_path / "many.py").write_text(
        "import numpy as np\n"
        "from inkgrad.kernels.compiled import compiled\n"
        "@compiled\ndef squares(x):\n"
        "    made = np.empty(len(x), np.float64)\n"
        "    for i in range(len(x)):\n        made[i] = np.sqrt(np.exp(x[i])) + x.mean()\n"
        "    return made\n"
        "@compiled\ndef total(x):\n    return np.sort(squares(x)).sum()\n"
    )
    code = (
        "import sys\n"
        "from inkgrad import process\n"
        "process.own = True\n"
        "import numpy as np, many\n"
        "x = np.linspace(0, 1, 7)\n"
        "made = many.squares(x)\n"
        "print(many.squares.stats.cache_hits.total(), 'numba.typed.typeddict' in sys.modules)\n"
        "assert np.allclose(made, np.sqrt(np.exp(x)) + x.mean())\n"
        "if len(sys.argv) > 1:\n"
        "    assert np.isclose(many.total(x), made.sum())\n"
        "    assert np.isclose(many.total(x.astype(np.float32)), made.sum())\n"
    )

    def run(*more: str) -> str:
        here = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
        done = subprocess.run(
            [sys.executable, "-c", code, *more],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(here),
                "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
            },
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run() == "0 True\n"
    assert run() == "1 False\n"
    assert run("and call it") == "1 False\n"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def zeroed(path: Path) -> None:
    """As a file is after a loss of power: of its length, but part of it never written."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [("nbi", cut), ("nbi", emptied), ("nbc", cut), ("nbc", emptied), ("nbc", zeroed)],
)
def test_a_broken_cache_is_thrown_away_and_said_once(kernel, tmp_path, kind, spoilt):
    assert kernel() == (0, "")
    assert kernel() == (1, "")
    for path in (tmp_path / "cache").rglob(f"*.{kind}"):
        spoilt(path)
    hits, said = kernel()
    assert hits == 0
    told = r"inkgrad: \S+: was broken \(\w+\), what is in it is compiled again\n"
    assert re.fullmatch(told, said)
    assert kernel() == (1, "")


posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and rights are of POSIX")


@posix
def test_the_cache_is_open_to_nobody_else(kernel, tmp_path):
    kernel("import os; os.umask(0)\n")
    places = [path for path in (tmp_path / "cache" / "compiled").rglob("*") if path.is_dir()]
    assert places
    for path in (tmp_path / "cache" / "compiled", *places):
        assert not path.stat().st_mode & 0o077


@posix
@pytest.mark.parametrize("how", ["others may write", "a link", "of another"])
def test_a_folder_that_others_may_have_written_to_is_not_used(kernel, tmp_path, how):
    kernel()
    place = tmp_path / "cache" / "compiled"
    before = ""
    if how == "others may write":
        place.chmod(0o777)
    elif how == "a link":
        place.rename(tmp_path / "elsewhere")
        place.symlink_to(tmp_path / "elsewhere")
    else:
        before = "import os; me = os.geteuid(); os.geteuid = lambda: me + 1\n"
    hits, said = kernel(before)
    assert hits == 0
    assert said.endswith("can be written by others than this user, so kernels are compiled anew\n")
    assert said.count("\n") == 1


@posix
def test_a_full_disk_stops_no_kernel(kernel, tmp_path):
    before = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
    hits, said = kernel(before)
    assert hits == 0
    assert said.endswith("cannot be written (File too large), so kernels are compiled anew\n")
    assert kernel() == (0, "")
    assert kernel() == (1, "")


def test_the_cache_of_another_version_or_processor_is_another(monkeypatch):
    here = folder()
    monkeypatch.setattr(kept, "__version__", "9.9")
    assert folder().name != here.name
    monkeypatch.undo()
    monkeypatch.setattr(kept.binding, "get_host_cpu_name", lambda: "another")
    assert folder().name != here.name
