"""From a sheet to a network that knows a hand, by commands."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from PIL import Image

from inkgrad import load
from inkgrad.fitting import fit
from inkgrad.nn import files
from inkgrad.nn.architectures import mlp
from inkgrad.personal.handsheet import read_handsheet


def inkgrad(*arguments, cwd):
    command = [sys.executable, "-m", "inkgrad", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


def test_a_sheet_becomes_a_data_set_and_a_network_of_one_s_own(tmp_path):
    made = inkgrad("data", "sheet", "--times", 4, cwd=tmp_path)
    assert made.stdout.startswith("sheet.pdf: 1 page.")
    sheet, test = read_handsheet(tmp_path / "sheet.pdf"), load("mnist-5k").test
    page = sheet.drawn(0).copy()
    for label, (left, top, _, _) in sheet.cells(0):
        digit = test.images[np.flatnonzero(test.labels == int(label))[0]]
        room = page[top + 20 : top + 76, left + 20 : left + 76]
        room[:] = np.minimum(room, 255 - np.kron(digit, np.ones((2, 2), np.uint8)))
    Image.fromarray(page).save(tmp_path / "scan.png")
    command = ["data", "collect", "scan.png", "--sheet", "sheet.pdf", "--show", "seen.png"]
    done = inkgrad(*command, cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("hand.npz: 40 characters; 0 cells are empty\n", 0)
    assert (tmp_path / "seen.png").is_file()
    again = inkgrad(*command, cwd=tmp_path)
    assert again.returncode == 1
    assert "hand.npz: is there already" in again.stderr
    network = mlp((16,), seed=0)
    fit(network, load("mnist-5k"), epochs=1, seed=0)
    files.save(network, tmp_path / "small.safetensors")
    adapted = inkgrad("adapt", "small.safetensors", "hand.npz", "--steps", 20, cwd=tmp_path)
    assert adapted.returncode == 0, adapted.stderr
    lines = adapted.stdout.splitlines()
    assert lines[1].startswith("this hand (10 held out)")
    assert lines[2].startswith("mnist-5k (1,000)")
    assert files.load(tmp_path / "adapted.safetensors")[0].theta.shape == network.theta.shape
