"""What a run's folder says is looked at where it is read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from inkgrad.arguments import Arguments
from inkgrad.errors import TrainingError
from inkgrad.runs import Run, read_facts, read_history, validation_part

GOOD = {"arguments": asdict(Arguments(epochs=3)), "data_checksum": "ab", "status": "running"}
HEAD = "epoch,loss,accuracy,validation_loss,learning_rate\n"


def test_what_another_version_has_noted_does_not_disturb(tmp_path):
    facts = {**GOOD, "more": 1, "arguments": {**GOOD["arguments"], "unheard_of": True}}
    (tmp_path / "run.json").write_text(json.dumps(facts))
    assert read_facts(tmp_path)["arguments"] == Arguments(epochs=3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "truncated"),
        (b"[1, 2]", "Expected `object`, got `array`"),
        (b"\xff\xfe", "malformed"),
        (b"[" * 100_000, "recursion"),
        (json.dumps({**GOOD, "arguments": [1]}).encode(), "arguments"),
        (json.dumps({**GOOD, "arguments": {"epochs": "3"}}).encode(), "epochs"),
        (json.dumps({**GOOD, "arguments": {"epochs": 0}}).encode(), "epochs is 0, expected"),
        (json.dumps({**GOOD, "arguments": {"data": None}}).encode(), "data"),
        (json.dumps({**GOOD, "data_checksum": 5}).encode(), "data_checksum"),
        (json.dumps({"arguments": {}}).encode(), "missing required field `data_checksum`"),
    ],
)
def test_a_run_that_says_something_else_is_one_line(content, message, tmp_path):
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(TrainingError, match=message) as caught:
        Run.resume(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'run.json'}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        "1,0.5,x,,0.1\n",
        "1,0.5,0.9\n",
        "1,inf,0.9,,0.1\n",
        "0,0.5,0.9,,0.1\n",
        f"1,0.5,0.9,{'9' * 200_000},0.1\n",
        "1,0.5,0.9,,0.1,7,8\n",
    ],
)
def test_a_history_of_another_kind_is_none(rows, tmp_path):
    (tmp_path / "history.csv").write_text(HEAD + "1,0.5,0.9,,0.1\n")
    assert len(read_history(tmp_path)) == 1
    (tmp_path / "history.csv").write_text(HEAD + rows)
    assert read_history(tmp_path) == []


def test_the_validation_part_is_of_the_same_data_and_not_more_than_there_is(bars):
    about = {"data_checksum": bars.checksum, "validation": 40, "seed": 1}
    held_out = validation_part(about, bars)
    assert held_out is not None
    assert len(held_out.test) == 40
    assert validation_part({**about, "validation": 10**9}, bars) is None
    assert validation_part({**about, "data_checksum": "another"}, bars) is None
    assert validation_part({"data_checksum": bars.checksum}, bars) is None


def test_the_memory_of_a_run_is_not_that_of_who_started_it():
    code = (
        "import subprocess, sys\n"
        "much = bytearray(b'x') * (600 * 2**20)\n"
        "child = 'from inkgrad.runs import peak_memory_mb; print(peak_memory_mb())'\n"
        "print(subprocess.check_output([sys.executable, '-c', child], text=True))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert 30 < float(done.stdout) < 500
