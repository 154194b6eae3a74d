"""`inkgrad serve`: what it refuses before anything is served."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--host", "0.0.0.0"], "expected a token"),
        (["--host", "::", "--token", "short"], "too short, expected 16"),
    ],
)
def test_an_address_that_others_reach_needs_a_token_that_nobody_guesses(tmp_path, more, said):
    done = CliRunner().invoke(app, ["serve", str(tmp_path / "desk"), *more])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)
    assert not (tmp_path / "desk").exists()


def test_a_kind_that_is_none_and_a_form_that_is_not_there_are_refused_before_anything(tmp_path):
    done = CliRunner().invoke(app, ["serve", str(tmp_path / "desk"), "--as", "poem"])
    assert isinstance(done.exception, UsageError)
    assert "expected one of number" in str(done.exception)
    form = str(tmp_path / "none.toml")
    done = CliRunner().invoke(app, ["serve", str(tmp_path / "desk"), "--form", form])
    assert isinstance(done.exception, DataError)
    assert "none.toml: is not there" in str(done.exception)


@pytest.mark.parametrize("said", ["5 of 100", "101%", "-1", "nan", ""])
def test_a_part_that_is_none_is_refused_before_anything_is_served(tmp_path, said):
    done = CliRunner().invoke(app, ["serve", str(tmp_path / "desk"), "--double", said])
    assert isinstance(done.exception, UsageError)
    assert "expected 0% to 100%" in str(done.exception)
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize(("said", "part"), [("5%", 0.05), ("0.05", 0.05), ("100%", 1.0)])
def test_a_part_is_said_in_hundredths_or_of_one(tmp_path, monkeypatch, said, part):
    given = []
    monkeypatch.setattr("inkgrad.desk.serving.serve", lambda *values, **_: given.append(values[-1]))
    done = CliRunner().invoke(app, ["serve", str(tmp_path / "desk"), "--double", said])
    assert (done.exit_code, given) == (0, [pytest.approx(part)])
