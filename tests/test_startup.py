"""What a start does not import: each of these once cost every command its share of a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

LIBRARIES = (
    *("matplotlib", "optuna", "distributed", "pandas", "pikepdf", "pypdfium2", "sqlite3"),
    *("yaml", "scipy", "cffi", "numba.typed.typeddict"),
)
OURS = ("archive", "documents.pdf", "synthetic.fonts", "training", "evaluation.plots", "tuning")


def imported(*arguments: object) -> set[str]:
    """The modules that `inkgrad` has imported when it ends, and Python alone has not.

    What a tool for coverage puts at the start of every Python is not ours.
    """
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import atexit, json\n"
        "ours = lambda: sorted(set(sys.modules) - before)\n"
        "atexit.register(lambda: print(json.dumps(ours()), file=sys.stderr))\n"
        f"sys.argv = ['inkgrad', *{list(map(str, arguments))!r}]\n"
        "from inkgrad.cli.entry import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def among(found: set[str], names: tuple[str, ...]) -> set[str]:
    return {name for name in names if any(f"{each}.".startswith(f"{name}.") for each in found)}


@pytest.fixture(scope="module")
def field(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("field") / "field.png"
    image = Image.new("L", (240, 80), 235)
    font = ImageFont.load_default(44)
    ImageDraw.Draw(image).text((30, 12), "20516", fill=40, font=font)
    image.save(path)
    return path


@pytest.mark.parametrize("command", ["read", "sort", "train", "tune"])
def test_help_of_a_command_imports_no_library_of_numbers(command):
    found = imported(command, "--help")
    assert not among(found, ("numpy", "numba", "PIL", *LIBRARIES))


@pytest.mark.parametrize("kind", ["number", "text"])
def test_reading_imports_only_what_it_uses(kind, field):
    imported("read", "--as", kind, field)  # kernels that are not there yet are compiled
    found = imported("read", "--as", kind, field)
    assert "numba" in found
    assert not among(found, LIBRARIES)
    assert not among(found, tuple(f"inkgrad.{name}" for name in OURS))


def test_what_is_looked_for_in_vain_stays_to_be_imported():
    code = (
        "import sys\n"
        "from inkgrad import process\n"
        "process.own = True\n"
        "from inkgrad.kernels.masks import long_runs\n"
        "assert 'yaml' not in sys.modules\n"
        "assert 'scipy' not in sys.modules\n"
        "import yaml, scipy\n"
        "print(yaml.__name__, scipy.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "yaml scipy\n", done.stderr
