"""`inkgrad tune` as people use it: in a process of its own, stopped, killed, gone on with."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SPACE = """
batch_size = 250
optimizer = "sgd"
learning_rate = { choices = [0.05, 0.2] }
hidden = ["16", "24-12"]
"""
QUICK = (
    *("--space", "space.toml", "--strategy", "grid", "--epochs", "2"),
    *("--finalists", "1", "--seeds", "2"),
)


def inkgrad(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inkgrad", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("tune")
    os.environ["INKGRAD_CACHE"] = str(made / "cache")
    (made / "space.toml").write_text(SPACE)
    return made


@pytest.fixture(scope="module")
def whole(folder) -> subprocess.CompletedProcess[str]:
    """A search that was not stopped."""
    return inkgrad("tune", *QUICK, "--workers", "2", "--report", "page.html", "--json", cwd=folder)


def test_a_search_ends_with_figures_and_the_command_for_the_winner(whole, folder):
    assert whole.returncode == 0, whole.stderr
    found = json.loads(whole.stdout.splitlines()[-1])
    assert found["trials"] == found["complete"] == 4
    assert set(found["best_parameters"]) == {"learning_rate", "hidden"}
    assert 0.3 < found["best_validation_accuracy"] <= 1
    assert 0.3 < found["test_accuracy"] <= 1
    assert found["seconds"] > 0
    assert len(found["finalists"][0]["validation_accuracies"]) == 2
    assert sum(line.startswith("trial ") for line in whole.stderr.splitlines()) == 4
    assert (folder / "page.html").read_text().count("data:image/png") == 4

    words = shlex.split(found["command"])
    assert words[:2] == ["inkgrad", "train"]
    trained = inkgrad(*words[1:], "--json", cwd=folder)
    figures = json.loads(trained.stdout)
    assert figures["validation_accuracy"] == found["best_validation_accuracy"]

    told = inkgrad("tune", *QUICK, "--study", found["study"], cwd=folder)
    assert told.stdout.splitlines()[-1] == found["command"]
    assert "4 trials, 0 stopped early, 0 failed" in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_search_that_was_stopped_goes_on(whole, folder, how):
    study = f"{how.name}.journal"
    command = [sys.executable, "-m", "inkgrad", "tune", *QUICK, "--workers", "1", "--study", study]
    with subprocess.Popen(
        command,
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Started in the background of a script, the tests themselves may ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        first = running.stderr.readline()
        os.kill(running.pid, how)
        rest = running.communicate()[1]
    assert first.startswith("trial 0: ")
    assert "Traceback" not in rest
    if how == signal.SIGINT:
        assert running.returncode == 130
        line = rest.splitlines()[-1]
        assert line.startswith("inkgrad: stopped; go on with: inkgrad tune ")
    again = json.loads(inkgrad(*command[3:], "--json", cwd=folder).stdout)
    once = json.loads(whole.stdout)
    for name in ("best_validation_accuracy", "best_parameters", "test_accuracy", "finalists"):
        assert again[name] == once[name]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--space", "none.toml"), "none.toml: is not there, expected a TOML file or deck"),
        (("--strategy", "best"), "strategy 'best' is unknown, expected one of grid, random"),
        (("--model", "mlp", "--space", "deck", "--study", "."), ".: is a folder, expected a file"),
        (("--strategy", "grid", "--model", "mlp"), "the grid has more than 100,000 settings"),
    ],
)
def test_a_mistake_is_one_line(folder, arguments, message):
    done = inkgrad("tune", *arguments, cwd=folder)
    assert done.returncode == 1
    assert done.stderr.startswith("inkgrad: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
