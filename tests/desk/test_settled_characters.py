"""What people settled, as a data set: to train on and to evaluate by."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.settled_characters import desk_data
from inkgrad.errors import DataError


def settled(ledger, count=20, text="01"):
    """Bars that lie and bars that stand, settled as two characters."""
    for k in range(count):
        grey = np.full((60, 60), 250, np.uint8)
        part = grey if k % 2 else grey.T
        part[20 + k % 5 : 30, 10:50] = 20 + k
        out = io.BytesIO()
        Image.fromarray(grey).save(out, "PNG")
        sha256 = pictures_kept.keep(ledger.folder, out.getvalue())
        read = ReadField("7", 0.3, "rejected")
        field = ledger.add(sha256, 1, f"{k}.png", "character", read)
        ledger.settle(field.id, 0, text[k % len(text)], "ada")


def test_settled_characters_are_a_data_set_in_the_form_of_networks(ledger):
    settled(ledger)
    data = desk_data(ledger.folder)
    assert data.classes == ("0", "1")
    assert (len(data.train), len(data.test)) == (16, 4)
    assert data.train.images.shape[1:] == (28, 28)
    assert np.array_equal(data.test.images, desk_data(ledger.folder).test.images)


def test_what_is_no_single_character_is_left_out_and_said(ledger):
    settled(ledger, 18)
    waits, first, *_ = ledger.results()
    ledger.settle(first.id, first.version, "11", "bob")
    ledger.none(waits.id, waits.version, "bob")
    data = desk_data(ledger.folder)
    assert len(data.train) + len(data.test) == 16
    assert "1 settled as characters are none" in data.notes[0]


def test_a_desk_without_characters_or_of_one_class_is_said(ledger, fill):
    fill(1)
    with pytest.raises(DataError, match="holds no settled characters"):
        desk_data(ledger.folder)
    settled(ledger, 4, "0")
    with pytest.raises(DataError, match="at least 2"):
        desk_data(ledger.folder)


def test_a_model_is_evaluated_on_what_was_settled(ledger):
    settled(ledger)
    done = CliRunner().invoke(app, ["evaluate", "digits", "--data", f"desk:{ledger.folder}"])
    assert (done.exception, done.exit_code) == (None, 0)
    assert "accuracy" in done.stdout.lower()
