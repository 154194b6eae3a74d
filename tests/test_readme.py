"""The README keeps its word: its Python runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.arguments import Arguments
from inkgrad.tuning.spaces import read

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MEASURED = (ROOT / "docs" / "measured.md").read_text()


def test_the_lines_of_python_train_and_predict():
    code, *_ = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    accuracy, digit = done.stdout.split()[-2:]
    assert float(accuracy) > 0.9
    assert digit in "0123456789"


def test_the_loop_by_hand_lowers_the_loss():
    _, code, *_ = re.findall(r"```python\n(.*?)```", README, re.S)
    code += "print(loss, float(np.log(10)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loss, guess = map(float, done.stdout.split())
    assert loss < 0.5 * guess


def test_a_reader_reads_what_an_image_holds(tmp_path):
    _, _, code, _ = re.findall(r"```python\n(.*?)```", README, re.S)
    image = tmp_path / "code.png"
    code = code.replace("examples/code.png", image.as_posix())
    picture = Image.new("L", (240, 90), 255)
    ImageDraw.Draw(picture).text((20, 20), "10001", fill=0, font=ImageFont.load_default(40))
    picture.save(image)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("10001 ")


def test_the_classifier_learns():
    *_, code = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0.85


def test_the_space_shown_can_be_searched(tmp_path):
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.S)
    (tmp_path / "space.toml").write_text(text)
    space, base = read(tmp_path / "space.toml", Arguments())
    assert base.augment == "affine"
    assert set(space.parameters) == {"optimizer", "learning_rate", "layers", "units", "clip"}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^inkgrad (\w+)", README, re.M))))
def test_every_command_named_exists(command):
    done = subprocess.run(
        [sys.executable, "-m", "inkgrad", command, "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0


def test_every_local_link_and_script_is_there():
    targets = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(
        r"benchmarks/[\w/]+\.py", README + MEASURED
    )
    assert len(targets) > 5
    for target in targets:
        assert (ROOT / target).exists(), target
