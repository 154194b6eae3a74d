from __future__ import annotations

import subprocess
import sys

import pytest

from inkgrad.compiled import Notice


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
