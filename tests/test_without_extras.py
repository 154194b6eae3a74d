"""In an installation without extras each command says at once, in one line, what to install."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

HIDING = """
import importlib.util, os, sys

hidden = os.environ["HIDDEN"]
found = importlib.util.find_spec


class Hidden:
    def find_spec(self, name, *rest):
        if name.split(".")[0] == hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Hidden())
importlib.util.find_spec = lambda name, *rest: None if name == hidden else found(name, *rest)
"""
SCHEDULER = "tcp://127.0.0.1:1"


@pytest.fixture
def folder(tmp_path):
    """A working folder with an image, a PDF by its name, a photo, and what hides packages."""
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "sitecustomize.py").write_text(HIDING)
    grey = np.full((60, 120), 230, np.uint8)
    grey[10:50, 30:36] = 30
    Image.fromarray(grey).save(tmp_path / "one.png")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 100)
    return tmp_path


@pytest.mark.parametrize(
    ("package", "extra", "command"),
    [
        ("matplotlib", "plots", "demo"),
        ("matplotlib", "plots", "evaluate digits --data mnist-5k --report r.html"),
        ("matplotlib", "plots", "compare . --png curves.png"),
        ("matplotlib", "plots", "data show mnist-5k"),
        ("optuna", "tune", "tune --trials 2"),
        ("psycopg", "postgresql", "tune --study postgresql://127.0.0.1:1/studies"),
        ("distributed", "cluster", f"read one.png --scheduler {SCHEDULER}"),
        ("pypdfium2", "pdf", "read scan.pdf"),
        ("pypdfium2", "pdf", "form learn scan.pdf"),
        ("symspellpy", "notes", "read --as text one.png"),
        ("symspellpy", "notes", "notes add one.png"),
        ("pikepdf", "pdf", "read --as text one.png --out notes.pdf"),
        ("pillow_heif", "heic", "predict digits photo.heic"),
        ("starlette", "desk", "serve desk"),
        ("uvicorn", "desk", "serve desk"),
        ("psycopg", "postgresql", "serve desk --database postgresql://127.0.0.1:1/desk"),
        ("onnx", "onnx", "export digits --onnx digits.onnx"),
    ],
)
def test_what_has_to_be_installed_is_said_before_any_work(package, extra, command, folder):
    paths = [str(folder / "hiding"), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "inkgrad", *command.split()],
        cwd=folder,
        env={**os.environ, "HIDDEN": package, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"pip install 'inkgrad[{extra}]'" in done.stderr
