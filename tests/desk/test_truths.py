"""What people said on a desk, as images with known answers."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.truths import Truths
from inkgrad.errors import DataError, UsageError
from inkgrad.pretrained.shipped import find
from inkgrad.recipes.calibrating import calibrate


def came(ledger, shade, status="rejected", kind="zip"):
    out = io.BytesIO()
    Image.new("L", (60, 30), shade).save(out, "PNG")
    sha256 = pictures_kept.keep(ledger.folder, out.getvalue())
    return ledger.add(sha256, 1, f"{shade}.png", kind, ReadField("44724", 0.5, status))


def test_true_is_what_a_person_said_and_nothing_that_nobody_looked_at(ledger):
    settled, waits, none, accepted, checked, contested = (
        came(ledger, shade, "read" if shade >= 40 else "rejected")
        for shade in (10, 20, 30, 40, 50, 60)
    )
    ledger.settle(settled.id, 0, "12345-6789", "ada")
    ledger.skip(waits.id, 0, "ada")
    ledger.none(none.id, 0, "ada")
    ledger.check(checked.id, 0, "44724", "ada")
    ledger.check(contested.id, 0, "44124", "ada")
    came(ledger, 70, "read", "envelope")
    found = Truths(ledger.folder, "number")
    assert [(int(grey[0, 0]), text) for grey, text in found] == [(10, "123456789"), (50, "44724")]
    assert len(found) == 2
    assert accepted.state == "accepted"


def test_of_envelopes_the_text_is_as_it_was_said(ledger):
    field = came(ledger, 10, kind="envelope")
    ledger.settle(field.id, 0, "12345-6789", "ada")
    assert [text for _, text in Truths(ledger.folder, "envelope")] == ["12345-6789"]
    assert len(Truths(ledger.folder, "number")) == 0


def test_what_was_undone_is_no_truth(ledger):
    field = came(ledger, 10)
    ledger.settle(field.id, 0, "1", "ada")
    ledger.undo("ada")
    assert len(Truths(ledger.folder, "number")) == 0


def test_a_model_is_calibrated_by_a_desk_into_a_copy(ledger, tmp_path):
    for shade in range(30):
        field = came(ledger, shade)
        ledger.settle(field.id, 0, "44724", "ada")
    out = tmp_path / "numbers.safetensors"
    command = ["models", "calibrate", "numbers", "--desk", str(ledger.folder), "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert (done.exception, done.exit_code) == (None, 0)
    assert "at most 10" in done.stdout
    assert out.stat().st_size > find("numbers").stat().st_size // 2


def test_too_few_and_no_desk_and_two_sources_are_said(ledger, tmp_path):
    with pytest.raises(DataError, match="0 images are too few"):
        calibrate("numbers", desk=ledger.folder, out=tmp_path / "m")
    with pytest.raises(DataError, match="holds no desk"):
        calibrate("numbers", desk=tmp_path, out=tmp_path / "m")
    with pytest.raises(UsageError, match="expected one of them"):
        calibrate("numbers", desk=ledger.folder, data=tmp_path, out=tmp_path / "m")
    assert not (tmp_path / "m").exists()
