"""What people settled on a desk as lines that a reader gets used to."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad import load
from inkgrad.cli.app import app
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.desk_pieces import part_of
from inkgrad.desk.settled_lines import settled_lines
from inkgrad.errors import DataError
from inkgrad.nn import files
from inkgrad.pretrained.shipped import find

DIGITS = "0123456789"


def settle(ledger, text, kind="zip", turned=0, say=True):
    """A field with these digits, 30 pixels from the edges, and a person who says what they are."""
    train, rng = load("mnist-5k").train, np.random.default_rng(int(text))
    row = np.hstack(
        [train.images[rng.choice(np.flatnonzero(train.labels == int(c)))] for c in text]
    )
    ink = np.pad(np.asarray(Image.fromarray(row).resize((row.shape[1] * 3, 84)), float), 30)
    grey = np.ascontiguousarray(np.rot90((240 - 0.8 * ink).astype(np.uint8), -turned))
    path = ledger.folder / "field.png"
    Image.fromarray(grey).save(path)
    sha256 = pictures_kept.keep(ledger.folder, path.read_bytes())
    h, w = grey.shape
    read = ReadField("0", 0.5, "rejected", (30, 30, w - 30, h - 30), turned=turned)
    field = ledger.add(sha256, 1, f"{text}.png", kind, read)
    return ledger.settle(field.id, 0, text, "ada") if say else field


def test_lines_are_those_that_were_settled_upright_with_what_they_say(ledger):
    settle(ledger, "12345")
    settle(ledger, "67890", turned=1)
    settle(ledger, "11111", say=False)
    settle(ledger, "22222", kind=part_of("text", 1))
    lines = settled_lines(ledger.folder, "numbers", DIGITS)
    assert ["".join(map(str, string)) for string in lines.strings] == ["12345", "67890"]
    wide, turned = lines.lines
    assert wide.shape[0] == turned.shape[0] == 32
    assert 0.6 < wide.shape[1] / turned.shape[1] < 1.6
    with pytest.raises(DataError, match="holds no settled lines that amounts could learn"):
        settled_lines(ledger.folder, "amounts", DIGITS)


def test_a_reader_is_adapted_to_what_was_settled_and_only_when_asked(ledger, tmp_path):
    before = find("numbers").read_bytes()
    for k in range(12):
        settle(ledger, f"{10101 + 7 * k}")
    out = tmp_path / "own.safetensors"
    command = ["adapt", "numbers", f"desk:{ledger.folder}", "--steps", "2", "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "this hand (3 lines held out)" in done.output
    assert files.load_together(out)[1]["alphabet"] == DIGITS
    assert find("numbers").read_bytes() == before
