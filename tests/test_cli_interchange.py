"""`inkgrad export` and `inkgrad models import` as people use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from inkgrad.nn import files
from inkgrad.pretrained.shipped import find


def inkgrad(*arguments: object, **settings) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-W", "error", "-m", "inkgrad", *map(str, arguments)]
    return subprocess.run(run, capture_output=True, text=True, **settings)


def test_a_model_goes_out_and_comes_back(tmp_path):
    done = inkgrad(
        *("export", "digits", "--onnx", "digits.onnx", "--torch", "digits.safetensors"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "digits.onnx").is_file()
    assert 'load_file("digits.safetensors")' in done.stdout.replace("'", '"')
    again = inkgrad("export", "digits", "--onnx", "digits.onnx", cwd=tmp_path)
    assert again.returncode == 1
    assert "digits.onnx: is there already: choose another name, or --force" in again.stderr
    weights = tmp_path / "digits.safetensors"
    back = inkgrad("models", "import", weights, "--out", tmp_path / "back.safetensors")
    assert back.stdout.startswith("182,074 parameters"), back.stderr
    (one,), (two,) = (
        files.load_together(path)[0] for path in (find("digits"), tmp_path / "back.safetensors")
    )
    np.testing.assert_array_equal(one.theta, two.theta)


def test_nothing_to_write_is_said():
    done = inkgrad("export", "digits")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing to write, expected --onnx FILE, --torch FILE or --hub FOLDER" in done.stderr


def test_without_onnx_one_line_says_what_to_install(tmp_path):
    code = (
        "import importlib.util, sys\n"
        "there = importlib.util.find_spec\n"
        "hidden = lambda name, *more: None if name == 'onnx' else there(name, *more)\n"
        "import inkgrad.errors\n"
        "inkgrad.errors.find_spec = hidden\n"
        "sys.argv = ['inkgrad', 'export', 'digits', '--onnx', 'digits.onnx']\n"
        "from inkgrad.cli.entry import main\n"
        "main()\n"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == ("inkgrad: writing ONNX needs onnx: pip install 'inkgrad[onnx]'")
    assert not Path(tmp_path / "digits.onnx").exists()
